"""Counts over an exposure: a rate, and two rates compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, stats

from resilience_lib.effects.arrays import Array, schools_of, two_groups
from resilience_lib.effects.proportion_intervals import clopper_pearson
from resilience_lib.effects.registry import bounded_frame
from resilience_lib.effects.subgroups import estimate_row, no_data
from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, fit_cr2
from resilience_lib.models.transformed import log_ratio_of, rate_of

Row = dict[str, object]

_BY_SCHOOL = "sum of events over sum of exposure, weighted by exposure, CR2 by school"
_EMPTY = "no pupils"


def estimate_rate(
    events: ArrayLike,
    exposure: ArrayLike,
    *,
    school: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Events for each unit of exposure.

    Parameters
    ----------
    events : array (n,)
        Whole numbers, such as days missed by each pupil.
    exposure : array (n,)
        Time or number at risk of each, above 0, such as days on roll. Never assumed equal.
    school : array (n,), optional
        Schools; the first row then holds the CR2 interval.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame of `rate`; the exact interval takes events as independent.

    Raises
    ------
    ModelInputError
        An exposure that is missing, 0 or less; an event count that is no whole number.

    Notes
    -----
    Exact: quantiles of chi-squared with 2 x and 2 x + 2 df over 2 (Garwood 1936, Biometrika 28).
    By school: regression of events on exposure through 0 with weights 1 / exposure, whose slope
    is sum of events / sum of exposure, with CR2 and Satterthwaite df and its interval
    on the scale of the logarithm (`transformed.rate_of`).

    Examples
    --------
    >>> got = estimate_rate([2, 0, 1, 3], [10, 10, 20, 20], school=list("aabc"))
    >>> [round(float(x), 3) for x in got["estimate"]]
    [0.1, 0.1]
    """
    x, time = _counted(events, exposure)
    exact = _exact_rate(float(x.sum()), float(time.sum()), conf_level) | {"n": len(x)}
    code = schools_of(school, len(x), np.ones(len(x), dtype=bool))
    if code is None:
        return bounded_frame([exact])
    answer = no_data(_EMPTY)
    if len(x):
        fit = fit_cr2(x / np.sqrt(time), np.sqrt(time)[:, None], code)
        answer = rate_of(contrast_cr2(fit, [1.0], conf_level))
    row = estimate_row(answer, conf_level, method=_BY_SCHOOL, estimand="rate")
    row |= {"interval": f"{row['interval']}, of the logarithm", "p_value": None}
    return bounded_frame([row | {"n": len(x), "n_clusters": len(np.unique(code))}, exact])


def estimate_rate_from_summary(
    events: float, exposure: float, *, conf_level: float = 0.95
) -> pd.DataFrame:
    """A rate from its total, with the exact interval; see `estimate_rate`.

    Examples
    --------
    >>> got = estimate_rate_from_summary(0, 50)
    >>> [round(float(got[x].iloc[0]), 6) for x in ("estimate", "conf_high")]
    [0.0, 0.073778]
    """
    x, time = _counted([events], [exposure])
    return bounded_frame([_exact_rate(float(x[0]), float(time[0]), conf_level)])


def estimate_rate_ratio(
    events: ArrayLike,
    exposure: ArrayLike,
    group: ArrayLike,
    *,
    levels: Sequence[object],
    school: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """The first group's rate over the second's.

    Parameters
    ----------
    events, exposure : array (n,)
        As in `estimate_rate`.
    group : array (n,)
        Each pupil's group; other groups are left out.
    levels : sequence of two labels
        The group and the one divided by.
    school : array (n,), optional
        With schools, the first row is by school.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame of `rate_ratio`; `std_error` by school is that of the logarithm.

    Raises
    ------
    ModelInputError
        As in `estimate_rate`.

    Notes
    -----
    Given the total of events x1 + x2, x1 is binomial with share r t1 / (r t1 + t2): the exact
    conditional interval is that of Clopper & Pearson for this share (as R's `poisson.test`),
    mid-P counts half of what was observed in each tail (Lancaster 1961). p is twice the smaller
    tail, in keeping with the interval. By school: as in `estimate_rate` for both groups, the
    logarithm by the delta method.

    Examples
    --------
    >>> got = estimate_rate_ratio([4, 7, 3, 1], [100] * 4, list("aabb"), levels=("a", "b"))
    >>> got["estimate"].tolist(), [round(float(x), 2) for x in got["conf_low"]]
    ([2.75, 2.75], [0.81, 0.9])
    """
    x, time = _counted(events, exposure)
    one, two = two_groups(group, levels, len(x))
    kept = one | two
    code = schools_of(school, len(x), kept)
    x, time, one, two = x[kept], time[kept], one[kept], two[kept]
    totals = [(float(x[side].sum()), float(time[side].sum())) for side in (one, two)]
    labels = {"contrast": f"{levels[0]} / {levels[1]}", "n": len(x)}
    rows = [row | labels for row in _two_rates(totals[0], totals[1], conf_level)]
    if code is None:
        return bounded_frame(rows)
    answer = no_data("no events in a group: no interval of the logarithm")
    if totals[0][0] > 0 and totals[1][0] > 0:
        design = np.column_stack([one, two]) * np.sqrt(time)[:, None]
        rates = np.array([count / exposed for count, exposed in totals])
        fit = fit_cr2(x / np.sqrt(time), design, code)
        answer = contrast_cr2(fit, np.array([1.0, -1.0]) / rates, conf_level)
        answer = log_ratio_of(answer, float(np.log(rates[0] / rates[1])))
    row = estimate_row(answer, conf_level, method=f"{_BY_SCHOOL}; logarithm by the delta method")
    row |= {"interval": f"{row['interval']}, of the logarithm", "estimand": "rate_ratio"}
    return bounded_frame([row | labels | {"n_clusters": len(np.unique(code))}, *rows])


def estimate_rate_ratio_from_summary(
    events: tuple[float, float], exposure: tuple[float, float], *, conf_level: float = 0.95
) -> pd.DataFrame:
    """The first rate over the second, from totals; see `estimate_rate_ratio`.

    Examples
    --------
    >>> got = estimate_rate_ratio_from_summary((11, 4), (800, 1000))
    >>> [round(float(got["conf_low"].iloc[i]), 3) for i in (0, 1)]
    [1.019, 1.129]
    """
    x, time = _counted(list(events), list(exposure))
    rows = _two_rates((x[0], time[0]), (x[1], time[1]), conf_level)
    return bounded_frame(row | {"contrast": "first / second"} for row in rows)


def _counted(events: ArrayLike, exposure: ArrayLike) -> tuple[Array, Array]:
    counts, times = np.asarray(events), np.asarray(exposure)
    numbers = all(a.ndim == 1 and a.dtype.kind in "biuf" for a in (counts, times))
    if not numbers or len(counts) != len(times):
        raise ModelInputError("a rate needs a number of events and an exposure for each")
    if not (np.isfinite(times) & (times > 0)).all():
        raise ModelInputError("an exposure is a finite number above 0: drop rows without one")
    if not (np.isfinite(counts) & (counts >= 0) & (counts == np.round(counts))).all():
        raise ModelInputError("events are whole numbers from 0: drop rows without one")
    return counts.astype(float), times.astype(float)


def _exact_rate(x: float, time: float, conf_level: float) -> Row:
    row: Row = {
        "estimand": "rate",
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% exact Poisson, events independent",
        "method": "events / exposure",
    }
    if time == 0:
        return row | {"reason": _EMPTY}
    tail = (1 - conf_level) / 2
    low = stats.chi2.ppf(tail, 2 * x) / 2 if x > 0 else 0.0
    high = stats.chi2.isf(tail, 2 * x + 2) / 2
    return row | {"estimate": x / time, "conf_low": low / time, "conf_high": high / time}


def _two_rates(
    first: tuple[float, float], second: tuple[float, float], conf_level: float
) -> list[Row]:
    (x1, t1), (x2, t2) = first, second
    base: Row = {"estimand": "rate_ratio", "conf_level": conf_level, "method": "rate over rate"}
    names = ("exact conditional", "mid-P")
    level = f"{100 * conf_level:g}%"
    rows = [base | {"interval": f"{level} {name}, events independent"} for name in names]
    if t1 == 0 or t2 == 0:
        return [row | {"reason": _EMPTY} for row in rows]
    if x1 + x2 == 0:
        return [row | {"reason": "no events in either group: 0 / 0"} for row in rows]
    ratio: Row = {"estimate": np.nan, "reason": "no events in the group divided by"}
    if x2 > 0:
        ratio = {"estimate": (x1 / t1) / (x2 / t2)}
    share = t1 / (t1 + t2)
    below, above = stats.binom.cdf(x1, x1 + x2, share), stats.binom.sf(x1 - 1, x1 + x2, share)
    half = stats.binom.pmf(x1, x1 + x2, share) / 2
    tails = (min(below, above), min(below, above) - half)
    ends = (clopper_pearson(int(x1), int(x1 + x2), conf_level), _mid_p(x1, x1 + x2, conf_level))
    for row, tail, (low, high) in zip(rows, tails, ends, strict=True):
        row |= ratio | {"p_value": min(1.0, 2 * tail)}
        row |= {"conf_low": _as_ratio(low, t1, t2), "conf_high": _as_ratio(high, t1, t2)}
    return rows


def _as_ratio(share: float, t1: float, t2: float) -> float:
    return share / (1 - share) * t2 / t1 if share < 1 else float("inf")


def _mid_p(x: float, n: float, conf_level: float) -> tuple[float, float]:
    """Shares at which the tail, with half of what was observed, holds half of the error."""
    tail = (1 - conf_level) / 2

    def above(p: float) -> float:
        return float(stats.binom.sf(x, n, p) + stats.binom.pmf(x, n, p) / 2)

    def end(wanted: float) -> float:
        return float(optimize.brentq(lambda p: above(p) - wanted, 0.0, 1.0, xtol=1e-15, rtol=1e-14))

    return (end(tail) if x > 0 else 0.0), (end(1 - tail) if x < n else 1.0)
