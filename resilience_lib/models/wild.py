"""Wild cluster bootstrap of one contrast: null imposed, interval by inverting the test.

In the orthonormal basis of `Cr2Fit` a bootstrap sample enters only through sums of schools, so
that the cost of a draw is that of k schools and r columns, whatever the number of pupils.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resilience_lib.models.cr2 import Contrast, Cr2Fit, estimable
from resilience_lib.resampling.inversion import FARTHEST, reach
from resilience_lib.resampling.signs import Weights

Array = NDArray[np.float64]

_ROUNDING = 1e-12
_TIE = 1e-9


def wild_bootstrap(
    fit: Cr2Fit, weights: ArrayLike, signs: Weights, conf_level: float = 0.95
) -> Contrast:
    """p-value and interval of a linear combination by the wild cluster bootstrap-t.

    Parameters
    ----------
    fit : Cr2Fit
    weights : array (p,)
        One weight for each column of the design.
    signs : Weights
        `resampling.signs.school_weights` for the k clusters of the fit.
    conf_level : float, in (0, 1)

    Returns
    -------
    Contrast
        Without standard error and df. Numbers are NaN, with the reason, where the contrast is
        not estimable, with one school, where nothing varies, and, for the interval, where no
        value far from the estimate is rejected.

    Raises
    ------
    ValueError
        Weights for another number of schools.

    Notes
    -----
    Restricted residuals of each school times its weight, the t of each sample with the plain
    cluster-robust variance (Cameron, Gelbach & Miller 2008; Djogbenou, MacKinnon & Nielsen
    2019). p is the share of |t*| >= |t|; the sample itself is one of a complete set, and is
    added to a drawn one, (1 + count) / (1 + draws). The interval holds the values that are not
    rejected at 1 - conf_level, from the lowest to the highest. Written in sums of schools as in
    Roodman et al. 2019 (The Stata Journal 19): with d = c'gamma - null, numerators are linear and
    variances quadratic in d.

    Examples
    --------
    >>> from resilience_lib.models.cr2 import fit_cr2
    >>> from resilience_lib.resampling.signs import school_weights
    >>> y = [1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 3.0]
    >>> fit = fit_cr2(y, np.ones((7, 1)), list("abcdefg"))
    >>> got = wild_bootstrap(fit, [1.0], school_weights(7, None))
    >>> got.p_value, round(got.conf_low, 3), round(got.conf_high, 3)
    (0.015625, 2.0, 5.0)
    """
    weight = np.asarray(weights, dtype=float)
    c = fit.basis.T @ weight
    nan = float("nan")
    k = fit.n_clusters
    if signs.values.shape[1] != k:
        raise ValueError(f"weights for {signs.values.shape[1]} schools, the fit has {k}")
    if not estimable(fit, weight):
        return _missing("not estimable: no data for a part of the contrast")
    estimate = float(c @ fit.gamma)
    if k < 2:
        return _missing("one school: no variation between schools can be seen", estimate)
    own = fit.scores @ c
    variance = float((own**2).sum())
    if variance <= (_ROUNDING * fit.size) ** 2 * float(c @ c):
        return _missing("nothing varies between schools: no test", estimate)
    samples = _samples(fit, c, signs.values)
    error = float(np.sqrt(variance))

    def p_values(distance: Array) -> Array:
        """The p of each null that lies `distance` standard errors below the estimate."""
        d = distance[:, None] * error
        top = (samples.top_0 + samples.top_1 * d) ** 2 * variance
        under = samples.var_0 + d * (samples.var_01 + d * samples.var_1)
        count = (top >= d**2 * under * (1 - _TIE)).sum(axis=1)
        n = len(signs.values)
        # the sample itself is always among a complete set, whatever rounding says
        return np.asarray(np.maximum(count, 1) / n if signs.complete else (1 + count) / (1 + n))

    alpha = 1 - conf_level
    p = float(p_values(np.array([estimate / error]))[0])
    below, above = (reach(p_values, side, alpha) for side in (1.0, -1.0))
    if not (np.isfinite(below) and np.isfinite(above)):
        lowest = float(p_values(np.array([FARTHEST]))[0])
        reason = f"no value is rejected at {alpha:.3g}, the smallest p being {lowest:.3g}"
        return Contrast(estimate, nan, nan, p, nan, nan, f"{reason}: no interval")
    return Contrast(estimate, nan, nan, p, estimate - below * error, estimate + above * error, "")


@dataclass(frozen=True)
class _Samples:
    """Of each vector (n,): numerator top_0 + top_1 d, variance var_0 + var_01 d + var_1 d^2."""

    top_0: Array
    top_1: Array
    var_0: Array
    var_01: Array
    var_1: Array


def _samples(fit: Cr2Fit, c: Array, values: Array) -> _Samples:
    """With restricted residuals e_g + T_g c d / c'c: u_g = v_g s_g - (C_g c)' sum_h v_h q_h."""
    length = float(c @ c)
    lever = fit.cross @ c
    q_0, q_1 = fit.scores, lever / length
    s_0, s_1 = q_0 @ c, q_1 @ c
    sums = values @ np.column_stack([q_0, q_1, s_0[:, None] * lever, s_1[:, None] * lever])
    m_0, m_1, l_0, l_1 = np.split(sums, 4, axis=1)
    inner = lever.T @ lever
    square = values**2
    return _Samples(
        values @ s_0,
        values @ s_1,
        square @ s_0**2 + ((m_0 @ inner - 2 * l_0) * m_0).sum(axis=1),
        2 * (square @ (s_0 * s_1) - (l_0 * m_1 + l_1 * m_0 - (m_0 @ inner) * m_1).sum(axis=1)),
        square @ s_1**2 + ((m_1 @ inner - 2 * l_1) * m_1).sum(axis=1),
    )


def _missing(reason: str, estimate: float = float("nan")) -> Contrast:
    nan = float("nan")
    return Contrast(estimate, nan, nan, nan, nan, nan, reason)
