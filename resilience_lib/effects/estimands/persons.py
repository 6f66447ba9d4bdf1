"""How many pupils changed, by three rules, and how many chance alone would have change."""

from __future__ import annotations

from resilience_lib.effects.estimands.shape import LINE, Estimand

_SHARES = (
    "linear probability, CR2 on the logit scale; reliable change: Jacobson & Truax 1991, "
    "delete-one-school jackknife on the logit scale"
)
_CHANCE = "no true change: equal chances either way (any), normal error (reliable, important)"

ESTIMANDS: tuple[Estimand, ...] = (
    # a difference of two shares keeps the name: -1 is possible
    Estimand(
        name="share_improved",
        label="Share who improved",
        symbol="p",
        direction="more pupils improved",
        bounds=(-1.0, 1.0),
        null=None,
        needs=("comparable",),
        instead="spearman",
        source=_SHARES,
        data="effects.persons:estimate_persons",
    ),
    Estimand(
        name="share_unchanged",
        label="Share without such a change",
        symbol="p",
        direction="more pupils stayed as they were",
        bounds=(-1.0, 1.0),
        null=None,
        needs=("comparable",),
        instead="spearman",
        source=_SHARES,
        data="effects.persons:estimate_persons",
    ),
    Estimand(
        name="share_deteriorated",
        label="Share who deteriorated",
        symbol="p",
        direction="more pupils deteriorated",
        bounds=(-1.0, 1.0),
        null=None,
        needs=("comparable",),
        instead="spearman",
        source=_SHARES,
        data="effects.persons:estimate_persons",
    ),
    Estimand(
        name="share_improved_by_chance",
        label="Share who would seem improved by chance alone",
        symbol="p",
        direction="more pupils would seem improved",
        bounds=(-1.0, 1.0),
        null=None,
        needs=("comparable",),
        instead="spearman",
        source=_CHANCE,
        data="effects.persons:estimate_persons",
    ),
    Estimand(
        name="share_deteriorated_by_chance",
        label="Share who would seem deteriorated by chance alone",
        symbol="p",
        direction="more pupils would seem deteriorated",
        bounds=(-1.0, 1.0),
        null=None,
        needs=("comparable",),
        instead="spearman",
        source=_CHANCE,
        data="effects.persons:estimate_persons",
    ),
    Estimand(
        name="picked_change",
        label="Change of those picked by their first score, less regression to the mean",
        symbol="b",
        direction="the later score is higher than a true score that stayed would give",
        bounds=LINE,
        null=0.0,
        needs=("comparable",),
        instead="spearman",
        source="Barnett, van der Pols & Dobson 2005; delete-one-school jackknife",
        data="effects.picked:estimate_picked_change",
    ),
    Estimand(
        name="expected_regression",
        label="Change that regression to the mean alone would give",
        symbol="b",
        direction="a picked group rises further by itself",
        bounds=LINE,
        null=0.0,
        needs=("comparable",),
        instead="spearman",
        source="(1 - reliability) x (mean - mean of those picked): Barnett et al. 2005",
        data="effects.picked:estimate_picked_change",
    ),
    Estimand(
        name="picked_difference",
        label="Difference from the comparison among those picked by their first score",
        symbol="b",
        direction="higher than the comparison at the same first score",
        bounds=LINE,
        null=0.0,
        needs=("comparison",),
        instead="picked_change",
        source="analysis of covariance with the first score, CR2",
        data="effects.picked:estimate_picked_difference",
    ),
)
