"""Mixed-model contrasts against lmerTest's contest1D, singular fits included."""

from __future__ import annotations

import pytest

from resilience_lib.effects.mixed import estimate_change_mixed, estimate_effects_mixed

GENDER = ("girls", "boys")
COLUMNS = ["estimate", "std_error", "df", "conf_low", "conf_high"]


@pytest.mark.reference
@pytest.mark.parametrize("outcome", ["wellbeing", "flat"])
def test_synthetic_change_equals_lmertest(synthetic, reference, agree, outcome):
    ours = estimate_change_mixed(
        synthetic[synthetic["outcome"] == outcome], waves=("T1", "T2", "T3"),
        changes=[("T1", "T2"), ("T1", "T3"), ("T2", "T3")], gender=GENDER,
    )  # fmt: skip
    r = reference("mixed.csv").query("data == 'synthetic' and outcome == @outcome")
    assert agree(ours, r, 1e-4, COLUMNS) == 12


@pytest.mark.reference
def test_star_change_equals_lmertest(star, reference, agree):
    ours = estimate_change_mixed(
        star[star["outcome"] == "read"], waves=("T1", "T2", "T3", "T4"),
        changes=[("T1", "T2"), ("T2", "T3"), ("T3", "T4")], gender=GENDER,
    )  # fmt: skip
    r = reference("mixed.csv").query("data == 'star' and estimand == 'mean_change'")
    assert agree(ours, r, 1e-4, COLUMNS) == 12
    assert (ours["reason"] == "").all()


@pytest.mark.reference
def test_star_effects_equal_lmertest(star, reference, agree):
    ours = estimate_effects_mixed(
        star[star["outcome"] == "read"], waves=("T1", "T2", "T3", "T4"),
        arms=("reg", "small", "reg+A"), gender=GENDER,
    )  # fmt: skip
    r = reference("mixed.csv").query("data == 'star' and estimand == 'mean_difference'")
    assert agree(ours, r, 1e-4, COLUMNS) == 32


def test_a_singular_fit_says_so(synthetic):
    got = estimate_change_mixed(
        synthetic[synthetic["outcome"] == "flat"], waves=("T1", "T2", "T3"),
        changes=[("T1", "T2")], gender=GENDER,
    )  # fmt: skip
    assert got["reason"].str.contains("singular: no variance estimated for").all()
