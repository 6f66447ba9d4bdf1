"""What holds for any records."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_lib.linking.link import link_waves
from resilience_lib.linking.normalise import normal
from resilience_lib.linking.plan import LinkingPlan

IDS = st.sampled_from(["1", "01", "a", "A ", "b", "", None])
RECORD = st.tuples(
    st.sampled_from(["T1", "T2", "T3"]),
    st.sampled_from(["N", "n", "S", ""]),
    IDS,
    st.sampled_from(["girl", "boy", None]),
    st.integers(0, 3),
)
SHUFFLED = st.lists(RECORD, min_size=1, max_size=25).flatmap(
    lambda records: st.tuples(st.just(records), st.permutations(range(len(records))))
)
PLANS = st.builds(
    LinkingPlan,
    st.sampled_from(["id", "school_and_id"]),
    keep=st.sampled_from(["first", "last", "most_answered"]),
)


def frame(records) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples([(f"{r[0]}.csv", n + 2) for n, r in enumerate(records)])
    columns = ["wave", "school", "id", "gender", "answered"]
    text = dict.fromkeys(columns[:-1], "str")
    return pd.DataFrame(records, index, columns=columns).astype(text)


@given(SHUFFLED, PLANS)
@settings(deadline=None)
def test_the_order_of_the_rows_changes_nothing(drawn, plan):
    records, order = drawn
    rows = frame(records)
    plain, shuffled = link_waves(rows, plan), link_waves(rows.iloc[list(order)], plan)
    pd.testing.assert_series_equal(plain.pupil, shuffled.pupil.loc[rows.index])
    pd.testing.assert_series_equal(plain.kept, shuffled.kept.loc[rows.index])
    pd.testing.assert_frame_equal(plain.report, shuffled.report)
    pd.testing.assert_frame_equal(plain.look_at, shuffled.look_at)


@given(SHUFFLED, PLANS)
@settings(deadline=None)
def test_a_pupil_keeps_one_row_in_a_wave_and_none_is_lost(drawn, plan):
    rows = frame(drawn[0])
    linked = link_waves(rows, plan)
    cells = pd.DataFrame({"pupil": linked.pupil, "wave": rows["wave"]})
    assert not cells[linked.kept].duplicated().any()
    assert len(cells[linked.kept]) == len(cells.drop_duplicates())


@given(st.text(max_size=8))
def test_normalisation_done_twice_is_done_once(text):
    assert normal(normal(text)) == normal(text)
