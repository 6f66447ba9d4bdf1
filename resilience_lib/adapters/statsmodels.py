"""statsmodels: regressions of counts, Poisson and negative binomial, by maximum likelihood.

Quirks kept here: a negative binomial that has not converged is handed back with a warning
and numbers, so the slope of the likelihood is looked at; where counts vary no more than a
Poisson's its overdispersion ends at NaN, or at some millions where the likelihood is flat
as well; a Poisson whose rate runs to 0 may say "converged".
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_SLOPE = 1e-6
_NO_CURVATURE = 1e-8
_ROUNDING = 1e-9
_NO_OVERDISPERSION = (
    "not converged: counts vary no more than a Poisson's, there is no overdispersion to estimate"
)
_RUNS_AWAY = "not converged: the rate of a group runs to 0 or without end"


@dataclass(frozen=True)
class CountFit:
    """A fitted log-linear model of p coefficients.

    Attributes
    ----------
    coefficients : array (p,)
        Logarithms of rates or rate ratios.
    fitted : array (n,)
        Expected counts.
    overdispersion : float
        alpha of variance = mean + alpha mean^2 (NB2; R's 1 / theta); 0 of a Poisson.
    log_likelihood : float
    reason : str
        "" or why there is no fit; numbers are NaN then.
    """

    coefficients: Array
    fitted: Array
    overdispersion: float
    log_likelihood: float
    reason: str


def fit_counts(count: Array, exposure: Array, design: Array, *, overdispersed: bool) -> CountFit:
    """log E(count) = log exposure + design @ coefficients.

    Parameters
    ----------
    count, exposure : array (n,)
        Whole numbers of 0 or more; above 0.
    design : array (n, p)
        Full rank, with the constant.
    overdispersed : bool
        Negative binomial (NB2) in place of Poisson.

    Returns
    -------
    CountFit

    Examples
    --------
    Two groups: rates 6 / 4 and 12 / 4.

    >>> x = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    >>> got = fit_counts(np.array([2.0, 4, 5, 7]), np.full(4, 2.0), x, overdispersed=False)
    >>> np.exp(got.coefficients).round(6).tolist()
    [1.5, 2.0]
    """
    from statsmodels.discrete.discrete_model import NegativeBinomial, Poisson

    if not count.any():
        return _failed(design, _RUNS_AWAY)
    with warnings.catch_warnings():
        # what they warn of is looked at below
        warnings.simplefilter("ignore")
        plain = Poisson(count, design, exposure=exposure)
        poisson = plain.fit(method="newton", maxiter=100, tol=1e-12, disp=False)
        rates = np.asarray(poisson.predict(), dtype=float) / exposure
        if not (_flat(plain.score(poisson.params), count) and _bounded(rates, design)):
            return _failed(design, _RUNS_AWAY)
        if not overdispersed:
            values = np.asarray(poisson.params, dtype=float)
            return CountFit(values, np.asarray(poisson.predict()), 0.0, float(poisson.llf), "")
        mean = np.asarray(poisson.predict(), dtype=float)
        # the slope of the likelihood by the overdispersion where that is 0, times 2
        excess = float(((count - mean) ** 2 - count).sum())
        if excess <= _ROUNDING * count.sum():
            return _failed(design, _NO_OVERDISPERSION)
        model = NegativeBinomial(count, design, exposure=exposure, loglike_method="nb2")
        start = np.r_[poisson.params, max(excess / (mean**2).sum(), 0.01)]
        found = model.fit(start, method="bfgs", maxiter=500, disp=False)
        found = model.fit(found.params, method="newton", maxiter=100, tol=1e-12, disp=False)
        values = np.asarray(found.params, dtype=float)
        fitted = np.asarray(model.predict(values), dtype=float)
        # far out the likelihood is flat too: there it is below the Poisson's
        higher = values[-1] > 0 and float(model.loglike(values)) > float(poisson.llf)
        if not (
            higher and _flat(model.score(values), count) and _bounded(fitted / exposure, design)
        ):
            return _failed(design, "not converged")
    return CountFit(values[:-1], fitted, float(values[-1]), float(model.loglike(values)), "")


def _flat(slope: Array, count: Array) -> bool:
    """Whether the likelihood is flat where the search ended."""
    return bool(np.isfinite(slope).all() and np.abs(slope).max() < _SLOPE * count.sum())


def _bounded(rates: Array, design: Array) -> bool:
    """Whether the likelihood is curved in every direction, and not flat because a rate is 0."""
    if not np.isfinite(rates).all():
        return False
    weight = np.sqrt(rates / rates.mean())[:, None]
    unit = design / np.sqrt((design**2).sum(axis=0))
    return bool(np.linalg.svd(weight * unit, compute_uv=False)[-1] ** 2 > _NO_CURVATURE)


def _failed(design: Array, reason: str) -> CountFit:
    nan = float("nan")
    rows, columns = design.shape
    return CountFit(np.full(columns, nan), np.full(rows, nan), nan, nan, reason)
