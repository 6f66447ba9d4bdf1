"""Pupils picked by their first score: R, a simulation, and what cannot be separated."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from resilience_lib.effects.picked import (
    CANNOT,
    estimate_picked_change,
    estimate_picked_difference,
)
from resilience_lib.models.cr2 import ModelInputError


@pytest.mark.reference
def test_equals_r(reference, hold, synthetic):
    data = synthetic[synthetic["outcome"] == "wellbeing"]
    wide = data.pivot_table(index="pupil", columns="wave", values="score", sort=True)
    wide = wide.join(data[data["wave"] == "T1"].set_index("pupil")["school"], how="inner")
    first, later, school = wide["T1"], wide["T3"], wide["school"]
    r = reference("shares.csv")
    r = r[(r["family"] == "picked") & (r["case"] == "low")]
    change = estimate_picked_change(first, later, school, cut=4, reliability=0.7, source="made up")
    assert hold(change, r[r["interval"] == "jackknife"]) == 2
    difference = estimate_picked_difference(first, later, school, np.arange(len(wide)) % 2, cut=4)
    assert hold(difference, r[r["interval"] == "CR2"]) == 1
    assert "0.7 (made up)" in change["method"].iloc[0]


@pytest.mark.reference
def test_normal_scores_give_the_formula_of_barnett(reference):
    # first scores at 200,000 quantiles of N(50, 10^2): the mean of those below 42 is then that of
    # the normal distribution itself, as the formula has it
    row = reference("shares.csv").query("family == 'picked' and case == 'barnett'").iloc[0]
    mean, sd, cut, reliability = (float(x) for x in row["input"].split())
    first = mean + sd * stats.norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    school = np.arange(200_000) % 10
    got = estimate_picked_change(
        first, first, school, cut=cut, reliability=reliability, source="made up"
    )
    expected = got[got["estimand"] == "expected_regression"]["estimate"].iloc[0]
    assert expected == pytest.approx(row["estimate"], rel=1e-4)


def test_nothing_is_left_where_nobody_changed():
    # 60,000 pupils with one true score, the lowest and the highest picked: both observed changes
    # are regression alone, and what is left is 0 within three standard errors
    random = np.random.default_rng(3)
    true = random.normal(0, 2, 60_000)
    first, later = (true + random.normal(0, 1, true.size) for _ in range(2))
    school = random.integers(0, 40, true.size)
    for cut, side in ((-2.0, "at most"), (2.0, "at least")):
        got = estimate_picked_change(
            first, later, school, cut=cut, side=side, reliability=0.8, source="4 / 5"
        ).set_index("estimand")
        change, expected = got.loc["picked_change"], got.loc["expected_regression"]
        assert abs(change["estimate"]) < 3 * change["std_error"]
        assert np.sign(expected["estimate"]) == (1 if side == "at most" else -1)
        assert abs(expected["estimate"]) > 20 * change["std_error"]


def test_without_an_outside_reliability_the_two_cannot_be_separated():
    got = estimate_picked_change([1.0, 2, 3], [2.0, 3, 4], list("abc"), cut=2)
    assert got[["estimate", "conf_low", "conf_high"]].isna().all().all()
    assert (got["reason"] == CANNOT).all() and "cannot be separated" in CANNOT


def test_degenerate_samples_have_reasons():
    given = {"cut": 2.0, "reliability": 0.8, "source": "m"}
    nobody = estimate_picked_change([3.0, 4], [3.0, 4], list("ab"), **given)
    assert (nobody["reason"] == "no picked pupil has a later score").all()
    one = estimate_picked_change([1.0, 2, 3], [2.0, 2, 3], list("aaa"), **given)
    assert one["estimate"].notna().all() and one["conf_low"].isna().all()
    assert (one["reason"] == "rests on one school: no jackknife error").all()
    # all picked pupils in one of two schools: without it nobody is left
    lone = estimate_picked_change([1.0, 2, 3, 9], [2.0, 2, 3, 9], list("aabb"), **given)
    assert lone["conf_low"].isna().all() and (lone["reason"] != "").all()
    tied = estimate_picked_change([2.0] * 4, [2.0] * 4, list("abab"), **given)
    assert (
        tied["conf_low"].isna().all()
        and tied["reason"].str.contains("the same without any school").all()
    )
    alone = estimate_picked_difference([1.0, 2], [2.0, 3], list("ab"), [1, 1], cut=2)
    assert np.isnan(alone["estimate"].iloc[0]) and "comparison" in alone["reason"].iloc[0]


@pytest.mark.parametrize(
    "call",
    [
        lambda: estimate_picked_change([1.0], [2.0], ["a"], cut=1, reliability=0.8),
        lambda: estimate_picked_change([1.0], [2.0], ["a"], cut=1, reliability=1.2, source="m"),
        lambda: estimate_picked_change([1.0, np.inf], [2.0, 1], list("ab"), cut=1),
        lambda: estimate_picked_change([1.0, 2.0], [2.0], list("ab"), cut=1),
        lambda: estimate_picked_change([1.0], [2.0], [None], cut=1),
        lambda: estimate_picked_difference([1.0], [2.0], ["a"], [2], cut=1),
    ],
)
def test_input_that_cannot_be_used_is_refused(call):
    with pytest.raises(ModelInputError):
        call()
