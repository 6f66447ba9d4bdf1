"""Standard errors, df, power and what is just found, against R and published numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resilience_lib.design.plan import Plan, asked, seen_twice
from resilience_lib.design.power import detectable, power_of, schools_needed
from resilience_lib.design.precision import precisions

REFERENCE = Path(__file__).parents[2] / "references" / "design.csv"
UNEVEN = np.array([[5, 6], [9, 8], [12, 13], [14, 15], [18, 20], [26, 28]])

# ICCs and r of tests/references/design.R: var(D) = 2 (1 - r) = .8, of it .05 between schools
CHANGE = {"icc_level": 0.1, "icc_change": 0.05, "pre_post_r": 0.6}
PLANS: dict[tuple[str, str], tuple[Plan, np.ndarray | None]] = {
    ("11 schools of 40", "change"): (Plan(11, 40, **CHANGE), None),
    ("11 schools of 40", "gender_difference"): (Plan(11, 40, **CHANGE), None),
    ("uneven", "change"): (Plan(6, 29, **CHANGE, icc_difference=0.02), UNEVEN),
    ("uneven", "gender_difference"): (Plan(6, 29, **CHANGE, icc_difference=0.02), UNEVEN),
    ("uneven", "schools"): (Plan(6, 29, **CHANGE, assigned="schools"), UNEVEN),
    ("20 schools of 25", "schools"): (Plan(20, 25, **CHANGE, assigned="schools"), None),
    ("20 schools of 26", "pupils"): (
        Plan(20, 26, **CHANGE, icc_difference=0.02, assigned="pupils"),
        None,
    ),
    ("uneven", "pupils"): (
        Plan(6, 29, **CHANGE, icc_difference=0.02, assigned="pupils"),
        UNEVEN,
    ),
}
PLANS |= {
    (name, f"{kind} on change"): PLANS[name, kind]
    for name, kind in (("uneven", "schools"), ("uneven", "pupils"))
}
for _k in (8, 40):
    # of one gender: with two the regression has a mean more
    PLANS |= {
        (f"one pupil in each of {_k}", contrast): (
            Plan(_k, 1, 0, 0, 0.6, assigned="schools"),
            np.array([[1, 0]] * _k),
        )
        for contrast in ("schools", "change")
    }


@pytest.mark.parametrize("case", PLANS, ids=" ".join)
def test_as_the_covariance_of_all_pupils_in_r(case: tuple[str, str]) -> None:
    contrast = case[1]
    plan, sizes = PLANS[case]
    table = pd.read_csv(REFERENCE).set_index(["case", "contrast"])
    there = table.loc[case]
    effect = "effect_on_change" if contrast.endswith("on change") else "effect"
    wanted = contrast if contrast in ("change", "gender_difference") else effect
    here = next(one for one in precisions(plan, sizes) if one.contrast == wanted)
    assert here.std_error == pytest.approx(there["std_error"], rel=1e-6)
    assert here.df == pytest.approx(there["df"], rel=1e-6)
    least = detectable(here.std_error, here.df)
    assert least == pytest.approx(there["detectable"], rel=1e-6)
    found = power_of(0.2, here.std_error, here.df)
    assert found == pytest.approx(there["power_0.2"], rel=1e-6)


def test_every_case_of_r_is_compared() -> None:
    table = pd.read_csv(REFERENCE)
    assert set(zip(table["case"], table["contrast"], strict=True)) == set(PLANS)


def test_cohens_sample_size_for_a_medium_effect() -> None:
    """Cohen 1988, table 2.4.1: d = .50, two-sided .05, power .80: 64 in each group.

    Arms of 64 schools with one pupil each and no ICC are that design; 63 are not enough.
    """
    powers = []
    for each in (63, 64):
        plan = Plan(2 * each, 1, 0, 0, 0.5, assigned="schools")
        effect = precisions(plan)[2]
        powers.append(power_of(0.5, effect.std_error, effect.df))
    assert powers[0] < 0.8 <= powers[1]


def test_no_number_of_pupils_helps_where_schools_are_too_few() -> None:
    """Hemming et al. 2011: schools of an arm must be more than n_I x ICC.

    n_I, pupils of an arm under individual randomisation for .25 SD, is 2 x (1.959964 +
    0.841621)^2 / .25^2 = 251.2; with an ICC of .1 that is 25.1 schools of an arm.
    """
    few = Plan(50, 5_000, 0.1, 0.0, 0.5, assigned="schools")
    enough = Plan(60, 5_000, 0.1, 0.0, 0.5, assigned="schools")
    for plan, reached in ((few, False), (enough, True)):
        effect = precisions(plan)[2]
        assert (power_of(0.25, effect.std_error, effect.df) >= 0.8) == reached


def test_kish_design_effect_with_unequal_sizes() -> None:
    """Var of the mean of D is var(D) / N x (1 + (m' - 1) ICC), m' = sum m^2 / N, by hand.

    Sizes 10, 20 and 60: N = 90, m' = 4100 / 90 = 45.556; var(D) = 1, ICC .1:
    1 / 90 x (1 + 4.4556) = 0.060617, of which the root is 0.246206.
    """
    sizes = np.array([[5, 5], [10, 10], [30, 30]])
    change = precisions(Plan(3, 30, 0.1, 0.1, 0.5), sizes)[0]
    assert change.std_error == pytest.approx(0.246206, abs=5e-7)


def test_power_is_alpha_where_nothing_changes_and_one_where_all_does() -> None:
    assert power_of(0.0, 0.1, 10, 0.05) == pytest.approx(0.05, abs=1e-10)
    assert power_of(0.2, 0.1, 10) == power_of(-0.2, 0.1, 10)
    assert power_of(50.0, 0.1, 10) == pytest.approx(1.0)


def test_a_group_without_pupils_has_no_difference_and_says_so() -> None:
    girls = np.array([[10, 0], [12, 0], [9, 0], [11, 0]])
    change, difference = precisions(Plan(4, 10, 0, 0, 0.5), girls)
    assert change.df == pytest.approx(3, abs=0.2)
    assert np.isnan([difference.std_error, difference.df]).all()
    assert difference.reason == "a group has no pupils"
    assert np.isnan(power_of(0.2, difference.std_error, difference.df))
    assert np.isnan(detectable(difference.std_error, difference.df))


def test_sizes_have_the_total_and_the_variation_that_were_asked_for() -> None:
    plan = Plan(30, 40, 0.0, 0.0, 0.5, attrition=0.25, gender_share=0.4, size_variation=0.5)
    sizes = asked(plan)
    assert sizes.sum() == 30 * 40
    assert sizes.std() / sizes.mean() == pytest.approx(0.5, abs=0.01)
    twice = seen_twice(plan)
    assert twice.sum() == 30 * 40 * 0.75
    assert twice[:, 0].sum() == pytest.approx(0.4 * twice.sum(), abs=1)
    assert asked(Plan(5, 1, 0, 0, 0.5, size_variation=1.5)).min() == 1


def test_schools_needed_are_the_fewest() -> None:
    plan = Plan(11, 40, 0.05, 0.05, 0.6)
    needed = schools_needed(plan, "change", 0.2)
    assert needed is not None
    for schools, reached in ((needed - 1, False), (needed, True)):
        one = precisions(Plan(schools, 40, 0.05, 0.05, 0.6))[0]
        assert (power_of(0.2, one.std_error, one.df) >= 0.8) == reached
    assert schools_needed(plan, "change", 0.001) is None
