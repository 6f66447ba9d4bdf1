"""Contrasts of a regression refitted to schools drawn with replacement."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resilience_lib.models.cr2 import Cr2Fit
from resilience_lib.resampling.schools import draw_sums

Array = NDArray[np.float64]

_SINGULAR = 1e-9


def draw_contrasts(
    fit: Cr2Fit, weights: ArrayLike, random: np.random.Generator, draws: int
) -> Array:
    """Linear combinations of coefficients in each of many draws of k schools.

    Parameters
    ----------
    fit : Cr2Fit
    weights : array (m, p)
        One row for each contrast, all estimable.
    random : Generator
    draws : int

    Returns
    -------
    array (draws, m)
        NaN in a draw whose schools do not hold every part of the regression.

    Notes
    -----
    The regression is linear in sums of schools, so that each draw is an exact refit: with w_g
    how often school g was drawn, gamma* solves (sum w_g C_g) gamma* = sum w_g T_g'y_g, and
    T_g'y_g = T_g'e_g + C_g gamma. Absorbed effects lie inside schools and are drawn with
    them; rows that were whitened keep their working covariance.

    Examples
    --------
    >>> from resilience_lib.models.cr2 import fit_cr2
    >>> fit = fit_cr2([1.0, 2.0, 6.0], np.ones((3, 1)), list("abc"))
    >>> got = draw_contrasts(fit, [[1.0]], np.random.default_rng(1), 500)
    >>> got.shape, round(float(got.min()), 9), round(float(got.max()), 9)
    ((500, 1), 1.0, 6.0)
    """
    r = len(fit.gamma)
    right = fit.scores + fit.cross @ fit.gamma
    parts = np.column_stack([fit.cross.reshape(fit.n_clusters, r * r), right])
    sums = draw_sums(random, parts, draws)
    value, vector = np.linalg.eigh(sums[:, : r * r].reshape(draws, r, r))
    value = np.where(value[:, :1] > _SINGULAR, value, np.nan)
    turned = np.einsum("dij,di->dj", vector, sums[:, r * r :]) / value
    gamma = np.einsum("dij,dj->di", vector, turned)
    return np.asarray(gamma @ (np.asarray(weights, dtype=float) @ fit.basis).T)
