"""Mixed models of waves whose pupils stay in one school, fitted school by school.

mixedlm takes a random effect for each pupil and wave and keeps them sparse: 0.1 s for one look
at the criterion and its slope on Project STAR's effects, and a fit takes 36. Here a pupil's waves
are summed out by hand (pupils seen at the same waves share one small matrix), what is left is one
dense block a school, and a look takes some milliseconds. Classes in which pupils of several
schools sit are kept aside until the schools are done; where they are too many, mixedlm is faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
from resilience_lib.models.nested_sums import Sums, crossing, gather_sums

Array = NDArray[np.float64]

_SLOPE_PER_ROW = 4e-7
_ROUNDING = 1e-10
_MOST_CROSSING = 500


def by_school(terms: Mapping[str, ArrayLike]) -> bool:
    """Whether pupils, the last term, stay in one school, the first, and few levels cross.

    Examples
    --------
    >>> by_school({"school": list("aabb"), "class": list("xyyz"), "pupil": list("1234")})
    True
    >>> by_school({"school": list("aabb"), "pupil": list("1231")})
    False
    """
    school, *others = (pd.factorize(np.asarray(label, dtype=object))[0] for label in terms.values())
    across = [int(crossing(code, school).sum()) for code in others]
    return across[-1] == 0 and sum(across) <= _MOST_CROSSING


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
        Name -> labels (n,); school first, pupil last and inside it.
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
    R = S_uu - S_uz D^(1/2) A^-1 D^(1/2) S_zu, u = [X y] (Harville 1977, JASA 72). Random
    effects that schools share are at first part of u, and are then summed out of R. The slope
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


@dataclass(frozen=True)
class _Stage:
    """Random effects summed out of cross products: what is left, and what slopes need.

    Attributes
    ----------
    rest : array (k, u, u)
    log_determinant : float
    zz, zu : array (k, m, m), array (k, m, u)
        Of the random effects, and of them with the rest.
    spread : array (k, m)
    inverse : array (k, m, m)
        (I + D^(1/2) zz D^(1/2))^-1.
    """

    rest: Array
    log_determinant: float
    zz: Array
    zu: Array
    spread: Array
    inverse: Array


def _eliminate(s: Array, spread: Array) -> _Stage:
    m = spread.shape[1]
    zz, zu = s[:, :m, :m], s[:, :m, m:]
    inner = np.eye(m) + spread[:, :, None] * zz * spread[:, None, :]
    inverse: Array = np.asarray(np.linalg.inv(inner), dtype=float)
    lower = np.diagonal(np.linalg.cholesky(inner), axis1=1, axis2=2)
    within = spread[:, :, None] * zu
    rest = s[:, m:, m:] - within.transpose(0, 2, 1) @ (inverse @ within)
    return _Stage(rest, 2 * float(np.log(lower).sum()), zz, zu, spread, inverse)


def _slopes(stage: _Stage, by_rest: Array) -> tuple[Array, Array]:
    """Slopes by the cross products and by each spread, from those by what was left."""
    m = stage.spread.shape[1]
    e = stage.inverse @ (stage.spread[:, :, None] * stage.zu)
    reach = stage.spread[:, :, None] * e
    by_spread = (stage.zz * stage.inverse * stage.spread[:, None, :]).sum(axis=2)
    by_spread -= ((e @ by_rest) * (stage.zu - stage.zz @ reach)).sum(axis=2)
    k, u = len(reach), reach.shape[2]
    turn = np.concatenate([-reach, np.broadcast_to(np.eye(u), (k, u, u))], axis=1)
    by_s = turn @ by_rest @ turn.transpose(0, 2, 1)
    by_s[:, :m, :m] += stage.spread[:, :, None] * stage.inverse * stage.spread[:, None, :]
    return by_s, 2 * by_spread


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
    spreads = np.append(theta[:others], 0.0)
    b = len(sums.shared)
    r, stages = np.zeros((b + p + 2, b + p + 2)), []
    for lot in sums.schools:
        k, m = lot.term.shape
        s = (lot.products.T @ weight).reshape(k, m + lot.place.shape[1], m + lot.place.shape[1])
        stage = _eliminate(s + s.transpose(0, 2, 1), spreads[lot.term])
        value += stage.log_determinant
        np.add.at(r, (lot.place[:, :, None], lot.place[:, None, :]), stage.rest)
        stages.append(stage)
    last = _eliminate(r[None, :-1, :-1], spreads[sums.shared][None, :])
    value += last.log_determinant
    r = last.rest[0]
    covariance: Array = np.asarray(np.linalg.inv(r[:p, :p]), dtype=float)
    beta = covariance @ r[:p, p]
    value += float(np.linalg.slogdet(r[:p, :p])[1] + r[p, p] - r[:p, p] @ beta)
    # the slope of the criterion by R, and from there by the spread of a term and by S
    gap = np.append(-beta, 1.0)
    gamma = np.outer(gap, gap)
    gamma[:p, :p] += covariance
    by_shared, by_spread = _slopes(last, gamma)
    slope, by_pair = np.zeros(len(theta)), np.zeros(len(sums.pairs))
    slope[:others] += np.bincount(sums.shared, by_spread[0], minlength=others)
    by_rest = np.pad(by_shared[0], ((0, 1), (0, 1)))
    for lot, stage in zip(sums.schools, stages, strict=True):
        by_s, by_spread = _slopes(stage, by_rest[lot.place[:, :, None], lot.place[:, None, :]])
        own = lot.term >= 0
        slope[:others] += np.bincount(lot.term[own], by_spread[own], minlength=others)
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
