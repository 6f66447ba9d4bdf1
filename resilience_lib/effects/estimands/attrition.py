"""Who was lost."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import LINE, Estimand

ESTIMANDS: tuple[Estimand, ...] = (
    Estimand(
        name="share_lost",
        label="Share lost",
        symbol="p",
        direction="more pupils lost",
        bounds=(0.0, 1.0),
        null=None,
        needs=(),
        instead="",
        source="linear probability, CR2 on the logit scale",
        data="models.attrition:estimate_attrition",
    ),
    Estimand(
        name="risk_slope",
        label="Difference in the share lost per SD of the first score",
        symbol="b",
        direction="more pupils lost with a higher first score",
        bounds=LINE,
        null=0.0,
        needs=(),
        instead="",
        source="linear probability on the first score, CR2",
        data="models.attrition:estimate_baseline_loss",
    ),
    Estimand(
        name="baseline_difference",
        label="First score of the lost less the kept",
        symbol="d",
        direction="the lost scored higher at first",
        bounds=LINE,
        null=0.0,
        needs=(),
        instead="",
        source="first scores in SDs, CR2",
        data="models.attrition:estimate_baseline_loss",
    ),
)
