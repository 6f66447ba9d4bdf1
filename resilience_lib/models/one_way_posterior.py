"""Groups' means given the pupils, over all that the variances of the one-way model may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from resilience_lib.models.one_way import OneWay

Array = NDArray[np.float64]

FEWEST_GROUPS = 3
"""With fewer, a flat prior on the SD between groups has no proper posterior (Gelman 2006)."""
_FAR = 28.0
"""Steps of log that the grid goes beyond where the posterior can lie: exp(-28) is 7e-13."""
_NEGLIGIBLE = 1e-16


@dataclass(frozen=True)
class Predicted:
    """Posterior means of groups and the ends of their equal-tailed intervals, each (k,)."""

    mean: Array
    low: Array
    high: Array


def predict_groups(data: OneWay, conf_level: float) -> Predicted:
    """Each group's own mean in the one-way random model, with flat priors.

    Parameters
    ----------
    data : OneWay
        Sizes n_j, means y_j and the sum of squares within of k groups of N together.
    conf_level : float, in (0, 1)

    Returns
    -------
    Predicted
        All NaN where there are fewer than `FEWEST_GROUPS` groups, no group has two members, or
        nothing varies within groups.

    Notes
    -----
    y_ij = m + u_j + e_ij with u_j ~ N(0, tau^2) and e_ij ~ N(0, W); flat priors on m, tau and
    log W (Gelman et al. 2013, Bayesian Data Analysis, section 11.6; flat on tau: Gelman 2006,
    Bayesian Analysis 1, proper from three groups on). With r = tau / sqrt(W),
    w_j = n_j / (1 + n_j r^2), c = sum w_j y_j / sum w_j and S = SS within + sum w_j (y_j - c)^2,
    m and W are integrated in closed form:

    p(r | y) proportional to prod (1 + n_j r^2)^-1/2 (sum w_j)^-1/2 S^(-(N - 2) / 2),

    and given r, m + u_j is t on N - 2 df around y_j - b_j (y_j - c), b_j = 1 / (1 + n_j r^2),
    with squared scale S / (N - 2) (r^2 b_j + b_j^2 / sum w). What is left is a sum over a grid
    of log r (trapezoids, whose error falls exponentially with the step, as the integrand is
    analytic and vanishes at both ends): a mixture of t, whose mean and quantiles are given.
    Nothing is drawn at random.

    Examples
    --------
    >>> got = predict_groups(OneWay(np.full(3, 2.0), np.array([1.5, 5.5, 9.5]), 1.5), 0.95)
    >>> got.mean.round(3).tolist(), got.low.round(3).tolist(), got.high.round(3).tolist()
    ([1.59, 5.5, 9.41], [0.072, 3.918, 7.613], [3.387, 7.082, 10.928])
    """
    k, n, size = data.n_groups, data.n, data.size
    if k < FEWEST_GROUPS or n <= k or not data.within > 0:
        nothing = np.full(k, np.nan)
        return Predicted(nothing, nothing, nothing)
    log_r = _grid(data)
    spread = np.exp(2 * log_r)[:, None]
    b = 1 / (1 + size * spread)
    weight = size * b
    total = weight.sum(axis=1, keepdims=True)
    away = data.mean - (weight * data.mean).sum(axis=1, keepdims=True) / total
    rest = data.within + (weight * away**2).sum(axis=1, keepdims=True)
    # log_r itself: the prior is flat on r
    log_density = log_r + 0.5 * np.log(b).sum(axis=1)
    log_density -= 0.5 * np.log(total[:, 0]) + 0.5 * (n - 2) * np.log(rest[:, 0])
    chance = np.exp(log_density - log_density.max())
    kept = chance > _NEGLIGIBLE
    chance = chance[kept] / chance[kept].sum()
    centre = (data.mean - b * away)[kept]
    scale = np.sqrt(rest / (n - 2) * (spread * b + b**2 / total))[kept]
    ends = [
        [_quantile(chance, centre[:, j], scale[:, j], n - 2, p) for j in range(k)]
        for p in (0.5 - conf_level / 2, 0.5 + conf_level / 2)
    ]
    return Predicted(chance @ centre, *(np.array(end) for end in ends))


def _grid(data: OneWay) -> Array:
    """Values of log r from far below 1 / sqrt(n) to far beyond the spread of means over SD within.

    The posterior of log r is at least about 1 / sqrt(2 k) wide: a quarter of 1 / sqrt(k) is a step
    at which nothing of the sum is lost.
    """
    inside = data.ms_within
    low = -0.5 * np.log(data.size.max()) - _FAR
    high = 0.5 * np.log1p(data.between(0.0) / inside) + _FAR
    steps = int(np.ceil((high - low) * 4 * np.sqrt(data.n_groups)))
    return np.linspace(low, high, steps)


def _quantile(chance: Array, centre: Array, scale: Array, df: int, p: float) -> float:
    """Where a mixture of t distributions has the share p below it."""
    each = centre + scale * special.stdtrit(df, p)

    def over(at: float) -> float:
        return float(chance @ special.stdtr(df, (at - centre) / scale)) - p

    # between the least and the greatest of the components' own quantiles, which rounding may miss
    reach = 1e-9 * float(scale.max())
    low, high = float(each.min()) - reach, float(each.max()) + reach
    return float(optimize.brentq(over, low, high, xtol=1e-300, rtol=1e-14))
