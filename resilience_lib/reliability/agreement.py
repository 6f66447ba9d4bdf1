"""Coefficients of agreement between coders, from stories that may be counted several times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilience_lib.adapters.krippendorff import Level, krippendorff_alpha

Array = NDArray[np.float64]


def cohen_kappa(pairs: NDArray[np.int64], distance: Array, weights: Array) -> Array:
    """1 - observed / expected disagreement of two coders, each with shares of their own.

    Parameters
    ----------
    pairs : array (stories, 2) of int
        Positions of the two coders' values.
    distance : array (values, values)
        Disagreement of two values, 0 on the diagonal.
    weights : array (draws, stories)
        How often each story counts.

    Returns
    -------
    array (draws,)
        NaN where no disagreement is to be expected: both use one and the same value.

    Notes
    -----
    Cohen 1960, Educational and Psychological Measurement 20 (distance 1); Cohen 1968,
    Psychological Bulletin 70 (distances or squared distances).

    Examples
    --------
    >>> pairs = np.array([[0, 0], [1, 1], [0, 1], [1, 1]])
    >>> cohen_kappa(pairs, 1 - np.eye(2), np.ones((1, 4))).round(4).tolist()
    [0.5]
    """
    size = len(distance)
    one, two = (np.eye(size)[pairs[:, k]] for k in (0, 1))
    n = weights.sum(axis=1)
    observed = weights @ distance[pairs[:, 0], pairs[:, 1]] / n
    expected = np.einsum("di,ij,dj->d", weights @ one, distance, weights @ two) / n**2
    return _one_less(observed, expected)


def fleiss_kappa(counts: Array, weights: Array) -> Array:
    """Fleiss' kappa of stories that all have the same number of codings.

    Parameters
    ----------
    counts : array (stories, values)
        Codings of each value; every row adds to the same m, at least 2.
    weights : array (draws, stories)

    Returns
    -------
    array (draws,)
        NaN where all codings are the same.

    Notes
    -----
    (P - Pe) / (1 - Pe), P the mean share of agreeing pairs, Pe = sum p_j^2; Fleiss 1971,
    Psychological Bulletin 76.

    Examples
    --------
    >>> fleiss_kappa(np.array([[2.0, 0], [1, 1], [0, 2]]), np.ones((1, 3))).round(4).tolist()
    [0.3333]
    """
    m = counts.sum(axis=1)[0]
    apart = 1 - ((counts**2).sum(axis=1) - m) / (m * (m - 1))
    n = weights.sum(axis=1)
    shares = weights @ counts / (n * m)[:, None]
    return _one_less(weights @ apart / n, 1 - (shares**2).sum(axis=1))


def alpha_of_draws(counts: Array, values: Array, level: Level, weights: Array) -> Array:
    """Krippendorff's alpha for each draw of stories; parameters as in `fleiss_kappa`.

    Notes
    -----
    Where values are only the same or not, coincidences are sums over stories, so that all draws
    come of three products: alpha = 1 - (n - 1) (n - sum o_cc) / (n^2 - sum n_c^2) (Krippendorff
    2011). Other levels ask `krippendorff` draw by draw.

    Examples
    --------
    >>> counts = np.array([[2.0, 0], [1, 1], [0, 2]])
    >>> alpha_of_draws(counts, np.array([0.0, 1]), "nominal", np.ones((1, 3))).round(4).tolist()
    [0.4444]
    """
    if level == "nominal":
        codings = counts.sum(axis=1)
        paired = np.where((codings > 1)[:, None], counts, 0).astype(float)
        m = paired.sum(axis=1)
        same = (paired * (paired - 1)).sum(axis=1) / np.maximum(m - 1, 1)
        n, of = weights @ m, weights @ paired
        apart = n**2 - (of**2).sum(axis=1)  # whole numbers: 0 where all codings are the same
        observed = (n - 1) * (n - weights @ same)
        return np.asarray(1 - observed / np.where(apart > 0, apart, np.nan), dtype=float)
    often = weights.astype(np.int64)
    drawn = [krippendorff_alpha(np.repeat(counts, w, axis=0), values, level) for w in often]
    return np.array(drawn, dtype=float)


def _one_less(observed: Array, expected: Array) -> Array:
    # shares that add to 1 leave rounding where nothing is expected to disagree
    possible = np.where(expected > 1e-12, expected, np.nan)
    return np.asarray(1 - observed / possible)
