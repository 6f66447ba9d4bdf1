"""Counts over an exposure."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import INF, Estimand

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="rate",
        label="Events for each unit of exposure",
        symbol="λ",
        direction="more events in the same time or number at risk",
        bounds=(0.0, INF),
        null=None,
        needs=("exposure",),
        instead="proportion",
        source="exact: Garwood 1936; by school: CR2 of the logarithm",
        data="effects.rates:estimate_rate",
        summary="effects.rates:estimate_rate_from_summary",
    ),
    Estimand(
        name="rate_ratio",
        label="Ratio of two rates",
        symbol="IRR",
        direction="a higher rate than in the group divided by",
        bounds=(0.0, INF),
        null=1.0,
        needs=("exposure",),
        instead="risk_ratio",
        source="exact conditional: Przyborowski & Wilenski 1940; mid-P: Lancaster 1961; CR2",
        data="effects.rates:estimate_rate_ratio",
        summary="effects.rates:estimate_rate_ratio_from_summary",
    ),
)
