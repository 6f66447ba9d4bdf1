"""The same power by simulation: planned studies are generated and estimated as notebook 4 does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.design.plan import Plan, asked
from resilience_lib.design.precision import CHANGE, CHANGE_EFFECT, DIFFERENCE, EFFECT
from resilience_lib.effects.arms import estimate_effects
from resilience_lib.effects.change import estimate_change
from resilience_lib.resampling.streams import stream

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

_WAVES = ("T1", "T2")
_GENDER = ("first", "second")
_ARMS = ("comparison", "programme")


@dataclass(frozen=True)
class Simulated:
    """Of one contrast: share of runs that found it, its Monte Carlo error, runs, and the spread
    of the estimates, which the formula's standard error should equal."""

    contrast: str
    power: float
    error: float
    runs: int
    spread: float


def simulate_power(
    plan: Plan, effects: Mapping[str, float], *, runs: int, seed: int
) -> list[Simulated]:
    """Power of the headline estimators over generated studies.

    Parameters
    ----------
    plan : Plan
    effects : mapping
        The true change of everyone, gender difference in change, effect at the second wave and
        effect on change, in SDs of the first; those named are simulated.
    runs : int
        Studies to generate, at least 1.
    seed : int, at least 0

    Returns
    -------
    list of Simulated
        In the order of `effects`. The Monte Carlo error of a share p is sqrt(p (1 - p) / runs).

    Notes
    -----
    Schools' levels at the two waves have the variance icc_level and correlate so that schools'
    change has icc_change of the variance of change; pupils' scores have the variance 1 and the
    correlation pre_post_r over all pupils. Pupils are lost at random. Estimates are those of
    `effects.change.estimate_change` and `effects.arms.estimate_effects` (of scores, and of
    changes); found is p < alpha.

    Examples
    --------
    >>> got = simulate_power(Plan(6, 10, 0, 0, 0.5), {"change": 2.0}, runs=3, seed=1)
    >>> got[0].contrast, got[0].power
    ('change', 1.0)
    """
    p_values: dict[str, list[float]] = {name: [] for name in effects}
    estimates: dict[str, list[float]] = {name: [] for name in effects}
    for number in range(runs):
        random = stream(seed, "design", str(number))
        rows = _one_study(plan, effects, random)
        for name in effects:
            p_values[name].append(float(rows[name]["p_value"]))
            estimates[name].append(float(rows[name]["estimate"]))
    found = []
    for name in effects:
        share = float((np.array(p_values[name]) < plan.alpha).mean())
        error = float(np.sqrt(share * (1 - share) / runs))
        spread = float(np.std(estimates[name], ddof=1)) if runs > 1 else float("nan")
        found.append(Simulated(name, share, error, runs, spread))
    return found


def _one_study(
    plan: Plan, effects: Mapping[str, float], random: np.random.Generator
) -> dict[str, pd.Series]:
    """The rows of the Estimate frame for each contrast."""
    school = np.repeat(np.arange(plan.schools), asked(plan))
    first_group = random.random(len(school)) < plan.gender_share
    lost = random.random(len(school)) < plan.attrition
    rows = {}
    if CHANGE in effects or DIFFERENCE in effects:
        group = np.where(first_group, 0, 1)
        change, gap = effects.get(CHANGE, 0.0), effects.get(DIFFERENCE, 0.0)
        gain = change + gap * (first_group - plan.gender_share)
        scores = _two_scores(plan, school, group, random)
        scores[1] += gain
        frame = _frame(school, scores, lost, gender=np.array(_GENDER)[group])
        found = estimate_change(frame, waves=_WAVES, changes=[_WAVES], gender=_GENDER)
        found = found[found["estimand"] == "mean_change"].set_index("subgroup")
        rows = {CHANGE: found.loc["all"], DIFFERENCE: found.loc[" - ".join(_GENDER)]}
    inside = plan.assigned == "pupils"
    for name in (EFFECT, CHANGE_EFFECT):
        if name not in effects:
            continue
        arm = _arms(plan, school, random)
        gap_in = ("change" if name == CHANGE_EFFECT else "second") if inside else "nothing"
        scores = _two_scores(plan, school, arm, random, gap_in)
        scores[1] += effects[name] * arm
        if name == CHANGE_EFFECT:
            scores[1] -= scores[0]
        stratum = school.astype(str) if inside else None
        frame = _frame(school, scores, lost, arm=np.array(_ARMS)[arm], stratum=stratum)
        found = estimate_effects(frame, waves=_WAVES[1:], arms=_ARMS)
        rows[name] = found[found["estimand"] == "mean_difference"].iloc[0]
    return rows


def _arms(plan: Plan, school: Codes, random: np.random.Generator) -> Codes:
    """Every second school, or half of each school whichever pupils these are."""
    if plan.assigned == "schools":
        return school % 2
    order = np.lexsort((random.random(len(school)), school))
    place = np.empty(len(school), dtype=np.int64)
    begins = np.searchsorted(school[order], school[order])
    place[order] = np.arange(len(school)) - begins
    return place % 2


def _two_scores(
    plan: Plan, school: Codes, group: Codes, random: np.random.Generator, gap_in: str = "change"
) -> Array:
    """Scores (2, n) of variance 1, with schools that differ in the gap between groups: in its
    "change", at the "second" wave, or in "nothing"."""
    k, n = plan.schools, len(school)
    total = plan.change_variance
    between, moved = plan.icc_level, plan.icc_change * total
    # of a gap in change half of the variance stands at each wave
    share = {"change": (total / 2, total / 2), "second": (0.0, 1.0), "nothing": (0.0, 0.0)}
    own = plan.icc_difference * np.array(share[gap_in])
    added = random.normal(size=(2, k, 2)) * np.sqrt(own)[:, None, None]
    inside = 1 - between - own
    level_r = 1 - moved / (2 * between) if between > 0 else 0.0
    covariance = plan.pre_post_r - level_r * between
    pupil_r = covariance / float(np.sqrt(inside.prod()))
    level = _pair(np.sqrt(np.full(2, between)), level_r, k, random)
    pupil = _pair(np.sqrt(inside), pupil_r, n, random)
    scores: Array = level[:, school] + added[:, school, group] + pupil
    return scores


def _pair(sd: Array, r: float, count: int, random: np.random.Generator) -> Array:
    """Two rows of correlated normal numbers."""
    one, two = random.normal(size=(2, count))
    return np.stack([sd[0] * one, sd[1] * (r * one + np.sqrt(max(1 - r**2, 0.0)) * two)])


def _frame(school: Codes, scores: Array, lost: NDArray[np.bool_], **labels: object) -> pd.DataFrame:
    """The analysis frame of pupils at two waves."""
    n = len(school)
    pupil = pd.DataFrame(
        {"pupil": np.arange(n).astype(str), "school": school.astype(str), "outcome": "score"}
    ).assign(**labels)
    later = pupil.assign(wave=_WAVES[1], score=np.where(lost, np.nan, scores[1]))
    return pd.concat([pupil.assign(wave=_WAVES[0], score=scores[0]), later], ignore_index=True)
