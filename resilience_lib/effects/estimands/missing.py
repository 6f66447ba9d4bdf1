"""What those who were not seen would have to be like."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import Estimand

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="tipping_delta",
        label="Shift of filled-in later scores at which the interval reaches 0",
        symbol="delta",
        direction="those not seen would have to be higher",
        bounds=(-2.0, 2.0),
        null=None,
        needs=(),
        instead="",
        source="pattern-mixture shift in total SDs: Carpenter & Kenward 2013, chapter 10",
        data="effects.imputed:estimate_change_imputed",
    ),
)
