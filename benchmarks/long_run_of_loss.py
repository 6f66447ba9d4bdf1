"""Families of benchmarks/long_run_further.py of pupils lost, sites, doses of classes, and schools.

Here `effect` is the change in log odds of loss for an SD of the first score, the SD between sites,
or the slope of change on the dose.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from long_run_data import LOST, Array
from long_run_study import CHANGE_VARIANCE, LEVELS, WITHIN_R, Study, Told, rows_of
from long_run_truths import POINTS
from scipy import special, stats

from resilience_lib.effects.dose import estimate_dose
from resilience_lib.effects.schools import school_changes
from resilience_lib.effects.sites import estimate_sites, estimate_sites_from_summary
from resilience_lib.models.attrition import estimate_attrition, estimate_baseline_loss

LOST_AT_MEAN = LOST["by first score"][0]
SITES = 4
CLASS_DOSE = 0.5
"""Variance of the dose between a school's classes; that between schools is 1."""
SCHOOLS_SHARE = 0.2
"""Variance of schools' changes over the design's ICC."""


def lost(study: Study) -> Told:
    """Pupils lost: how many, in which arm, with which first score.

    Schools differ in log odds by a normal value whose share of the latent logistic variance is
    the design's ICC. Arms do not differ.
    """
    first = study.between(study.icc) + study.noise(1 - study.icc)
    log_odds = LOST_AT_MEAN + study.effect * first + study.between(variance_of_loss(study.icc))
    seen = study.random.random(study.n) >= special.expit(log_odds)
    frame = study.frame([first], study.girls())
    pupils = frame[["pupil", "school", "gender", "arm"]].assign(seen_T1=True, seen_T2=seen)
    truths = moments_of_loss(study.icc, study.effect)
    got = estimate_attrition(pupils, waves=("T1", "T2"), arms=LEVELS[::-1])
    # shares of single arms are those of half of the schools
    yield from rows_of(got[got["subgroup"].isin(["all", " - ".join(LEVELS)])], truths)
    yield from rows_of(estimate_baseline_loss(frame, pupils, waves=("T1", "T2")), truths)


def variance_of_loss(icc: float) -> float:
    return float(icc / (1 - icc) * np.pi**2 / 3)


@functools.cache
def moments_of_loss(icc: float, slope: float) -> dict[str, float]:
    """Share lost, its slope on the first score (variance 1), and the gap of lost and kept."""
    nodes, by = np.polynomial.hermite_e.hermegauss(41)
    by = by / by.sum()
    school = np.sqrt(variance_of_loss(icc)) * nodes
    log_odds = LOST_AT_MEAN + slope * POINTS[:, None] + school
    chance = special.expit(log_odds) @ by
    weight = stats.norm.pdf(POINTS) / stats.norm.pdf(POINTS).sum()
    share = float(weight @ chance)
    # Stein's lemma: the covariance with a normal score is the mean of the derivative
    steep = weight @ (special.expit(log_odds) * special.expit(-log_odds)) @ by
    joint = slope * float(steep)
    return {
        "share_lost": share,
        "risk_slope": joint,
        "baseline_difference": joint / (share * (1 - share)),
        "risk_difference": 0.0,
    }


def sites_of_schools(study: Study) -> Told:
    """Four sites, each with the design's schools; `effect` is the SD between sites."""
    place = study.random.normal(0.0, study.effect, SITES + 1)
    values = [x + study.between(study.icc) + study.noise(1 - study.icc) for x in place[:-1]]
    school = np.concatenate([study.school + i * study.schools for i in range(SITES)])
    got = estimate_sites(np.concatenate(values), np.repeat(np.arange(SITES), study.n), school)
    size = np.bincount(study.school)
    error = study.icc * float(size @ size) / study.n**2 + (1 - study.icc) / study.n
    yield from sites_told(got, place, study.effect**2, error)


def sites_from_errors(study: Study) -> Told:
    """As many sites as the design has schools, as in `long_run_of_groups.several_sites`."""
    tau2 = 0.2 * study.icc
    error = study.random.uniform(0.1, 0.3, study.schools)
    place = study.random.normal(0.0, np.sqrt(tau2), study.schools + 1)
    got = estimate_sites_from_summary(place[:-1] + study.random.normal(0.0, error), error)
    weight = error**-2
    typical = (study.schools - 1) * weight.sum() / (weight.sum() ** 2 - weight @ weight)
    own = got[got["estimand"].isin(["site_mean", "i2", "q_between"])]
    yield from sites_told(own, place, tau2, float(typical))


def sites_told(got: pd.DataFrame, place: Array, tau2: float, typical: float) -> Told:
    """The sites with their own truths, then what is told of all; `q_between` is a test of tau2."""
    truths = {
        "mean_of_sites": 0.0,
        "next_site": float(place[-1]),
        "tau2": tau2,
        "i2": tau2 / (tau2 + typical),
    }
    each = got[got["estimand"] == "site_mean"].to_dict("records")
    for row, truth in zip(each, place[:-1], strict=True):
        yield "site_mean", float(truth), row
    yield from rows_of(got, truths)
    for row in got[got["estimand"] == "q_between"].to_dict("records"):
        # Q is on no scale of tau2: only its p-value is counted
        yield "q_between", tau2, row | {"estimate": None}


def dosed_by_class(study: Study) -> Told:
    """Doses of two classes a school; classes and schools differ in change by themselves."""
    room = study.school * 2 + np.arange(study.n) % 2
    rooms, random = 2 * study.schools, study.random
    dose = np.repeat(random.normal(size=study.schools), 2)
    dose = dose + random.normal(0.0, np.sqrt(CLASS_DOSE), rooms)
    spread = max(study.icc, CHANGE_VARIANCE)
    own = random.normal(0.0, np.sqrt(spread / 2), rooms)[room]
    change = study.effect * dose[room] + study.between(spread) + own + study.noise(1.0)
    frame = study.frame([np.zeros(study.n), change], study.girls())
    names = np.arange(rooms).astype(str)
    frame["classroom"] = np.tile(names[room], 2)
    school = np.repeat(np.arange(study.schools), 2).astype(str)
    given = pd.DataFrame({"school": school, "classroom": names, "dose": dose})
    got = estimate_dose(frame, given, changes=[("T1", "T2")], name="sessions", unit="session")
    slopes = ("dose_slope", "dose_slope_within", "dose_slope_between")
    yield from rows_of(got, dict.fromkeys(slopes, study.effect))


def schools_one_by_one(study: Study) -> Told:
    """Each school's own change: its mean, and that drawn to the mean of schools."""
    own = study.random.normal(0.0, np.sqrt(SCHOOLS_SHARE * study.icc), study.schools)
    within = 2 * (1 - WITHIN_R) * (1 - study.icc)
    change = own[study.school] + study.noise(within)
    table = pd.DataFrame({"school": study.school, "outcome": "x", "contrast": "T2 - T1"})
    found = school_changes(table.assign(change=change))
    for row, truth in zip(found.to_dict("records"), own, strict=True):
        ends = {"conf_low": row["shrunk_low"], "conf_high": row["shrunk_high"]}
        yield "school_change", float(truth), row
        yield "school_change_shrunk", float(truth), {"estimate": row["shrunk"], **ends}
