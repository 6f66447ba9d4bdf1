"""The simulation of a design agrees with its formula, and generates what it declares."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.design.plan import Plan
from resilience_lib.design.power import detectable
from resilience_lib.design.precision import precisions
from resilience_lib.design.simulate import _one_study, simulate_power
from resilience_lib.models.icc import estimate_icc
from resilience_lib.resampling.streams import stream

RUNS = 250
UNEVEN = Plan(
    9, 16, 0.1, 0.08, 0.6, attrition=0.15, gender_share=0.46, size_variation=0.4, assigned="schools"
)
INSIDE = Plan(12, 14, 0.1, 0.05, 0.6, icc_difference=0.05, assigned="pupils")


@pytest.mark.parametrize("plan", [UNEVEN, INSIDE], ids=["schools", "pupils"])
def test_power_and_spread_are_those_of_the_formula(plan: Plan) -> None:
    formula = precisions(plan)
    effects = {p.contrast: detectable(p.std_error, p.df, plan.power, plan.alpha) for p in formula}
    found = simulate_power(plan, effects, runs=RUNS, seed=11)
    assert [one.contrast for one in found] == [
        *("change", "gender_difference", "effect", "effect_on_change")
    ]
    # three Monte Carlo errors: of a share of .8, and of a standard deviation
    share, spread = 3 * np.sqrt(0.8 * 0.2 / RUNS), 3 / np.sqrt(2 * (RUNS - 1))
    for one, there in zip(found, formula, strict=True):
        assert abs(one.power - 0.8) < share
        assert one.spread == pytest.approx(there.std_error, rel=spread)
        assert one.error == pytest.approx(np.sqrt(one.power * (1 - one.power) / RUNS))


def test_where_nothing_changes_alpha_is_kept() -> None:
    effects = {"change": 0.0, "gender_difference": 0.0}
    for one in simulate_power(UNEVEN, effects, runs=RUNS, seed=12):
        assert abs(one.power - 0.05) < 3 * np.sqrt(0.05 * 0.95 / RUNS)


def test_the_same_seed_gives_the_same_studies() -> None:
    effects = {"change": 0.3}
    one, two = (simulate_power(INSIDE, effects, runs=5, seed=s) for s in (1, 1))
    assert one == two
    assert simulate_power(INSIDE, effects, runs=5, seed=2)[0].spread != one[0].spread


def test_generated_scores_have_the_iccs_and_the_correlation_that_are_assumed() -> None:
    """One study of 600 schools: SD 1 at both waves, r .6, ICC of level .1, of change .08."""
    from resilience_lib.design import simulate

    plan = Plan(600, 20, 0.1, 0.08, 0.6, icc_difference=0.04)
    random = stream(5, "check")
    school = np.repeat(np.arange(600), 20)
    group = np.tile([0, 1], 6000)
    first, second = simulate._two_scores(plan, school, group, random)
    assert np.std(first) == pytest.approx(1.0, abs=0.03)
    assert np.std(second) == pytest.approx(1.0, abs=0.03)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.6, abs=0.02)
    rows = simulate._frame(school, np.stack([first, second]), np.zeros(12000, dtype=bool))
    rows = rows.assign(school_attended=rows["school"])
    icc = estimate_icc(rows, waves=("T1",), changes=[("T1", "T2")])["estimate"]
    # a gap between groups adds a quarter of its own: both groups are half of a school
    assert icc.iloc[0] == pytest.approx(0.1 + 0.04 * 0.8 / 4, abs=0.02)
    assert icc.iloc[1] == pytest.approx(0.08 + 0.04 / 2, abs=0.02)


def test_one_pupil_a_school_can_be_simulated() -> None:
    plan = Plan(12, 1, 0.0, 0.0, 0.5)
    found = simulate_power(plan, {"change": 3.0}, runs=3, seed=1)
    assert found[0].power == 1.0
    assert set(_one_study(plan, {"change": 0.0}, stream(1, "x"))) == {"change", "gender_difference"}
