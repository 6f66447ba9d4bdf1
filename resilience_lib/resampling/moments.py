"""Sums and sums of squares of values drawn with replacement, and with one value left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_BLOCK = 2**16
"""Positions drawn at a time: what they pick stays in the processor's cache."""
_COUNTS_PAY = 40
"""Drawing the count of one distinct value costs about as much as picking so many values."""


def draw_moments(values: Array, random: np.random.Generator, draws: int) -> Array:
    """Sum and sum of squares of n values drawn with replacement, in each of many draws.

    Parameters
    ----------
    values : array (n,)
        Finite; centred by the caller, so that sums of squares keep their digits.
    random : Generator
    draws : int

    Returns
    -------
    array (draws, 2)

    Notes
    -----
    Scale scores take few values v_1 ... v_m. How often each stands in a draw is multinomial, so
    that drawing these counts is the same bootstrap in distribution and costs m, not n, a draw.
    It is done where there are at least 40 pupils for each distinct value.

    Examples
    --------
    >>> draw_moments(np.full(5, 2.0), np.random.default_rng(1), 2).tolist()
    [[10.0, 20.0], [10.0, 20.0]]
    """
    n = len(values)
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) * _COUNTS_PAY <= n:
        times = random.multinomial(n, counts / n, size=draws)
        return np.asarray(times @ np.column_stack([distinct, distinct**2]))
    out = np.empty((draws, 2))
    rows = max(1, _BLOCK // n)
    for first in range(0, draws, rows):
        part = out[first : first + rows]
        picked = values.take(random.integers(0, n, (len(part), n)))
        picked.sum(axis=1, out=part[:, 0])
        np.einsum("ij,ij->i", picked, picked, out=part[:, 1])
    return out


def leave_one_out_moments(values: Array) -> Array:
    """Sum and sum of squares of all values but each in turn.

    Returns
    -------
    array (n, 2)

    Examples
    --------
    >>> leave_one_out_moments(np.array([1.0, 2.0, 3.0])).tolist()
    [[5.0, 13.0], [4.0, 10.0], [3.0, 5.0]]
    """
    own = np.column_stack([values, values**2])
    return np.asarray(own.sum(axis=0) - own)
