"""Between- and within-school variance given covariates, by REML."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from resilience_lib.models.cr2 import ModelInputError, demean
from resilience_lib.models.scores import ROUNDING, flat

Array = NDArray[np.float64]

_RANK = 1e-9


@dataclass(frozen=True)
class Components:
    """Variances between and within groups, and the df that each has left; NaN, with a reason."""

    between: float
    within: float
    df_between: float
    df_within: float
    reason: str


def conditional_components(
    values: ArrayLike, group: ArrayLike, covariates: ArrayLike | None = None
) -> Components:
    """REML variances of the model `values ~ 1 + covariates + (1 | group)`.

    Parameters
    ----------
    values : array (n,)
    group : array (n,)
    covariates : array (n, p), optional
        Without the constant; columns that follow from others add nothing.

    Returns
    -------
    Components
        df_within = n - k less the columns that vary inside groups, df_between = k less the
        constant and the others.

    Raises
    ------
    ModelInputError
        Missing or infinite numbers, unequal lengths, or a missing group.

    Notes
    -----
    X'V^-1X = W + sum_g n_g / (1 + n_g r) x_g x_g', W the sums of products within groups, x_g
    their means and r the variance ratio; the restricted likelihood, profiled to r, is maximised
    on a grid and then by bounded search (relative accuracy about 1e-7). As lme4's `lmer`.

    Examples
    --------
    >>> got = conditional_components([1, 2, 5, 6, 9, 10], list("aabbcc"))
    >>> round(got.between, 4), round(got.within, 4), got.df_between, got.df_within
    (15.75, 0.5, 2.0, 3.0)
    """
    y = np.asarray(values, dtype=float)
    n = len(y)
    x = np.empty((n, 0)) if covariates is None else np.asarray(covariates, dtype=float)
    code, labels = pd.factorize(np.asarray(group, dtype=object))
    if y.ndim != 1 or x.shape[:1] != (n,) or x.ndim != 2 or len(code) != n or (code < 0).any():
        raise ModelInputError("values, covariates and groups: one row each is needed")
    if n == 0 or not (np.isfinite(y).all() and np.isfinite(x).all()):
        raise ModelInputError("missing or infinite numbers: drop those rows")
    k = len(labels)
    centred = np.column_stack([x - x.mean(axis=0), y - y.mean()])
    # the mean of one number may miss it by rounding
    centred[:, [flat(column) for column in (*x.T, y)]] = 0.0
    size = np.bincount(code).astype(float)
    inside = demean(centred, code)
    nan = float("nan")
    if k < 2 or n <= k:
        return Components(nan, nan, nan, nan, "fewer than two schools, or one pupil in each")
    basis, inner = _independent(centred[:, :-1], inside[:, :-1])
    z = np.column_stack([np.ones(n), basis, centred[:, -1]])
    within = demean(z, code)
    products = within.T @ within
    means = np.stack([np.bincount(code, column) for column in z.T], axis=1) / size[:, None]
    p = z.shape[1] - 1
    df_between, df_within = float(k - (p - inner)), float(n - k - inner)
    if df_between < 1 or df_within < 1:
        return Components(nan, nan, nan, nan, "too few schools or pupils for the covariates")

    def parts(ratio: float) -> tuple[float, float]:
        weight = size / (1 + size * ratio)
        moments = products + (means * weight[:, None]).T @ means
        corner = moments[:p, :p]
        rest = moments[p, p] - moments[p, :p] @ np.linalg.solve(corner, moments[:p, p])
        return float(rest), float(np.linalg.slogdet(corner)[1])

    def criterion(log_ratio: float) -> float:
        ratio = float(np.exp(log_ratio))
        rest, determinant = parts(ratio)
        return float((n - p) * np.log(rest) + np.log1p(size * ratio).sum() + determinant)

    # of rounding, or what subtraction leaves of all that varied, no variance is made
    least = max(_RANK**2 * float(y @ y), ROUNDING * float(centred[:, -1] @ centred[:, -1]))
    if not parts(0.0)[0] > least:
        return Components(nan, nan, nan, nan, "nothing varies beside the covariates")
    alone = within[:, p] - within[:, :p] @ np.linalg.lstsq(within[:, :p], within[:, p])[0]
    if not float(alone @ alone) > least:
        return Components(nan, nan, nan, nan, "nothing varies within schools")
    grid = np.linspace(-16, 16, 129)
    best = int(np.argmin([criterion(g) for g in grid]))
    if best == 0:
        ratio = 0.0
    elif best == len(grid) - 1:
        return Components(nan, nan, nan, nan, "nothing varies within schools")
    else:
        found = optimize.minimize_scalar(
            criterion,
            bounds=(grid[best - 1], grid[best + 1]),
            method="bounded",
            options={"xatol": 1e-10},
        )
        ratio = float(np.exp(found.x))
    variance = parts(ratio)[0] / (n - p)
    return Components(ratio * variance, variance, df_between, df_within, "")


def _independent(centred: Array, inside: Array) -> tuple[Array, int]:
    """Orthonormal columns that span the covariates, and how many vary inside groups."""
    if centred.shape[1] == 0:
        return centred, 0
    scale = np.linalg.norm(centred, axis=0)
    scale[scale == 0] = 1.0
    left, singular, _ = np.linalg.svd(centred / scale, full_matrices=False)
    return left[:, singular > _RANK], int(np.linalg.matrix_rank(inside / scale, tol=_RANK))
