"""Scores that vary by rounding alone do not vary: no number is made of it, and a reason given."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from case_frames import case_pupils, long

from resilience_lib.effects.clustered import estimate_clustered
from resilience_lib.effects.descriptives import estimate_descriptives
from resilience_lib.effects.dose import estimate_dose
from resilience_lib.effects.gaps import estimate_gaps
from resilience_lib.effects.mixed import estimate_change_mixed
from resilience_lib.effects.paired import estimate_paired
from resilience_lib.effects.persons import estimate_persons
from resilience_lib.effects.picked import estimate_picked_change
from resilience_lib.effects.raters import estimate_raters
from resilience_lib.effects.stability import estimate_stability
from resilience_lib.models.attrition import estimate_baseline_loss
from resilience_lib.models.conditional import conditional_components
from resilience_lib.models.icc import estimate_icc
from resilience_lib.models.waves_covariance import estimate_covariance

WAVES = ("T1", "T2")
LEVELS = (1 / 3, 0.1, 123456.789, 1e9 / 3)
"""Numbers whose mean over 40 pupils may differ from them in the last digit."""


@pytest.fixture(autouse=True)
def no_warning_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def pupils(first, later) -> pd.DataFrame:
    d = case_pupils("balanced")
    return d.assign(first=d["first"] * 0 + first, later=d["later"] * 0 + later)


def none_and_why(found: pd.DataFrame) -> None:
    assert found["estimate"].isna().all(), found["estimate"].tolist()
    assert (found["reason"] != "").all()


@pytest.mark.parametrize("level", LEVELS)
def test_constant_scores_have_no_correlation_gap_in_sds_or_intraclass_correlation(level):
    frame = long(pupils(level, level))
    none_and_why(estimate_stability(frame, waves=WAVES, gender=("p", "c")))
    gaps = estimate_gaps(frame, waves=WAVES, gender=("p", "c"))
    none_and_why(gaps[gaps["estimand"] == "gender_gap_standardised"])
    none_and_why(estimate_icc(frame, waves=WAVES, changes=[WAVES]))
    described = estimate_descriptives(frame, waves=WAVES)
    assert described.loc[described["estimand"] == "sd", "estimate"].eq(0).all()


@pytest.mark.parametrize("level", LEVELS)
def test_loss_and_reliable_change_need_scores_that_vary(level):
    frame = long(pupils(level, level))
    lost = pd.DataFrame({"pupil": frame["pupil"].unique()}).assign(seen_T1=True, school="a")
    lost["seen_T2"] = np.arange(len(lost)) % 3 > 0
    none_and_why(estimate_baseline_loss(frame, lost, waves=WAVES))
    found = estimate_persons(frame, change=WAVES, reliability=0.8, source="made up")
    assert found.loc[found["rule"] == "reliable", "estimate"].isna().all()


@pytest.mark.parametrize("shift", [0.1, 0.7, 1 / 3])
def test_a_change_of_all_alike_has_no_intraclass_correlation_and_no_slope(shift):
    d = case_pupils("balanced")
    frame = long(d.assign(later=d["first"] + shift))
    found = estimate_icc(frame, waves=(), changes=[WAVES])
    none_and_why(found)
    dose = pd.DataFrame({"school": list("abcd"), "dose": [1.0, 2.0, 4.0, 5.0]})
    slope = estimate_dose(frame, dose, changes=[WAVES], name="x", unit="one").iloc[0]
    assert slope["estimate"] == pytest.approx(0, abs=1e-12)
    assert np.isnan(slope["std_error"]) and slope["reason"]


@pytest.mark.parametrize("level", LEVELS)
def test_reports_all_the_same_agree_by_no_number(level):
    rater = case_pupils("balanced")["school"]
    alike = estimate_raters([level] * 40, [level] * 40, rater)
    known = alike[alike["estimate"].notna()]
    assert set(known["estimand"]) == {"rater_bias", "loa_low", "loa_high"}
    assert known["estimate"].eq(0).all() and alike["conf_low"].isna().all()
    apart = estimate_raters([level] * 40, [1.1 * level] * 40, rater)
    assert apart["std_error"].isna().all() and (apart["reason"] != "").all()
    assert apart.loc[apart["estimand"] == "icc_a1", "estimate"].isna().all()


def test_agreement_does_not_depend_on_the_unit_of_the_score():
    d = case_pupils("unbalanced")
    names = ("rater_correlation", "icc_a1")
    one, small = (
        estimate_raters(k * d["first"], k * d["later"], d["school"], names=names)
        for k in (1.0, 1e-13)
    )
    for column in ("estimate", "conf_low", "conf_high"):
        np.testing.assert_allclose(small[column], one[column], rtol=1e-9)


@pytest.mark.parametrize("level", LEVELS[:3])
def test_a_covariate_that_does_not_vary_adds_nothing(level):
    d = case_pupils("balanced")
    given = {"arms": ("c", "p"), "names": ["g_within_conditional"]}
    args = (d["later"], d["group"], d["school"])
    plain = estimate_clustered(*args, **given)
    same = estimate_clustered(*args, covariates=np.full((40, 1), level), **given)
    assert same["estimate"].iloc[0] == pytest.approx(plain["estimate"].iloc[0], rel=1e-9)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", ["balanced", "unbalanced"])
def test_scores_that_the_arm_alone_decides_have_no_sd_within(level, name):
    d = case_pupils(name)
    score = level * (1 + 0.7 * (d["group"] == "p"))
    names = ["g_within", "g_within_conditional", "g_total_conditional"]
    found = estimate_clustered(score, d["group"], d["school"], arms=("c", "p"), names=names)
    none_and_why(found[found["estimand"] != "g_within"])
    assert found["std_error"].isna().all()
    # by school: between them all varies, inside nothing
    place = pd.factorize(d["school"])[0]
    assert conditional_components(level * place**2, place).reason == "nothing varies within schools"


@pytest.mark.parametrize("level", LEVELS)
def test_a_group_of_equal_scores_has_no_standardised_change(level):
    d = case_pupils("balanced")
    first = level * (1 + 0.7 * (d["group"] == "p"))
    frame = long(d.assign(first=first, later=1.1 * first))
    found = estimate_paired(frame, waves=WAVES, changes=[WAVES], gender=("p", "c"))
    none_and_why(found[found["subgroup"] != "all"])


def test_picked_pupils_of_equal_scores_have_no_interval():
    for level in LEVELS:
        d = pupils(level, 1.1 * level)
        found = estimate_picked_change(
            d["first"], d["later"], d["school"], cut=level, reliability=0.7, source="made up"
        )
        assert found["std_error"].isna().all() and (found["reason"] != "").all()


@pytest.mark.parametrize("name", ["balanced", "unbalanced", "missing"])
def test_the_mixed_model_does_not_depend_on_the_level_of_the_scores(name):
    d = case_pupils(name)
    made = [
        estimate_change_mixed(
            long(d.assign(first=d["first"] + a, later=d["later"] + a)), waves=WAVES,
            changes=[WAVES],
        ).iloc[0]
        for a in (0.0, 1e5)
    ]  # fmt: skip
    for column in ("estimate", "std_error", "df"):
        assert made[1][column] == pytest.approx(made[0][column], rel=1e-6)


def test_scores_that_are_the_same_in_each_school_do_not_break_the_covariance():
    d = case_pupils("missing")
    k = pd.factorize(d["school"])[0]
    values = np.column_stack([0.1 + 0.07 * k**2, 0.11 + 0.14 * k**2])
    seen = d[["first", "later"]].notna().to_numpy()
    pupil, wave = np.nonzero(seen)
    found = estimate_covariance(values[seen], pupil, wave, np.zeros(len(pupil), dtype=int))
    assert "did not converge" in found.reason or "singular" in found.reason
