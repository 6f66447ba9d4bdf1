"""Rubin's rules: one answer from the same contrast on several completed data sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.models.cr2 import Contrast, ModelInputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pooled:
    """Parts of Rubin's rules; arrays of one shape where several contrasts are pooled.

    Attributes
    ----------
    estimate : array
        Mean of the estimates.
    within, between, total : array
        Mean variance, variance of the estimates (m - 1), and
        within + (1 + 1 / m) between.
    df : array
        Barnard and Rubin's; NaN where nothing varies.
    lambda_ : array, 0 to 1
        Share of the total variance that is due to what is missing.
    fmi : array, 0 to 1
        Fraction of missing information.
    """

    estimate: Array
    within: Array
    between: Array
    total: Array
    df: Array
    lambda_: Array
    fmi: Array


def pool(estimates: ArrayLike, variances: ArrayLike, complete_df: ArrayLike) -> Pooled:
    """Rubin's rules over the first axis.

    Parameters
    ----------
    estimates, variances : array (m, ...)
        One of each completed data set, m at least 2; variances at least 0.
    complete_df : float or array (...)
        Degrees of freedom if nothing were missing, above 0; infinity is allowed.

    Returns
    -------
    Pooled

    Raises
    ------
    ModelInputError
        Fewer than two completed data sets, numbers that are missing or infinite, negative
        variances, or degrees of freedom of 0 or less.

    Notes
    -----
    Rubin 1987, chapter 3. df = old obs / (old + obs), old = (m - 1) / lambda^2,
    obs = (c + 1) / (c + 3) c (1 - lambda), c the complete-data df (Barnard & Rubin 1999,
    equations 3 to 5). fmi = (r + 2 / (df + 3)) / (r + 1), r = (1 + 1 / m) between / within.
    Equal to `mice::pool.scalar(rule = "rubin1987")`, except that mice counts a lambda below
    0.0001 as 0.0001.

    Examples
    --------
    >>> got = pool([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], 10.0)
    >>> [round(float(x), 4) for x in (got.estimate, got.total, got.df, got.fmi)]
    [2.0, 2.3333, 2.2778, 0.7338]
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    c = np.asarray(complete_df, dtype=float)
    if q.shape != u.shape or q.ndim < 1 or len(q) < 2:
        raise ModelInputError(f"estimates {q.shape} and variances {u.shape}: two or more of each")
    if not (np.isfinite(q).all() and np.isfinite(u).all() and (u >= 0).all()):
        raise ModelInputError("estimates must be finite and variances finite and at least 0")
    if not (c > 0).all():
        raise ModelInputError("the complete-data degrees of freedom must be above 0")
    m = len(q)
    estimate, within, between = q.mean(axis=0), u.mean(axis=0), q.var(axis=0, ddof=1)
    extra = (1 + 1 / m) * between
    total = within + extra
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total > 0, extra / total, np.nan)
        # 1 / df, so that an infinite df on either side is no special case
        old = share**2 / (m - 1)
        seen = 1 / ((c + 1) / (c + 3) * c * (1 - share))
        observed = np.where(np.isinf(c), 0.0, seen)
        df = 1 / (old + observed)
        r = extra / within
        fmi = np.where(np.isinf(r), 1.0, (r + 2 / (df + 3)) / (r + 1))
    return Pooled(estimate, within, between, total, df, share, fmi)


def pooled_contrast(pooled: Pooled, conf_level: float = 0.95, reason: str = "") -> Contrast:
    """A single pooled contrast as any other: error, interval and p by t.

    Parameters
    ----------
    pooled : Pooled
        Of one contrast.
    conf_level : float, in (0, 1)
    reason : str
        A doubt to carry along.

    Returns
    -------
    Contrast
        Numbers but the estimate are NaN, with the reason, where nothing varies.

    Examples
    --------
    >>> got = pooled_contrast(pool([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], 10.0))
    >>> round(got.conf_low, 3), round(got.p_value, 3)
    (-3.861, 0.307)
    """
    estimate, total, df = (float(x) for x in (pooled.estimate, pooled.total, pooled.df))
    if not total > 0:
        nan = float("nan")
        why = "; ".join(text for text in (reason, "nothing varies: no standard error") if text)
        return Contrast(estimate, nan, nan, nan, nan, nan, why)
    error = float(np.sqrt(total))
    half = float(stats.t.ppf(0.5 + conf_level / 2, df)) * error
    p_value = float(2 * stats.t.sf(abs(estimate) / error, df))
    return Contrast(estimate, error, df, p_value, estimate - half, estimate + half, reason)
