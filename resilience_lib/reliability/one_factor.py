"""The one-factor model, for many covariance or correlation matrices at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Evaluate = Callable[[Array, Array], tuple[Array, Array, Array]]

_STEPS = 300
_HALVINGS = 25
_SLOPE = 1e-9
_NO_UNIQUE = 1e-5


@dataclass(frozen=True)
class OneFactor:
    """Standardised loadings and unique variances of B matrices, and why a fit failed.

    Attributes
    ----------
    loadings, unique : array (B, p)
        On the scale of correlations; NaN where `reason` is not empty.
    reason : tuple of str
        "", "not converged", a Heywood case, or why the matrix cannot be fitted.
    """

    loadings: Array
    unique: Array
    reason: tuple[str, ...]


def fit_ml(covariance: Array) -> OneFactor:
    """One factor by maximum likelihood: S = l l' + diag(u).

    Minimises log |Sigma| + tr(S Sigma^-1) by Fisher scoring with step halving; a unique
    variance that falls to 0 (Heywood 1931) is a failure.

    Parameters
    ----------
    covariance : array (B, p, p)
        With p at least 3. The fit does not depend on the items' units or the divisor.

    Returns
    -------
    OneFactor

    Notes
    -----
    Joreskog 1967, Psychometrika 32; equal to `lavaan::cfa(..., std.lv = TRUE)`.

    Examples
    --------
    >>> l = np.array([0.8, 0.7, 0.6])
    >>> fit = fit_ml((np.outer(l, l) + np.diag(1 - l**2))[None])
    >>> fit.loadings.round(6).tolist()
    [[0.8, 0.7, 0.6]]
    """
    return _fit(covariance, _evaluate_ml, needs_definite=True)


def fit_uls(correlation: Array) -> OneFactor:
    """One factor by unweighted least squares (minres) on correlations.

    Minimises the sum of (r_ij - l_i l_j)^2 over pairs by Newton's method; unique
    variances are 1 - l^2, and one at or below 0 is a failure.

    Parameters
    ----------
    correlation : array (B, p, p)
        With p at least 3; need not be positive definite.

    Returns
    -------
    OneFactor

    Notes
    -----
    Harman & Jones 1966, Psychometrika 31; equal to `psych::fa(r, fm = "minres")`.

    Examples
    --------
    >>> r = np.array([[1, .56, .48], [.56, 1, .42], [.48, .42, 1]])
    >>> fit_uls(r[None]).loadings.round(6).tolist()
    [[0.8, 0.7, 0.6]]
    """
    return _fit(correlation, _evaluate_uls, needs_definite=False)


def _fit(matrices: Array, evaluate: Evaluate, *, needs_definite: bool) -> OneFactor:
    b, p, _ = matrices.shape
    loadings, unique = np.full((2, b, p), np.nan)
    scale = np.sqrt(np.diagonal(matrices, axis1=1, axis2=2))
    with np.errstate(invalid="ignore", divide="ignore"):
        r = matrices / (scale[:, :, None] * scale[:, None, :])
    usable = np.isfinite(r).all(axis=(1, 2))
    lowest = np.full(b, np.nan)
    lowest[usable] = np.linalg.eigvalsh(r[usable])[:, 0]
    fit = usable & (lowest > 1e-10) if needs_definite else usable
    # of type object: an array of texts would cut longer ones
    reasons = np.full(b, "items are linearly dependent", dtype=object)
    reasons[~usable] = "an item does not vary"
    if fit.any():
        theta, converged = _minimise(r[fit], evaluate)
        got_loadings = theta[:, :p]
        got_unique = theta[:, p:] if needs_definite else 1 - got_loadings**2
        heywood = (got_unique < _NO_UNIQUE).any(axis=1)
        good = converged & ~heywood
        where = np.flatnonzero(fit)
        reasons[where] = "the one-factor model did not converge"
        reasons[where[heywood]] = "Heywood case: an item's unique variance is 0 or less"
        reasons[where[good]] = ""
        loadings[where[good]] = got_loadings[good]
        unique[where[good]] = got_unique[good]
    return OneFactor(loadings, unique, tuple(str(reason) for reason in reasons))


def _minimise(r: Array, evaluate: Evaluate) -> tuple[Array, NDArray[np.bool_]]:
    """Newton or scoring steps, halved until the criterion falls, for each matrix.

    Where unique variances are parameters, a step takes none further than nine tenths of its
    way to 0: longer ones can leave the region in which there is a minimum. A matrix whose
    unique variance keeps falling is given up.
    """
    value, vector = np.linalg.eigh(r)
    start = vector[:, :, -1] * np.sqrt(np.maximum(value[:, -1:] - 1, 0.1))
    start *= np.where(start.sum(axis=1, keepdims=True) < 0, -1, 1)
    start = np.clip(start, -0.95, 0.95)
    # the unique variances are ignored by least squares
    theta = np.concatenate([start, 1 - start**2], axis=1)
    criterion, slope, curve = evaluate(r, theta)
    p, width = r.shape[1], slope.shape[1]
    ridge = 1e-12 * np.eye(width)
    open_ = np.ones(len(r), dtype=bool)
    for _ in range(_STEPS):
        open_ &= (np.abs(slope).max(axis=1) > _SLOPE) & (theta[:, p:] > _NO_UNIQUE).all(axis=1)
        if not open_.any():
            break
        i = np.flatnonzero(open_)
        step = -np.linalg.solve(curve[i] + ridge, slope[i][:, :, None])[:, :, 0]
        fall = (-step[:, p:] / theta[i, p:width]).max(axis=1, initial=0.0)
        length = 0.9 / np.maximum(fall, 0.9)
        moved = np.zeros(len(i), dtype=bool)
        for _ in range(_HALVINGS):
            todo = np.flatnonzero(~moved)
            trial = theta[i[todo]].copy()
            trial[:, :width] += length[todo, None] * step[todo]
            new, new_slope, new_curve = evaluate(r[i[todo]], trial)
            fell = new <= criterion[i[todo]] + 1e-13 * np.abs(criterion[i[todo]])
            at = i[todo[fell]]
            theta[at], criterion[at] = trial[fell], new[fell]
            slope[at], curve[at] = new_slope[fell], new_curve[fell]
            moved[todo[fell]] = True
            if moved.all():
                break
            length[~moved] /= 2
        open_[i[~moved]] = False
    return theta, np.abs(slope).max(axis=1) <= 100 * _SLOPE


def _evaluate_ml(r: Array, theta: Array) -> tuple[Array, Array, Array]:
    """Half the criterion, its slope and the expected information, by (loadings, unique)."""
    p = r.shape[1]
    loading, unique = theta[:, :p], theta[:, p:]
    sigma = loading[:, :, None] * loading[:, None, :] + unique[:, :, None] * np.eye(p)
    value, vector = np.linalg.eigh(sigma)
    bad = value[:, 0] <= 1e-10
    value = np.where(bad[:, None], 1.0, value)
    w = (vector / value[:, None, :]) @ vector.transpose(0, 2, 1)
    criterion = 0.5 * (np.log(value).sum(axis=1) + (w * r).sum(axis=(1, 2)))
    g = w @ (sigma - r) @ w
    v = (w @ loading[:, :, None])[:, :, 0]
    c = (loading * v).sum(axis=1)[:, None, None]
    slope = np.concatenate(
        [(g @ loading[:, :, None])[:, :, 0], 0.5 * np.diagonal(g, axis1=1, axis2=2)], axis=1
    )
    cross = w * v[:, :, None]
    curve = np.concatenate(
        [
            np.concatenate([w * c + v[:, :, None] * v[:, None, :], cross.transpose(0, 2, 1)], 2),
            np.concatenate([cross, 0.5 * w**2], 2),
        ],
        axis=1,
    )
    return np.where(bad, np.inf, criterion), slope, curve


def _evaluate_uls(r: Array, theta: Array) -> tuple[Array, Array, Array]:
    """Half the sum of squared residuals over pairs, its slope and Hessian, by loadings.

    Where the Hessian is not positive definite, Gauss-Newton's stands for it.
    """
    p = r.shape[1]
    loading = theta[:, :p]
    off = 1 - np.eye(p)
    outer = loading[:, :, None] * loading[:, None, :]
    gap = (r - outer) * off
    slope = -(gap @ loading[:, :, None])[:, :, 0]
    others = ((loading**2)[:, None, :] * off).sum(axis=2)
    gauss = outer * off + others[:, :, None] * np.eye(p)
    hessian = gauss - gap
    indefinite = np.linalg.eigvalsh(hessian)[:, 0] <= 1e-8
    hessian[indefinite] = gauss[indefinite]
    return 0.25 * (gap**2).sum(axis=(1, 2)), slope, hessian
