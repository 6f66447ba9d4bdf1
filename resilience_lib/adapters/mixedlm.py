"""mixedlm: models with random terms by REML, and Satterthwaite df for any contrast.

Quirks kept here: its own coefficient names depend on level order, so the design is
handed over as numeric columns in a known order; a singular fit reports convergence,
so the variance ratios and the slope of the criterion are looked at; its
"Kenward-Roger" returns Satterthwaite df and is not offered; df are offered for single
coefficients only, so those of contrasts are computed from the criterion; it always has
a residual variance, which is one parameter too many beside a free covariance matrix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from resilience_lib.adapters.curvature import (
    SINGULAR,
    derivatives,
    invert_curvature,
    moment_covariance,
    said_of,
    triangle,
)

Array = NDArray[np.float64]

_SLOPE_PER_ROW = 4e-7


@dataclass(frozen=True)
class MixedFit:
    """A fitted model: q parameters of the random terms, p fixed coefficients.

    Attributes
    ----------
    coefficients : array (p,)
    covariance : array (p, p)
    gradient : array (q, p, p)
        Derivative of `covariance` by each parameter, the residual variance being
        profiled out. The parameters are standard deviations relative to the residual
        one; of a free covariance matrix the Cholesky factor.
    theta_covariance : array (q, q)
        Covariance of the parameters, 2 x inverse Hessian of the criterion.
    residual_df : float
        n - p; n by maximum likelihood; infinite where the residual variance is a parameter.
    variances : dict
        Variance of each random term, and "residual"; with occasions, in place of the
        last term and the residual, "last term at occasion" for each: both together.
    note : str
        "" or what is in doubt: `flaw`, or a term of few levels.
    flaw : str
        "" or what is singular or unconverged.
    converged : bool
        Whether the criterion is at a minimum; if not, no number should be printed.
    """

    coefficients: Array
    covariance: Array
    gradient: Array
    theta_covariance: Array
    residual_df: float
    variances: dict[str, float]
    note: str
    flaw: str
    converged: bool


def fit_random_terms(
    outcome: ArrayLike,
    design: ArrayLike,
    terms: Mapping[str, ArrayLike],
    occasions: ArrayLike | None = None,
    *,
    reml: bool = True,
) -> MixedFit:
    """outcome ~ design + one random intercept for each term, by REML.

    Parameters
    ----------
    outcome : array (n,)
    design : array (n, p)
        Full rank; with the constant where one is wanted.
    terms : mapping
        Name of the term -> labels (n,).
    occasions : array (n,), optional
        When each row was seen, at two occasions or more. The last term (pupils, each
        once at an occasion) then has a free covariance matrix over them in place of an
        intercept: a variance each and a covariance each pair, as lme4's
        `(0 + occasion | pupil)`.
    reml : bool
        Or by maximum likelihood, as many published models are.

    Returns
    -------
    MixedFit

    Notes
    -----
    The Hessian is the difference of mixedlm's own slopes at steps of 1e-6. With
    occasions one direction in it is flat: variance can go from the residual into the
    matrix without a change of the model. No contrast depends on it, and it is left out.

    Examples
    --------
    >>> y = [1.0, 2.0, 5.0, 6.0, 9.0, 10.0]
    >>> fit = fit_random_terms(y, np.ones((6, 1)), {"school": list("aabbcc")})
    >>> round(fit.variances["school"], 2), round(fit.variances["residual"], 2)
    (15.75, 0.5)
    """
    from mixedlm import lFormula
    from mixedlm.estimation.reml import LMMOptimizer

    y, x = np.asarray(outcome, dtype=float), np.asarray(design, dtype=float)
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])]).assign(y=y)
    labels = [pd.factorize(np.asarray(label, dtype=object))[0] for label in terms.values()]
    for i, code in enumerate(labels):
        frame[f"g{i}"] = np.char.add("l", code.astype(str))
    fixed = " + ".join(f"x{i}" for i in range(x.shape[1]))
    random = [f"(1 | g{i})" for i in range(len(terms))]
    names, seen, start = list(terms), np.zeros(0, dtype=object), None
    if occasions is not None:
        at, seen = pd.factorize(np.asarray(occasions, dtype=object), sort=True)
        for i in range(len(seen)):
            frame[f"w{i}"] = (at == i).astype(float)
        columns = " + ".join(f"w{i}" for i in range(len(seen)))
        random[-1] = f"(0 + {columns} | g{len(terms) - 1})"
        start = _start_by_moments(y, x, labels[-1], at, len(terms) - 1)
    matrices = lFormula(f"y ~ 0 + {fixed} + {' + '.join(random)}", frame).matrices
    order = [matrices.fixed_names.index(f"x{i}") for i in range(x.shape[1])]
    optimizer = LMMOptimizer(matrices, REML=reml)
    # no public route gives slope and covariance at a given theta; native slopes are 7 times
    # faster than the default route, which runs into its rounding limit and starts over
    criterion, slope_at = optimizer._optimization_functions("L-BFGS-B", True)
    # without bounds: the criterion is even in each standard deviation, and a search that
    # meets 0 as an edge starts over there
    search = optimize.minimize(
        criterion,
        optimizer.get_start_theta() if start is None else start,
        jac=slope_at,
        method="L-BFGS-B",
        options={"ftol": 1e-14, "gtol": _SLOPE_PER_ROW * len(x), "maxiter": 1000, "maxcor": 30},
    )

    def evaluate(theta: Array) -> tuple[Array, Array]:
        """Slope of the criterion and the covariance of the coefficients at theta."""
        core = optimizer._evaluate_core(theta)
        if core is None:
            return np.full(len(theta), np.nan), np.full((len(order),) * 2, np.nan)
        covariance = np.linalg.inv(core.fixed_information) * core.sigma**2
        return np.asarray(slope_at(theta), dtype=float), covariance[np.ix_(order, order)]

    theta = np.asarray(search.x, dtype=float)
    best = optimizer._final_evaluation(theta)
    slope, hessian, covariance, gradient = derivatives(evaluate, theta)
    inverse, converged = invert_curvature(slope, hessian, flat=int(occasions is not None))
    residual, split = float(best.sigma) ** 2, len(names) - (occasions is not None)
    variances = {n: residual * float(t) ** 2 for n, t in zip(names[:split], theta, strict=False)}
    if occasions is None:
        variances["residual"] = residual
    else:
        factor = triangle(theta[split:], len(seen))
        matrix = residual * (factor @ factor.T + np.eye(len(seen)))
        value = np.linalg.eigvalsh(matrix)
        # a matrix without an inverse is an edge, where curvature says nothing
        converged = converged and bool(value[0] > SINGULAR**2 * value[-1])
        own = zip(seen, matrix.diagonal(), strict=True)
        variances |= {f"{names[-1]} at {when}": float(variance) for when, variance in own}
    note, flaw = said_of(names, labels, theta[:split], converged)
    return MixedFit(
        coefficients=np.asarray(best.beta, dtype=float)[order],
        covariance=covariance,
        gradient=gradient,
        theta_covariance=2 * inverse,
        residual_df=len(x) - x.shape[1] * reml,
        variances=variances,
        note=note,
        flaw=flaw,
        converged=converged,
    )


def contrast_satterthwaite(
    fit: MixedFit, weights: ArrayLike, conf_level: float = 0.95
) -> tuple[float, float, float, float, float, float]:
    """Estimate, standard error, df, p, low and high of a contrast, as lmerTest's contest1D.

    df = 2 v^2 / (g' A g + 2 v^2 / (n - p)), v = w'Cw, g its gradient by the relative
    standard deviations, A their covariance (Giesbrecht & Burns 1985; Kuznetsova et al.
    2017); the second term is the residual variance's share.

    Examples
    --------
    >>> y = [1.0, 2.0, 5.0, 6.0, 9.0, 10.0]
    >>> fit = fit_random_terms(y, np.ones((6, 1)), {"school": list("aabbcc")})
    >>> [round(float(v), 3) for v in contrast_satterthwaite(fit, [1.0])[:3]]
    [5.5, 2.309, 2.0]
    """
    w = np.asarray(weights, dtype=float)
    estimate, variance = float(w @ fit.coefficients), float(w @ fit.covariance @ w)
    slope = np.einsum("i,kij,j->k", w, fit.gradient, w)
    spread = float(slope @ fit.theta_covariance @ slope) + 2 * variance**2 / fit.residual_df
    df = 2 * variance**2 / spread
    error = float(np.sqrt(variance))
    half = float(stats.t.ppf(0.5 + conf_level / 2, df)) * error
    p_value = float(2 * stats.t.sf(abs(estimate) / error, df))
    return estimate, error, df, p_value, estimate - half, estimate + half


def _start_by_moments(
    y: Array, x: Array, unit: NDArray[np.intp], at: NDArray[np.intp], others: int
) -> Array:
    """Where the search begins: covariances of residuals, and 5% of the variance a term.

    Half of the smallest eigenvalue goes to the residual, so that the triangle is far
    from its edge. On Project STAR the search ends after 20 steps, from mixedlm's own
    start after 60.
    """
    matrix = moment_covariance(y - x @ np.linalg.lstsq(x, y)[0], unit, at)
    size = len(matrix)
    sigma2 = float(np.linalg.eigvalsh(matrix)[0]) / 2
    lower = np.linalg.cholesky(matrix / sigma2 - np.eye(size))
    relative = np.sqrt(0.05 * np.trace(matrix) / size / sigma2)
    start: Array = np.r_[np.full(others, relative), lower[np.tril_indices(size)]]
    return start
