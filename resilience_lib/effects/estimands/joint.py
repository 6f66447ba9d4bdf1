"""Several contrasts tested at once."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import INF, Estimand

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="wald_f",
        label="Joint test of several contrasts",
        symbol="F",
        direction="the contrasts are further from zero than schools' variation explains",
        bounds=(0.0, INF),
        null=None,
        needs=(),
        instead="",
        source="approximate Hotelling test (HTZ), CR2: Pustejovsky & Tipton 2018",
        data="effects.joint:estimate_joint",
    ),
)
