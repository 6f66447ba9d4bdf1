"""Families of benchmarks/long_run_further.py with arms, raters, sites and coders."""

from __future__ import annotations

import numpy as np
import pandas as pd
from long_run_study import CHANGE_VARIANCE, LEVELS, Study, Told, rows_of
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

REPORTS_R = 0.4
CATEGORIES = np.array([-1.2, -0.4, 0.4, 1.2])


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
        yield from rows_of(frame, truths)


def adjusted(study: Study) -> Told:
    """Arms of two waves: adjusted for the first score, and changes compared."""
    first, second = study.waves()
    asked = {"levels": LEVELS, "school": study.school}
    spread = np.sqrt(1 + CHANGE_VARIANCE)
    got = estimate_ancova(second, study.group, [first], **asked)
    yield from rows_of(got, {"g_ancova": study.effect / spread})
    got = estimate_ppc2(first, second, study.group, **asked)
    yield from rows_of(got, {"d_ppc2": study.effect})


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
    yield from rows_of(
        estimate_rate_ratio(events, exposure, study.group, **asked), {"rate_ratio": ratio}
    )
    models = estimate_rate_models(events, exposure, study.group, **asked)
    yield from rows_of(models, {"rate_ratio_poisson": ratio, "rate_ratio_negbin": ratio})
    if study.effect == 0:
        yield from rows_of(estimate_rate(events, exposure, school=study.school), {"rate": 0.1})


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
    yield from rows_of(got, {"change_odds_ratio": 1.0})


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
    yield from rows_of(estimate_raters(own, theirs, study.school), truths)


def several_sites(study: Study) -> Told:
    """As many sites as the design has schools, errors of .1 to .3, sites' variance `icc` x .2."""
    variance = 0.2 * study.icc
    error = study.random.uniform(0.1, 0.3, study.schools)
    true = study.effect + study.random.normal(0.0, np.sqrt(variance), study.schools + 1)
    found = true[:-1] + study.random.normal(0.0, error)
    truths = {"mean_of_sites": study.effect, "next_site": float(true[-1]), "tau2": variance}
    yield from rows_of(estimate_sites_from_summary(found, error), truths)


def between_schools(study: Study) -> Told:
    """The intraclass correlation, and the variance that three groups of pupils explain."""
    score = study.between(study.icc) + study.noise(1 - study.icc)
    yield "icc_level", study.icc, icc_row(score, study.school, 0.95)
    third = study.school % 3
    effect = np.array([-1.0, 0.0, 1.0]) * study.effect / 2
    share = np.bincount(third, minlength=3) / study.n
    spread = float(share @ (effect - share @ effect) ** 2)
    truth = spread / (spread + 1)
    got = estimate_variance([score + effect[third]], third)
    # one test stands beside both, which has no interval of the second
    got["interval"] = got["interval"].replace("", "none, pupils independent")
    yield from rows_of(got, {"partial_eta_squared": truth, "generalised_eta_squared": truth})


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
    school = np.repeat(np.arange(study.schools), 3)
    got = estimate_coders(both, ("cohen_kappa", "krippendorff_nominal"), school=school)
    # alpha of the population: the coders have the same margins, so it is kappa
    yield from rows_of(got, {"cohen_kappa": kappa, "krippendorff_nominal": kappa})
