"""One CR2 contrast of many outcomes on one design, as completed data sets are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, demean, fit_cr2

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """One contrast of m outcomes as sums over clusters, from which estimates follow linearly.

    Attributes
    ----------
    estimate : array (m,)
    by_cluster : array (m, k)
        What each cluster adds to the error: the CR2 variance is their sum of squares.
    df : float
        Satterthwaite's, a matter of the design alone; NaN with a reason.
    reason : str
        Why the contrast is missing, or in doubt.
    """

    estimate: Array
    by_cluster: Array
    df: float
    reason: str

    @property
    def variance(self) -> Array:
        """CR2 variance of each outcome's contrast, (m,)."""
        return np.asarray((self.by_cluster**2).sum(axis=-1))


def contrast_many(
    outcomes: ArrayLike,
    design: ArrayLike,
    cluster: ArrayLike,
    weights: ArrayLike,
    absorb: ArrayLike | None = None,
) -> list[Parts]:
    """Contrasts of many outcomes that share design and clusters.

    Parameters
    ----------
    outcomes : array (m, n)
        Finite numbers; each row as `fit_cr2`'s outcome.
    design : array (n, p)
    cluster : array (n,)
    weights : array (c, p)
        A row for each contrast.
    absorb : array (n,), optional
        As in `fit_cr2`.

    Returns
    -------
    list of Parts
        One for each contrast. Parts are NaN, with the reason, where the first outcome's contrast
        has no standard error.

    Raises
    ------
    ModelInputError
        As `fit_cr2`; and outcomes of another length than the design.

    Notes
    -----
    The numbers of `fit_cr2` and `contrast_cr2`: degrees of freedom and adjustment do not
    depend on the outcome, and everything else is linear in it.

    Examples
    --------
    >>> y = [[1.0, 2, 3, 5, 4, 6], [2.0, 4, 6, 10, 8, 12]]
    >>> (got,) = contrast_many(y, np.ones((6, 1)), list("aabbcc"), [[1.0]])
    >>> [round(float(v), 4) for v in (*got.estimate, *got.variance, got.df)]
    [3.5, 7.0, 1.0833, 4.3333, 2.0]
    """
    y, x = np.asarray(outcomes, dtype=float), np.asarray(design, dtype=float)
    if y.ndim != 2 or x.ndim != 2 or y.shape[1] != len(x) or len(y) == 0:
        raise ModelInputError(f"outcomes {y.shape} and design {x.shape}: one column a row")
    if not np.isfinite(y).all():
        raise ModelInputError("missing or infinite numbers in an outcome")
    fit = fit_cr2(y[0], x, cluster, absorb)
    if absorb is not None:
        group, _ = pd.factorize(np.asarray(absorb, dtype=object))
        x, y = demean(x, group), demean(y.T, group).T
    ortho = x @ fit.basis
    gamma = y @ ortho
    residual = y - gamma @ ortho.T
    code, labels = pd.factorize(np.asarray(cluster, dtype=object))
    member = np.zeros((len(code), len(labels)))
    member[np.arange(len(code)), code] = 1.0
    found = []
    for weight in np.atleast_2d(np.asarray(weights, dtype=float)):
        answer = contrast_cr2(fit, weight)
        if not np.isfinite(answer.df):
            estimate = np.full(len(y), np.nan)
            if np.isfinite(answer.estimate):
                estimate = gamma @ (fit.basis.T @ weight)
            nothing = np.full((len(y), len(labels)), np.nan)
            found.append(Parts(estimate, nothing, float("nan"), answer.reason))
            continue
        c = fit.basis.T @ weight
        row = np.einsum("nr,nr->n", ortho, (fit.shrink @ c)[code])
        found.append(Parts(gamma @ c, (residual * row) @ member, answer.df, answer.reason))
    return found
