"""Noncentral t and F: distribution functions that hold at any noncentrality, and intervals.

scipy's `nct.cdf` has returned NaN and R's `pt` is approximate beyond a noncentrality of 37.6.
Both distributions are mixtures, and the mixtures are computed here as they are defined.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Array = NDArray[np.float64]

_REACH = 9.0
_PANELS = 24
_NODES = 24
_FURTHEST = 1e8


def noncentral_t_cdf(t: float, df: float, noncentrality: float) -> float:
    """Probability that noncentral t is at most `t`.

    Parameters
    ----------
    t : float
    df : float, positive
    noncentrality : float
        Any size; absolute error below 1e-10.

    Returns
    -------
    float, in [0, 1]

    Notes
    -----
    T = (Z + noncentrality) / S, S^2 = chi^2(df) / df. For t > 0 either
    E Phi(t S - noncentrality) over S, or P(S >= (Z + noncentrality) / t) over Z, whichever has
    the narrower density beside the wider step; Gauss-Legendre in panels over nine standard
    deviations. Johnson, Kotz & Balakrishnan 1995, Continuous Univariate Distributions 2, ch. 31.

    Examples
    --------
    >>> round(noncentral_t_cdf(2.0, 9.0, 1.0), 6)
    0.804144
    >>> round(noncentral_t_cdf(110.0, 9.0, 100.0), 6)
    0.591571
    """
    if t < 0:
        return 1.0 - noncentral_t_cdf(-t, df, -noncentrality)
    if t == 0:
        return float(special.ndtr(-noncentrality))
    if t < np.sqrt(2 * df):
        ends = np.sqrt(special.chdtri(df, np.array([1.0 - 1e-16, 1e-18])) / df)

        def over_s(root: Array) -> Array:
            # s = root^2, so that s^(df - 1) is smooth at 0 also for broken df
            s = root**2
            density = np.exp(
                np.log(2 * df * s)
                + special.xlogy(df / 2 - 1, df * s**2 / 2)
                - df * s**2 / 2
                - special.gammaln(df / 2)
                - np.log(2)
            )
            return np.asarray(2 * root * density * special.ndtr(t * s - noncentrality))

        return min(_integral(over_s, float(np.sqrt(ends[0])), float(np.sqrt(ends[1]))), 1.0)
    below = float(special.ndtr(-noncentrality))
    low, high = max(noncentrality - _REACH, 0.0), noncentrality + _REACH
    if high <= 0:
        return below

    def over_z(root: Array) -> Array:
        w = root**2
        normal = np.exp(-((w - noncentrality) ** 2) / 2) / np.sqrt(2 * np.pi)
        return np.asarray(2 * root * normal * special.chdtrc(df, df * (w / t) ** 2))

    return min(below + _integral(over_z, float(np.sqrt(low)), float(np.sqrt(high))), 1.0)


def noncentral_f_cdf(f: float, df_effect: float, df_error: float, noncentrality: float) -> float:
    """Probability that noncentral F is at most `f`.

    Parameters
    ----------
    f : float, at least 0
    df_effect, df_error : float, positive
    noncentrality : float, at least 0

    Returns
    -------
    float, in [0, 1]

    Notes
    -----
    Poisson mixture of beta distributions, summed over all weights above 1e-20. Johnson, Kotz &
    Balakrishnan 1995, Continuous Univariate Distributions 2, chapter 30.

    Examples
    --------
    >>> round(noncentral_f_cdf(3.0, 2, 27, 4.0), 6)
    0.57079
    """
    half = noncentrality / 2
    reach = 10 * np.sqrt(half) + 50
    j = np.arange(max(0.0, np.floor(half - reach)), half + reach)
    weight = np.exp(special.xlogy(j, half) - half - special.gammaln(j + 1))
    share = df_effect * f / (df_effect * f + df_error)
    return float(min((weight * special.betainc(df_effect / 2 + j, df_error / 2, share)).sum(), 1.0))


def noncentral_t_interval(t: float, df: float, conf_level: float = 0.95) -> tuple[float, float]:
    """Confidence limits of the noncentrality of a t statistic.

    Parameters
    ----------
    t : float
    df : float, positive
    conf_level : float, in (0, 1)

    Returns
    -------
    (float, float)
        The noncentralities under which `t` is the upper and the lower (1 - level) / 2 point;
        NaN where t or df is not a finite number, or df not positive.

    Notes
    -----
    Pivoting the distribution function: Steiger & Fouladi 1997; Cumming & Finch 2001.

    Examples
    --------
    >>> [round(end, 4) for end in noncentral_t_interval(2.0, 18)]
    [-0.0894, 4.0396]
    """
    if not (np.isfinite(t) and np.isfinite(df) and df > 0):
        return float("nan"), float("nan")
    tail = (1 - conf_level) / 2

    def end(target: float) -> float:
        def gap(nc: float) -> float:
            return noncentral_t_cdf(t, df, nc) - target

        step = 2.0 + abs(t) / np.sqrt(df)
        low, high = t - step, t + step
        while gap(low) < 0:
            low -= step
            step *= 2
        while gap(high) > 0:
            high += step
            step *= 2
        return float(optimize.brentq(gap, low, high, xtol=1e-12, rtol=1e-13))

    return end(1 - tail), end(tail)


def noncentral_f_interval(
    f: float, df_effect: float, df_error: float, conf_level: float = 0.95
) -> tuple[float, float]:
    """Confidence limits of the noncentrality of an F statistic, each at least 0.

    Parameters
    ----------
    f : float, at least 0
    df_effect, df_error : float, positive
    conf_level : float, in (0, 1)

    Returns
    -------
    (float, float)
        0 where even the central F is below the level (Steiger 2004); NaN where f is not a
        finite number of at least 0.

    Examples
    --------
    >>> [round(end, 4) for end in noncentral_f_interval(3.0, 2, 27)]
    [0.0, 18.8781]
    """
    if not (np.isfinite(f) and f >= 0 and df_effect > 0 and df_error > 0):
        return float("nan"), float("nan")
    tail = (1 - conf_level) / 2

    def end(target: float) -> float:
        def gap(nc: float) -> float:
            return noncentral_f_cdf(f, df_effect, df_error, nc) - target

        if gap(0.0) <= 0:
            return 0.0
        high = df_effect * f + 10.0
        while gap(high) > 0 and high < _FURTHEST:
            high *= 2
        if high >= _FURTHEST:
            return float("nan")
        return float(optimize.brentq(gap, 0.0, high, xtol=1e-12, rtol=1e-13))

    return end(1 - tail), end(tail)


@functools.cache
def _nodes() -> tuple[Array, Array]:
    """Points and weights, worked out once: finding them takes longer than a whole integral."""
    at, weight = np.polynomial.legendre.leggauss(_NODES)
    return at, weight


def _integral(function: Callable[[Array], Array], low: float, high: float) -> float:
    """Gauss-Legendre in equal panels."""
    at, weight = _nodes()
    edges = np.linspace(low, high, _PANELS + 1)
    half = (edges[1] - edges[0]) / 2
    points = (edges[:-1] + half)[:, None] + half * at
    return float(half * (function(points) * weight).sum())
