"""Permutation by school against enumerations in R, and hard cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.permuted import estimate_change_permuted, estimate_difference_permuted


@pytest.mark.reference
def test_signs_of_schools_equal_the_enumeration_in_r(synthetic, reference, agree):
    data = synthetic[synthetic["outcome"] == "wellbeing"]
    ours = estimate_change_permuted(
        data, changes=[("T1", "T3")], gender=("girls", "boys"), seed=1
    ).assign(std_error=0.1)
    r = reference("resampling.csv").query("data == 'flips'").drop(columns="std_error")
    assert agree(ours, r, 1e-6, ["estimate", "p_value", "conf_low", "conf_high"]) == 4
    assert ours["interval"].str.contains("all 1,024 sign vectors").all()


@pytest.mark.reference
def test_arms_of_whole_schools_equal_the_enumeration_in_r(synthetic, reference):
    data = synthetic[(synthetic["outcome"] == "wellbeing") & synthetic["gender"].notna()]
    schools = sorted(data["school"].unique())
    new = data["school"].isin([schools[i] for i in (0, 2, 3, 7, 9)])
    got = estimate_difference_permuted(
        data.assign(arm=np.where(new, "new", "old")), waves=["T3"], arms=("old", "new"), seed=1
    ).iloc[0]
    r = reference("resampling.csv").query("data == 'arms'").iloc[0]
    assert got["estimate"] == pytest.approx(r["estimate"], rel=1e-6)
    assert got["p_value"] == pytest.approx(r["p_value"], rel=1e-9)
    assert "all 462 assignments" in got["method"]  # 11 over 5


def arms_of(schools: int, treated: int) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    school = np.arange(schools).repeat(3)
    arm = np.where(school < treated, "new", "old")
    score = rng.normal(size=3 * schools) + 5 * (arm == "new")
    return pd.DataFrame({"pupil": np.arange(3 * schools), "school": school.astype(str), "arm": arm,
                         "score": score, "wave": "T1", "outcome": "x"})  # fmt: skip


def test_many_schools_are_drawn_and_the_sample_counts_with_them():
    got = estimate_difference_permuted(
        arms_of(30, 15), waves=["T1"], arms=("old", "new"), seed=1, draws=999
    ).iloc[0]
    # five SDs apart: none of 999 reaches it
    assert got["p_value"] == pytest.approx(0.001)
    assert "999 assignments drawn" in got["method"]


def test_pupils_assigned_inside_schools_are_not_permuted_as_schools():
    frame = arms_of(6, 3)
    frame.loc[0, "arm"] = "old"
    got = estimate_difference_permuted(frame, waves=["T1"], arms=("old", "new"), seed=1).iloc[0]
    assert np.isnan(got["p_value"]) and "not whole schools" in got["reason"]
    empty = estimate_difference_permuted(frame, waves=["T2"], arms=("old", "new"), seed=1).iloc[0]
    assert np.isnan(empty["estimate"]) and "no pupils at T2" in empty["reason"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([2.0], "one school"),
        ([1.0, 2.0, 3.0, 1.0, 2.0], "no change is rejected at 0.05"),
        ([1.0] * 6, "nothing varies"),
        ([], "no pupils of this group"),
    ],
)
def test_no_interval_without_a_ground(changes, words):
    k = len(changes)
    first = pd.DataFrame({"pupil": range(k), "school": [f"s{i}" for i in range(k)], "wave": "T1",
                          "outcome": "x", "score": 0.0})  # fmt: skip
    frame = pd.concat([first, first.assign(wave="T2", score=changes)])
    got = estimate_change_permuted(frame, changes=[("T1", "T2")], seed=1).iloc[0]
    assert words in got["reason"] and np.isnan([got["conf_low"], got["conf_high"]]).all()
