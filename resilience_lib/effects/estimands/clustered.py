"""Differences from a comparison where pupils sit in schools."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import LINE, Estimand

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="mean_difference",
        label="Difference from the comparison",
        symbol="b",
        direction="higher than the comparison",
        bounds=LINE,
        null=0.0,
        needs=("comparison",),
        instead="mean_change",
        source="stratum x wave fixed effects; CR2: Pustejovsky & Tipton 2018",
        data="effects.arms:estimate_effects",
    ),
    Estimand(
        name="g_total",
        label="Difference in total SDs",
        symbol="g",
        direction="higher than the comparison",
        bounds=LINE,
        null=0.0,
        needs=("comparison",),
        instead="g_change_model",
        source="EEF statistical analysis guidance 2022; Hedges 2007; J: Hedges 1981",
        data="effects.arms:estimate_effects",
    ),
)
