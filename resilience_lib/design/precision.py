"""Standard errors and df of what a planned study would estimate, by formula."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resilience_lib.design.plan import Counts, Plan, seen_twice
from resilience_lib.models.cr2 import contrast_cr2, fit_cr2

Array = NDArray[np.float64]

CHANGE, DIFFERENCE, EFFECT = "change", "gender_difference", "effect"
CHANGE_EFFECT = "effect_on_change"


@dataclass(frozen=True)
class Precision:
    """Of one contrast: standard error in SDs of the first wave, df, pupils behind it.

    Numbers are NaN, with the reason, where the plan cannot estimate it.
    """

    contrast: str
    std_error: float
    df: float
    pupils: int
    reason: str


def precisions(plan: Plan, sizes: Counts | None = None) -> list[Precision]:
    """Change, its gender difference and, where arms are assigned, effects.

    Parameters
    ----------
    plan : Plan
    sizes : array (k, 2), optional
        Pupils at both waves by school and gender where they are known; else
        `plan.seen_twice`.

    Returns
    -------
    list of Precision

    Notes
    -----
    Each is a weighted sum of the means of groups in schools, so that its variance is that of
    `mean_variance`. For change of everyone and schools of one size m this is the familiar
    var(D) / N (1 + (m - 1) ICC of change); for unequal sizes m is (1 + CV^2) mean m (Eldridge,
    Ashby & Kerry 2006); for arms of schools it is Raudenbush 1997 and Hemming et al. 2011
    (doi 10.1186/1471-2288-11-102), for arms inside schools Dong & Maynard 2013 with fixed
    school effects. `effect` compares the later scores, as `effects.arms` does: the first score
    does not enter, and pre_post_r says nothing of it; `effect_on_change` compares changes, as
    Morris's d_ppc2 does. Adjusting for the first score is between the two or better (Teerenstra
    et al. 2012). df are those of CR2 on the planned design
    (`models.cr2.contrast_cr2`), k - 1 for schools of one size, k - 2 for arms of schools.

    Examples
    --------
    >>> for one in precisions(Plan(11, 40, 0.05, 0.05, 0.6)):
    ...     print(one.contrast, round(one.std_error, 4), round(one.df, 2))
    change 0.0732 10.0
    gender_difference 0.0853 10.0
    """
    sizes = seen_twice(plan) if sizes is None else sizes
    total = plan.change_variance
    parts = _Parts(plan.icc_change * total, plan.icc_difference * total, total)
    everyone, gender = sizes / sizes.sum(), sizes / np.maximum(sizes.sum(axis=0), 1)
    # how many girls a school has is left to chance, so that its own change does not quite cancel
    by_chance = _Parts(0.0, parts.own, total)
    found = [
        _precision(CHANGE, everyone, sizes, parts, everyone.sum(axis=0).tolist()),
        _precision(DIFFERENCE, gender * [1, -1], sizes, by_chance, [1, -1]),
    ]
    both = sizes.sum(axis=1)
    if plan.assigned == "schools":
        arm = np.arange(len(sizes)) % 2
        arms = np.stack([both * arm, both * (1 - arm)], axis=1)
        weights = arms / arms.sum(axis=0) * [1, -1]
        # a school has one arm: it differs in its level or change, in no gap
        score, moved = _Parts(plan.icc_level, 0.0, 1.0), _Parts(parts.shared, 0.0, total)
    elif plan.assigned == "pupils":
        arms = np.stack([both - both // 2, both // 2], axis=1)
        harmonic = arms.prod(axis=1) / both
        weights = (harmonic / harmonic.sum())[:, None] * [1, -1]
        score, moved = _Parts(plan.icc_level, plan.icc_difference, 1.0), parts
    else:
        return found
    for contrast, variances in ((EFFECT, score), (CHANGE_EFFECT, moved)):
        inside = plan.assigned == "pupils"
        found.append(_precision(contrast, weights, arms, variances, [1, -1], absorbed=inside))
    return found


def mean_variance(
    weights: Array, sizes: Counts, *, shared: float, own: float, total: float
) -> float:
    """Variance of a weighted sum of the means of g groups of pupils in each of k schools.

    Parameters
    ----------
    weights : array (k, g)
    sizes : array (k, g)
        Pupils; where there are none the weight is 0.
    shared, own : float
        Variance of a school's effect on all its pupils, and of one on each group by itself.
    total : float
        Variance over all pupils; the rest is within groups.

    Returns
    -------
    float
        shared sum_s (sum_g w)^2 + own sum w^2 + (total - shared - own) sum w^2 / n.

    Examples
    --------
    Two schools of 5, half of the variance between them: the mean of all is as uncertain as
    1 / 10 x (1 + 4 / 2).

    >>> round(mean_variance(np.full((2, 1), .5), np.full((2, 1), 5), shared=.5, own=0, total=1), 6)
    0.3
    """
    inside = (weights**2 / np.maximum(sizes, 1)).sum()
    rest = total - shared - own
    return float(
        shared * (weights.sum(axis=1) ** 2).sum() + own * (weights**2).sum() + rest * inside
    )


@dataclass(frozen=True)
class _Parts:
    shared: float
    own: float
    total: float


def _precision(
    contrast: str,
    weights: Array,
    sizes: Counts,
    parts: _Parts,
    cells: list[float],
    *,
    absorbed: bool = False,
) -> Precision:
    """`cells` are the weights of the groups in the regression, `absorbed` with school effects."""
    nan, n = float("nan"), int(sizes.sum())
    if (sizes.sum(axis=0) == 0).any() and contrast != CHANGE:
        return Precision(contrast, nan, nan, n, "a group has no pupils")
    df, reason = _satterthwaite(sizes, cells, absorbed=absorbed)
    if not np.isfinite(df):
        return Precision(contrast, nan, nan, n, reason)
    variance = mean_variance(weights, sizes, shared=parts.shared, own=parts.own, total=parts.total)
    return Precision(contrast, float(np.sqrt(variance)), df, n, "")


def _satterthwaite(sizes: Counts, cells: list[float], *, absorbed: bool) -> tuple[float, str]:
    """df of CR2 for this contrast of groups; they depend on the design alone."""
    k, groups = sizes.shape
    cell = np.repeat(np.arange(k * groups), sizes.ravel())
    school, group = cell // groups, cell % groups
    there = np.flatnonzero(sizes.sum(axis=0))
    design = (group[:, None] == there).astype(float)
    # any scores that vary will do
    scores = np.sin(np.arange(len(cell), dtype=float) + 1)
    fit = fit_cr2(scores, design, school, absorb=school if absorbed else None)
    answer = contrast_cr2(fit, np.array(cells)[there])
    return answer.df, answer.reason
