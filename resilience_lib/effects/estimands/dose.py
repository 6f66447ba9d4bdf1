"""Change as it goes with what classes or schools got of a programme: associations."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import LINE, Estimand

_WHERE = "effects.dose:estimate_dose"

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="dose_slope",
        label="Change associated with one more unit of dose",
        symbol="b",
        direction="more dose goes with more change",
        bounds=LINE,
        null=0.0,
        needs=("comparable",),
        instead="icc_level",
        source="regression of change on dose; CR2: Pustejovsky & Tipton 2018",
        data=_WHERE,
    ),
    Estimand(
        name="dose_slope_within",
        label="The same, between classes of one school",
        symbol="b_w",
        direction="classes with more dose change more than others of their school",
        bounds=LINE,
        null=0.0,
        needs=("comparable",),
        instead="icc_level",
        source="dose less the school's mean: Mundlak 1978",
        data=_WHERE,
    ),
    Estimand(
        name="dose_slope_between",
        label="The same, between schools",
        symbol="b_b",
        direction="schools with more dose change more",
        bounds=LINE,
        null=0.0,
        needs=("comparable",),
        instead="icc_level",
        source="the school's mean dose: Mundlak 1978",
        data=_WHERE,
    ),
)
