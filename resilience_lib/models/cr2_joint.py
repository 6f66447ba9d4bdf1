"""Several contrasts tested at once with CR2: the approximate Hotelling test (HTZ)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.models.cr2 import Cr2Fit, ModelInputError, estimable

Array = NDArray[np.float64]

_DEPENDENT = 1e-9
_ROUNDING = 1e-12
_FEW_DF = 4.0


@dataclass(frozen=True)
class JointTest:
    """F, its two degrees of freedom, p, and why a number is missing or in doubt."""

    f: float
    df: int
    df_denominator: float
    p_value: float
    reason: str


def joint_cr2(fit: Cr2Fit, weights: ArrayLike) -> JointTest:
    """Whether several linear combinations of coefficients are all zero.

    Parameters
    ----------
    fit : Cr2Fit
    weights : array (m, p)
        One row for each contrast; rows that follow from others add nothing, and `df` is the
        number q of those that do not.

    Returns
    -------
    JointTest
        Numbers are NaN, with the reason, where a contrast is not estimable, where there are no
        more schools than contrasts, where a contrast rests on one school, or where nothing
        varies. The reason also marks fewer than 4 denominator df.

    Raises
    ------
    ModelInputError
        Weights of another width than the design, none, or one that is not finite.

    Notes
    -----
    The approximate Hotelling T^2 with Zhang's df (HTZ) of Pustejovsky & Tipton 2018, section
    3.2, doi 10.1080/07350015.2016.1247004: Q = b' V^-1 b; P_st,gh = (g = h) a_gs'a_gt -
    (T_g'a_gs)'(T_h'a_ht) of contrasts made orthonormal in Omega_st = sum_g P_st,gg;
    eta = q (q + 1) / sum_st sum_gh (P_st,gh P_ts,gh + P_ss,gh P_tt,gh);
    F = (eta - q + 1) / (eta q) Q on q and eta - q + 1 df. Equal to R's
    `clubSandwich::Wald_test(test = "HTZ")`; with one contrast it is the square of its t.

    Examples
    --------
    >>> from resilience_lib.models.cr2 import fit_cr2
    >>> x = np.kron(np.eye(2), np.ones((4, 1)))
    >>> fit = fit_cr2([1, 2, 4, 3, 5, 7, 6, 9], x, list("aabbaabb"))
    >>> joint_cr2(fit, np.eye(2)).reason
    'no more schools than contrasts: no joint test'
    """
    wanted = np.atleast_2d(np.asarray(weights, dtype=float))
    if wanted.shape[1:] != (len(fit.basis),) or not len(wanted) or not np.isfinite(wanted).all():
        raise ModelInputError(f"{len(fit.basis)} finite weights for each contrast are needed")
    if not all(estimable(fit, row) for row in wanted):
        return _missing("not estimable: no data for a part of a contrast")
    rows = wanted @ fit.basis
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    _, singular, right = np.linalg.svd(
        rows / np.where(length > 0, length, 1.0), full_matrices=False
    )
    rows = right[singular > _DEPENDENT]
    q = len(rows)
    if q == 0 or fit.n_clusters <= q:
        return _missing("no more schools than contrasts: no joint test", q)
    kc = np.einsum("gij,sj->gsi", fit.shrink, rows)
    h = np.einsum("gij,gsj->gsi", fit.cross, kc)
    omega = np.einsum("gsi,gti->st", kc, h) - np.einsum("gsi,gti->st", h, h)
    value, vector = np.linalg.eigh(omega)
    if value[0] < 1e-8:
        return _missing("rests on one school alone: its variance is not identified", q)
    root = vector / np.sqrt(value)
    kc, h, rows = (np.einsum("st,...si->...ti", root, part) for part in (kc, h, rows))
    score = np.einsum("gsi,gi->gs", kc, fit.scores)
    covariance = score.T @ score
    spread = np.linalg.eigvalsh(covariance)
    if spread[0] <= max((_ROUNDING * fit.size) ** 2, _ROUNDING * spread[-1]):
        return _missing("a contrast does not vary between schools: no joint test", q)
    change = rows @ fit.gamma
    statistic = float(change @ np.linalg.solve(covariance, change))
    within = np.einsum("gsi,gti->gst", kc, h)
    eta = q * (q + 1) / _total_variance(within, h)
    df = eta - q + 1
    if df <= 0:
        return _missing("too few schools for so many contrasts: no joint test", q)
    f = df / (eta * q) * statistic
    doubts = []
    if value[0] < 1 - 1e-6:
        doubts.append("a part rests on one school alone: the test may reject too easily")
    if df < _FEW_DF:
        doubts.append(f"fewer than {_FEW_DF:g} df: the test is unreliable")
    return JointTest(f, q, df, float(stats.f.sf(f, q, df)), "; ".join(doubts))


def _total_variance(within: Array, h: Array) -> float:
    """Sum over s, t of the variance of the entry s, t of the whitened covariance matrix."""
    q = within.shape[1]
    total = 0.0
    for s in range(q):
        for t in range(q):
            mixed = np.diag(within[:, s, t]) - h[:, s] @ h[:, t].T
            back = np.diag(within[:, t, s]) - h[:, t] @ h[:, s].T
            own = np.diag(within[:, s, s]) - h[:, s] @ h[:, s].T
            other = np.diag(within[:, t, t]) - h[:, t] @ h[:, t].T
            total += float((mixed * back + own * other).sum())
    return total


def _missing(reason: str, df: int = 0) -> JointTest:
    nan = float("nan")
    return JointTest(nan, df, nan, nan, reason)
