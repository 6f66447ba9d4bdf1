"""Change of one group between two waves."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import LINE, Estimand

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="mean_change",
        label="Mean change",
        symbol="b",
        direction="the later score is higher",
        bounds=LINE,
        null=0.0,
        needs=("comparable",),
        instead="mean",
        source="regression over waves: Jennrich & Schluchter 1986; CR2: Pustejovsky & Tipton 2018",
        data="effects.change:estimate_change",
    ),
    Estimand(
        name="g_change_model",
        label="Change in total SDs at the first wave",
        symbol="g",
        direction="the later score is higher",
        bounds=LINE,
        null=0.0,
        needs=("comparable",),
        instead="gender_gap_standardised",
        source="model contrast / total SD; J: Hedges 1981; interval: Donner & Zou 2012",
        data="effects.change:estimate_change",
    ),
)
