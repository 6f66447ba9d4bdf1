"""Delete-one-school jackknife of any estimate, as columns of the Estimate frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Array = NDArray[np.float64]
Measure = Callable[[NDArray[np.bool_]], float]

ONE_SCHOOL = "rests on one school: no jackknife error"
_PERFECT = 1 - 1e-12
_SAME = 1e-12


def jackknife_error(left_out: Array) -> float:
    """Delete-one-group jackknife standard error of k leave-one-out estimates.

    Examples
    --------
    >>> round(jackknife_error(np.array([1.0, 2.0, 3.0])), 6)
    1.154701
    """
    k = len(left_out)
    return float(np.sqrt((k - 1) / k * ((left_out - left_out.mean()) ** 2).sum()))


def leave_out_schools(measure: Measure, school: ArrayLike) -> Array:
    """The estimate without each school, schools in sorted order.

    Parameters
    ----------
    measure : callable
        Estimate of the rows that a mask keeps.
    school : array (n,)

    Returns
    -------
    array (k,)

    Examples
    --------
    >>> x = np.array([1.0, 3.0, 8.0])
    >>> leave_out_schools(lambda kept: x[kept].mean(), ["a", "a", "b"]).tolist()
    [8.0, 2.0]
    """
    where = np.asarray(school)
    return np.array([measure(where != one) for one in np.unique(where)])


def jackknife_columns(
    estimate: float,
    left_out: Array,
    conf_level: float,
    *,
    missing: str,
    fisher: bool = False,
    tested: bool = True,
) -> dict[str, object]:
    """Estimate, jackknife error over schools, interval and their text.

    Parameters
    ----------
    estimate : float
    left_out : array (k,)
        The estimate without each school.
    conf_level : float, in (0, 1)
    missing : str
        Why the estimate is missing, where it is.
    fisher : bool
        For a correlation: work on Fisher's z and give the standard error of z.
    tested : bool
        Give the p-value of 0.

    Returns
    -------
    dict
        Columns of the Estimate frame. Without an interval, and with the reason, for one school,
        where a leave-one-out estimate is missing or all are the same, and for a perfect
        correlation.

    Notes
    -----
    estimate -+ t(k - 1) s, s = sqrt((k - 1) / k sum (e_(i) - mean e)^2): Efron & Tibshirani
    1993, chapter 11. On Fisher's z: tanh(atanh r -+ t(k - 1) s).

    Examples
    --------
    >>> got = jackknife_columns(0.5, np.array([0.4, 0.5, 0.6]), 0.95, missing="")
    >>> round(got["std_error"], 4), got["df"], got["interval"]
    (0.1155, 2.0, '95% jackknife over schools, t(k - 1)')
    """
    k = len(left_out)
    row: dict[str, object] = {
        "estimate": estimate,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% jackknife over schools, t(k - 1)"
        + (" on Fisher's z" if fisher else ""),
        "n_clusters": k,
    }
    if not np.isfinite(estimate):
        return row | {"reason": missing}
    if k < 2 or not np.isfinite(left_out).all():
        return row | {"reason": ONE_SCHOOL}
    if fisher and max(abs(estimate), np.abs(left_out).max()) > _PERFECT:
        return row | {"reason": "a perfect correlation has no interval"}
    if np.ptp(left_out) <= _SAME * max(1.0, abs(estimate)):
        return row | {"reason": "the same without any school: no jackknife error"}
    centre = float(np.arctanh(estimate)) if fisher else estimate
    error = jackknife_error(np.arctanh(left_out) if fisher else left_out)
    half = float(stats.t.ppf(0.5 + conf_level / 2, k - 1)) * error
    ends = np.array([centre - half, centre + half])
    if fisher:
        ends = np.tanh(ends)
    return row | {
        "std_error": error,
        "df": k - 1.0,
        "p_value": float(2 * stats.t.sf(abs(centre) / error, k - 1)) if tested else None,
        "conf_low": float(ends[0]),
        "conf_high": float(ends[1]),
    }
