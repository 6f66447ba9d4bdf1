"""Means, SDs and n of two groups, their pooled SD, and the small-sample correction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resilience_lib.effects.arrays import Array, spread
from resilience_lib.models.one_way import small_sample_factor


@dataclass(frozen=True)
class TwoGroups:
    """Means, SDs (n - 1) and n of two groups, the comparison second."""

    means: tuple[float, float]
    sds: tuple[float, float]
    n: tuple[float, float]

    @property
    def difference(self) -> float:
        """First mean less second."""
        return self.means[0] - self.means[1]

    @property
    def df(self) -> float:
        """n1 + n2 - 2."""
        return self.n[0] + self.n[1] - 2

    @property
    def pooled_sd(self) -> float:
        """Root of the variances weighed by n - 1; NaN where a group has fewer than two."""
        if min(self.n) < 2:
            return float("nan")
        squares = sum((n - 1) * sd**2 for n, sd in zip(self.n, self.sds, strict=True))
        return float(np.sqrt(squares / self.df))

    def missing(self, sd: float) -> str:
        """Why nothing can be divided by `sd`; empty where it can."""
        if min(self.n) < 2:
            return "fewer than two pupils in a group"
        return "" if sd > 0 else "scores do not vary: no standard deviation"


def hedges_factor(df: float, *, exact: bool = True) -> tuple[float, str]:
    """J(df) of Hedges 1981 and its name: the exact gamma form, or 1 - 3 / (4 df - 1).

    Examples
    --------
    >>> [(round(j, 6), text) for j, text in (hedges_factor(10), hedges_factor(10, exact=False))]
    [(0.922746, 'exact J of 10 df'), (0.923077, 'approximate J of 10 df')]
    """
    if exact:
        return small_sample_factor(df), f"exact J of {df:g} df"
    return (1 - 3 / (4 * df - 1) if df > 1 else float("nan")), f"approximate J of {df:g} df"


def groups_of(first: Array, second: Array) -> TwoGroups:
    """Means, SDs and n of two lists of complete scores.

    Examples
    --------
    >>> groups_of(np.array([1.0, 3.0]), np.array([5.0])).means
    (2.0, 5.0)
    """
    both = [
        (float(y.mean()) if len(y) else float("nan"), spread(y), len(y)) for y in (first, second)
    ]
    (m1, s1, n1), (m2, s2, n2) = both
    return TwoGroups((m1, m2), (s1, s2), (n1, n2))
