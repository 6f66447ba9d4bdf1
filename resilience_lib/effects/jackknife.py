"""Delete-one-school jackknife of any estimate, as columns of the Estimate frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.models.transformed import ON_LOGIT, logit_ends

Array = NDArray[np.float64]
Measure = Callable[[NDArray[np.bool_]], float]

ONE_SCHOOL = "rests on one school: no jackknife error"
NOBODY = "nobody, or everybody: a share of 0 or 1 has no jackknife interval"
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
    logit: bool = False,
    schools: int | None = None,
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
    logit : bool
        For a share: the interval stands on the logit scale; the error is that of the share.
    schools : int, optional
        k of t(k - 1), where the estimate is of pupils in fewer schools than are left out.
    tested : bool
        Give the p-value of 0.

    Returns
    -------
    dict
        Columns of the Estimate frame. Without an interval, and with the reason, for one school,
        where a leave-one-out estimate is missing or all are the same, for a perfect correlation,
        and for a share of 0 or 1.

    Notes
    -----
    estimate -+ t(k - 1) s, s = sqrt((k - 1) / k sum (e_(i) - mean e)^2): Efron & Tibshirani
    1993, chapter 11. On Fisher's z: tanh(atanh r -+ t(k - 1) s). On the logit scale:
    logit(p) -+ t(k - 1) s / (p (1 - p)), transformed back (`transformed.logit_ends`); s is of p
    itself, so that nobody left in a share without one school does no harm.

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
        + (" on Fisher's z" if fisher else ON_LOGIT if logit else ""),
        "n_clusters": k,
    }
    if not np.isfinite(estimate):
        return row | {"reason": missing}
    if k < 2 or not np.isfinite(left_out).all():
        return row | {"reason": ONE_SCHOOL}
    if fisher and max(abs(estimate), np.abs(left_out).max()) > _PERFECT:
        return row | {"reason": "a perfect correlation has no interval"}
    if logit and not 0 < estimate < 1:
        return row | {"reason": NOBODY}
    if np.ptp(left_out) <= _SAME * max(1.0, abs(estimate)):
        return row | {"reason": "the same without any school: no jackknife error"}
    centre = float(np.arctanh(estimate)) if fisher else estimate
    error = jackknife_error(np.arctanh(left_out) if fisher else left_out)
    df = (k if schools is None else schools) - 1.0
    half = float(stats.t.ppf(0.5 + conf_level / 2, df)) * error
    low, high = centre - half, centre + half
    if fisher:
        low, high = float(np.tanh(low)), float(np.tanh(high))
    if logit:
        low, high = logit_ends(estimate, half)
    return row | {
        "std_error": error,
        "df": df,
        "p_value": float(2 * stats.t.sf(abs(centre) / error, df)) if tested else None,
        "conf_low": low,
        "conf_high": high,
    }
