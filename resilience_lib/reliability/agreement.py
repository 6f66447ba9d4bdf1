"""Coefficients of agreement between coders, of all stories and without each unit in turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilience_lib.resampling.schools import leave_one_out, sum_units

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


def cohen_kappa(pairs: Codes, distance: Array, unit: Codes) -> Array:
    """1 - observed / expected disagreement of two coders, each with shares of their own.

    Parameters
    ----------
    pairs : array (stories, 2) of int
        Positions of the two coders' values.
    distance : array (values, values)
        Disagreement of two values, 0 on the diagonal.
    unit : array (stories,) of int
        What is left out: 0 to k - 1, each at least once.

    Returns
    -------
    array (k + 1,)
        All stories first. NaN where both use one and the same value: nothing can disagree.

    Notes
    -----
    Cohen 1960, Educational and Psychological Measurement 20 (distance 1); Cohen 1968,
    Psychological Bulletin 70 (distances or squared distances). Here and below a unit is left out
    of sums over stories, which costs no pass over the stories for each.

    Examples
    --------
    >>> pairs = np.array([[0, 0], [1, 1], [0, 1], [1, 1]])
    >>> cohen_kappa(pairs, 1 - np.eye(2), np.arange(4)).round(4).tolist()
    [0.5, 0.0, 0.4, 1.0, 0.4]
    """
    k, size = unit.max() + 1, len(distance)
    place = unit * size
    tallies = (np.bincount(place + codes, minlength=k * size).astype(float) for codes in pairs.T)
    one, two = (leave_one_out(tally.reshape(k, size)) for tally in tallies)
    n = _how_many(unit)
    observed = leave_one_out(sum_units(distance[pairs[:, 0], pairs[:, 1]], unit)) / n
    return _one_less(observed, ((one @ distance) * two).sum(axis=1) / n**2)


def fleiss_kappa(counts: Array, unit: Codes) -> Array:
    """Fleiss' kappa of stories that all have the same number of codings.

    Parameters
    ----------
    counts : array (stories, values)
        Codings of each value; every row adds to the same m, at least 2.
    unit : array (stories,) of int
        As in `cohen_kappa`.

    Returns
    -------
    array (k + 1,)
        All stories first. NaN where all codings are the same.

    Notes
    -----
    (P - Pe) / (1 - Pe), P the mean share of agreeing pairs, Pe = sum p_j^2; Fleiss 1971,
    Psychological Bulletin 76.

    Examples
    --------
    >>> counts = np.array([[2.0, 0], [1, 1], [0, 2]])
    >>> fleiss_kappa(counts, np.arange(3)).round(4).tolist()
    [0.3333, -0.3333, 1.0, -0.3333]
    """
    m = counts.sum(axis=1)[0]
    apart = 1 - ((counts**2).sum(axis=1) - m) / (m * (m - 1))
    n = _how_many(unit)
    shares = leave_one_out(sum_units(counts, unit)) / (n * m)[:, None]
    return _one_less(leave_one_out(sum_units(apart, unit)) / n, 1 - (shares**2).sum(axis=1))


def code_prevalence(given: Array, unit: Codes) -> Array:
    """Codings with the code over all codings.

    Parameters
    ----------
    given : array (stories, coders)
        1, 0, or NaN where the coder did not code the story; every story has one coding or more.
    unit : array (stories,) of int
        As in `cohen_kappa`.

    Returns
    -------
    array (k + 1,)
        All stories first.

    Examples
    --------
    >>> code_prevalence(np.array([[1.0, 1], [1, 0], [0, np.nan]]), np.arange(3)).round(4).tolist()
    [0.6, 0.3333, 0.6667, 0.75]
    """
    parts = np.stack([np.nansum(given, axis=1), (~np.isnan(given)).sum(axis=1)], axis=1)
    ones, n = leave_one_out(sum_units(parts, unit)).T
    return np.asarray(ones / np.where(n > 0, n, np.nan))


def _how_many(unit: Codes) -> Array:
    """Stories in all, and without each unit; NaN where none is left."""
    n = leave_one_out(np.bincount(unit).astype(float))
    return np.where(n > 0, n, np.nan)


def _one_less(observed: Array, expected: Array) -> Array:
    # shares that add to 1 leave rounding where nothing is expected to disagree
    possible = np.where(expected > 1e-12, expected, np.nan)
    return np.asarray(1 - observed / possible)
