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
        source="pupil fixed effects; CR2: Pustejovsky & Tipton 2018",
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
        source="model contrast / total SD; J: Hedges 1981",
        data="effects.change:estimate_change",
    ),
    Estimand(
        name="d_av_mean",
        label="Change in mean SDs",
        symbol="d_av",
        direction="the later score is higher",
        bounds=LINE,
        null=0.0,
        needs=("comparable",),
        instead="spearman",
        source="Lakens 2013, equation 10",
        data="effects.paired:estimate_paired",
    ),
    Estimand(
        name="d_z",
        label="Change in SDs of the differences",
        symbol="d_z",
        direction="the later score is higher",
        bounds=LINE,
        null=0.0,
        needs=("comparable",),
        instead="spearman",
        source="Lakens 2013, equation 6",
        data="effects.paired:estimate_paired",
    ),
)
