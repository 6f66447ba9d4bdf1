"""Forest of effect at each wave: outcomes and arms, by gender, with the difference."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import NARROW, base, close, interval
from resilience_lib.figures.forest import draw_forest
from resilience_lib.figures.labels import MINUS, Labels
from resilience_lib.figures.style import styled


def select_effect_forest(cleared: Cleared, labels: Labels) -> Cleared:
    """The rows that are drawn: `g_total` by CR2."""

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame["estimand"].eq("g_total") & frame["method"].str.contains("CR2")
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
        axis_label="Effect in total SDs of the wave (g), 95% interval",
    )


def caption_effect_forest(cleared: Cleared, labels: Labels) -> str:
    """Caption of the forest of effect."""
    frame = cleared.frame
    difference = labels.group(labels.groups[-1])
    sentences = [
        f"Effect at each wave against {labels.arms[0]} as g (adjusted difference over the total "
        "SD at that wave).",
        f"{base(frame[frame['subgroup'] == 'all'])}; interval: {interval(frame)}.",
        f"Grey: the gender difference in the effect ({difference}).",
        NARROW,
    ]
    return close(sentences, cleared, labels, change=False)
