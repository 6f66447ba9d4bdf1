"""Power of a test, the least that it detects, and how many schools that takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import optimize, stats

from resilience_lib.design.plan import Plan
from resilience_lib.design.precision import Precision, precisions
from resilience_lib.models.noncentral import noncentral_t_cdf

MOST_SCHOOLS = 400


def power_of(effect: float, std_error: float, df: float, alpha: float = 0.05) -> float:
    """How often a two-sided t test finds a true `effect`.

    Parameters
    ----------
    effect, std_error : float
        In the same unit; std_error above 0.
    df : float, positive
    alpha : float, in (0, 1)

    Returns
    -------
    float, in [alpha, 1]
        NaN where the standard error or df are missing.

    Notes
    -----
    P(|T| > t) with T noncentral t of df and noncentrality effect / std_error, as R's
    `power.t.test(strict = TRUE)`. Raudenbush 1997, Psychological Methods 2.

    Examples
    --------
    R's own example, `power.t.test(n = 20, delta = 1, sd = 1)`: 0.8689528.

    >>> round(power_of(1.0, np.sqrt(2 / 20), 38), 6)
    0.868953
    """
    if not (np.isfinite(std_error) and np.isfinite(df)):
        return float("nan")
    critical = float(stats.t.isf(alpha / 2, df))
    ratio = abs(effect) / std_error
    above = 1 - noncentral_t_cdf(critical, df, ratio)
    return float(above + noncentral_t_cdf(-critical, df, ratio))


def detectable(std_error: float, df: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """The least true effect that a two-sided t test finds with this power.

    Parameters
    ----------
    std_error : float, above 0
    df : float, positive
    power : float, in (alpha, 1)
    alpha : float, in (0, 1)

    Returns
    -------
    float
        In the unit of the standard error; NaN where that or the df are missing.

    Notes
    -----
    The minimum detectable effect of Bloom 1995 (Evaluation Review 19), exact by the noncentral
    t in place of his sum of two central ones.

    Examples
    --------
    >>> round(detectable(1.0, 1e6), 3)  # 1.960 + 0.842
    2.802
    """
    if not (np.isfinite(std_error) and np.isfinite(df)):
        return float("nan")

    def gap(ratio: float) -> float:
        return power_of(ratio, 1.0, df, alpha) - power

    high = 4.0
    while gap(high) < 0:
        high *= 2
    return std_error * float(optimize.brentq(gap, 0.0, high, xtol=1e-12, rtol=1e-12))


def precision_of(plan: Plan, contrast: str, schools: int) -> Precision:
    """The precision of one contrast had the plan that many schools.

    Examples
    --------
    >>> round(precision_of(Plan(11, 40, 0.05, 0.05, 0.6), "change", 40).df, 6)
    39.0
    """
    found = precisions(replace(plan, schools=schools))
    return next(one for one in found if one.contrast == contrast)


def schools_needed(plan: Plan, contrast: str, effect: float) -> int | None:
    """The fewest schools with which `effect` is found with the power of the plan.

    Parameters
    ----------
    plan : Plan
    contrast : str
    effect : float
        In SDs of the first wave.

    Returns
    -------
    int or None
        None where 400 are too few.

    Examples
    --------
    >>> schools_needed(Plan(11, 40, 0.05, 0.05, 0.6), "change", 0.2)
    14
    """

    def enough(schools: int) -> bool:
        one = precision_of(plan, contrast, schools)
        # a missing number is no power
        return power_of(effect, one.std_error, one.df, plan.alpha) >= plan.power

    if not enough(MOST_SCHOOLS):
        return None
    low, high = 3, MOST_SCHOOLS
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low
