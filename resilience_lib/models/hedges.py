"""Hedges' variances of standardised differences where whole schools are in one arm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resilience_lib.models.cr2 import ModelInputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ClusteredArms:
    """Two arms of whole schools at one intraclass correlation.

    Attributes
    ----------
    shrink : float
        Expected square of the pupils' SD, pooled within arms, over the total variance: below 1,
        since schools' means vary less around their arm's mean than in the population.
    df_total, df_within : float
        Effective df of that square, and of the mean square within schools.
    variance_mean : float
        Variance of the difference of means, in total variances.
    second : float
        What the square of a standardised difference is multiplied by in its variance.
    icc : float
    """

    shrink: float
    df_total: float
    df_within: float
    variance_mean: float
    second: float
    icc: float

    def variance_total(self, d: float) -> float:
        """Variance of the difference in total SDs (Hedges 2007).

        Examples
        --------
        >>> round(clustered_arms([20] * 5, [20] * 5, 0.1).variance_total(0.3), 6)
        0.058259
        """
        return self.variance_mean + d**2 * self.second

    def variance_within(self, d: float) -> float:
        """Variance of the difference in within-school SDs (Hedges 2007).

        Examples
        --------
        >>> round(clustered_arms([20] * 5, [20] * 5, 0.1).variance_within(0.3), 6)
        0.064681
        """
        return self.variance_mean / (1 - self.icc) + d**2 / (2 * self.df_within)


def clustered_arms(first: ArrayLike, second: ArrayLike, icc: float) -> ClusteredArms:
    """What Hedges' formulas need of the sizes of schools in two arms.

    Parameters
    ----------
    first, second : array (m_1,), array (m_2,)
        Pupils of each school of an arm, at least 1.
    icc : float, in [0, 1)

    Returns
    -------
    ClusteredArms

    Raises
    ------
    ModelInputError
        An arm without schools, a school without pupils, an intraclass correlation outside
        [0, 1), or three pupils or fewer.

    Notes
    -----
    With N pupils, M schools, rho = icc, n_U = (N_a^2 - sum n_i^2) / (N_a (m_a - 1)) of an arm a:
    B = sum_a n_U (m_a - 1); A = sum_a (N_a^2 sum n_i^2 + (sum n_i^2)^2 - 2 N_a sum n_i^3) / N_a^2;
    shrink = 1 - rho (N - 2 - B) / (N - 2);
    h = (N - 2 - rho (N - 2 - B))^2 / ((N - 2)(1 - rho)^2 + A rho^2 + 2 B rho (1 - rho));
    variance of the difference of means (1 / N_1 + 1 / N_2)(1 + (n~ - 1) rho), n~ the mean of
    sum n_i^2 / N_a weighed by the other arm's pupils; second term
    ((N - 2)(1 - rho)^2 + A rho^2 + 2 B rho (1 - rho)) / (2 (N - 2)(N - 2 - rho (N - 2 - B))).
    Hedges 2007, Journal of Educational and Behavioral Statistics 32, 341-370, sections on equal
    and unequal cluster sizes. Not for pupils assigned inside schools.

    Examples
    --------
    >>> arms = clustered_arms([10, 10], [10, 10], 0.2)
    >>> round(arms.shrink, 6), round(arms.df_total, 3)
    (0.905263, 30.562)
    """
    sizes = [np.asarray(part, dtype=float) for part in (first, second)]
    for part in sizes:
        if part.ndim != 1 or len(part) == 0 or not (np.isfinite(part).all() and part.min() >= 1):
            raise ModelInputError("each arm needs schools of at least one pupil")
    if not 0 <= icc < 1:
        raise ModelInputError(f"an intraclass correlation of at least 0 and below 1, not {icc}")
    arms = [part.sum() for part in sizes]
    n, df = sum(arms), sum(arms) - 2
    schools = sum(map(len, sizes))
    if df < 2:
        raise ModelInputError("more than three pupils are needed")
    squares = [(part**2).sum() for part in sizes]
    b = sum(a - s / a for a, s in zip(arms, squares, strict=True))
    a_sum = sum(
        s + (s / a) ** 2 - 2 * (part**3).sum() / a
        for part, a, s in zip(sizes, arms, squares, strict=True)
    )
    spread = df * (1 - icc) ** 2 + a_sum * icc**2 + 2 * b * icc * (1 - icc)
    expected = df - icc * (df - b)
    mean_size = (arms[1] * squares[0] / arms[0] + arms[0] * squares[1] / arms[1]) / n
    return ClusteredArms(
        shrink=float(expected / df),
        df_total=float(expected**2 / spread),
        df_within=float(n - schools),
        variance_mean=float((1 / arms[0] + 1 / arms[1]) * (1 + (mean_size - 1) * icc)),
        second=float(spread / (2 * df * expected)),
        icc=float(icc),
    )
