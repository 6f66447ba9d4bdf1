"""Intervals by inverting a test whose p-value is a step function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FARTHEST = 1e3
"""Standard errors from the estimate beyond which nothing is looked for."""
_POINTS = 64
_BEYOND = 4
_HALVINGS = 40


def reach(p_values: Callable[[Array], Array], side: float, alpha: float) -> float:
    """How many standard errors from the estimate the last value lies that is not rejected.

    A grid finds about where p falls to `alpha` or below for the last time, a finer one from there
    outwards looks for values beyond that are not rejected again, halving finds the step's place.

    Parameters
    ----------
    p_values : callable
        Distances below the estimate, in standard errors, to p; negative ones lie above it.
    side : float
        1 or -1.
    alpha : float, in (0, 1)

    Returns
    -------
    float
        NaN where even `FARTHEST` standard errors away is not rejected.

    Examples
    --------
    >>> round(reach(lambda x: np.where(np.abs(x) < 2.5, 0.2, 0.01), -1.0, 0.05), 6)
    2.5
    """
    grid = np.geomspace(0.05, FARTHEST, _POINTS)
    kept = np.flatnonzero(p_values(side * grid) > alpha)
    last = int(kept[-1]) if len(kept) else -1
    if last == _POINTS - 1:
        return float("nan")
    # with few schools p may rise above alpha again a little further out
    fine = np.linspace(
        grid[last] if last >= 0 else 0.0, grid[min(last + _BEYOND, _POINTS - 1)], _POINTS
    )
    inside = int(np.flatnonzero(p_values(side * fine[1:-1]) > alpha).max(initial=-1)) + 1
    low, high = float(fine[inside]), float(fine[inside + 1])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if p_values(np.array([side * middle]))[0] > alpha:
            low = middle
        else:
            high = middle
    return low
