"""A planned design, and how many pupils of each school and gender it would see twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from resilience_lib.study.design import Assumed, Design

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """A design in numbers; scores have the variance 1 at both waves.

    Parameters
    ----------
    schools : int, at least 3
    pupils : float, at least 1
        Asked in a school, on average.
    icc_level, icc_change, icc_difference : float, in [0, 1)
        Shares between schools of the variance of a score and of change; and the share of either
        by which one group of pupils (gender, arm inside schools) has a school effect of its own.
    pre_post_r : float, in [0, 1)
        Correlation of two scores over all pupils.
    attrition : float, in [0, 1)
    gender_share : float, in (0, 1)
    size_variation : float
        Coefficient of variation of school sizes.
    assigned : {"none", "schools", "pupils"}
    power, alpha : float
    """

    schools: int
    pupils: float
    icc_level: float
    icc_change: float
    pre_post_r: float
    attrition: float = 0.0
    gender_share: float = 0.5
    icc_difference: float = 0.0
    size_variation: float = 0.0
    assigned: str = "none"
    power: float = 0.8
    alpha: float = 0.05

    @property
    def change_variance(self) -> float:
        """Variance of pupils' change: 2 (1 - r)."""
        return 2 * (1 - self.pre_post_r)


def plan_of(design: Design) -> Plan:
    """The plan that the block `design` of a study file declares.

    Examples
    --------
    >>> said = {"source": "a guess"}
    >>> block = {name: {"value": 0.05, **said} for name in
    ...          ("icc_level", "icc_change", "attrition")}
    >>> more = {"pre_post_r": 0.6, "gender_share": 0.5, "schools": 11, "pupils_per_school": 40}
    >>> block |= {name: {"value": value, **said} for name, value in more.items()}
    >>> plan_of(Design.model_validate(block)).change_variance
    0.8
    """

    def value(assumed: Assumed | None) -> float:
        return 0.0 if assumed is None else assumed.value

    return Plan(
        schools=design.schools.value,
        pupils=design.pupils_per_school.value,
        icc_level=design.icc_level.value,
        icc_change=design.icc_change.value,
        pre_post_r=design.pre_post_r.value,
        attrition=design.attrition.value,
        gender_share=design.gender_share.value,
        icc_difference=value(design.icc_difference),
        size_variation=value(design.size_variation),
        assigned=design.assigned,
        power=design.power,
        alpha=design.alpha,
    )


def asked(plan: Plan) -> Counts:
    """Pupils asked in each school: all alike, or quantiles of a gamma distribution.

    Returns
    -------
    array (schools,)
        At least 1 each; the total is that of the plan.

    Examples
    --------
    >>> asked(Plan(4, 10, 0, 0, 0.5)).tolist()
    [10, 10, 10, 10]
    >>> asked(Plan(4, 10, 0, 0, 0.5, size_variation=0.5)).tolist()
    [4, 7, 12, 17]
    """
    k, wanted = plan.schools, np.full(plan.schools, float(plan.pupils))
    if plan.size_variation > 0:
        shape = plan.size_variation**-2
        drawn = stats.gamma.ppf((np.arange(k) + 0.5) / k, shape)
        # quantiles in the middle of k equal parts vary less than the distribution
        unit = (drawn - drawn.mean()) / drawn.std()
        wanted = wanted * np.maximum(1 + plan.size_variation * unit, 1 / plan.pupils)
        wanted *= plan.pupils / wanted.mean()
    return np.maximum(_whole(wanted), 1)


def seen_twice(plan: Plan) -> Counts:
    """Pupils of each school and gender expected at both waves, the first group first.

    Returns
    -------
    array (schools, 2)

    Examples
    --------
    >>> seen_twice(Plan(3, 10, 0, 0, 0.5, attrition=0.2, gender_share=0.25)).tolist()
    [[2, 6], [2, 6], [2, 6]]
    """
    kept = np.maximum(_whole(asked(plan) * (1 - plan.attrition)), 1)
    first = np.clip(_whole(kept * plan.gender_share), 0, kept)
    return np.stack([first, kept - first], axis=1)


def _whole(wanted: NDArray[Any]) -> Counts:
    """Whole numbers whose running total stays within one half of the wanted one."""
    running = np.floor(np.cumsum(wanted) + 0.5 - 1e-9).astype(np.int64)
    return np.diff(running, prepend=0)
