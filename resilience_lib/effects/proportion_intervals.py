"""Intervals of shares and of their comparisons, pupils taken as independent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats


def wilson_interval(x: int, n: int, conf_level: float = 0.95) -> tuple[float, float]:
    """Score interval of a share, without continuity correction.

    (x + z^2 / 2 -+ z sqrt(x (n - x) / n + z^2 / 4)) / (n + z^2); Wilson 1927, JASA 22.

    Parameters
    ----------
    x, n : int
        Events and pupils, n > 0.
    conf_level : float, in (0, 1)

    Examples
    --------
    >>> low, high = wilson_interval(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2553, 0.3662)
    """
    z = _z(conf_level)
    centre = x + z**2 / 2
    half = z * np.sqrt(x * (n - x) / n + z**2 / 4)
    # at 0 and n the end is the bound itself, which rounding would miss
    low = 0.0 if x == 0 else (centre - half) / (n + z**2)
    high = 1.0 if x == n else (centre + half) / (n + z**2)
    return float(low), float(high)


def clopper_pearson(x: int, n: int, conf_level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a share, by quantiles of the beta distribution.

    Clopper & Pearson 1934, Biometrika 26; as R's `binom.test`.

    Parameters
    ----------
    As in `wilson_interval`.

    Examples
    --------
    >>> low, high = clopper_pearson(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2527, 0.3676)
    """
    tail = (1 - conf_level) / 2
    low = stats.beta.ppf(tail, x, n - x + 1) if x > 0 else 0.0
    high = stats.beta.ppf(1 - tail, x + 1, n - x) if x < n else 1.0
    return float(low), float(high)


def newcombe_interval(
    x1: int, n1: int, x2: int, n2: int, conf_level: float = 0.95
) -> tuple[float, float]:
    """Hybrid score interval of a difference of shares, from the two Wilson intervals.

    d - sqrt((p1 - l1)^2 + (u2 - p2)^2), d + sqrt((u1 - p1)^2 + (p2 - l2)^2); Newcombe 1998,
    Statistics in Medicine 17, method 10.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Events and pupils of each group, n > 0.
    conf_level : float, in (0, 1)

    Examples
    --------
    >>> low, high = newcombe_interval(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    p1, p2 = x1 / n1, x2 / n2
    low1, high1 = wilson_interval(x1, n1, conf_level)
    low2, high2 = wilson_interval(x2, n2, conf_level)
    down = np.hypot(p1 - low1, high2 - p2)
    up = np.hypot(high1 - p1, p2 - low2)
    return float(p1 - p2 - down), float(p1 - p2 + up)


def koopman_interval(
    x1: int, n1: int, x2: int, n2: int, conf_level: float = 0.95
) -> tuple[float, float]:
    """Score interval of a ratio of shares: the ratios that Pearson's chi-squared keeps.

    (x1 - n1 q1)^2 / (n1 q1 (1 - q1)) + (x2 - n2 q2)^2 / (n2 q2 (1 - q2)) <= z^2, q1 = ratio q2
    the shares of greatest likelihood at that ratio; Koopman 1984, Biometrics 40. It stands at
    0 events too: the ends are then 0 or infinite.

    Parameters
    ----------
    As in `newcombe_interval`.

    Examples
    --------
    >>> low, high = koopman_interval(36, 40, 16, 80)
    >>> round(low, 4), round(high, 4)
    (2.9396, 7.1522)
    """
    limit = _z(conf_level) ** 2
    if x1 == 0 and x2 == 0:
        return 0.0, float("inf")

    def excess(log_ratio: float) -> float:
        ratio = np.exp(log_ratio)
        # of the smaller root: it keeps both shares below 1
        a, b, c = (n1 + n2) * ratio, -(ratio * (n1 + x2) + x1 + n2), x1 + x2
        q2 = 2 * c / (-b + np.sqrt(max(b**2 - 4 * a * c, 0.0)))
        return float(_misfit(x1, n1, ratio * q2) + _misfit(x2, n2, q2) - limit)

    centre = np.log(max(x1, 0.01) / n1) - np.log(max(x2, 0.01) / n2)
    low = 0.0 if x1 == 0 else float(np.exp(_root(excess, centre, -1.0)))
    high = float("inf") if x2 == 0 else float(np.exp(_root(excess, centre, 1.0)))
    return low, high


def odds_ratio_interval(
    x1: int, n1: int, x2: int, n2: int, conf_level: float = 0.95
) -> tuple[float, float]:
    """Exact conditional interval of an odds ratio: both margins fixed, half the error each side.

    Fisher 1935; Cornfield 1956; ends as those of R's `fisher.test`.

    Parameters
    ----------
    As in `newcombe_interval`.

    Examples
    --------
    >>> low, high = odds_ratio_interval(3, 4, 1, 4)
    >>> round(low, 4), round(high, 2)
    (0.2117, 626.24)
    """
    tail = (1 - conf_level) / 2
    total = x1 + x2
    values = np.arange(max(0, total - n2), min(n1, total) + 1)
    if len(values) == 1:
        return 0.0, float("inf")
    log_weight = stats.hypergeom.logpmf(values, n1 + n2, n1, total)

    def beyond(log_odds: float, side: NDArray[np.bool_]) -> float:
        weight = log_weight + values * log_odds
        share = np.exp(weight - weight.max())
        return float(share[side].sum() / share.sum()) - tail

    low, high = 0.0, float("inf")
    if x1 > values[0]:
        low = float(np.exp(_crossing(lambda t: beyond(t, values >= x1))))
    if x1 < values[-1]:
        high = float(np.exp(_crossing(lambda t: beyond(t, values <= x1))))
    return low, high


def _z(conf_level: float) -> float:
    return float(stats.norm.ppf(0.5 + conf_level / 2))


def _misfit(x: int, n: int, q: float) -> float:
    """(x - n q)^2 / (n q (1 - q)); 0 where the share is as found, be it 0 or 1."""
    gap = abs(x - n * q)
    # a share of 1 leaves rounding on either side of it
    return 0.0 if gap < 1e-12 * n else float(gap**2 / (n * q * (1 - q)))


def _root(excess: Callable[[float], float], centre: float, side: float) -> float:
    """Where a function that grows away from its centre crosses 0 on one side."""
    inside, step = centre, 0.5
    while excess(inside + side * step) < 0:
        inside += side * step
        step *= 2
    ends = sorted((inside, inside + side * step))
    return float(optimize.brentq(excess, *ends, xtol=1e-14, rtol=1e-14))


def _crossing(tail: Callable[[float], float]) -> float:
    """Where a tail that runs from 0 to 1, or back, over all log odds crosses 0."""
    wide = 1.0
    while tail(-wide) * tail(wide) > 0:
        wide *= 2
    return float(optimize.brentq(tail, -wide, wide, xtol=1e-14, rtol=1e-14))
