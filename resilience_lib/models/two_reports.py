"""Two reports of the same pupils: their agreement, from sums, and its textbook intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from resilience_lib.models.scores import ROUNDING
from resilience_lib.resampling.schools import Interval, leave_one_out

Array = NDArray[np.float64]

LIMIT = 1.959963984540054
"""97.5% point of the normal distribution: limits of agreement hold 95% of the differences."""
PERFECT = 1 - 1e-12


def report_sums(first: Array, second: Array, rater: NDArray[np.int64], raters: int) -> Array:
    """Sums that all measures need: of everyone first, then without each rater.

    Parameters
    ----------
    first, second : array (n,)
        Finite; centred on one point, so that squares keep their digits.
    rater : array (n,)
        Codes 0, 1, ...
    raters : int
        k.

    Returns
    -------
    array (k + 1, 6)
        n, sums, sums of squares, sum of products.

    Examples
    --------
    >>> report_sums(np.array([1.0, 2.0]), np.array([1.0, 4.0]), np.array([0, 1]), 2)[0].tolist()
    [2.0, 3.0, 5.0, 5.0, 17.0, 9.0]
    """
    parts = (np.ones(len(first)), first, second, first * first, second * second, first * second)
    return leave_one_out(np.stack([np.bincount(rater, part, raters) for part in parts], axis=-1))


def _moments(sums: Array) -> tuple[Array, ...]:
    """n, mean difference, variances and covariance; NaN below two pupils."""
    n = np.where(sums[..., 0] > 1, sums[..., 0], np.nan)
    a, b = sums[..., 1] / n, sums[..., 2] / n

    def spread(products: Array, first: Array, second: Array) -> Array:
        return np.asarray((products - n * first * second) / (n - 1))

    return (
        n,
        b - a,
        _more_than_rounding(spread(sums[..., 3], a, a), sums[..., 3] / n),
        _more_than_rounding(spread(sums[..., 4], b, b), sums[..., 4] / n),
        spread(sums[..., 5], a, b),
    )


def _more_than_rounding(square: Array, size: Array) -> Array:
    """What subtraction leaves of numbers of a size; 0 where it is rounding."""
    return np.asarray(np.where(square <= ROUNDING * size, 0.0, square))


def _mean_squares(sums: Array) -> tuple[Array, Array, Array, Array]:
    """n, and mean squares of pupils, of the two kinds of report and of the rest."""
    n, gap, vx, vy, c = _moments(sums)
    rows, rest = (_more_than_rounding((vx + vy + k * c) / 2, vx + vy) for k in (2, -2))
    return n, rows, n * gap**2 / 2, rest


def agreement(name: str, sums: Array) -> Array:
    """One measure of each row of sums; NaN where it is not defined.

    Parameters
    ----------
    name : str
        `rater_correlation`, `icc_a1`, `loa_low` or `loa_high` (`effects.raters`).
    sums : array (..., 6)

    Examples
    --------
    >>> x, y = np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1.0, 2.0])
    >>> sums = report_sums(x, y, np.zeros(3, dtype=int), 1)[:1]
    >>> [round(float(agreement(name, sums)[0]), 4) for name in ("rater_correlation", "icc_a1")]
    [1.0, 0.6667]
    """
    n, gap, vx, vy, c = _moments(sums)
    if name == "rater_correlation":
        size = np.sqrt(vx) * np.sqrt(vy)
        return np.asarray(np.clip(c / np.where(size > 0, size, np.nan), -1, 1))
    if name == "icc_a1":
        _, rows, columns, rest = _mean_squares(sums)
        below = rows + rest + 2 * (columns - rest) / n
        return np.asarray((rows - rest) / np.where(rows + rest > 0, below, np.nan))
    sd = np.sqrt(2 * _mean_squares(sums)[3])
    return np.asarray(gap + (LIMIT if name == "loa_high" else -LIMIT) * sd)


def textbook_interval(name: str, sums: Array, conf_level: float = 0.95) -> Interval:
    """The interval of textbooks, for pupils who have nothing in common.

    Parameters
    ----------
    name : str
        As in `agreement`.
    sums : array (6,)
        Of everyone.
    conf_level : float, in (0, 1)

    Returns
    -------
    Interval
        Numbers are NaN, with the reason, where there is none.

    Notes
    -----
    ICC(A,1): F, McGraw & Wong 1996, Psychological Methods 1, table 7. Correlation: Fisher's z.
    Limits: error SD sqrt(1 / n + 1.96^2 / (2 (n - 1))), t(n - 1), Bland & Altman 1999,
    Statistical Methods in Medical Research 8, section 2.2.

    Examples
    --------
    >>> x, y = np.array([-2.0, -1, 0, 1, 2]), np.array([-2.0, 0, 0, 2, 1])
    >>> sums = report_sums(x, y, np.zeros(5, dtype=int), 1)[0]
    >>> got = textbook_interval("rater_correlation", sums)
    >>> round(got.low, 3), round(got.high, 3)
    (-0.119, 0.99)
    """
    n, _, _, rest = (float(m) for m in _mean_squares(sums))
    estimate = float(agreement(name, sums))
    tail = 0.5 + conf_level / 2
    if not np.isfinite(estimate):
        return _none("fewer than two pupils with both reports, or reports all the same")
    if name == "icc_a1":
        low, high = _icc_interval(sums, estimate, conf_level)
        if not np.isfinite([low, high]).all():
            return _none("pupil and teacher agree perfectly: no interval")
        return Interval(float("nan"), low, high, float("nan"), "")
    if name == "rater_correlation":
        if n < 4 or abs(estimate) > PERFECT:
            return _none("fewer than four pupils, or a perfect correlation")
        half = float(stats.norm.ppf(tail)) / np.sqrt(n - 3)
        low, high = np.tanh(np.arctanh(estimate) + np.array([-half, half]))
        return Interval(float("nan"), float(low), float(high), float("nan"), "")
    if not rest > 0:
        return _none("differences all the same: no interval")
    error = float(np.sqrt(2 * rest * (1 / n + LIMIT**2 / (2 * (n - 1)))))
    half = float(stats.t.ppf(tail, n - 1)) * error
    return Interval(error, estimate - half, estimate + half, n - 1, "")


def _none(reason: str) -> Interval:
    nan = float("nan")
    return Interval(nan, nan, nan, nan, reason)


def _icc_interval(sums: Array, icc: float, conf_level: float) -> tuple[float, float]:
    """McGraw & Wong's interval of ICC(A,1) for two reports."""
    n, rows, columns, rest = (float(m) for m in _mean_squares(sums))
    if not (rest > 0 and rows > 0):
        return float("nan"), float("nan")
    ratio = columns / rest
    a = n * (1 + icc) - 2 * icc
    df = (n - 1) * (2 * icc * ratio + a) ** 2 / ((n - 1) * 4 * icc**2 * ratio**2 + a**2)
    upper = float(stats.f.ppf(0.5 + conf_level / 2, n - 1, df))
    lower = float(stats.f.ppf(0.5 + conf_level / 2, df, n - 1))
    other = 2 * columns + (n - 2) * rest
    low = n * (rows - upper * rest) / (upper * other + n * rows)
    high = n * (lower * rows - rest) / (other + n * lower * rows)
    return low, high
