"""Generated studies of benchmarks/long_run_further.py: a family of estimates each, with its truth.

Pupils of schools as in long_run_data.school_sizes. Scores have a variance of 1 over all pupils, of
which `icc` lies between schools. Arms are whole schools, half of them. `effect` is the difference
of the arms, in those units, or what stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from long_run_data import LOST, SEED, Array, Codes, school_sizes
from scipy import stats

from resilience_lib.effects.ancova import estimate_ancova
from resilience_lib.effects.clustered import estimate_clustered
from resilience_lib.effects.groups import estimate_groups
from resilience_lib.effects.ordinal import estimate_change_ordinal
from resilience_lib.effects.overlap import estimate_overlap
from resilience_lib.effects.pretest_posttest import estimate_ppc2
from resilience_lib.effects.ranks import estimate_ranks
from resilience_lib.effects.rate_models import estimate_rate_models
from resilience_lib.effects.raters import estimate_raters
from resilience_lib.effects.rates import estimate_rate, estimate_rate_ratio
from resilience_lib.effects.sites import estimate_sites_from_summary
from resilience_lib.effects.variance import estimate_variance
from resilience_lib.models.dose import associate_dose
from resilience_lib.models.icc import icc_row
from resilience_lib.reliability.coders import estimate_coders
from resilience_lib.resampling.streams import stream

WITHIN_R = 0.6
CHANGE_VARIANCE = 0.02
"""Between schools, of change, in all families with two waves."""
REPORTS_R = 0.4
CATEGORIES = np.array([-1.2, -0.4, 0.4, 1.2])
LEVELS = ("programme", "comparison")
Told = Iterator[tuple[str, float, dict[str, object]]]
"""Estimand, truth, and a row of an Estimate frame."""


@dataclass(frozen=True)
class Study:
    """One design and one draw of its schools."""

    schools: int
    icc: float
    sizes: str
    dropout: str
    effect: float
    random: np.random.Generator
    school: Codes
    arm: Array

    @property
    def n(self) -> int:
        return len(self.school)

    @property
    def group(self) -> np.ndarray:
        return np.where(self.arm == 1, *LEVELS)

    def between(self, variance: float) -> Array:
        """A normal value of each school, on its pupils."""
        values = self.random.normal(0.0, np.sqrt(variance), self.schools)
        return np.asarray(values[self.school])

    def noise(self, variance: float) -> Array:
        return np.asarray(self.random.normal(0.0, np.sqrt(variance), self.n))

    def waves(self) -> tuple[Array, Array]:
        """Scores before and after; arms differ after by `effect`, and some pupils are lost."""
        level, base = self.between(self.icc), self.noise(1 - self.icc)
        later = WITHIN_R * base + np.sqrt(1 - WITHIN_R**2) * self.noise(1 - self.icc)
        first = level + base
        second = level + self.between(CHANGE_VARIANCE) + later + self.effect * self.arm
        if self.dropout != "none":
            at_mean, per_sd = LOST[self.dropout]
            gone = self.random.random(self.n) < 1 / (1 + np.exp(-(at_mean + per_sd * first)))
            second = np.where(gone, np.nan, second)
        return first, second


def draw_study(
    schools: int, icc: float, sizes: str, dropout: str, effect: float, family: str, number: int
) -> Study:
    """The same for the same design, family and number, whatever else is run."""
    place = f"further|{family}|{schools}|{icc}|{sizes}|{dropout}|{effect}"
    random = stream(SEED, place, str(number))
    school = np.repeat(np.arange(schools), school_sizes(schools, sizes))
    arm = random.permutation(np.arange(schools) % 2)[school].astype(float)
    return Study(schools, icc, sizes, dropout, effect, random, school, arm)


def _rows(frame: pd.DataFrame, truths: dict[str, float]) -> Told:
    for row in frame.to_dict("records"):
        if row["estimand"] in truths:
            yield str(row["estimand"]), truths[str(row["estimand"])], row


def two_groups(study: Study) -> Told:
    """Arms of one wave: standardised differences, ranks and overlaps."""
    d = study.effect
    score = study.between(study.icc) + study.noise(1 - study.icc) + d * study.arm
    asked = {"levels": LEVELS, "school": study.school}
    half = float(stats.norm.cdf(d / np.sqrt(2)))
    frames = [
        estimate_groups(score, study.group, names=("g_independent", "d_glass"), **asked),
        estimate_ranks(score, study.group, **asked),
        estimate_overlap(score, study.group, **asked),
        estimate_clustered(score, study.group, study.school, arms=LEVELS[::-1],
                           names=("g_total", "g_within")),
    ]  # fmt: skip
    truths = {
        "g_independent": d,
        "d_glass": d,
        "rank_biserial": 2 * half - 1,
        "prob_superiority": half,
        "cles_normal": half,
        "u3_normal": float(stats.norm.cdf(d)),
        "g_total": d,
        "g_within": d / np.sqrt(1 - study.icc),
    }
    for frame in frames:
        yield from _rows(frame, truths)


def adjusted(study: Study) -> Told:
    """Arms of two waves: adjusted for the first score, and changes compared."""
    first, second = study.waves()
    asked = {"levels": LEVELS, "school": study.school}
    spread = np.sqrt(1 + CHANGE_VARIANCE)
    got = estimate_ancova(second, study.group, [first], **asked)
    yield from _rows(got, {"g_ancova": study.effect / spread})
    got = estimate_ppc2(first, second, study.group, **asked)
    yield from _rows(got, {"d_ppc2": study.effect})


def counted(study: Study) -> Told:
    """Events over exposure: schools' rates differ by the lognormal, pupils' by the gamma."""
    variance = study.icc
    by_school = np.exp(study.between(variance) - variance / 2)
    ratio = float(np.exp(study.effect))
    exposure = study.random.integers(5, 15, study.n).astype(float)
    own = study.random.gamma(2.0, 0.5, study.n)
    mean = 0.1 * exposure * by_school * own * np.where(study.arm == 1, ratio, 1.0)
    events = study.random.poisson(mean).astype(float)
    asked = {"levels": LEVELS, "school": study.school}
    yield from _rows(
        estimate_rate_ratio(events, exposure, study.group, **asked), {"rate_ratio": ratio}
    )
    models = estimate_rate_models(events, exposure, study.group, **asked)
    yield from _rows(models, {"rate_ratio_poisson": ratio, "rate_ratio_negbin": ratio})
    if study.effect == 0:
        yield from _rows(estimate_rate(events, exposure, school=study.school), {"rate": 0.1})


def ordered(study: Study) -> Told:
    """Answers in five steps at two waves, the change in odds; nothing changes but by schools."""
    first, second = study.waves()
    n, seen = study.n, np.isfinite(second)
    steps = np.r_[np.searchsorted(CATEGORIES, first), np.searchsorted(CATEGORIES, second)]
    frame = pd.DataFrame(
        {
            "pupil": np.tile([f"p{i}" for i in range(n)], 2),
            "school": np.tile(study.school.astype(str), 2),
            "wave": np.repeat(["T1", "T2"], n),
            "outcome": "x",
            "score": np.where(np.r_[np.ones(n, dtype=bool), seen], steps, np.nan),
        }
    )
    got = estimate_change_ordinal(frame, waves=("T1", "T2"), changes=[("T1", "T2")])
    yield from _rows(got, {"change_odds_ratio": 1.0})


def dosed(study: Study) -> Told:
    """Schools' doses beside pupils' changes."""
    dose = study.between(1.0)
    change = study.effect * dose + study.between(max(study.icc, CHANGE_VARIANCE)) + study.noise(1.0)
    got = associate_dose(change, dose, study.school, by_class=False)["dose_slope"]
    yield "dose_slope", study.effect, {"interval": "CR2 by school", **vars(got)}


def reported(study: Study) -> Told:
    """Pupils and their teachers, one a school, whose severity has the variance `icc`."""
    own = study.noise(1.0)
    theirs = REPORTS_R * own + study.between(study.icc)
    theirs += study.noise(1 - REPORTS_R**2 - study.icc)
    gap = 1.96 * np.sqrt(2 - 2 * REPORTS_R)
    truths = {
        "rater_bias": 0.0,
        "rater_correlation": REPORTS_R,
        "icc_a1": REPORTS_R,
        "loa_low": -gap,
        "loa_high": gap,
    }
    yield from _rows(estimate_raters(own, theirs, study.school), truths)


def several_sites(study: Study) -> Told:
    """As many sites as the design has schools, errors of .1 to .3, sites' variance `icc` x .2."""
    variance = 0.2 * study.icc
    error = study.random.uniform(0.1, 0.3, study.schools)
    true = study.effect + study.random.normal(0.0, np.sqrt(variance), study.schools + 1)
    found = true[:-1] + study.random.normal(0.0, error)
    truths = {"mean_of_sites": study.effect, "next_site": float(true[-1]), "tau2": variance}
    yield from _rows(estimate_sites_from_summary(found, error), truths)


def between_schools(study: Study) -> Told:
    """The intraclass correlation, and the variance that three groups of pupils explain."""
    score = study.between(study.icc) + study.noise(1 - study.icc)
    yield "icc_level", study.icc, icc_row(score, study.school, 0.95)
    third = study.school % 3
    effect = np.array([-1.0, 0.0, 1.0]) * study.effect / 2
    share = np.bincount(third, minlength=3) / study.n
    spread = float(share @ (effect - share @ effect) ** 2)
    got = estimate_variance([score + effect[third]], third, names=("partial_eta_squared",))
    yield from _rows(got, {"partial_eta_squared": spread / (spread + 1)})


def coded(study: Study) -> Told:
    """Two coders of three stories a school, who are right with a probability of .85 each."""
    stories = 3 * study.schools
    lean = np.repeat(study.random.normal(0.0, np.sqrt(study.icc), study.schools), 3)
    share = float(stats.norm.cdf(-0.5 / np.sqrt(1 + study.icc)))
    true = study.random.random(stories) < stats.norm.cdf(-0.5 + lean)
    codes = [np.where(study.random.random(stories) < 0.85, true, ~true) for _ in range(2)]
    both = pd.DataFrame({"a": codes[0].astype(float), "b": codes[1].astype(float)})
    given = 0.85 * share + 0.15 * (1 - share)
    same = 0.85**2 + 0.15**2
    by_chance = given**2 + (1 - given) ** 2
    kappa = (same - by_chance) / (1 - by_chance)
    got = estimate_coders(
        both, ("cohen_kappa", "krippendorff_nominal"), seed=int(study.random.integers(1 << 30)),
        school=np.repeat(np.arange(study.schools), 3), draws=500,
    )  # fmt: skip
    # alpha of the population: the coders have the same margins, so it is kappa
    yield from _rows(got, {"cohen_kappa": kappa, "krippendorff_nominal": kappa})


@dataclass(frozen=True)
class Family:
    """What is run, how often in a cell, at which effects, and whether pupils are lost."""

    run: Callable[[Study], Told]
    runs: int
    effects: tuple[float, ...]
    two_waves: bool = False


FAMILIES: dict[str, Family] = {
    "two groups": Family(two_groups, 400, (0.0, 0.5)),
    "adjusted": Family(adjusted, 400, (0.0, 0.5), two_waves=True),
    "rates": Family(counted, 400, (0.0, 0.4)),
    "ordinal": Family(ordered, 200, (0.0,), two_waves=True),
    "dose": Family(dosed, 400, (0.0, 0.3)),
    "raters": Family(reported, 400, (0.0,)),
    "sites": Family(several_sites, 1000, (0.0, 0.3)),
    "between schools": Family(between_schools, 400, (0.0, 0.5)),
    "coders": Family(coded, 200, (0.0,)),
}
