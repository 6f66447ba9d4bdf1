"""mixedlm: random-intercept models by REML, and Satterthwaite df for any contrast.

Quirks kept here: its own coefficient names depend on level order, so the design is
handed over as numeric columns in a known order; a singular fit reports convergence,
so the variance ratios and the slope of the criterion are looked at; its
"Kenward-Roger" returns Satterthwaite df and is not offered; df are offered for single
coefficients only, so those of contrasts are computed from the criterion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Array = NDArray[np.float64]
Evaluate = Callable[[Array], tuple[float, Array]]

_STEP = 1e-3
_SLOPE_PER_ROW = 4e-7
_FEW_LEVELS = 5
_SINGULAR = 1e-4  # lme4's tolerance for a relative standard deviation of 0


@dataclass(frozen=True)
class MixedFit:
    """A fitted model: q random intercepts, p fixed coefficients.

    Attributes
    ----------
    coefficients : array (p,)
    covariance : array (p, p)
    gradient : array (q, p, p)
        Derivative of `covariance` by each relative standard deviation, the residual
        variance being profiled out.
    theta_covariance : array (q, q)
        Covariance of the relative standard deviations, 2 x inverse Hessian of the
        REML criterion.
    residual_df : int
        n - p.
    variances : dict
        Variance of each random term, and "residual".
    note : str
        "" or what is singular or unconverged.
    converged : bool
        Whether the criterion is at a minimum; if not, no number should be printed.
    """

    coefficients: Array
    covariance: Array
    gradient: Array
    theta_covariance: Array
    residual_df: int
    variances: dict[str, float]
    note: str
    converged: bool


def fit_random_intercepts(
    outcome: ArrayLike, design: ArrayLike, terms: Mapping[str, ArrayLike]
) -> MixedFit:
    """outcome ~ design + one random intercept for each term, by REML.

    Parameters
    ----------
    outcome : array (n,)
    design : array (n, p)
        Full rank; with the constant where one is wanted.
    terms : mapping
        Name of the term -> labels (n,).

    Returns
    -------
    MixedFit

    Notes
    -----
    The derivatives are central differences with step 0.001; the criterion is even in
    each relative standard deviation, so a variance at 0 needs no one-sided rule.

    Examples
    --------
    >>> y = [1.0, 2.0, 5.0, 6.0, 9.0, 10.0]
    >>> fit = fit_random_intercepts(y, np.ones((6, 1)), {"school": list("aabbcc")})
    >>> round(fit.variances["school"], 2), round(fit.variances["residual"], 2)
    (15.75, 0.5)
    """
    import mixedlm
    from mixedlm.estimation.reml import LMMOptimizer

    x = np.asarray(design, dtype=float)
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])])
    frame["y"] = np.asarray(outcome, dtype=float)
    names = {f"g{i}": name for i, name in enumerate(terms)}
    for short, name in names.items():
        code, _ = pd.factorize(np.asarray(terms[name], dtype=object))
        frame[short] = np.char.add("l", code.astype(str))
    fixed = " + ".join(f"x{i}" for i in range(x.shape[1]))
    random = " + ".join(f"(1 | {short})" for short in names)
    # native gradients are 7 times faster than the default route, which runs into its
    # rounding limit and starts over; few levels, singular and unconverged fits are said
    # in the note, not as warnings nobody reads
    control = mixedlm.LmerControl(
        optimizer="L-BFGS-B",
        use_analytic_gradient=True,
        ftol=1e-14,
        gtol=_SLOPE_PER_ROW * len(x),
        check_nlev_gtreq_5="ignore",
        check_conv=False,
        check_singular=False,
    )
    model = mixedlm.lmer(f"y ~ 0 + {fixed} + {random}", frame, control=control)
    order = [model.matrices.fixed_names.index(f"x{i}") for i in range(x.shape[1])]
    evaluator = LMMOptimizer(model.matrices, REML=True)

    def evaluate(theta: Array) -> tuple[float, Array]:
        """The REML criterion and the covariance of the coefficients at theta."""
        core = evaluator._evaluate_core(theta)  # no public route gives both
        if core is None:
            return float("nan"), np.full((len(order),) * 2, np.nan)
        covariance = np.linalg.inv(core.fixed_information) * core.sigma**2
        return float(core.deviance), covariance[np.ix_(order, order)]

    theta = np.asarray(model.theta, dtype=float)
    slope, hessian, gradient = _derivatives(evaluate, theta)
    covariance = evaluate(theta)[1]
    core = evaluator._evaluate_core(theta)
    inverse, converged = invert_curvature(slope, hessian)
    notes = []
    few = [name for short, name in names.items() if frame[short].nunique() < _FEW_LEVELS]
    if few:
        notes.append(f"fewer than {_FEW_LEVELS} levels of {', '.join(few)}")
    zero = [name for name, t in zip(names.values(), theta, strict=True) if abs(t) < _SINGULAR]
    if zero:
        notes.append(f"singular: no variance estimated for {', '.join(zero)}")
    if not converged:
        notes.append("not converged")
    variances = {
        name: float((t * core.sigma) ** 2) for name, t in zip(names.values(), theta, strict=True)
    }
    return MixedFit(
        coefficients=np.asarray(core.beta, dtype=float)[order],
        covariance=covariance,
        gradient=gradient,
        theta_covariance=2 * inverse,
        residual_df=len(x) - x.shape[1],
        variances=variances | {"residual": float(core.sigma**2)},
        note="; ".join(notes),
        converged=converged,
    )


def invert_curvature(slope: Array, hessian: Array) -> tuple[Array, bool]:
    """Inverse of the criterion's Hessian, and whether the criterion is at its minimum.

    At the minimum the Hessian is positive definite and a further Newton step would
    lower the criterion (minus twice the log likelihood) by less than 0.0005.

    Examples
    --------
    >>> invert_curvature(np.array([0.001]), np.array([[4.0]]))
    (array([[0.25]]), True)
    >>> invert_curvature(np.array([1.0]), np.array([[4.0]]))[1]
    False
    >>> invert_curvature(np.array([0.0]), np.array([[-1.0]]))[1]
    False
    """
    if not (np.isfinite(hessian).all() and np.isfinite(slope).all()):
        return np.full(hessian.shape, np.nan), False
    value, vector = np.linalg.eigh(hessian)
    curved = value > 1e-8 * max(float(np.abs(value).max()), 1.0)
    inverse = (vector[:, curved] / value[curved]) @ vector[:, curved].T
    return inverse, bool(curved.all() and slope @ inverse @ slope < 1e-3)


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
    >>> fit = fit_random_intercepts(y, np.ones((6, 1)), {"school": list("aabbcc")})
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


def _derivatives(evaluate: Evaluate, theta: Array) -> tuple[Array, Array, Array]:
    """Slope and Hessian of the criterion, and the gradient of the covariance, at theta."""
    q = len(theta)
    step = _STEP * np.maximum(1.0, np.abs(theta)) * np.eye(q)
    size = step.diagonal()
    centre = evaluate(theta)[0]
    up = [evaluate(theta + step[i]) for i in range(q)]
    down = [evaluate(theta - step[i]) for i in range(q)]
    high, low = np.array([u[0] for u in up]), np.array([d[0] for d in down])
    slope = (high - low) / (2 * size)
    hessian = np.diag((high - 2 * centre + low) / size**2)
    for i in range(q):
        for j in range(i):
            corners = sum(
                a * b * evaluate(theta + a * step[i] + b * step[j])[0]
                for a in (1, -1)
                for b in (1, -1)
            )
            hessian[i, j] = hessian[j, i] = corners / (4 * size[i] * size[j])
    gradient = np.stack([(u[1] - d[1]) / (2 * s) for u, d, s in zip(up, down, size, strict=True)])
    return slope, hessian, gradient
