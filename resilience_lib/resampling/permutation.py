"""Permutation by school: signs of schools' changes, and arms of whole schools."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resilience_lib.resampling.inversion import reach
from resilience_lib.resampling.schools import Interval
from resilience_lib.resampling.signs import Weights

Array = NDArray[np.float64]

MOST_ASSIGNMENTS = 20_000
"""Ways to give schools their arms up to which every one is taken."""
_TIE = 1e-9
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Permuted:
    """The p-value, how many arrangements it rests on, and whether these are all there are."""

    p_value: float
    arrangements: int
    complete: bool


def flip_schools(
    sums: Array, sizes: Array, signs: Weights, conf_level: float = 0.95
) -> tuple[Permuted, Interval]:
    """Two-sided p and interval of a mean change under signs of schools' changes.

    The hypothesis: the changes of a school's pupils, taken together, could as well have the
    other sign. p is the share of sign vectors with |sum of signed school sums| at least as
    large as the observed one (Fisher 1935; by cluster: Canay, Romano & Shaikh 2017). The
    interval holds the changes that, taken off every pupil, leave one that is not rejected.

    Parameters
    ----------
    sums, sizes : array (k,)
        Each school's sum of changes, and its pupils (or weight).
    signs : Weights
        `resampling.signs.school_weights` of k schools; drawn ones are joined by the sample.
    conf_level : float, in (0, 1)

    Returns
    -------
    tuple of Permuted and Interval
        The interval is NaN, with the reason, where schools' means do not vary and where no
        change is rejected at 1 - conf_level: five schools have no p below 0.0625.

    Examples
    --------
    >>> from resilience_lib.resampling.signs import school_weights
    >>> sums = np.array([1.0, 2.0, 3.0, 4.5, 2.2, 2.9, -0.5])
    >>> test, interval = flip_schools(sums, np.ones(7), school_weights(7, None))
    >>> test
    Permuted(p_value=0.03125, arrangements=64, complete=True)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.75, 3.7)
    """
    nan = float("nan")
    mean = float(sums.sum() / sizes.sum())
    left = sums - mean * sizes
    error = float(np.sqrt((left**2).sum())) / float(sizes.sum())
    numerator, weight = signs.values @ left, signs.values @ sizes

    def p_values(distance: Array) -> Array:
        d = distance[:, None] * error
        found = _shares(np.abs(numerator + weight * d), np.abs(d * sizes.sum()), signs.complete)
        return np.asarray(found)

    test = Permuted(
        float(_shares(np.abs(signs.values @ sums)[None], abs(sums.sum()), signs.complete)[0]),
        len(signs.values),
        signs.complete,
    )
    if error <= _ROUNDING * float(np.abs(sums).max() / sizes.max()):
        return test, Interval(nan, nan, nan, nan, "no interval: nothing varies between schools")
    below, above = (reach(p_values, side, 1 - conf_level) for side in (1.0, -1.0))
    if not (np.isfinite(below) and np.isfinite(above)):
        why = f"no interval: no change is rejected at {1 - conf_level:.3g}"
        return test, Interval(nan, nan, nan, nan, why)
    return test, Interval(nan, mean - below * error, mean + above * error, nan, "")


def permute_arms(
    sums: Array,
    pupils: Array,
    treated: NDArray[np.bool_],
    random: np.random.Generator | None,
    *,
    draws: int = 9999,
) -> Permuted:
    """Two-sided p of a difference of pupils' means under other assignments of whole schools.

    As many schools as were treated are treated in each arrangement; p is the share with an
    absolute difference at least as large as the observed one (Fisher 1935).

    Parameters
    ----------
    sums, pupils : array (k,)
        Each school's sum of scores and number of pupils.
    treated : array (k,) of bool
    random : Generator or None
        Needed only beyond `MOST_ASSIGNMENTS` arrangements.
    draws : int

    Raises
    ------
    ValueError
        No school on a side, or no generator where one is needed.

    Examples
    --------
    >>> treated = np.array([True, True, False, False])
    >>> permute_arms(np.array([9.0, 8.0, 3.0, 2.0]), np.ones(4), treated, None)
    Permuted(p_value=0.3333333333333333, arrangements=6, complete=True)
    """
    k, chosen = len(sums), int(treated.sum())
    if not 0 < chosen < k:
        raise ValueError("each arm needs a school")
    complete = comb(k, chosen) <= MOST_ASSIGNMENTS
    if complete:
        places = np.array(list(itertools.combinations(range(k), chosen)))
        sides = np.zeros((len(places), k))
        np.put_along_axis(sides, places, 1.0, axis=1)
    elif random is None:
        raise ValueError(f"{comb(k, chosen)} assignments are too many: a stream is needed")
    else:
        sides = random.permuted(np.tile(treated.astype(float), (draws, 1)), axis=1)

    def difference(side: Array) -> Array:
        return np.asarray(side @ sums / (side @ pupils) - (1 - side) @ sums / ((1 - side) @ pupils))

    seen = abs(float(difference(treated.astype(float)[None, :])[0]))
    p_value = float(_shares(np.abs(difference(sides))[None], seen, complete)[0])
    return Permuted(p_value, len(sides), complete)


def _shares(sizes: Array, seen: ArrayLike, complete: bool) -> Array:
    """Per row the share of `sizes` that reach `seen`; the sample is added to a drawn set."""
    count = (sizes >= np.asarray(seen) * (1 - _TIE)).sum(axis=1)
    n = sizes.shape[1]
    return np.asarray(np.maximum(count, 1) / n if complete else (1 + count) / (1 + n))
