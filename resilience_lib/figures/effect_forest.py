"""Forest of effect at each wave: outcomes and arms, by gender, with the difference."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.effects.registry import ESTIMANDS
from resilience_lib.effects.sizes import definition_text, headline_rows
from resilience_lib.figures.captions import NARROW, base, close, interval
from resilience_lib.figures.forest import draw_forest
from resilience_lib.figures.labels import MINUS, Labels
from resilience_lib.figures.style import styled


def select_effect_forest(cleared: Cleared, labels: Labels) -> Cleared:
    """The rows that are drawn: the effect size of effects that leads."""

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        rows = headline_rows(frame, labels.effect_sizes[0])
        return frame[rows & frame["subgroup"].isin(labels.groups)]

    return reshape(pick, cleared)


@styled
def draw_effect_forest(cleared: Cleared, labels: Labels) -> Figure:
    """A panel for each wave, a block of four rows for each outcome and arm."""
    frame = cleared.frame
    parts = frame["contrast"].str.rsplit(" at ", n=1)
    frame = frame.assign(
        block=frame["outcome"] + "|" + parts.str[0],
        panel=[f"{wave}: {labels.wave(wave)}" for wave in parts.str[1]],
    )

    def title(block: str) -> str:
        outcome, contrast = block.split("|")
        return f"{labels.outcome_title(outcome)}: {contrast.replace(' - ', f' {MINUS} ')}"

    there = set(frame["block"])
    wanted = [
        f"{outcome}|{arm} - {labels.arms[0]}"
        for outcome in labels.outcome_names
        for arm in labels.arms[1:]
    ]
    panels = [f"{name}: {label}" for name, label in labels.waves]
    return draw_forest(
        frame,
        labels,
        blocks=[(block, title) for block in wanted if block in there],
        columns=[panel for panel in panels if panel in set(frame["panel"])],
        axis_label=_axis_label(labels.effect_sizes[0]),
        null=ESTIMANDS[labels.effect_sizes[0]].null or 0.0,
    )


def caption_effect_forest(cleared: Cleared, labels: Labels) -> str:
    """Caption of the forest of effect."""
    frame = cleared.frame
    name = labels.effect_sizes[0]
    difference = labels.group(labels.groups[-1])
    sentences = [
        f"Effect at each wave against {labels.arms[0]} as {_definition(name)}.",
        f"{base(frame[frame['subgroup'] == 'all'])}; interval: {interval(frame)}.",
        f"Grey: the gender difference in the effect ({difference})."
        if frame["subgroup"].eq(labels.groups[-1]).any()
        else f"Of all pupils only: {name} is not estimated by gender.",
        NARROW,
    ]
    return close(sentences, cleared, labels, change=False)


def _axis_label(name: str) -> str:
    if name == "g_total":
        return "Effect in total SDs of the wave (g), 95% interval"
    return f"{ESTIMANDS[name].label} ({ESTIMANDS[name].symbol}), 95% interval"


def _definition(name: str) -> str:
    if name == "g_total":
        return "g (adjusted difference over the total SD at that wave)"
    return definition_text(name)
