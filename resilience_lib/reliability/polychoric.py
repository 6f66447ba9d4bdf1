"""Polychoric correlations in two steps, for many tables of two items at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from resilience_lib.reliability.answers import Answers
from resilience_lib.resampling.schools import leave_one_out

Array = NDArray[np.float64]

BOUND = 0.999
"""A polychoric correlation beyond it is at its bound: a table with empty corners."""
_BEYOND = 12.0  # stands for an infinite threshold: the normal tail there is below 1e-32
_NODES = 20
_STEPS = 60


def bivariate_normal(h: Array, k: Array, rho: Array) -> Array:
    """P(X < h, Y < k) of standard normals with correlation rho, |rho| up to `BOUND`.

    Phi(h) Phi(k) + (1 / 2 pi) integral from 0 to asin(rho) of
    exp(-(h^2 + k^2 - 2 h k sin t) / (2 cos^2 t)) dt by Gauss and Legendre with 20 nodes
    (Drezner & Wesolowsky 1990, Journal of Statistical Computation and Simulation 35).
    Error measured against quadrature: 1e-12 for |rho| up to 0.97, 1e-10 at 0.99, 2e-7 at 0.999.

    Parameters
    ----------
    h, k, rho : array
        Broadcast against each other.

    Examples
    --------
    >>> float(bivariate_normal(np.array(0.0), np.array(0.0), np.array(0.5)).round(12))
    0.333333333333
    """
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    half = np.arcsin(rho) / 2
    area = np.zeros(np.broadcast_shapes(h.shape, k.shape, rho.shape))
    squares, product = (h**2 + k**2) / 2, h * k
    # node by node: rho alone is turned into sines, and nothing larger than the answer is made
    for x, w in zip(node, weight, strict=True):
        sine = np.sin(half * (x + 1))
        area += w * np.exp((product * sine - squares) / (1 - sine**2))
    return np.asarray(special.ndtr(h) * special.ndtr(k) + area * half / (2 * np.pi))


def category_tables(answers: Answers, levels: Array) -> Array:
    """Counts of every pair of answers, over all schools and without each school in turn.

    Parameters
    ----------
    answers : Answers
    levels : array (c,)
        The answers there are, ascending.

    Returns
    -------
    array (k + 1, p, c, p, c)
        Entry [s, i, a, j, b]: pupils who gave answer a to item i and b to item j.
    """
    code = np.searchsorted(levels, answers.values)
    p, c = answers.values.shape[1], len(levels)
    single = (code[:, :, None] == np.arange(c)).astype(float).reshape(answers.n, p * c)
    order = np.argsort(answers.school, kind="stable")
    bounds = np.searchsorted(answers.school[order], np.arange(1, answers.n_schools))
    parts = np.stack([part.T @ part for part in np.split(single[order], bounds)])
    return leave_one_out(parts).reshape(-1, p, c, p, c)


def thresholds_of(tables: Array) -> Array:
    """Normal quantiles of the cumulative shares of each item's answers.

    Parameters
    ----------
    tables : array (B, p, c, p, c)

    Returns
    -------
    array (B, p, c + 1)
        From -12 to 12, which stand for the infinities; an answer nobody gave has two
        equal thresholds and no part in what follows.
    """
    counts = np.einsum("biaia->bia", tables)
    total = np.maximum(counts.sum(axis=2, keepdims=True), 1)  # no pupil: no share, no warning
    share = np.cumsum(counts, axis=2) / total
    inner = np.clip(special.ndtri(share), -_BEYOND, _BEYOND)
    return np.concatenate([np.full_like(inner[:, :, :1], -_BEYOND), inner], axis=2)


def polychoric(tables: Array) -> Array:
    """Polychoric correlations: thresholds from the margins, then each pair by maximum likelihood.

    Parameters
    ----------
    tables : array (B, p, c, p, c)
        As made by `category_tables`.

    Returns
    -------
    array (B, p, p)
        Ones on the diagonal. Where the likelihood rises up to `BOUND`, that bound; NaN
        where everyone gives the same answer to one of the two.

    Notes
    -----
    Olsson 1979, Psychometrika 44, the two-step estimator; no constant is added to empty
    cells. Equal to `polycor::polychor(ML = FALSE)`, `lavaan::lavCor(ordered =)` and
    `psych::polychoric(correct = 0)`. The score is solved by Fisher steps inside a bracket
    that bisection shrinks, to 1e-10.

    Examples
    --------
    A table with margins cut at the median: rho = sin(pi / 2 (4 p - 1)), p = share of (0, 0).

    >>> table = np.zeros((1, 2, 2, 2, 2))
    >>> table[0, 0, :, 1, :] = table[0, 1, :, 0, :] = [[30, 20], [20, 30]]
    >>> table[0, 0, :, 0, :] = table[0, 1, :, 1, :] = np.diag([50, 50])
    >>> float(polychoric(table)[0, 0, 1].round(9)), float(np.sin(np.pi / 10).round(9))
    (0.309016994, 0.309016994)
    """
    b, p, c = tables.shape[:3]
    first, second = np.triu_indices(p, 1)
    cut = thresholds_of(tables)
    counts = tables[:, first, :, second, :].swapaxes(0, 1).reshape(-1, c, c)
    h = cut[:, first].reshape(-1, c + 1)
    k = cut[:, second].reshape(-1, c + 1)
    rho = _solve(counts, h, k).reshape(b, -1)
    result = np.broadcast_to(np.eye(p), (b, p, p)).copy()
    result[:, first, second] = result[:, second, first] = rho
    return result


def _solve(counts: Array, h: Array, k: Array) -> Array:
    """The correlation of each table (m, c, c) with thresholds h, k (m, c + 1)."""
    low, high = np.full(len(counts), -BOUND), np.full(len(counts), BOUND)
    rho = np.zeros(len(counts))
    varied = ((counts.sum(axis=2) > 0).sum(axis=1) > 1) & ((counts.sum(axis=1) > 0).sum(axis=1) > 1)
    open_ = np.flatnonzero(varied)
    for _ in range(_STEPS if varied.any() else 0):
        slope, information = _score(counts[open_], h[open_], k[open_], rho[open_])
        low[open_] = np.where(slope > 0, rho[open_], low[open_])
        high[open_] = np.where(slope < 0, rho[open_], high[open_])
        with np.errstate(divide="ignore", invalid="ignore"):
            next_ = rho[open_] + slope / information
        inside = (next_ > low[open_]) & (next_ < high[open_])
        next_ = np.where(inside, next_, (low[open_] + high[open_]) / 2)
        moved = np.abs(next_ - rho[open_])
        rho[open_] = np.where(slope == 0, rho[open_], next_)
        open_ = open_[(moved > 1e-10) & (slope != 0)]
        if not len(open_):
            break
    return np.where(varied, rho, np.nan)


def _score(counts: Array, h: Array, k: Array, rho: Array) -> tuple[Array, Array]:
    """Slope of the log likelihood by rho, and its expected information."""
    inner = slice(1, -1)
    hh, kk, r = h[:, inner, None], k[:, None, inner], rho[:, None, None]
    c = counts.shape[1]
    joint = np.zeros((len(counts), c + 1, c + 1))
    joint[:, inner, inner] = bivariate_normal(hh, kk, r)
    joint[:, -1, :] = special.ndtr(k)
    joint[:, :, -1] = special.ndtr(h)
    joint[:, 0, :] = joint[:, :, 0] = 0.0
    density = np.zeros_like(joint)
    rest = 1 - r**2
    density[:, inner, inner] = np.exp(-(hh**2 + kk**2 - 2 * r * hh * kk) / (2 * rest)) / (
        2 * np.pi * np.sqrt(rest)
    )
    cell = np.maximum(np.diff(np.diff(joint, axis=1), axis=2), 1e-16)
    change = np.diff(np.diff(density, axis=1), axis=2)
    slope = (counts * change / cell).sum(axis=(1, 2))
    information = counts.sum(axis=(1, 2)) * (change**2 / cell).sum(axis=(1, 2))
    return slope, information
