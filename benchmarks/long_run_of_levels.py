"""Families of benchmarks/long_run_further.py of single waves, models over waves, and joint tests.

Schools differ by chance in what is asked about: in their level (`icc`), in change
(`CHANGE_VARIANCE`), in both genders' change by themselves (half of that).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from long_run_data import GIRLS, Array
from long_run_of_pairs import seen_twice
from long_run_study import (
    CHANGE_VARIANCE,
    GENDERS,
    LEVELS,
    Study,
    Told,
    rows_of,
    shared_variance,
)
from long_run_truths import icc_of_change, pairs, rank_correlation
from numpy.typing import NDArray

from resilience_lib.effects.completed import complete_outcome
from resilience_lib.effects.descriptives import estimate_descriptives
from resilience_lib.effects.gaps import estimate_gaps
from resilience_lib.effects.imputed import estimate_effects_imputed
from resilience_lib.effects.joint import estimate_joint
from resilience_lib.effects.marginal import estimate_marginal_means
from resilience_lib.effects.stability import estimate_stability
from resilience_lib.models.icc import estimate_icc

IMPUTATIONS = 5


def by_gender(study: Study, variance: float) -> tuple[Array, NDArray[np.bool_]]:
    """A normal value of each gender of each school, on its pupils, and who is a girl."""
    girls = study.girls()
    values = study.random.normal(0.0, np.sqrt(variance), (study.schools, 2))
    return np.asarray(values[study.school, girls.astype(int)]), girls


def levels(study: Study) -> Told:
    """Mean and gender gap of the second wave, and how far pupils keep their places."""
    first, second, _ = seen_twice(replace(study, effect=0.0))
    own, girls = by_gender(study, CHANGE_VARIANCE / 2)
    frame = study.frame([first, second + own + study.effect * girls], girls)
    after = 1 + 1.5 * CHANGE_VARIANCE
    moments = pairs(shared_variance(study.icc), after, study.dropout)
    now = frame[frame["wave"] == "T2"]
    got = estimate_descriptives(now, waves=("T2",))
    yield from rows_of(got, {"mean": moments.second + GIRLS * study.effect})
    gap = study.effect**2 * GIRLS * (1 - GIRLS)
    got = estimate_gaps(now, waves=("T2",), gender=GENDERS)
    sd = float(np.sqrt(moments.sd_second**2 + gap))
    yield from rows_of(
        got, {"gender_gap": study.effect, "gender_gap_standardised": study.effect / sd}
    )


def places(study: Study) -> Told:
    """How far pupils keep their places, and whether schools differ in change.

    `effect` is the correlation of the two waves within schools; at 0 a school's level of the
    second wave has nothing to do with that of the first, so that there is none over all pupils
    either. Schools' share of the variance of change is the design's where nobody is lost.
    """
    keeps, own = study.effect, study.effect == 0
    level, base = study.between(study.icc), study.noise(1 - study.icc)
    later = keeps * base + np.sqrt(1 - keeps**2) * study.noise(1 - study.icc)
    moved = study.icc if own else 2 * (1 - keeps) * study.icc
    second = (0.0 if own else level) + study.between(moved) + later
    first = level + base
    frame = study.frame([first, np.where(study.kept(first), second, np.nan)], study.girls())
    shared, after = study.icc + keeps * (1 - study.icc), 1 + moved
    truths = dict.fromkeys(("pearson", "spearman"), 0.0)
    if not own:
        truths["pearson"] = pairs(shared, after, study.dropout).r
        truths["spearman"] = rank_correlation(shared, after, study.dropout)
    yield from rows_of(estimate_stability(frame, waves=("T1", "T2")), truths)
    truth = icc_of_change(keeps, study.icc, moved, study.dropout, leaves=own)
    got = estimate_icc(frame, waves=(), changes=[("T1", "T2")])
    yield from rows_of(got, {"icc_change": truth})


def marginal(study: Study) -> Told:
    """The second wave's mean of all, the lost among them, from the mixed model."""
    first, second, _ = seen_twice(study)
    own, girls = by_gender(study, CHANGE_VARIANCE / 2)
    frame = study.frame([first, second + own], girls)
    got = estimate_marginal_means(frame, waves=("T1", "T2"), gender=GENDERS)
    got = got[(got["contrast"] == "T2") & (got["subgroup"] == "all")]
    yield from rows_of(got, {"marginal_mean": study.effect})


def joint(study: Study) -> Told:
    """Tests of several contrasts at once, of three waves, where all are 0."""
    first, second = replace(study, effect=0.0).waves()
    third = first + study.between(CHANGE_VARIANCE) + study.noise(0.8 * (1 - study.icc))
    parts = [by_gender(study, CHANGE_VARIANCE / 2)[0] for _ in range(2)]
    girls = study.girls()
    third = np.where(study.kept(first), third, np.nan)
    frame = study.frame([first, second + parts[0], third + parts[1]], girls)
    got = estimate_joint(
        frame, waves=("T1", "T2", "T3"), changes=[("T1", "T2"), ("T1", "T3")], gender=GENDERS,
        arms=LEVELS[::-1], effects_at=("T2", "T3"),
    )  # fmt: skip
    for row in got.to_dict("records"):
        what = "arms" if " - comparison" in str(row["contrast"]) else "changes"
        whose = {"all": "", " - ".join(GENDERS): " by gender"}.get(str(row["subgroup"]))
        if whose is not None:
            # F is on no scale of its contrasts: only the test is counted
            yield f"wald_f, {what}{whose}", 0.0, row | {"estimate": None}


def arms_imputed(study: Study) -> Told:
    """Arms at the second wave, gaps filled."""
    first, second = study.waves()
    frame = study.frame([first, second], study.girls())
    arms = LEVELS[::-1]
    filled = complete_outcome(
        frame, "x", waves=("T1", "T2"), arms=arms, imputations=IMPUTATIONS,
        seed=int(study.random.integers(1 << 30)),
    )  # fmt: skip
    got = estimate_effects_imputed(frame, filled, waves=("T2",), arms=arms)["imputed"]
    yield from rows_of(got, {"mean_difference": study.effect})
