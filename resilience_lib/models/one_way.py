"""The unconditional one-way random model: schools and pupils, by REML and by mean squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats

from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.scores import ROUNDING

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OneWay:
    """Sufficient statistics of pupils in groups: sizes and means (k,), sum of squares within."""

    size: Array
    mean: Array
    within: float

    @property
    def n(self) -> int:
        """Pupils."""
        return int(self.size.sum())

    @property
    def n_groups(self) -> int:
        """Groups (schools)."""
        return len(self.size)

    @property
    def ms_within(self) -> float:
        """Mean square within; NaN where each group has one pupil."""
        df = self.n - self.n_groups
        return self.within / df if df > 0 else float("nan")

    def between(self, ratio: float) -> float:
        """Weighted sum of squares between, weights n / (1 + n ratio)."""
        weight = self.size / (1 + self.size * ratio)
        centre = (weight * self.mean).sum() / weight.sum()
        return float((weight * (self.mean - centre) ** 2).sum())


def summarise(values: ArrayLike, group: ArrayLike) -> OneWay:
    """Sizes, means and the sum of squares within, from pupils' values.

    Differences from the mean of all, and of the group, that are rounding are 0: a variance of
    rounding would have an intraclass correlation like any other.

    Raises
    ------
    ModelInputError
        Missing or infinite values, or a missing group.

    Examples
    --------
    >>> summarise([1, 3, 5], ["a", "a", "b"]).within
    2.0
    """
    y = np.asarray(values, dtype=float)
    code, _ = pd.factorize(np.asarray(group, dtype=object))
    if not np.isfinite(y).all() or (code < 0).any() or len(code) != len(y) or len(y) == 0:
        raise ModelInputError("values must be finite and each must have a group")
    size = np.bincount(code).astype(float)
    # centred first, so that large means do not swallow small deviations
    centre, least = y.mean(), ROUNDING * np.abs(y).max()
    mean = np.bincount(code, y - centre) / size
    if np.ptp(mean) <= least:
        mean = np.zeros(len(mean))
    inside = y - centre - mean[code]
    within = float((inside**2).sum()) if np.abs(inside).max() > least else 0.0
    return OneWay(size, mean + centre, within)


def reml_components(data: OneWay) -> tuple[float, float]:
    """Between and within variance by REML, as lme4's `y ~ 1 + (1 | group)`.

    The restricted likelihood is profiled to the variance ratio, whose criterion is
    minimised on a grid and then by Brent's method (relative accuracy about 1e-8).

    Returns
    -------
    tuple of float
        (between, within), both NaN where there are fewer than two groups or no group
        has two pupils.

    Examples
    --------
    >>> b, w = reml_components(summarise([1, 2, 5, 6, 9, 10], list("aabbcc")))
    >>> round(b, 6), round(w, 6)
    (15.75, 0.5)
    """
    n, k = data.n, data.n_groups
    if k < 2 or n <= k or data.within == 0:
        return float("nan"), float("nan")

    def criterion(log_ratio: float) -> float:
        ratio = np.exp(log_ratio)
        inflate = 1 + data.size * ratio
        total = data.within + data.between(ratio)
        return float(
            (n - 1) * np.log(total) + np.log(inflate).sum() + np.log((data.size / inflate).sum())
        )

    def slope(ratio: float) -> float:
        weight = data.size / (1 + data.size * ratio)
        centre = (weight * data.mean).sum() / weight.sum()
        total = data.within + data.between(ratio)
        fall = (weight**2 * (data.mean - centre) ** 2).sum()
        return float(-(n - 1) * fall / total + weight.sum() - (weight**2).sum() / weight.sum())

    grid = np.linspace(-16, 16, 129)
    best = int(np.argmin([criterion(g) for g in grid]))
    low, high = float(np.exp(grid[max(best - 1, 0)])), float(np.exp(grid[min(best + 1, 128)]))
    if best == 0 and slope(0.0) >= 0:
        ratio = 0.0
    elif slope(low if best else 0.0) < 0 < slope(high):
        ratio = float(optimize.brentq(slope, low if best else 0.0, high, xtol=1e-300, rtol=1e-14))
    else:
        return float("nan"), float("nan")
    within = (data.within + data.between(ratio)) / (n - 1)
    return ratio * within, within


def shrink_to_mean(size: Array, mean: Array, between: float, within: float) -> tuple[Array, float]:
    """How far groups' means are trusted, and the mean that the rest is drawn to.

    With B and W the variances between and within, a group of n is predicted at
    centre + share (its mean - centre), share = n B / (n B + W); centre is the generalised least
    squares mean, whose weights are the shares (Robinson 1991, doi 10.1214/ss/1177011926).

    Parameters
    ----------
    size, mean : array (k,)
        Of each group.
    between, within : float
        Both above 0.

    Returns
    -------
    (array (k,), float)
        Shares, each in (0, 1), and the centre.

    Examples
    --------
    >>> share, centre = shrink_to_mean(np.array([2.0, 6.0]), np.array([1.0, 5.0]), 1.0, 2.0)
    >>> share.tolist(), centre
    ([0.5, 0.75], 3.4)
    """
    share = size * between / (size * between + within)
    return share, float((share * mean).sum() / share.sum())


def total_sd(data: OneWay) -> tuple[float, float]:
    """Total standard deviation of the unconditional model, and its effective df.

    SD = sqrt(between + within) by REML (the EEF's denominator). The df are
    Satterthwaite's for the total variance written with the mean squares of the
    one-way analysis of variance, MSB / n0 + (1 - 1 / n0) MSW with
    n0 = (N - sum n_i^2 / N) / (k - 1):
    df = total^2 / ((MSB / n0)^2 / (k - 1) + ((1 - 1 / n0) MSW)^2 / (N - k)).
    With one group, or one pupil in each, the plain SD with N - 1 df.

    Returns
    -------
    tuple of float
        (sd, df); NaN where nothing varies.

    Examples
    --------
    >>> sd, df = total_sd(summarise([1, 2, 5, 6, 9, 10], list("aabbcc")))
    >>> round(sd, 4), round(df, 3)
    (4.0311, 2.063)
    """
    n, k = data.n, data.n_groups
    nothing = (float("nan"), float("nan"))
    total = data.within + data.between(0.0)
    if n < 2 or not total > 0:
        return nothing
    if k < 2 or n <= k:
        return float(np.sqrt(total / (n - 1))), n - 1.0
    between, within = reml_components(data)
    if not np.isfinite(within):
        return nothing
    n0 = (n - (data.size**2).sum() / n) / (k - 1)
    parts = np.array([data.between(0.0) / (k - 1) / n0, (1 - 1 / n0) * data.ms_within])
    df = parts.sum() ** 2 / (parts**2 / [k - 1, n - k]).sum()
    return float(np.sqrt(between + within)), float(df)


def small_sample_factor(df: float) -> float:
    """Exact gamma correction J(df) of a standardised mean difference (Hedges 1981).

    J = gamma(df / 2) / (sqrt(df / 2) gamma((df - 1) / 2)); NaN for df <= 1.

    Examples
    --------
    >>> round(small_sample_factor(10), 6)
    0.922746
    """
    if not df > 1:
        return float("nan")
    return float(np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / np.sqrt(df / 2))


def wald_interval(data: OneWay, conf_level: float) -> tuple[float, float]:
    """Exact interval of the intraclass correlation in the unbalanced one-way model.

    W(ratio) = between(ratio) / ((k - 1) MSW) is F(k - 1, N - k) at the true ratio and
    falls with it; the ends solve W = F quantiles and are turned into ratio / (1 +
    ratio), cut at 0 (Wald 1947; Burdick & Graybill 1992, section 3.8).

    Returns
    -------
    tuple of float
        (low, high); NaN where the mean square within is missing or 0.

    Examples
    --------
    >>> low, high = wald_interval(summarise([1, 2, 5, 6, 9, 10], list("aabbcc")), 0.95)
    >>> round(low, 4), round(high, 4)
    (0.5991, 0.9992)
    """
    df1, df2 = data.n_groups - 1, data.n - data.n_groups
    if df1 < 1 or df2 < 1 or not data.ms_within > 0:
        return float("nan"), float("nan")

    def end(quantile: float) -> float:
        target = float(stats.f.ppf(quantile, df1, df2)) * df1 * data.ms_within
        if data.between(0.0) <= target:
            return 0.0
        top = 1.0
        while data.between(top) > target:
            top *= 4
        ratio = float(
            optimize.brentq(lambda r: data.between(r) - target, 0.0, top, xtol=1e-15, rtol=1e-13)
        )
        return ratio / (1 + ratio)

    return end(0.5 + conf_level / 2), end(0.5 - conf_level / 2)
