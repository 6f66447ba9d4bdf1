"""What a fit of random terms is looked at by: its slope, its curvature, its edges."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
Evaluate = Callable[[Array], tuple[Array, Array]]

SINGULAR = 1e-4
"""lme4's tolerance for a relative standard deviation of 0."""

_STEP = 1e-6
_FEW_LEVELS = 5
_FLAT = 1e-6  # share of the largest curvature that rounding can leave of none


def invert_curvature(slope: Array, hessian: Array, flat: int = 0) -> tuple[Array, bool]:
    """Inverse of the criterion's Hessian, and whether the criterion is at its minimum.

    At the minimum the Hessian is positive definite and a further Newton step would
    lower the criterion (minus twice the log likelihood) by less than 0.0005. The `flat`
    least curved directions, in which the model is the same, count for nothing.

    Examples
    --------
    >>> invert_curvature(np.array([0.001]), np.array([[4.0]]))
    (array([[0.25]]), True)
    >>> invert_curvature(np.array([1.0]), np.array([[4.0]]))[1]
    False
    >>> invert_curvature(np.array([0.0]), np.array([[-1.0]]))[1]
    False
    >>> invert_curvature(np.zeros(2), np.diag([4.0, 0.0]), flat=1)
    (array([[0.25, 0.  ],
           [0.  , 0.  ]]), True)
    """
    if not (np.isfinite(hessian).all() and np.isfinite(slope).all()):
        return np.full(hessian.shape, np.nan), False
    value, vector = np.linalg.eigh(hessian)
    value, vector = value[flat:], vector[:, flat:]
    curved = value > _FLAT * max(float(np.abs(value).max()), 1.0)
    inverse = (vector[:, curved] / value[curved]) @ vector[:, curved].T
    return inverse, bool(curved.all() and slope @ inverse @ slope < 1e-3)


def derivatives(evaluate: Evaluate, theta: Array) -> tuple[Array, Array, Array, Array]:
    """Slope and Hessian of the criterion, the covariance and its gradient, at theta.

    Examples
    --------
    >>> slope, hessian, *_ = derivatives(lambda t: (2 * t, np.eye(1)), np.array([3.0]))
    >>> slope.tolist(), hessian.round(6).tolist()
    ([6.0], [[2.0]])
    """
    slope, covariance = evaluate(theta)
    near = [evaluate(theta + step) for step in _STEP * np.eye(len(theta))]
    hessian = np.stack([there - slope for there, _ in near]) / _STEP
    gradient = np.stack([there - covariance for _, there in near]) / _STEP
    return slope, (hessian + hessian.T) / 2, covariance, gradient


def said_of(
    names: Sequence[str],
    labels: Sequence[NDArray[np.intp]],
    relative: Array,
    converged: bool,
) -> tuple[str, str]:
    """Note and flaw of a fit: terms of few levels, terms without variance, no minimum.

    `relative` are standard deviations over the residual one, of the first terms.

    Examples
    --------
    >>> said_of(["school"], [np.arange(9)], np.array([0.0]), True)[1]
    'singular: no variance estimated for school'
    """
    few = [name for name, code in zip(names, labels, strict=True) if code.max() + 1 < _FEW_LEVELS]
    zero = [n for n, t in zip(names, relative, strict=False) if abs(t) < SINGULAR]
    notes = [f"fewer than {_FEW_LEVELS} levels of {', '.join(few)}"] if few else []
    flaws = [f"singular: no variance estimated for {', '.join(zero)}"] if zero else []
    if not converged:
        flaws.append("not converged")
    return "; ".join(notes + flaws), "; ".join(flaws)


def triangle(entries: Array, size: int) -> Array:
    """A lower triangle from its entries row by row.

    Examples
    --------
    >>> triangle(np.array([1.0, 2.0, 3.0]), 2).tolist()
    [[1.0, 0.0], [2.0, 3.0]]
    """
    lower = np.zeros((size, size))
    lower[np.tril_indices(size)] = entries
    return lower


def moment_covariance(left: Array, unit: NDArray[np.intp], at: NDArray[np.intp]) -> Array:
    """Covariances of residuals over occasions, made positive definite.

    Examples
    --------
    >>> left = np.array([1.0, 2.0, -1.0, 0.0, 3.0, -3.0])
    >>> moment_covariance(left, np.repeat([0, 1, 2], 2), np.tile([0, 1], 3)).round(2).tolist()
    [[4.0, -3.0], [-3.0, 6.33]]
    """
    rows = pd.DataFrame({"unit": unit, "at": at, "left": left})
    table = rows.pivot(index="unit", columns="at", values="left")
    value, vector = np.linalg.eigh(table.cov().to_numpy())
    # pairs of occasions have pupils of their own, whose covariances need not fit together
    value = np.maximum(value, 0.01 * value.max())
    return np.asarray((vector * value) @ vector.T)
