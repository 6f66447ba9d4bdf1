"""Input that nothing can be made of is refused in words, by every function that takes it."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from case_frames import case_pupils, long

from resilience_lib.effects.arms import estimate_effects, estimate_unadjusted
from resilience_lib.effects.change import estimate_change
from resilience_lib.effects.clustered import estimate_clustered
from resilience_lib.effects.completed import complete_outcome
from resilience_lib.effects.descriptives import estimate_descriptives
from resilience_lib.effects.dose import estimate_dose
from resilience_lib.effects.gaps import estimate_gaps
from resilience_lib.effects.joint import estimate_joint
from resilience_lib.effects.marginal import estimate_marginal_means
from resilience_lib.effects.mixed import estimate_change_mixed, estimate_effects_mixed
from resilience_lib.effects.ordinal import estimate_change_ordinal
from resilience_lib.effects.paired import estimate_paired
from resilience_lib.effects.persons import estimate_persons
from resilience_lib.effects.picked import estimate_picked_change, estimate_picked_difference
from resilience_lib.effects.proportions import estimate_proportion_from_summary
from resilience_lib.effects.rate_models import estimate_rate_models
from resilience_lib.effects.sites import estimate_sites, estimate_sites_from_summary
from resilience_lib.effects.stability import estimate_stability
from resilience_lib.errors import EstimandError
from resilience_lib.models.attrition import estimate_baseline_loss, pupils_seen
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.icc import estimate_icc

WAVES, ARMS = ("T1", "T2"), ("c", "p")
CHANGES = {"waves": WAVES, "changes": [WAVES]}
DOSE = pd.DataFrame({"school": list("abcd"), "dose": [1.0, 2.0, 4.0, 5.0]})
OF_FRAMES = {
    "descriptives": lambda f: estimate_descriptives(f, waves=WAVES),
    "gaps": lambda f: estimate_gaps(f, waves=WAVES, gender=ARMS),
    "stability": lambda f: estimate_stability(f, waves=WAVES),
    "icc": lambda f: estimate_icc(f, **CHANGES),
    "change": lambda f: estimate_change(f, **CHANGES),
    "paired": lambda f: estimate_paired(f, **CHANGES),
    "effects": lambda f: estimate_effects(f, waves=WAVES, arms=ARMS),
    "unadjusted": lambda f: estimate_unadjusted(f, wave="T1", arms=ARMS),
    "joint": lambda f: estimate_joint(f, waves=WAVES, changes=[WAVES, WAVES]),
    "loss": lambda f: estimate_baseline_loss(f, pupils_seen(f, WAVES), waves=WAVES),
    "mixed change": lambda f: estimate_change_mixed(f, **CHANGES),
    "mixed effects": lambda f: estimate_effects_mixed(f, waves=WAVES, arms=ARMS),
    "marginal": lambda f: estimate_marginal_means(f, waves=WAVES),
    "ordinal": lambda f: estimate_change_ordinal(f, **CHANGES),
    "persons": lambda f: estimate_persons(f, change=WAVES),
    "dose": lambda f: estimate_dose(f, DOSE, changes=[WAVES], name="x", unit="one"),
    "completed": lambda f: complete_outcome(f, "x", waves=WAVES, imputations=2, seed=1),
}
ROUND = long(case_pupils("balanced"))
BAD = {
    "text": (ROUND.assign(score=ROUND["score"].astype(str)), "must be numbers"),
    "a word": (ROUND.assign(score=["x", *ROUND["score"][1:]]), "must be numbers"),
    "infinite": (ROUND.assign(score=[-np.inf, *ROUND["score"][1:]]), "infinite score"),
    "twice": (pd.concat([ROUND, ROUND[:1]]), "two scores at one wave"),
    "no school": (
        ROUND.assign(school=[None, *ROUND["school"][1:]]),
        "needs a school",
    ),
}


@pytest.fixture(autouse=True)
def no_warning_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("flaw", BAD)
@pytest.mark.parametrize("name", OF_FRAMES)
def test_scores_that_are_none_are_refused(name, flaw):
    frame, said = BAD[flaw]
    with pytest.raises(ModelInputError, match=said):
        OF_FRAMES[name](frame)


@pytest.mark.parametrize("name", ["icc", "loss"])
def test_two_outcomes_are_not_put_together(name):
    with pytest.raises(ModelInputError, match="one outcome at a time"):
        OF_FRAMES[name](pd.concat([ROUND, ROUND.assign(outcome="y")]))


def test_lists_that_are_no_numbers_are_refused():
    d = case_pupils("balanced")
    words = ["x", *d["later"][1:]]
    picked = {"cut": 10.0, "reliability": 0.7, "source": "made up"}
    with pytest.raises(ModelInputError, match="must be numbers"):
        estimate_clustered(words, d["group"], d["school"], arms=ARMS)
    with pytest.raises(ModelInputError, match="must be numbers"):
        estimate_picked_change(words, d["later"], d["school"], **picked)
    with pytest.raises(ModelInputError, match="must be numbers"):
        estimate_picked_difference(d["first"], words, d["school"], np.ones(40), cut=1.0)
    with pytest.raises(ModelInputError, match="must be numbers"):
        estimate_sites(words, d["group"], d["school"])
    with pytest.raises(ModelInputError, match="needed for each pupil"):
        estimate_sites(d["later"][1:], d["group"], d["school"])
    with pytest.raises(ModelInputError, match="must be numbers"):
        estimate_sites_from_summary(["a", "b"], [1.0, 2.0])
    with pytest.raises(ModelInputError, match="must be numbers"):
        estimate_rate_models(words, np.ones(40), d["group"], levels=ARMS)
    with pytest.raises(ModelInputError, match="must be numbers"):
        estimate_proportion_from_summary("3", 10)
    with pytest.raises(ModelInputError, match="doses must be numbers"):
        estimate_dose(ROUND, DOSE.assign(dose=list("1245")), changes=[WAVES], name="x", unit="one")


def test_a_pick_has_a_side_and_a_cut():
    d = case_pupils("balanced")
    args, given = (d["first"], d["later"], d["school"]), {"reliability": 0.7, "source": "made up"}
    for wrong in ({"cut": 10.0, "side": "below"}, {"cut": np.nan}):
        with pytest.raises(ModelInputError, match=r"picked at most or at least|a cut is a score"):
            estimate_picked_change(*args, **wrong, **given)
        with pytest.raises(ModelInputError, match=r"picked at most or at least|a cut is a score"):
            estimate_picked_difference(*args, np.ones(40), **wrong)


def test_rate_models_name_what_they_do_not_know():
    rows = ([1, 2, 3, 4], [1.0] * 4)
    with pytest.raises(EstimandError, match="'rate_ratio_poisson'"):
        estimate_rate_models(*rows, list("pcpc"), levels=ARMS, names=["rate_ratio_poissson"])
    with pytest.raises(ModelInputError, match="groups None"):
        estimate_rate_models(*rows, ["p", "c", None, "c"], levels=ARMS)
    with pytest.raises(ModelInputError, match="exposure must be above 0"):
        estimate_rate_models([1, 2, 3, 4], [0.0, 1, 1, 1], list("pcpc"), levels=ARMS)


def test_nobody_has_no_slope_and_no_comparison():
    found = estimate_dose(ROUND[:0], DOSE, changes=[WAVES], name="x", unit="one")
    assert found["reason"].tolist() == ["no pupils with a change and a dose"]
    with pytest.raises(ModelInputError, match="no pupil with a score"):
        estimate_clustered([], [], [], arms=ARMS)


def test_one_pupil_a_school_has_no_hedges_interval_and_is_not_refused():
    d = case_pupils("balanced")
    found = estimate_clustered(d["later"], d["group"], np.arange(40), arms=ARMS)
    total = found[found["estimand"] == "g_total"]
    assert len(total) == 1 and np.isfinite(total["conf_low"].iloc[0])
    rest = found[found["estimand"] != "g_total"]
    assert rest["estimate"].isna().all() and (rest["reason"] != "").all()
