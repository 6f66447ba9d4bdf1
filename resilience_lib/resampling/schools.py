"""Schools drawn with replacement, or left out one at a time, and the intervals they give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

Array = NDArray[np.float64]

ONE_SCHOOL = "one school in a group: how far schools differ there cannot be told, no interval"
FEWEST = 5
"""Fewest schools to draw from, or to leave out of an estimate that few schools bias."""
_FEWEST_LEFT_OUT = 3
_FEW_DF = 4
_SAME = 1e-12


@dataclass(frozen=True)
class Interval:
    """Standard error, ends, df of an interval over schools, and why it is missing or in doubt."""

    std_error: float
    low: float
    high: float
    df: float
    reason: str


def draw_schools(random: np.random.Generator, schools: int, draws: int) -> Array:
    """How often each school stands in each draw of `schools` schools with replacement.

    A school drawn twice counts twice, as two schools: statistics of a draw are these
    counts times the per-school sums.

    Returns
    -------
    array (draws, schools)

    Examples
    --------
    >>> draw_schools(np.random.default_rng(1), 4, 3).sum(axis=1).tolist()
    [4.0, 4.0, 4.0]
    """
    return random.multinomial(schools, np.full(schools, 1 / schools), size=draws).astype(float)


def draw_sums(random: np.random.Generator, parts: Array, draws: int) -> Array:
    """Sums over k schools drawn with replacement, a school drawn twice counting twice.

    Parameters
    ----------
    random : Generator
    parts : array (k, m)
        Sums of each school.
    draws : int

    Returns
    -------
    array (draws, m)

    Notes
    -----
    The same in distribution as the counts of `draw_schools` times `parts`. Positions are drawn
    and counted, which is 8 times faster; `draw_schools` draws counts one by one, and the numbers
    that a study prints of alpha come from its stream.

    Examples
    --------
    >>> draw_sums(np.random.default_rng(1), np.ones((4, 1)), 3).ravel().tolist()
    [4.0, 4.0, 4.0]
    """
    k = len(parts)
    places = random.integers(0, k, (draws, k))
    places += np.arange(0, draws * k, k)[:, None]
    counts = np.bincount(places.ravel(), minlength=draws * k).reshape(draws, k)
    return np.asarray(counts @ parts, dtype=float)


def sum_units(values: Array, unit: NDArray[np.int64]) -> Array:
    """Sums of rows by what they belong to: 0 to k - 1, each at least once.

    Returns
    -------
    array (k, ...)

    Examples
    --------
    >>> sum_units(np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([1, 0, 1])).tolist()
    [[3.0, 4.0], [6.0, 8.0]]
    """
    order = np.argsort(unit, kind="stable")
    first = np.searchsorted(unit[order], np.arange(unit.max() + 1))
    return np.asarray(np.add.reduceat(values[order], first, axis=0))


def leave_one_out(parts: Array) -> Array:
    """Sums over all schools, and over all but each school in turn.

    Parameters
    ----------
    parts : array (k, ...)
        Sums of each school.

    Returns
    -------
    array (k + 1, ...)
        All schools first.

    Examples
    --------
    >>> leave_one_out(np.array([1.0, 2.0, 4.0])).tolist()
    [7.0, 6.0, 5.0, 3.0]
    """
    whole = parts.sum(axis=0, keepdims=True)
    return np.concatenate([whole, whole - parts])


def percentile_interval(
    whole: float,
    drawn: ArrayLike,
    schools: int,
    conf_level: float = 0.95,
    *,
    df: int | None = None,
) -> Interval:
    """Expanded percentile interval of estimates from drawn schools.

    Ends are the quantiles Phi(-q) and Phi(q) of the draws, q = sqrt(k / (k - 1)) t(k - 1):
    plain percentiles (and BCa) are too narrow for few schools by these two factors.
    Hesterberg 2015, The American Statistician 69, section 4.5. Of two groups whose schools are
    drawn apart each is too narrow by its own factor: k is that of the smaller, and t has the
    degrees of freedom of both.

    Parameters
    ----------
    whole : float
        The estimate of all schools.
    drawn : array (draws,)
    schools : int
        k.
    conf_level : float, in (0, 1)
    df : int, optional
        Of t, where it is not k - 1: schools less groups.

    Returns
    -------
    Interval
        Without df. With fewer than 5 schools, where a draw is missing or all are the same,
        numbers are NaN and the reason says so.

    Examples
    --------
    >>> got = percentile_interval(0.0, np.linspace(-1, 1, 2001), 11)
    >>> round(got.low, 3), round(got.high, 3)
    (-0.981, 0.981)
    """
    values = np.asarray(drawn, dtype=float)
    df = schools - 1 if df is None else df
    if df + 1 < FEWEST:
        return _no_interval(f"fewer than {FEWEST} schools to draw from: no interval")
    bad = int((~np.isfinite(values)).sum())
    if bad or not np.isfinite(whole):
        draws = "draw" if bad == 1 else "draws"
        return _no_interval(f"no interval: the estimate is missing in {bad} {draws} of schools")
    if np.ptp(values) <= _SAME:
        return _no_interval("no interval: the estimate is the same in every draw of schools")
    wider = np.sqrt(schools / (schools - 1)) * stats.t.ppf(0.5 + conf_level / 2, df)
    low, high = np.quantile(values, special.ndtr([-wider, wider]))
    return Interval(float(values.std(ddof=1)), float(low), float(high), float("nan"), "")


def jackknife_interval(whole: float, left_out: ArrayLike, conf_level: float = 0.95) -> Interval:
    """Delete-one-school interval of a reliability, on the scale log(1 - reliability).

    se = sqrt((k - 1) / k sum (x_s - mean x)^2) of x = log(1 - value), ends
    1 - exp(x +- t(k - 1) se); the standard error itself is jackknifed on the plain scale.
    The logarithm is the scale on which alpha is near normal (Bonett 2002, Journal of
    Educational and Behavioral Statistics 27); for two items it is Fisher's z.
    Jackknife: Efron & Tibshirani 1993, chapter 11.

    Parameters
    ----------
    whole : float, below 1
    left_out : array (k,)
        Estimates without each school.
    conf_level : float, in (0, 1)

    Returns
    -------
    Interval
        df = k - 1. Numbers are NaN, with the reason, for fewer than 3 schools and where
        an estimate is missing.

    Examples
    --------
    >>> got = jackknife_interval(0.8, [0.79, 0.80, 0.81, 0.80])
    >>> round(got.std_error, 4), round(got.low, 3), round(got.high, 3)
    (0.0122, 0.757, 0.835)
    """
    left = np.asarray(left_out, dtype=float)
    k = len(left)
    if k < _FEWEST_LEFT_OUT:
        return _no_interval(f"fewer than {_FEWEST_LEFT_OUT} schools to leave out: no interval")
    bad = int((~np.isfinite(left)).sum())
    if bad or not np.isfinite(whole):
        return _no_interval(f"no interval: the estimate is missing without {bad} of {k} schools")
    if max(whole, left.max()) > 1 - _SAME:
        return _no_interval("no interval: the estimate is 1 with or without a school")
    if np.ptp(left) <= _SAME:
        return _no_interval("no interval: the estimate is the same without any school")
    scale = np.log1p(-left)
    half = float(stats.t.ppf(0.5 + conf_level / 2, k - 1)) * _left_out_error(scale)
    middle = float(np.log1p(-whole))
    doubt = f"fewer than {_FEW_DF} df: the interval is unreliable" if k - 1 < _FEW_DF else ""
    low, high = 1 - np.exp(middle + half), 1 - np.exp(middle - half)
    return Interval(_left_out_error(left), float(low), float(high), k - 1.0, doubt)


def unbiased_interval(
    whole: float, left_out: ArrayLike, conf_level: float = 0.95, *, unit: str = "schools"
) -> Interval:
    """Delete-one-school interval of an estimate that few schools bias, on the plain scale.

    The jackknife's bias is (k - 1) (mean of x_s - estimate) and its standard error
    se = sqrt((k - 1) / k sum (x_s - mean x)^2) of the estimates x_s without school s (Efron &
    Tibshirani 1993, section 10.5 and chapter 11). Ends are the estimate less the bias -+
    t(k - 1) se. Draws of schools would add the bias once more: percentiles lie off by it twice.

    Parameters
    ----------
    whole : float
        The estimate of all schools.
    left_out : array (k,)
        Estimates without each school.
    conf_level : float, in (0, 1)
    unit : str
        What was left out, for the reason.

    Returns
    -------
    Interval
        df = k - 1. Numbers are NaN, with the reason, for fewer than 5 schools, where an estimate
        is missing, where all left-out ones are the same, and where the bias is larger than
        t(k - 1) se: the interval would not hold the estimate, and the bias is then no small
        part of its error, as both formulas ask.

    Examples
    --------
    >>> got = unbiased_interval(0.6, [0.5, 0.5, 0.5, 0.5, 0.8])
    >>> round(got.std_error, 4), round(got.low, 3), round(got.high, 3)
    (0.24, 0.094, 1.426)
    """
    left = np.asarray(left_out, dtype=float)
    k = len(left)
    if k < FEWEST:
        return _no_interval(f"fewer than {FEWEST} {unit} to leave out: no interval")
    if not np.isfinite([whole, *left]).all():
        return _no_interval(f"no interval: the estimate is missing without one of the {unit}")
    if np.ptp(left) <= _SAME:
        return _no_interval(
            f"no interval: the estimate is the same whichever of the {unit} is left out"
        )
    error, bias = _left_out_error(left), (k - 1) * (float(left.mean()) - whole)
    half = float(stats.t.ppf(0.5 + conf_level / 2, k - 1)) * error
    if abs(bias) > half:
        return _no_interval(
            f"no interval: the bias found by leaving out {unit} is more than half its width"
        )
    return Interval(error, whole - bias - half, whole - bias + half, k - 1.0, "")


def _left_out_error(left: Array) -> float:
    k = len(left)
    return float(np.sqrt((k - 1) / k * ((left - left.mean()) ** 2).sum()))


def _no_interval(reason: str) -> Interval:
    nan = float("nan")
    return Interval(nan, nan, nan, nan, reason)
