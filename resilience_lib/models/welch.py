"""Whether means with estimated variances differ, and by how much: Welch's test, and it inverted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

Array = NDArray[np.float64]


def welch_p(y: Array, v: Array, df: Array, tau2: Array) -> Array:
    """p of the test that means differ by no more than a variance of tau2, for each of several tau2.

    Parameters
    ----------
    y, v, df : array (k,)
        Means, the variances of their errors, above 0, and the df of these; infinite where known.
    tau2 : array (t,)

    Returns
    -------
    array (t,)

    Notes
    -----
    Welch's (1951, Biometrika 38) test of the y_i with variances v_i + tau2: with
    w_i = 1 / (v_i + tau2), m their weighted mean and Q = sum w (y - m)^2,
    F = Q / (k - 1) / (1 + 2 (k - 2) a / (k^2 - 1)) on k - 1 and (k^2 - 1) / (3 a) df,
    a = sum (1 - w_i / sum w)^2 / f_i. Only v_i is estimated and tau2 is given, so that
    f_i = df_i ((v_i + tau2) / v_i)^2 (Satterthwaite). Where all variances are known a is 0 and Q
    is chi-squared on k - 1 df.

    Examples
    --------
    >>> y, v, df = np.array([3.0, 6.25]), np.array([1.0, 0.0625]), np.ones(2)
    >>> welch_p(y, v, df, np.array([0.0, 5.0])).round(3).tolist()
    [0.173, 0.33]
    """
    k = len(y)
    w = 1 / (v + tau2[:, None])
    share = w / w.sum(axis=1, keepdims=True)
    q = (w * (y - (share * y).sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    if np.isinf(df).all():
        return np.asarray(stats.chi2.sf(q, k - 1))
    a = ((1 - share) ** 2 * (w * v) ** 2 / df).sum(axis=1)
    f = q / (k - 1) / (1 + 2 * (k - 2) * a / (k**2 - 1))
    return np.asarray(stats.f.sf(f, k - 1, (k**2 - 1) / (3 * a)))


def invert_welch(y: Array, v: Array, df: Array, tail: float) -> tuple[float, float]:
    """Interval of the variance between means: the tau2 that `welch_p` does not reject.

    Parameters
    ----------
    y, v, df : array (k,)
        As `welch_p`.
    tail : float
        Probability left on either side.

    Returns
    -------
    (float, float)
        The least tau2 whose p is not below `tail`, and the greatest whose p is not above
        1 - `tail`, or 0 where there is none.

    Notes
    -----
    Where the variances are known this is the Q-profile (Viechtbauer 2007, Statistics in Medicine
    26). For estimated ones it stands in no paper in this form; Bakbergenuly, Hoaglin & Kulinskaya
    (2019, arXiv 1904.01948) have an interval for mean differences from the Welch-type approximation
    of Q by Kulinskaya et al. (2004, Statistics in Medicine 23). With few df p need not rise
    throughout: values between the ends may be rejected, and none outside is held.

    Examples
    --------
    >>> y, v, df = np.array([0.1, 0.5, 0.9]), np.full(3, 0.01), np.full(3, 9.0)
    >>> low, high = invert_welch(y, v, df, 0.025)
    >>> round(low, 4), round(high, 4)
    (0.0328, 6.3097)
    """

    def over(tau2: float, wanted: float) -> float:
        return float(welch_p(y, v, df, np.array([tau2]))[0]) - wanted

    def crossed(at: int, wanted: float) -> float:
        ends = float(grid[at]), float(grid[at + 1])
        return float(optimize.brentq(over, *ends, (wanted,), xtol=1e-300, rtol=1e-14))

    # at a hundred times the errors' variances their df no longer matter, and p only rises
    top = 100 * float(v.max())
    while over(top, 1 - tail) <= 0:
        top *= 2
    grid = np.concatenate([[0.0], np.geomspace(1e-6 * float(v.min()), top, 400)])
    p = welch_p(y, v, df, grid)
    first = int(np.argmax(p >= tail))
    within = np.flatnonzero(p <= 1 - tail)
    return (
        0.0 if first == 0 else crossed(first - 1, tail),
        0.0 if within.size == 0 else crossed(int(within[-1]), 1 - tail),
    )
