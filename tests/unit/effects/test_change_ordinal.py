"""Change in odds against MASS polr and sandwich vcovCL (tests/references/ordinal.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.ordinal import estimate_change_ordinal

WAVES = ("T1", "T2", "T3")
CHANGES = [("T1", "T2"), ("T1", "T3"), ("T2", "T3")]
GENDER = ("girls", "boys")


def asked(frame: pd.DataFrame, **more: object) -> pd.DataFrame:
    given = {"waves": WAVES, "changes": CHANGES, "gender": GENDER} | more
    return estimate_change_ordinal(frame, **given)


def to_ceiling(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(score=np.minimum(np.floor(frame["score"]), 5))


@pytest.mark.reference
@pytest.mark.parametrize("case", ["ceiling", "two values", "every second school"])
def test_change_in_odds_equals_r(synthetic, reference, agree, case):
    data = synthetic[synthetic["outcome"] == "wellbeing"]
    if case == "two values":
        data = data.assign(score=(data["score"] > 5).where(data["score"].notna()).astype(float))
    else:
        data = to_ceiling(data)
    if case == "every second school":
        data = data[data["school"].str[1:].astype(int) % 2 == 1]
    ours = asked(data)
    r = reference("ordinal.csv").query("data == @case")
    assert agree(ours, r, 1e-4) == 24
    assert (ours["reason"] == "").all()


def pairs(early: list[int], late: list[int], gender: str = "", schools: int = 5) -> pd.DataFrame:
    rows = [
        (f"p{i}", f"s{i % schools}", wave, (gender or "gb")[i % len(gender or "gb")], "x",
         float(value))
        for wave, values in (("T1", early), ("T2", late)) for i, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["pupil", "school", "wave", "gender", "outcome", "score"])


def two(frame: pd.DataFrame, gender: tuple[str, ...] = ()) -> pd.DataFrame:
    return asked(frame, waves=("T1", "T2"), changes=[("T1", "T2")], gender=gender)


def test_two_values_by_hand():
    # odds of 1: 10 / 10 before, 15 / 5 after: odds ratio 3
    got = two(pairs([0, 1] * 10, [0, 1, 1, 1] * 5)).set_index("estimand")
    assert got.loc["change_odds_ratio", "estimate"] == pytest.approx(3.0, rel=1e-6)
    assert got.loc["change_log_odds", "estimate"] == pytest.approx(np.log(3), rel=1e-6)
    # it is the same in each of the five schools: an error would be rounding
    assert got["std_error"].isna().all() and got["conf_low"].isna().all()
    assert (got["reason"] == "no variation between schools: no interval").all()
    assert got["n"].tolist() == [20, 20]


@pytest.mark.parametrize(
    ("early", "late", "reason"),
    [
        (list(range(30)), list(range(1, 31)), "31 distinct scores: an ordinal model is for at"),
        ([2] * 20, [2] * 20, "every score is the same"),
        ([1, 2, 3], [2, 2, 3], "fewer than 10 pupils seen at both waves"),
        ([0] * 20, [1] * 20, "separate"),
    ],
)
def test_no_number_with_the_reason(early, late, reason):
    got = two(pairs(early, late))
    assert got["estimate"].isna().all() and got["conf_low"].isna().all()
    assert got["reason"].str.contains(reason).all()


def test_one_school_has_odds_and_no_interval():
    got = two(pairs([0, 1] * 10, [0, 1, 1, 1] * 5, schools=1)).set_index("estimand")
    assert got.loc["change_odds_ratio", "estimate"] == pytest.approx(3.0, rel=1e-6)
    assert got[["conf_low", "conf_high", "p_value"]].isna().all(axis=None)
    assert got["reason"].str.startswith("one school").all()


def test_a_gender_without_pupils_has_a_reason_of_its_own():
    got = two(pairs([0, 1] * 10, [0, 1, 1, 1] * 5, gender="g"), gender=("g", "b"))
    found = got[got["estimand"] == "change_odds_ratio"].set_index("subgroup")
    assert found.loc["g", "estimate"] == pytest.approx(3.0, rel=1e-6)
    assert found.loc["b", "reason"] == "no pupils of this group at both waves"
    assert np.isnan(found.loc["g - b", "estimate"])


def test_few_schools_are_in_doubt():
    got = two(pairs([0, 1] * 10, [0, 1, 1, 1] * 5, schools=4))
    assert got["reason"].tolist() == ["fewer than 4 df: the interval is unreliable"] * 2
