"""Families of benchmarks/long_run_further.py of pupils seen twice: standardised changes, ranks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from long_run_data import Array
from long_run_study import (
    CHANGE_VARIANCE,
    LEVELS,
    Study,
    Told,
    rows_of,
    shared_variance,
)
from long_run_truths import Pairs, pairs, signed_ranks
from scipy import stats

from resilience_lib.effects.clustered import estimate_clustered
from resilience_lib.effects.names import PAIRED_NAMES
from resilience_lib.effects.overlap import estimate_overlap
from resilience_lib.effects.rank_pairs import estimate_rank_pairs
from resilience_lib.effects.resampled import (
    estimate_independent_resampled,
    estimate_paired_resampled,
)
from resilience_lib.effects.two_waves import estimate_two_waves

DRAWS = 999
COVARIATE = 0.6
"""Slope on the first score in `left_by_covariates`, the same between schools as within them."""


def seen_twice(study: Study) -> tuple[Array, Array, Pairs]:
    """Scores of those seen twice, all of whom change by `effect` alike, and their moments."""
    first, second = replace(study, effect=0.0).waves()
    later = 1 + CHANGE_VARIANCE
    moments = pairs(shared_variance(study.icc), later, study.dropout, study.effect)
    return first, second + study.effect, moments


def divisors(moments: Pairs) -> dict[str, float]:
    """What each standardised change divides by (Lakens 2013; Cumming 2012; Becker 1988)."""
    a, b, r = moments.sd_first, moments.sd_second, moments.r
    return {
        "z": moments.sd_change,
        "av_mean": (a + b) / 2,
        "av_rms": float(np.sqrt((a**2 + b**2) / 2)),
        "rm": moments.sd_change / float(np.sqrt(2 * (1 - r))),
        "pre": a,
    }


def standardised_changes(study: Study) -> Told:
    """All standardised changes, and the ranks of changes."""
    first, second, moments = seen_twice(study)
    truths = {
        f"{kind}_{name}": moments.change / sd
        for name, sd in divisors(moments).items()
        for kind in ("d", "g")
    }
    got = estimate_two_waves(first, second, names=PAIRED_NAMES, school=study.school)
    yield from rows_of(got, truths)
    truth = signed_ranks(
        shared_variance(study.icc), 1 + CHANGE_VARIANCE, study.dropout, study.effect
    )
    got = estimate_rank_pairs(first, second, school=study.school)
    yield from rows_of(got, {"rank_biserial_pairs": truth})


def drawn(study: Study) -> Told:
    """Bootstrap intervals, of drawn schools and BCa of drawn pupils, and U3 by the median."""
    first, second, moments = seen_twice(study)
    there = np.isfinite(second)
    seed = int(study.random.integers(1 << 30))
    got = estimate_paired_resampled(
        first[there], second[there], names=("d_z", "g_z"), school=study.school[there], seed=seed,
        intervals=("schools", "bca"), draws=DRAWS, stream_name=("long run",),
    )  # fmt: skip
    yield from rows_of(got, dict.fromkeys(("d_z", "g_z"), moments.change / moments.sd_change))


def drawn_groups(study: Study) -> Told:
    """The same of two arms at one wave."""
    score = study.between(study.icc) + study.noise(1 - study.icc) + study.effect * study.arm
    seed = int(study.random.integers(1 << 30))
    sides = [study.arm == side for side in (1, 0)]
    got = estimate_independent_resampled(
        *(score[side] for side in sides), school=tuple(study.school[side] for side in sides),
        intervals=("schools", "bca"), draws=DRAWS, stream_name=("long run",), seed=seed,
    )  # fmt: skip
    yield from rows_of(got, {"g_independent": study.effect})
    got = estimate_overlap(
        score, study.group, levels=LEVELS, names=("u3_median",), school=study.school, seed=seed,
        draws=DRAWS,
    )  # fmt: skip
    yield from rows_of(got, {"u3_median": float(stats.norm.cdf(study.effect))})


def left_by_covariates(study: Study) -> Told:
    """Arms given the first score, in the SDs that it leaves."""
    first = study.between(study.icc) + study.noise(1 - study.icc)
    left = 1 - COVARIATE**2
    second = COVARIATE * first + study.between(left * study.icc)
    second += study.noise(left * (1 - study.icc)) + study.effect * study.arm
    there = study.kept(first)
    got = estimate_clustered(
        second[there], study.group[there], study.school[there], arms=LEVELS[::-1],
        covariates=first[there, None], names=("g_total_conditional", "g_within_conditional"),
    )  # fmt: skip
    total = float(np.sqrt(left))
    truths = {
        "g_total_conditional": study.effect / total,
        "g_within_conditional": study.effect / (total * float(np.sqrt(1 - study.icc))),
    }
    yield from rows_of(got, truths)
