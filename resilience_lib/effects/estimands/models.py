"""What models beside the headline estimate: marginal means, odds of an ordinal score, rates."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import INF, LINE, Estimand

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="marginal_mean",
        label="Mean expected of all pupils of the model",
        symbol="M",
        direction="a higher score",
        bounds=LINE,
        null=None,
        needs=(),
        instead="",
        source="mixed model: Searle, Speed & Milliken 1980; df: Giesbrecht & Burns 1985",
        data="effects.marginal:estimate_marginal_means",
    ),
    Estimand(
        name="change_log_odds",
        label="Change in the odds of a higher score, log odds ratio",
        symbol="b",
        direction="the later scores are higher",
        bounds=LINE,
        null=0.0,
        needs=("comparable",),
        instead="mean",
        source="proportional odds: McCullagh 1980; errors clustered by school",
        data="effects.ordinal:estimate_change_ordinal",
    ),
    Estimand(
        name="change_odds_ratio",
        label="Change in the odds of a higher score, odds ratio",
        symbol="OR",
        direction="the later scores are higher",
        bounds=(0.0, INF),
        null=1.0,
        needs=("comparable",),
        instead="mean",
        source="proportional odds: McCullagh 1980; errors clustered by school",
        data="effects.ordinal:estimate_change_ordinal",
    ),
    Estimand(
        name="rate_ratio_poisson",
        label="Rate of one group over another's, from a model",
        symbol="RR",
        direction="the group named first has the higher rate",
        bounds=(0.0, INF),
        null=1.0,
        needs=("exposure",),
        instead="mean",
        source="Poisson regression; CR2: McCaffrey, Bell & Botts 2001",
        data="effects.rate_models:estimate_rate_models",
    ),
    Estimand(
        name="rate_ratio_negbin",
        label="Rate of one group over another's, counts overdispersed",
        symbol="RR",
        direction="the group named first has the higher rate",
        bounds=(0.0, INF),
        null=1.0,
        needs=("exposure",),
        instead="mean",
        source="negative binomial NB2: Lawless 1987; CR2: McCaffrey, Bell & Botts 2001",
        data="effects.rate_models:estimate_rate_models",
    ),
)
