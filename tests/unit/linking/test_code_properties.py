"""What holds for any codes, and the same answers as comparing all with all."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_lib.linking.link import link_waves
from resilience_lib.linking.plan import LinkingPlan

PARTS = ["one", "two", "three"]
RECORD = st.tuples(
    st.sampled_from(["T1", "T2", "T3"]),
    st.sampled_from(["N", "S"]),
    *[st.sampled_from(["a", "b", "c", None])] * 3,
)
DRAWN = st.lists(RECORD, min_size=1, max_size=20).flatmap(
    lambda records: st.tuples(st.just(records), st.permutations(range(len(records))))
)
AGREE = st.integers(1, 3)


def frame(records) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples([("w.csv", n + 2) for n in range(len(records))])
    return pd.DataFrame(records, index, columns=["wave", "school", *PARTS]).astype("str")


def agreement(one, other) -> int:
    return sum(a == b and a is not None for a, b in zip(one[2:], other[2:], strict=True))


def all_with_all(records, agree: int) -> list[set[int]]:
    """The rule as it is told to a person: sets of records, wave by wave, by loops."""
    pupils: list[set[int]] = []
    for wave in ("T1", "T2", "T3"):
        here = [r for r, record in enumerate(records) if record[0] == wave]
        fit = {
            (p, r): max(
                agreement(records[q], records[r]) if records[q][1] == records[r][1] else 0
                for q in pupil
            )
            for p, pupil in enumerate(pupils)
            for r in here
        }
        fit = {pair: score for pair, score in fit.items() if score >= agree}

        def best(side: int, pair, fit=fit) -> bool:
            rivals = Counter(s for other, s in fit.items() if other[side] == pair[side])
            return max(rivals) == fit[pair] and rivals[fit[pair]] == 1

        joined = {r: p for p, r in fit if best(0, (p, r)) and best(1, (p, r))}
        for r in here:
            if r in joined:
                pupils[joined[r]].add(r)
            else:
                pupils.append({r})
    return sorted(pupils, key=min)


@given(DRAWN, AGREE)
@settings(deadline=None, max_examples=300)
def test_pupils_are_those_of_comparing_all_with_all(drawn, agree):
    records = drawn[0]
    pupil = link_waves(frame(records), LinkingPlan("code", agree, "both")).pupil
    positions = pd.Series(range(len(records)), index=pupil.index)
    found = sorted((set(g) for _, g in positions.groupby(pupil)), key=min)
    assert found == all_with_all(records, agree)


@given(DRAWN, AGREE, st.sampled_from(["both", "first", "most_answered"]))
@settings(deadline=None)
def test_the_order_of_the_rows_changes_nothing(drawn, agree, keep):
    records, order = drawn
    rows = frame(records).assign(answered=0)
    plan = LinkingPlan("code", agree, keep)
    plain, shuffled = link_waves(rows, plan), link_waves(rows.iloc[list(order)], plan)
    pd.testing.assert_series_equal(plain.pupil, shuffled.pupil.loc[rows.index])
    pd.testing.assert_series_equal(plain.kept, shuffled.kept.loc[rows.index])
    pd.testing.assert_frame_equal(plain.report, shuffled.report)
    pd.testing.assert_frame_equal(plain.look_at, shuffled.look_at)


@given(DRAWN, AGREE)
@settings(deadline=None)
def test_a_pupil_has_one_row_in_a_wave_and_one_school(drawn, agree):
    rows = frame(drawn[0])
    linked = link_waves(rows, LinkingPlan("code", agree, "both"))
    cells = pd.DataFrame({"pupil": linked.pupil, "wave": rows["wave"], "school": rows["school"]})
    assert not cells.duplicated(["pupil", "wave"]).any()
    assert (cells.groupby("pupil")["school"].nunique() == 1).all()


@given(DRAWN)
@settings(deadline=None)
def test_the_strict_setting_never_links_records_that_differ_in_a_part(drawn):
    rows = frame(drawn[0])
    pupil = link_waves(rows, LinkingPlan("code", agree=3, keep="both")).pupil
    linked = rows[pupil.duplicated(keep=False)]
    assert linked[PARTS].notna().all(axis=None)
    assert (linked.groupby(pupil[linked.index])[PARTS].nunique() == 1).all(axis=None)
