"""Two groups whose pupils are taken one by one; schools enter through the interval."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import LINE, Estimand

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="g_independent",
        label="Difference of two groups in pooled SDs",
        symbol="g",
        direction="higher than the comparison",
        bounds=LINE,
        null=0.0,
        needs=("comparison",),
        instead="d_av_mean",
        source="Hedges 1981, exact J; interval: Steiger & Fouladi 1997",
        data="effects.groups:estimate_groups",
        summary="effects.groups:estimate_groups_from_summary",
    ),
    Estimand(
        name="d_glass",
        label="Difference of two groups in SDs of the comparison",
        symbol="Δ",
        direction="higher than the comparison",
        bounds=LINE,
        null=0.0,
        needs=("comparison",),
        instead="d_pre",
        source="Glass 1976; interval: Algina, Keselman & Penfield 2006",
        data="effects.groups:estimate_groups",
        summary="effects.groups:estimate_groups_from_summary",
    ),
    Estimand(
        name="d_ppc2",
        label="Difference of two groups' changes in SDs of the first wave",
        symbol="d_ppc2",
        direction="changed more upwards than the comparison",
        bounds=LINE,
        null=0.0,
        needs=(
            "comparable",
            "comparison",
        ),
        instead="g_independent",
        source="Morris 2008; J: Hedges 1981",
        data="effects.pretest_posttest:estimate_ppc2",
        summary="effects.pretest_posttest:estimate_ppc2_from_summary",
    ),
    Estimand(
        name="g_ancova",
        label="Difference adjusted for covariates in unadjusted pooled SDs",
        symbol="g_adj",
        direction="higher than the comparison",
        bounds=LINE,
        null=0.0,
        needs=("comparison",),
        instead="g_change_model",
        source="WWC Procedures Handbook 4.1, appendix E; J: Hedges 1981",
        data="effects.ancova:estimate_ancova",
    ),
)
