"""Joint tests of a study's contrasts against clubSandwich."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.effects.joint import estimate_joint

GENDER = ("girls", "boys")
WAVES = ("T1", "T2", "T3", "T4")
COLUMNS = ["estimate", "df", "p_value"]


@pytest.mark.reference
def test_synthetic_changes_equal_clubsandwich(synthetic, reference, agree):
    ours = estimate_joint(
        synthetic[synthetic["outcome"] == "wellbeing"],
        waves=("T1", "T2", "T3"), changes=[("T1", "T2"), ("T1", "T3")], gender=GENDER,
    )  # fmt: skip
    r = reference("robust.csv").query("data == 'synthetic' and estimand == 'wald_f'")
    assert agree(ours, r, 1e-6, COLUMNS) == 4
    assert ours["method"].str.contains(r"F\(2, df\)").all()
    assert "girls and boys change alike at every wave" in ours["method"].iloc[3]


@pytest.mark.reference
@pytest.mark.parametrize("outcome", ["read", "math"])
def test_star_changes_and_arms_equal_clubsandwich(star, reference, agree, outcome):
    r = reference("robust.csv").query("data == 'star' and outcome == @outcome")
    ours = estimate_joint(
        star[star["outcome"] == outcome], waves=WAVES,
        changes=[("T1", "T2"), ("T2", "T3"), ("T3", "T4")], gender=GENDER,
        arms=("reg", "small", "reg+A"), effects_at=WAVES,
    )  # fmt: skip
    assert agree(ours, r, 1e-6, COLUMNS) == (8 if outcome == "read" else 4)
    assert len(ours) == 8


def test_a_third_change_that_follows_from_two_is_no_third_contrast(synthetic):
    data = synthetic[synthetic["outcome"] == "wellbeing"]
    two = [("T1", "T2"), ("T1", "T3")]
    both, all_three = (
        estimate_joint(data, waves=("T1", "T2", "T3"), changes=changes, gender=GENDER)
        for changes in (two, [*two, ("T2", "T3")])
    )
    np.testing.assert_allclose(both[COLUMNS], all_three[COLUMNS], rtol=1e-8)


def test_nothing_to_test_at_once(synthetic):
    assert len(estimate_joint(synthetic, waves=("T1", "T2"), changes=[("T1", "T2")])) == 0


def test_a_wave_without_anyone_is_said(synthetic):
    data = synthetic.query("outcome == 'wellbeing' and wave != 'T3'")
    got = estimate_joint(data, waves=("T1", "T2", "T3"), changes=[("T1", "T2"), ("T1", "T3")])
    assert np.isnan(got["estimate"].item()) and "no pupils" in got["reason"].item()
