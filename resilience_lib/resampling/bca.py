"""Intervals from draws of pupils: plain percentiles, and BCa with a jackknifed acceleration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from resilience_lib.resampling.schools import Interval

Array = NDArray[np.float64]

_SAME = 1e-12


def acceleration(left_out: Sequence[ArrayLike]) -> float:
    """Acceleration of BCa from delete-one estimates.

    With u = (mean of the delete-one estimates) - each of them,
    a = sum u^3 / (6 (sum u^2)^1.5) (Efron & Tibshirani 1993, equation 14.15). Where groups are
    drawn separately, u of a group of n is weighed by (n - 1) / n, its share of the influence.

    Parameters
    ----------
    left_out : sequence of array
        For each group that is drawn by itself, the estimate without each of its members.

    Returns
    -------
    float
        NaN where an estimate is missing; 0 where leaving out changes nothing.

    Examples
    --------
    >>> round(acceleration([[1.0, 2.0, 6.0]]), 6)
    -0.05727
    """
    parts = []
    for group in left_out:
        x = np.asarray(group, dtype=float)
        parts.append((x.mean() - x) * (len(x) - 1) / len(x))
    u = np.concatenate(parts)
    below = float((u**2).sum()) ** 1.5
    return float((u**3).sum()) / (6 * below) if below != 0 else 0.0


def bca_interval(
    whole: float, drawn: ArrayLike, acceleration: float, conf_level: float = 0.95
) -> Interval:
    """Bias-corrected and accelerated interval (Efron & Tibshirani 1993, section 14.3).

    Ends are the quantiles Phi(z0 + (z0 + z) / (1 - a (z0 + z))) of the draws, with
    z0 = Phi^-1(share of draws below the estimate, those equal to it by half).

    Parameters
    ----------
    whole : float
        The estimate of the sample.
    drawn : array (draws,)
    acceleration : float
        From `acceleration`.
    conf_level : float, in (0, 1)

    Returns
    -------
    Interval
        Without df. Numbers are NaN, with the reason, where a draw or a delete-one estimate is
        missing, where all draws are the same, and where all lie on one side of the estimate.

    Examples
    --------
    >>> got = bca_interval(0.0, np.linspace(-1, 1, 2001), 0.0)
    >>> round(got.low, 3), round(got.high, 3)
    (-0.95, 0.95)
    """
    values = np.asarray(drawn, dtype=float)
    flaw = _flaw(whole, values)
    if flaw or not np.isfinite(acceleration):
        return _no_interval(flaw or "the estimate is missing without one pupil")
    share = float((values < whole).mean() + (values == whole).mean() / 2)
    if not 0 < share < 1:
        return _no_interval("every draw lies on one side of the estimate")
    z0 = float(special.ndtri(share))
    moved = z0 + special.ndtri([0.5 - conf_level / 2, 0.5 + conf_level / 2])
    tilt = 1 - acceleration * moved
    if tilt.min() <= 0:
        return _no_interval("the acceleration is too large")
    low, high = np.quantile(values, special.ndtr(z0 + moved / tilt))
    return Interval(float(values.std(ddof=1)), float(low), float(high), float("nan"), "")


def plain_percentiles(whole: float, drawn: ArrayLike, conf_level: float = 0.95) -> Interval:
    """The plain percentile interval (Efron & Tibshirani 1993, chapter 13).

    Parameters and returns as in `bca_interval`. For draws of schools see
    `resampling.schools.percentile_interval`, which is widened for few schools.

    Examples
    --------
    >>> got = plain_percentiles(0.0, np.linspace(-1, 1, 2001))
    >>> round(got.low, 3), round(got.high, 3)
    (-0.95, 0.95)
    """
    values = np.asarray(drawn, dtype=float)
    flaw = _flaw(whole, values)
    if flaw:
        return _no_interval(flaw)
    low, high = np.quantile(values, [0.5 - conf_level / 2, 0.5 + conf_level / 2])
    return Interval(float(values.std(ddof=1)), float(low), float(high), float("nan"), "")


def _flaw(whole: float, values: Array) -> str:
    bad = int((~np.isfinite(values)).sum())
    if bad or not np.isfinite(whole):
        return f"the estimate is missing in {bad:,} of {len(values):,} draws"
    if np.ptp(values) <= _SAME * (1 + abs(whole)):
        return "the estimate is the same in every draw"
    return ""


def _no_interval(reason: str) -> Interval:
    nan = float("nan")
    return Interval(nan, nan, nan, nan, f"no interval: {reason}")
