"""Families of benchmarks/long_run_further.py of shares of pupils, and of pupils picked by a score.

Here `effect` is the difference of two shares, the change of everyone, or (of picked pupils) that
of everyone and of the programme's arm.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace

import numpy as np
import pandas as pd
from long_run_data import GIRLS, Array
from long_run_study import (
    CHANGE_VARIANCE,
    GENDERS,
    LEVELS,
    Study,
    Told,
    rows_of,
    shared_variance,
)
from long_run_truths import POINTS, density_of_seen
from scipy import stats

from resilience_lib.effects.persons import estimate_persons
from resilience_lib.effects.picked import estimate_picked_change, estimate_picked_difference
from resilience_lib.effects.proportions import estimate_proportion
from resilience_lib.effects.subgroups import ALL
from resilience_lib.effects.two_proportions import estimate_two_proportions

SHARE = 0.3
"""Of the comparison, or of the boys."""
TOGETHER = 0.8
"""How far the shares of a school's girls and boys go together (correlation of normal values)."""
RELIABILITY, IMPORTANT, STEP = 0.8, 0.5, 0.25
SIDES = ("share_improved", "share_unchanged", "share_deteriorated")
CUT = -0.675
"""The lowest quarter is picked; in the middle of a step of `POINTS`."""
WORDS = re.compile(r"([\d.e+]+) or more for one event (more|fewer)")


def school_shares(study: Study, mean: Array) -> Array:
    """A beta share of each group (column) of each school (row), with the design's ICC."""
    if study.icc == 0:
        return mean
    both, own = study.random.normal(size=(len(mean), 1)), study.random.normal(size=mean.shape)
    place = stats.norm.cdf(np.sqrt(TOGETHER) * both + np.sqrt(1 - TOGETHER) * own)
    size = (1 - study.icc) / study.icc
    return np.asarray(stats.beta.ppf(place, size * mean, size * (1 - mean)))


def shares_of_arms(study: Study) -> Told:
    """Two shares, of arms of whole schools."""
    programme = study.arm[np.searchsorted(study.school, np.arange(study.schools))]
    share = school_shares(study, SHARE + study.effect * programme[:, None])[study.school, 0]
    events = (study.random.random(study.n) < share).astype(float)
    yield from compared(study, events, study.group, LEVELS)


def shares_within_schools(study: Study) -> Told:
    """Two shares, of the genders of the same schools, and that of all pupils."""
    girls = study.girls()
    mean = np.tile([SHARE, SHARE + study.effect], (study.schools, 1))
    share = school_shares(study, mean)[study.school, girls.astype(int)]
    events = (study.random.random(study.n) < share).astype(float)
    yield from compared(study, events, np.where(girls, *GENDERS), GENDERS)
    whole = {"proportion": SHARE + GIRLS * study.effect}
    yield from rows_of(estimate_proportion(events, school=study.school), whole)


def compared(study: Study, events: Array, group: np.ndarray, levels: tuple[str, str]) -> Told:
    """All that compares two shares.

    The NNT is counted as its inverse, the difference, so that its interval is one piece where it
    passes through infinity.
    """
    one, two = SHARE + study.effect, SHARE
    truths = {
        "risk_difference": one - two,
        "risk_ratio": one / two,
        "odds_ratio": one * (1 - two) / (two * (1 - one)),
    }
    got = estimate_two_proportions(events, group, levels=levels, school=study.school)
    yield from rows_of(got, truths)
    for row in got[got["estimand"] == "nnt"].to_dict("records"):
        yield "nnt", study.effect, inverse_of_nnt(row)


def inverse_of_nnt(row: dict[str, object]) -> dict[str, object]:
    """1 / NNT; ends that are said in words are read from them."""
    estimate, one, two = (1 / float(str(row[key])) for key in ("estimate", "conf_low", "conf_high"))
    said = {side: 1 / float(number) for number, side in WORDS.findall(str(row["reason"]))}
    low, high = (-said.get("fewer", 0.0), said.get("more", 0.0)) if said else (two, one)
    return row | {"estimate": estimate, "conf_low": low, "conf_high": high}


def persons(study: Study) -> Told:
    """Pupils who changed, by the rule with a reliability and by that with an important change.

    The first also of scores that move in steps, where its limit may pass one.
    """
    first, second = replace(study, effect=0.0).waves()
    scores = np.stack([first, second + study.effect])
    limit = float(stats.norm.ppf(0.975) * np.sqrt(2 * (1 - RELIABILITY)))
    asked = (study.icc, study.effect, study.dropout)
    found = told_by_rules(study, scores, GENDERS)
    # of the population of schools, whose scores have a variance of 1
    for rule, least, name in (("reliable", limit, ""), ("important", IMPORTANT, "_important")):
        of = found[found["rule"] == rule]
        for estimand, truth, row in rows_of(
            of[of["subgroup"] == ALL], shares_beyond(least, *asked)
        ):
            yield estimand + name, truth, row
        # genders are alike
        for estimand, truth, row in rows_of(
            of[of["subgroup"] == " - ".join(GENDERS)], dict.fromkeys(SIDES, 0.0)
        ):
            yield f"{estimand}{name}, by gender", truth, row
    found = told_by_rules(study, np.round(scores / STEP) * STEP)
    found = found[found["rule"] == "reliable"]
    for estimand, truth, row in rows_of(found, shares_in_steps(limit, *asked)):
        yield f"{estimand}_in_steps", truth, row


def told_by_rules(study: Study, scores: Array, gender: tuple[str, ...] = ()) -> pd.DataFrame:
    """Rows of the rules with a reliability and with an important change."""
    return estimate_persons(
        study.frame(list(scores), study.girls()), change=("T1", "T2"), gender=gender,
        reliability=RELIABILITY, source="manual", important=IMPORTANT, important_source="manual",
    )  # fmt: skip


@functools.cache
def shares_beyond(least: float, icc: float, rise: float, dropout: str) -> dict[str, float]:
    """Shares of those seen twice whose change is `least` or more, up and down."""
    shared = shared_variance(icc)
    error = np.sqrt(1 + CHANGE_VARIANCE - shared**2)
    change, weight = rise + (shared - 1) * POINTS, density_of_seen(dropout)
    up = float(weight @ stats.norm.sf(least, change, error))
    down = float(weight @ stats.norm.cdf(-least, change, error))
    return dict(zip(SIDES, (up, 1 - up - down, down), strict=True))


@functools.cache
def shares_in_steps(limit: float, icc: float, rise: float, dropout: str) -> dict[str, float]:
    """The same of scores rounded to `STEP`; `limit` is that in SDs of the first wave."""
    shared = shared_variance(icc)
    error = np.sqrt(1 + CHANGE_VARIANCE - shared**2)
    at = np.round(POINTS / STEP) * STEP
    everyone = density_of_seen("none")
    least = limit * float(np.sqrt(everyone @ at**2))
    # a later score rounds to more than at + least where it passes the middle below the next step
    above = (np.floor((at + least) / STEP + 1e-9) + 0.5) * STEP
    below = (np.ceil((at - least) / STEP - 1e-9) - 0.5) * STEP
    mean, weight = rise + shared * POINTS, density_of_seen(dropout)
    up = float(weight @ stats.norm.sf(above, mean, error))
    down = float(weight @ stats.norm.cdf(below, mean, error))
    return dict(zip(SIDES, (up, 1 - up - down, down), strict=True))


def picked(study: Study) -> Told:
    """The lowest quarter by the first score: their change, and their arms compared."""
    first, second = replace(study, effect=0.0).waves()
    reliability = shared_variance(study.icc)
    got = estimate_picked_change(
        first, second + study.effect, study.school, cut=CUT, reliability=reliability, source="known"
    )
    truths = {
        "picked_change": study.effect,
        "expected_regression": (reliability - 1) * mean_of_picked(study.dropout),
    }
    yield from rows_of(got, truths)
    later = second + study.effect * study.arm
    got = estimate_picked_difference(first, later, study.school, study.arm, cut=CUT)
    yield from rows_of(got, {"picked_difference": study.effect})


@functools.cache
def mean_of_picked(dropout: str) -> float:
    """First score of the picked who are seen again; that of all pupils is 0."""
    weight = np.where(POINTS <= CUT, density_of_seen(dropout), 0.0)
    return float(weight @ POINTS / weight.sum())
