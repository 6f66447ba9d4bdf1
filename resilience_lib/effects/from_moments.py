"""Standardised differences from n, sums and sums of squares, of one sample or of many draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilience_lib.models.one_way import small_sample_factor

Array = NDArray[np.float64]

PAIRED: tuple[str, ...] = ("mean_change", "d_z", "g_z")
_NO_SD = 1e-10


def paired_measure(name: str, sums: Array, shift: float) -> Array:
    """`mean_change`, `d_z` or `g_z` from n, sum and sum of squares of differences less `shift`.

    Parameters
    ----------
    name : str
        Of `PAIRED`.
    sums : array (..., 3)
    shift : float
        What was taken off each difference, so that sums of squares keep their digits.

    Returns
    -------
    array (...)
        NaN below two pupils, and for d_z and g_z where nothing varies.

    Examples
    --------
    >>> float(paired_measure("d_z", np.array([3.0, 0.0, 2.0]), 2.0))
    2.0
    """
    n, total, squares = np.moveaxis(sums, -1, 0)
    n = np.where(n > 1, n, np.nan)
    change = shift + total / n
    if name == "mean_change":
        return np.asarray(change)
    sd = _sd(squares - total**2 / n, n - 1, change)
    return np.asarray(change / sd * (_factors(n - 1) if name == "g_z" else 1.0))


def independent_measure(sums: Array, shift: float) -> Array:
    """`g_independent` from n, sum and sum of squares of each of two groups' centred scores.

    Parameters
    ----------
    sums : array (..., 6)
        Of the first group, then of the second.
    shift : float
        Difference of what was taken off the two groups' scores.

    Returns
    -------
    array (...)
        NaN for a group without pupils, below three pupils, and where nothing varies.

    Examples
    --------
    >>> round(float(independent_measure(np.array([3.0, 0.0, 2.0, 3.0, 0.0, 2.0]), 1.0)), 4)
    0.7979
    """
    n1, total1, squares1, n2, total2, squares2 = np.moveaxis(sums, -1, 0)
    n1, n2 = (np.where(n > 0, n, np.nan) for n in (n1, n2))
    difference = shift + total1 / n1 - total2 / n2
    within = squares1 - total1**2 / n1 + squares2 - total2**2 / n2
    df = np.where(n1 + n2 > 2, n1 + n2 - 2, np.nan)
    return np.asarray(difference / _sd(within, df, difference) * _factors(df))


def _sd(squares: Array, df: Array, scale: Array) -> Array:
    sd = np.sqrt(np.maximum(squares, 0.0) / df)
    # an SD at the level of rounding is no SD
    return np.asarray(np.where(sd > _NO_SD * (1 + np.abs(scale)), sd, np.nan))


def _factors(df: Array) -> Array:
    """J of each df, worked out once for each that is found."""
    found, where = np.unique(df, return_inverse=True)
    return np.asarray(np.array([small_sample_factor(float(d)) for d in found])[where])
