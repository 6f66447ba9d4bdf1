"""Least squares with bias-reduced cluster-robust errors (CR2) and Satterthwaite df.

Everything is computed in the orthonormal basis T of the (demeaned) design, where
the bread is the identity: with C_g = T_g' T_g (eigenvalues 0 to 1) the adjustment
(I - H_gg)^(-1/2) acts on T_g as K_g = (I - C_g)^(-1/2), a small matrix, so that no
matrix is larger than the number of columns of the design.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.errors import ResilienceError

Array = NDArray[np.float64]

_RANK_TOLERANCE = 1e-9
_UNIT_EIGENVALUE = 1e-9
_ROUNDING = 1e-12
_FEW_DF = 4.0


class ModelInputError(ResilienceError, ValueError):
    """Numbers or groups that no model can be fitted to."""


@dataclass(frozen=True)
class Cr2Fit:
    """What contrasts need: r is the rank of the design, p its columns, k the clusters.

    Attributes
    ----------
    basis, rows : array (p, r), array (r, p)
        S and B, with X S = T orthonormal and X = T B; coefficients are S gamma.
    gamma : array (r,)
    shrink, cross : array (k, r, r)
        K_g and C_g.
    scores : array (k, r)
        T_g' e_g.
    size : float
        Largest absolute outcome, the scale below which a variance counts as zero.
    n_clusters : int
    """

    basis: Array
    rows: Array
    gamma: Array
    shrink: Array
    cross: Array
    scores: Array
    size: float
    n_clusters: int


@dataclass(frozen=True)
class Contrast:
    """One linear combination: estimate, standard error, interval, df, two-sided p, reason."""

    estimate: float
    std_error: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float
    reason: str


def demean(values: Array, group: NDArray[np.int64]) -> Array:
    """Columns of `values` less their mean in each group (codes 0, 1, ...).

    Examples
    --------
    >>> demean(np.array([[1.0], [3.0], [5.0]]), np.array([0, 0, 1])).ravel().tolist()
    [-1.0, 1.0, 0.0]
    """
    count = np.bincount(group)
    sums = np.stack([np.bincount(group, column) for column in values.T], axis=1)
    return np.asarray(values - (sums / count[:, None])[group])


def fit_cr2(
    outcome: ArrayLike, design: ArrayLike, cluster: ArrayLike, absorb: ArrayLike | None = None
) -> Cr2Fit:
    """Least squares prepared for CR2 contrasts.

    Parameters
    ----------
    outcome : array (n,)
    design : array (n, p)
        Columns of the regression, with the constant where one is wanted. Rank
        deficiency is allowed: contrasts say themselves whether they are estimable.
    cluster : array (n,)
        Labels of the clusters (schools).
    absorb : array (n,), optional
        Labels of fixed effects, each inside one cluster; they are removed by
        demeaning, which leaves CR2 with identity weights unchanged.

    Returns
    -------
    Cr2Fit

    Raises
    ------
    ModelInputError
        Missing or infinite numbers, no rows, unequal lengths, a missing label, or an
        absorbed effect that spans clusters.

    Notes
    -----
    CR2 with an identity working model: Bell & McCaffrey 2002; Pustejovsky & Tipton
    2018, doi 10.1080/07350015.2016.1247004. Equal to R's
    `clubSandwich::vcovCR(type = "CR2")` on the model with dummies.

    Examples
    --------
    >>> fit = fit_cr2([1, 2, 3, 5, 4, 6], np.ones((6, 1)), ["a", "a", "b", "b", "c", "c"])
    >>> answer = contrast_cr2(fit, [1.0])
    >>> round(answer.estimate, 3), round(answer.std_error, 3), round(answer.df, 3)
    (3.5, 1.041, 2.0)
    """
    y = np.asarray(outcome, dtype=float)
    x = np.asarray(design, dtype=float)
    if y.ndim != 1 or x.ndim != 2 or len(x) != len(y) or len(y) == 0:
        raise ModelInputError(f"outcome {y.shape} and design {x.shape}: one row each is needed")
    if not (np.isfinite(y).all() and np.isfinite(x).all()):
        raise ModelInputError("missing or infinite numbers in outcome or design: drop those rows")
    code, labels = _codes(cluster, len(y), "cluster")
    scale = np.sqrt((x**2).sum(axis=0))
    size = float(np.abs(y).max())
    if absorb is not None:
        group, _ = _codes(absorb, len(y), "absorbed effect")
        pairs = len(np.unique(group * np.int64(labels) + code))
        if pairs != group.max() + 1:
            raise ModelInputError("an absorbed effect spans clusters: CR2 needs it inside one")
        both = demean(np.column_stack([x, y]), group)
        x, y = both[:, :-1], both[:, -1]
    scale[scale == 0] = 1.0
    q, upper = np.linalg.qr(x / scale)
    left, singular, right = np.linalg.svd(upper, full_matrices=False)
    keep = singular > _RANK_TOLERANCE * max(float(singular.max(initial=0.0)), 1.0)
    ortho = q @ left[:, keep]
    basis = right[keep].T / singular[keep] / scale[:, None]
    rows = right[keep] * singular[keep][:, None] * scale
    gamma = ortho.T @ y
    residual = y - ortho @ gamma
    order = np.argsort(code, kind="stable")
    bounds = np.searchsorted(code[order], np.arange(labels + 1))
    ortho, residual = ortho[order], residual[order]
    slices = [slice(a, b) for a, b in itertools.pairwise(bounds)]
    cross = np.stack([ortho[s].T @ ortho[s] for s in slices])
    scores = np.stack([ortho[s].T @ residual[s] for s in slices])
    value, vector = np.linalg.eigh(cross)
    # an eigenvalue of 1 is a direction that one cluster alone determines: generalised inverse
    left_over = np.where(1 - value > _UNIT_EIGENVALUE, 1 - value, np.inf)
    shrink = (vector / np.sqrt(left_over)[:, None, :]) @ vector.transpose(0, 2, 1)
    return Cr2Fit(basis, rows, gamma, shrink, cross, scores, size, labels)


def contrast_cr2(fit: Cr2Fit, weights: ArrayLike, conf_level: float = 0.95) -> Contrast:
    """A linear combination of coefficients with its CR2 error and Satterthwaite df.

    Parameters
    ----------
    fit : Cr2Fit
    weights : array (p,)
        One weight for each column of the design.
    conf_level : float, in (0, 1)

    Returns
    -------
    Contrast
        Numbers are NaN, with the reason, where the contrast is not estimable, where
        there is one cluster, or where nothing varies. The reason also marks answers
        in doubt: fewer than 4 df, or a part that rests on a single cluster.

    Notes
    -----
    df = tr(Omega)^2 / sum(Omega^2), Omega_gh = (g = h) a_g'a_g - (T_g'a_g)'(T_h'a_h),
    a_g = T_g K_g c (Pustejovsky & Tipton 2018, equation 11). tr(Omega) = c'c unless
    a direction is lost.

    Examples
    --------
    >>> fit = fit_cr2([1.0, 2.0, 4.0], np.ones((3, 1)), ["a", "a", "a"])
    >>> contrast_cr2(fit, [1.0]).reason
    'one school: no variation between schools can be seen'
    """
    weight = np.asarray(weights, dtype=float)
    c = fit.basis.T @ weight
    if not estimable(fit, weight):
        return _missing("not estimable: no data for a part of the contrast")
    estimate = float(c @ fit.gamma)
    if fit.n_clusters < 2:
        return _missing("one school: no variation between schools can be seen", estimate)
    kc = fit.shrink @ c
    variance = float(((kc * fit.scores).sum(axis=1) ** 2).sum())
    h = np.einsum("gij,gj->gi", fit.cross, kc)
    omega = np.diag((kc * h).sum(axis=1)) - h @ h.T
    trace, length = float(np.trace(omega)), float(c @ c)
    if trace < 1e-8 * length:
        return _missing("rests on one school alone: its variance is not identified", estimate)
    if variance <= (_ROUNDING * fit.size) ** 2 * length:
        return _missing("nothing varies between schools: no standard error", estimate)
    df = float(trace**2 / (omega**2).sum())
    doubts = []
    if trace < (1 - 1e-6) * length:
        doubts.append("a part rests on one school alone: the error may be too small")
    if df < _FEW_DF:
        doubts.append("fewer than 4 df: the interval is unreliable")
    error = float(np.sqrt(variance))
    half = float(stats.t.ppf(0.5 + conf_level / 2, df)) * error
    p_value = float(2 * stats.t.sf(abs(estimate) / error, df))
    return Contrast(
        estimate, error, df, p_value, estimate - half, estimate + half, "; ".join(doubts)
    )


def estimable(fit: Cr2Fit, weight: Array) -> bool:
    """Whether a contrast lies in the row space of the design.

    Examples
    --------
    >>> fit = fit_cr2([1.0, 2.0], [[1.0, 0.0], [1.0, 0.0]], ["a", "b"])
    >>> estimable(fit, np.array([1.0, 0.0])), estimable(fit, np.array([0.0, 1.0]))
    (True, False)
    """
    gap = weight - fit.rows.T @ (fit.basis.T @ weight)
    # each column on its own scale: rounding grows with it, and income stands beside a constant
    scale = np.sqrt((fit.rows**2).sum(axis=0))
    scale[scale == 0] = 1.0
    return bool(np.abs(gap / scale).max() <= 1e-7 * max(np.abs(weight / scale).max(), 1e-300))


def _codes(labels: ArrayLike, rows: int, what: str) -> tuple[NDArray[np.int64], int]:
    code, unique = pd.factorize(np.asarray(labels, dtype=object))
    if len(code) != rows or (code < 0).any():
        raise ModelInputError(f"each row needs a {what}: {rows} rows, labels missing or too few")
    return np.asarray(code, dtype=np.int64), len(unique)


def _missing(reason: str, estimate: float = float("nan")) -> Contrast:
    nan = float("nan")
    return Contrast(estimate, nan, nan, nan, nan, nan, reason)
