"""U3 without a distribution: the share of the comparison below the group's median, and draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilience_lib.effects.arrays import Array
from resilience_lib.resampling.schools import ONE_SCHOOL, draw_schools, percentile_interval
from resilience_lib.resampling.streams import stream

_BLOCK = 200
_FEWEST = 5


def median_share(first: Array, second: Array) -> float:
    """Share of the second below the median of the first, those at it half; NaN where one is empty.

    Examples
    --------
    >>> median_share(np.array([1.0, 3.0, 8.0]), np.array([1.0, 2.0, 3.0, 9.0]))
    0.625
    """
    if not (len(first) and len(second)):
        return float("nan")
    ones = (np.ones((1, len(first))), np.ones((1, len(second))))
    return float(_shares(np.sort(first), np.sort(second), *ones)[0])


def median_share_row(
    scores: Array,
    in_first: NDArray[np.bool_],
    school: NDArray[np.int64] | None,
    seed: int | None,
    draws: int,
    conf_level: float,
) -> dict[str, object]:
    """`u3_median` with the expanded percentile interval of drawn schools, or drawn pupils.

    Parameters
    ----------
    scores, in_first, school : array (n,)
        Everyone else is the comparison; without schools pupils are drawn within each group.
    seed : int or None
        None: no interval.
    draws : int
    conf_level : float, in (0, 1)

    Notes
    -----
    A median is no smooth statistic, so that a jackknife does not hold for it; drawing does.
    Ends: `resampling.schools.percentile_interval` (Hesterberg 2015), for pupils with the size
    of the smaller group. Where no school has pupils of both groups, the schools of each are drawn
    by themselves.

    Examples
    --------
    >>> y, one = np.arange(40.0), np.arange(40) % 2 == 0
    >>> row = median_share_row(y, one, None, 7, 500, 0.95)
    >>> row["estimate"], row["conf_low"] < 0.475 < row["conf_high"]
    (0.475, True)
    """
    first, second = scores[in_first], scores[~in_first]
    drawn_units = "pupils, pupils independent" if school is None else "schools"
    estimate = median_share(first, second)
    row: dict[str, object] = {
        "estimand": "u3_median",
        "estimate": estimate,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% expanded percentile of {draws} drawn {drawn_units}",
        "method": "share of the comparison below the group's median, at it half",
        "n": len(scores),
    }
    if school is not None:
        row["n_clusters"] = len(np.unique(school))
    if not np.isfinite(estimate):
        return row | {"reason": "no pupils in a group"}
    if seed is None:
        return row | {"reason": "no seed given: no interval was drawn"}
    if school is None and min(len(first), len(second)) < _FEWEST:
        return row | {"reason": f"fewer than {_FEWEST} pupils in a group to draw from: no interval"}
    size, df = min(len(first), len(second)), None
    if school is not None:
        both = [np.unique(school[side]) for side in (in_first, ~in_first)]
        size = len(np.unique(school))
        if _apart(*both):
            size, df = min(map(len, both)), size - 2
            if size < 2:
                return row | {"reason": ONE_SCHOOL}
    drawn = _drawn(scores, in_first, school, stream(seed, "u3_median"), draws)
    got = percentile_interval(estimate, drawn, size, conf_level, df=df)
    return row | {
        "std_error": got.std_error,
        "conf_low": got.low,
        "conf_high": got.high,
        "reason": got.reason,
    }


def _apart(first: NDArray[np.int64], second: NDArray[np.int64]) -> bool:
    """Whether no school has pupils of both groups."""
    return not set(first.tolist()) & set(second.tolist())


def _drawn(
    scores: Array,
    in_first: NDArray[np.bool_],
    school: NDArray[np.int64] | None,
    random: np.random.Generator,
    draws: int,
) -> Array:
    """The share in each draw, a block of draws at a time."""
    sides = (np.flatnonzero(in_first), np.flatnonzero(~in_first))
    order = [side[np.argsort(scores[side], kind="stable")] for side in sides]
    values = [scores[side] for side in order]
    found = []
    for start in range(0, draws, _BLOCK):
        many = min(_BLOCK, draws - start)
        if school is None:
            counts = [draw_schools(random, len(side), many) for side in order]
        else:
            counts = _drawn_schools(random, [school[side] for side in order], many)
        found.append(_shares(values[0], values[1], counts[0], counts[1]))
    return np.concatenate(found)


def _drawn_schools(
    random: np.random.Generator, schools: list[NDArray[np.int64]], draws: int
) -> list[Array]:
    """How often each pupil of both groups, whose schools these are, comes in each draw."""
    if _apart(*schools):
        counts = []
        for side in schools:
            own, place = np.unique(side, return_inverse=True)
            counts.append(draw_schools(random, len(own), draws)[:, place])
        return counts
    times = draw_schools(random, 1 + max(int(side.max()) for side in schools), draws)
    return [times[:, side] for side in schools]


def _shares(first: Array, second: Array, times_first: Array, times_second: Array) -> Array:
    """Shares of draws: sorted values, and how often each is in each draw (draws, n)."""
    upto = np.cumsum(times_first, axis=1)
    total = upto[:, -1:]
    middle = [np.floor((total - 1) / 2), np.floor(total / 2)]
    low, high = (first[np.minimum((upto <= place).sum(axis=1), len(first) - 1)] for place in middle)
    median = (low + high) / 2
    below = np.concatenate([np.zeros((len(upto), 1)), np.cumsum(times_second, axis=1)], axis=1)
    at = np.arange(len(upto))
    counted = (
        below[at, np.searchsorted(second, median, "left")]
        + below[at, np.searchsorted(second, median, "right")]
    ) / 2
    there = (total[:, 0] > 0) & (below[:, -1] > 0)
    return np.asarray(np.where(there, counted / np.where(there, below[:, -1], 1.0), np.nan))
