"""Mixed models of waves whose every random term lies inside one school, school by school.

mixedlm takes a random effect for each pupil and wave and keeps them sparse: 0.1 s for one look
at the criterion and its slope on Project STAR's effects, and a fit takes 36. Here a pupil's waves
are summed out by hand (pupils seen at the same waves share one small matrix), what is left is one
dense block a school, and a look takes some milliseconds. Where pupils change schools and classes
are theirs, the blocks hang together: those models stay with mixedlm.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from resilience_lib.adapters.curvature import (
    SINGULAR,
    derivatives,
    invert_curvature,
    moment_covariance,
    said_of,
    triangle,
)
from resilience_lib.adapters.mixedlm import MixedFit
from resilience_lib.models.nested_sums import Sums, gather_sums

Array = NDArray[np.float64]

_SLOPE_PER_ROW = 4e-7
_ROUNDING = 1e-10


def inside_schools(terms: Mapping[str, ArrayLike]) -> bool:
    """Whether each level of every term lies inside one level of the first.

    Examples
    --------
    >>> inside_schools({"school": list("aab"), "class": list("xyz")})
    True
    >>> inside_schools({"school": list("aab"), "pupil": list("xyx")})
    False
    """
    first, *others = (pd.factorize(np.asarray(label, dtype=object))[0] for label in terms.values())
    return all(
        len(np.unique(code * np.int64(first.max() + 1) + first)) == code.max() + 1
        for code in others
    )


def fit_nested_waves(
    outcome: ArrayLike, design: ArrayLike, terms: Mapping[str, ArrayLike], occasions: ArrayLike
) -> MixedFit:
    """The fit of `adapters.mixedlm.fit_random_terms` with occasions, by REML.

    Parameters
    ----------
    outcome : array (n,)
    design : array (n, p)
        Full rank.
    terms : mapping
        Name -> labels (n,); school first, every other term inside it, pupil last.
    occasions : array (n,)
        Each pupil once at an occasion.

    Returns
    -------
    MixedFit
        Parameters are standard deviations of the terms and the Cholesky factor of a pupil's
        covariance matrix, the residual in it: none is profiled out, `residual_df` is infinite.

    Notes
    -----
    V of a school is Z D Z' + W, W of independent pupils. With S = [Z X y]' W^-1 [Z X y] and
    A = I + D^(1/2) S_zz D^(1/2), minus twice the restricted log likelihood is, up to a
    constant, log|W| + log|A| + log|R_xx| + R_yy - R_yx R_xx^-1 R_xy, where
    R = S_uu - S_uz D^(1/2) A^-1 D^(1/2) S_zu, u = [X y] (Harville 1977, JASA 72). Its slope
    is worked out by hand below, its curvature is the difference of slopes.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> pupil, wave = np.repeat(np.arange(40), 2), np.tile([0, 1], 40)
    >>> y = rng.normal(size=40)[pupil] + rng.normal(size=80) + (pupil // 5) % 3
    >>> x = (wave[:, None] == [0, 1]).astype(float)
    >>> fit = fit_nested_waves(y, x, {"school": pupil // 5, "pupil": pupil}, wave)
    >>> fit.converged, list(fit.variances)
    (True, ['school', 'pupil at 0', 'pupil at 1'])
    """
    y, x = np.asarray(outcome, dtype=float), np.asarray(design, dtype=float)
    labels = [pd.factorize(np.asarray(label, dtype=object))[0] for label in terms.values()]
    at, seen = pd.factorize(np.asarray(occasions, dtype=object), sort=True)
    names, others = list(terms), len(terms) - 1
    left = y - x @ np.linalg.lstsq(x, y)[0]
    scale = float(left.std())
    sums = gather_sums(y / scale, x, labels, at, len(seen))

    def look(theta: Array) -> tuple[float, Array]:
        value, slope, _, _ = _criterion(theta, sums, others)
        return value, slope

    search = optimize.minimize(
        look,
        np.r_[
            np.full(others, np.sqrt(0.05)),
            np.linalg.cholesky(moment_covariance(left / scale, labels[-1], at))[
                np.tril_indices(len(seen))
            ],
        ],
        jac=True,
        method="L-BFGS-B",
        options={"ftol": 1e-14, "gtol": _SLOPE_PER_ROW * len(x), "maxiter": 1000, "maxcor": 30},
    )
    theta = np.asarray(search.x, dtype=float)

    def evaluate(point: Array) -> tuple[Array, Array]:
        _, slope, _, covariance = _criterion(point, sums, others)
        return slope, covariance

    slope, hessian, covariance, gradient = derivatives(evaluate, theta)
    inverse, converged = invert_curvature(slope, hessian)
    factor = triangle(theta[others:], len(seen))
    matrix = scale**2 * factor @ factor.T
    value = np.linalg.eigvalsh(matrix)
    converged = converged and bool(value[0] > SINGULAR**2 * value[-1])
    variances = {n: (scale * float(t)) ** 2 for n, t in zip(names, theta[:others], strict=False)}
    own = zip(seen, matrix.diagonal(), strict=True)
    variances |= {f"{names[-1]} at {when}": float(variance) for when, variance in own}
    relative = theta[:others] / np.sqrt(value[0] / scale**2 if value[0] > 0 else 1.0)
    note, flaw = said_of(names, labels, relative, converged)
    return MixedFit(
        coefficients=scale * _criterion(theta, sums, others)[2],
        covariance=scale**2 * covariance,
        gradient=scale**2 * gradient,
        theta_covariance=2 * inverse,
        residual_df=np.inf,
        variances=variances,
        note=note,
        flaw=flaw,
        converged=converged,
    )


def _criterion(theta: Array, sums: Sums, others: int) -> tuple[float, Array, Array, Array]:
    """Minus twice the restricted log likelihood, its slope, coefficients, their covariance."""
    p, factor = sums.p, triangle(theta[others:], sums.waves)
    sigma = factor @ factor.T
    if not np.linalg.eigvalsh(sigma)[0] > _ROUNDING * np.trace(sigma):
        return 1e300, np.zeros(len(theta)), np.full(p, np.nan), np.full((p, p), np.nan)
    inverses = [np.linalg.inv(sigma[np.ix_(w, w)]) for w in sums.patterns]
    value = -sum(
        count * np.linalg.slogdet(inverse)[1]
        for count, inverse in zip(sums.pupils, inverses, strict=True)
    )
    weight = np.array(
        [inverses[kind][a, b] * (1 if a == b else 2) / 2 for kind, a, b in sums.pairs]
    )
    r, kept = np.zeros((p + 1, p + 1)), []
    for lot in sums.schools:
        k, m = lot.term.shape
        s = (lot.products.T @ weight).reshape(k, m + p + 1, m + p + 1)
        s = s + s.transpose(0, 2, 1)
        spread = np.append(theta[:others], 0.0)[lot.term]
        zz, zu = s[:, :m, :m], s[:, :m, m:]
        inner = np.eye(m) + spread[:, :, None] * zz * spread[:, None, :]
        inverse = np.linalg.inv(inner)
        lower = np.diagonal(np.linalg.cholesky(inner), axis1=1, axis2=2)
        value += 2 * float(np.log(lower).sum())
        e = inverse @ (spread[:, :, None] * zu)
        reach = spread[:, :, None] * e
        r += s[:, m:, m:].sum(axis=0) - np.tensordot(zu, reach, ((0, 1), (0, 1)))
        kept.append((zz, zu, spread, inverse, e, reach))
    covariance: Array = np.asarray(np.linalg.inv(r[:p, :p]), dtype=float)
    beta = covariance @ r[:p, p]
    value += float(np.linalg.slogdet(r[:p, :p])[1] + r[p, p] - r[:p, p] @ beta)
    # the slope of the criterion by R, and from there by the spread of a term and by S
    gap = np.append(-beta, 1.0)
    gamma = np.outer(gap, gap)
    gamma[:p, :p] += covariance
    slope, by_pair = np.zeros(len(theta)), np.zeros(len(sums.pairs))
    for lot, (zz, zu, spread, inverse, e, reach) in zip(sums.schools, kept, strict=True):
        k, m = lot.term.shape
        by_spread = (zz * inverse * spread[:, None, :]).sum(axis=2)
        by_spread -= ((e @ gamma) * (zu - zz @ reach)).sum(axis=2)
        there = lot.term >= 0
        slope[:others] += 2 * np.bincount(lot.term[there], by_spread[there], minlength=others)
        turn = np.concatenate([-reach, np.broadcast_to(np.eye(p + 1), (k, p + 1, p + 1))], axis=1)
        by_s = turn @ gamma @ turn.transpose(0, 2, 1)
        by_s[:, :m, :m] += spread[:, :, None] * inverse * spread[:, None, :]
        by_pair += lot.products @ by_s.ravel()
    by_inverse = [np.zeros_like(inverse) for inverse in inverses]
    for (kind, a, b), found in zip(sums.pairs, by_pair, strict=True):
        by_inverse[kind][a, b] = by_inverse[kind][b, a] = found
    by_sigma = np.zeros_like(sigma)
    for kind, inverse in enumerate(inverses):
        grid = np.ix_(sums.patterns[kind], sums.patterns[kind])
        by_sigma[grid] += sums.pupils[kind] * inverse - inverse @ by_inverse[kind] @ inverse
    slope[others:] = (2 * by_sigma @ factor)[np.tril_indices(sums.waves)]
    return value, slope, beta, covariance
