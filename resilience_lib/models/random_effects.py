"""Estimates of several sites with their errors, pooled by a random-effects model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from resilience_lib.models.welch import invert_welch, welch_p

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pooled:
    """What the model says of k sites.

    Attributes
    ----------
    mean, std_error : float
        Random-effects mean and its modified Hartung-Knapp-Sidik-Jonkman error (df k - 1).
    tau2, tau2_low, tau2_high : float
        Variance between sites with the interval of the inverted test.
    typical : float
        Typical variance of a site's error, for I2.
    q, p_value : float
        Cochran's Q, and the p of the test that sites do not differ.
    """

    mean: float
    std_error: float
    tau2: float
    tau2_low: float
    tau2_high: float
    typical: float
    q: float
    p_value: float


def pool_sites(
    estimates: Array, errors: Array, conf_level: float = 0.95, df: ArrayLike = np.inf
) -> Pooled:
    """Random-effects mean by REML.

    Parameters
    ----------
    estimates, errors : array (k,)
        Estimates and their standard errors, above 0; k at least 2.
    conf_level : float, in (0, 1)
    df : float or array (k,)
        Degrees of freedom of each error, above 0; infinite where the errors are known.

    Returns
    -------
    Pooled

    Notes
    -----
    y_i ~ N(mu, v_i + tau2); tau2 maximises the restricted likelihood on tau2 >= 0, v_i as given.
    Variance of the mean: max(1, q) / sum w, w = 1 / (v + tau2), q = sum w (y - mu)^2 / (k - 1)
    (Hartung & Knapp 2001, Statistics in Medicine 20; Sidik & Jonkman 2002, ibid. 21; never below
    that without q: Roever, Knapp & Friede 2015, BMC Medical Research Methodology 15), as metafor's
    `test = "adhoc"`. Typical variance (k - 1) sum u / ((sum u)^2 - sum u^2), u = 1 / v (Higgins &
    Thompson 2002, ibid. 21). p and tau2's interval: `models.welch`, which where errors are known
    are the chi-squared of Q and the Q-profile.

    Examples
    --------
    >>> got = pool_sites(np.array([0.1, 0.5, 0.9]), np.array([0.1, 0.1, 0.1]))
    >>> round(got.mean, 3), round(got.tau2, 3), round(got.std_error, 4)
    (0.5, 0.15, 0.2309)
    """
    y, v = np.asarray(estimates, dtype=float), np.asarray(errors, dtype=float) ** 2
    k = len(y)
    tau2 = _reml(y, v)
    w = 1 / (v + tau2)
    mean = float((w * y).sum() / w.sum())
    q = float((w * (y - mean) ** 2).sum()) / (k - 1)
    u, f = 1 / v, np.broadcast_to(np.asarray(df, dtype=float), v.shape)
    low, high = invert_welch(y, v, f, (1 - conf_level) / 2)
    typical = float((k - 1) * u.sum() / (u.sum() ** 2 - (u**2).sum()))
    error = float(np.sqrt(max(1.0, q) / w.sum()))
    p_value = float(welch_p(y, v, f, np.zeros(1))[0])
    return Pooled(mean, error, tau2, low, high, typical, _q(y, v, 0.0), p_value)


def _q(y: Array, v: Array, tau2: float) -> float:
    w = 1 / (v + tau2)
    mean = (w * y).sum() / w.sum()
    return float((w * (y - mean) ** 2).sum())


def _reml(y: Array, v: Array) -> float:
    """The tau2 of greatest restricted likelihood: a grid's best cell, then the slope's root."""

    def loss(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(-np.log(w).sum() + np.log(w.sum()) + _q(y, v, tau2))

    def slope(tau2: float) -> float:
        w = 1 / (v + tau2)
        mean = (w * y).sum() / w.sum()
        fall = (w**2 * (y - mean) ** 2).sum()
        return float(w.sum() - (w**2).sum() / w.sum() - fall)

    # tau2 cannot exceed the spread of the estimates by much: twice it is beyond any maximum
    top = 2 * max(float(np.ptp(y)) ** 2, float(v.max()))
    grid = np.concatenate([[0.0], top * np.geomspace(1e-10, 1, 400)])
    best = int(np.argmin([loss(t) for t in grid]))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, 400)])
    if slope(low) >= 0:
        return low
    return float(optimize.brentq(slope, low, high, xtol=1e-300, rtol=1e-14))
