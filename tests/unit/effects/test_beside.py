"""Further effect sizes of arms, from an analysis frame, against R's of the same pupils."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.effects.beside import estimate_effects_beside
from resilience_lib.effects.names import BESIDE_NAMES
from resilience_lib.errors import EstimandError

NUMBERS = ["estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]


@pytest.fixture(scope="module")
def cases(reference):
    return dict(list(reference("effects_cases.csv").groupby("case")))


@pytest.fixture(scope="module")
def by_school(reference):
    r = reference("effects.csv")
    return r[r["interval"].eq("school")].set_index(["case", "estimand"])


def long_of(pupils: pd.DataFrame) -> pd.DataFrame:
    """effects_cases.csv as an analysis frame: a row a pupil and wave, group as arm."""
    waves = [
        pupils[["pupil", "school"]].assign(
            wave=wave, score=pupils[column], arm=pupils["group"], outcome="x"
        )
        for wave, column in (("T1", "first"), ("T2", "later"))
    ]
    return pd.concat(waves, ignore_index=True)


def beside(frame, names=BESIDE_NAMES, waves=("T2",), arms=("c", "p")):
    return estimate_effects_beside(frame, waves=waves, first="T1", arms=arms, names=names)


@pytest.mark.reference
@pytest.mark.parametrize("case", ["balanced", "unbalanced", "missing", "tied"])
@pytest.mark.parametrize("name", BESIDE_NAMES)
def test_the_row_that_respects_schools_equals_r(cases, by_school, case, name):
    rows = beside(long_of(cases[case]), (name,))
    assert rows["estimand"].tolist() == [name]
    r = by_school.loc[(case, name)]
    for column in NUMBERS:
        if pd.notna(r[column]):
            assert rows[column].iloc[0] == pytest.approx(r[column], rel=1e-6), column
    assert rows["contrast"].tolist() == ["p - c at T2"]
    assert rows["subgroup"].tolist() == ["all"]


def test_a_second_arm_changes_nothing_in_the_first(cases):
    frame = long_of(cases["balanced"])
    other = frame.assign(pupil=frame["pupil"] + 1000, arm="q", score=frame["score"] + 3)
    alone = beside(frame)
    both = beside(pd.concat([frame, other]), arms=("c", "p", "q"))
    assert both["contrast"].value_counts().to_dict() == {"p - c at T2": 6, "q - c at T2": 6}
    again = both[both["contrast"] == "p - c at T2"].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, alone)


def test_the_first_wave_has_no_change_since_itself_and_no_score_before_it(cases):
    rows = beside(long_of(cases["balanced"]), waves=("T1", "T2"))
    first = rows.loc[rows["contrast"] == "p - c at T1", "estimand"]
    assert set(first) == set(BESIDE_NAMES) - {"g_ancova", "d_ppc2"}


def test_pupils_without_the_first_score_count_only_where_it_is_not_needed(cases):
    frame = long_of(cases["balanced"])
    gone = frame[~((frame["wave"] == "T1") & frame["pupil"].isin([1, 2, 3]))]
    n = beside(gone).set_index("estimand")["n"]
    assert n.to_dict() == {
        "g_ancova": 37, "d_ppc2": 37, "g_independent": 40, "d_glass": 40,
        "rank_biserial": 40, "prob_superiority": 40,
    }  # fmt: skip


def test_an_arm_that_nobody_is_in_gives_reasons(cases):
    rows = beside(long_of(cases["balanced"]), arms=("c", "nobody"))
    assert rows["estimate"].isna().all() and (rows["reason"] != "").all()


def test_a_name_that_is_not_among_them_is_refused(cases):
    with pytest.raises(EstimandError, match="did you mean 'd_glass'"):
        beside(long_of(cases["balanced"]), ("d_glas",))
