"""Shares of variance in an analysis of variance."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import Estimand

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="partial_eta_squared",
        label="Share of the variance that neither other effects nor pupils explain",
        symbol="ηp²",
        direction="the means differ more",
        bounds=(0.0, 1.0),
        null=0.0,
        needs=(),
        instead="",
        source="Cohen 1973; interval: Steiger 2004",
        data="effects.variance:estimate_variance",
        summary="effects.variance:estimate_variance_from_summary",
    ),
    Estimand(
        name="generalised_eta_squared",
        label="Share of the variance, comparable between designs",
        symbol="ηG²",
        direction="the means differ more",
        bounds=(0.0, 1.0),
        null=0.0,
        needs=(),
        instead="",
        source="Olejnik & Algina 2003",
        data="effects.variance:estimate_variance",
    ),
)
