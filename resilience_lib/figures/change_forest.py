"""Forest of change: outcomes, all pupils, girls, boys, and the gender difference."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.effects.registry import ESTIMANDS
from resilience_lib.effects.sizes import definition_text, headline_rows
from resilience_lib.figures.captions import NARROW, base, close, interval
from resilience_lib.figures.forest import draw_forest
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import styled


def select_change_forest(cleared: Cleared, labels: Labels) -> Cleared:
    """The rows that are drawn: the effect size of change that leads."""

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        rows = headline_rows(frame, labels.change_sizes[0])
        return frame[rows & frame["subgroup"].isin(labels.groups)]

    return reshape(pick, cleared)


@styled
def draw_change_forest(cleared: Cleared, labels: Labels) -> Figure:
    """A panel for each change, a block of four rows for each outcome."""
    frame = cleared.frame
    frame = frame.assign(block=frame["outcome"], panel=frame["contrast"].map(labels.change))
    there = [name for name in labels.outcome_names if (frame["outcome"] == name).any()]
    return draw_forest(
        frame,
        labels,
        blocks=[(name, labels.outcome_title) for name in there],
        columns=[labels.change(one) for one in labels.contrasts if one in set(frame["contrast"])],
        axis_label=_axis_label(labels.change_sizes[0]),
    )


def caption_change_forest(cleared: Cleared, labels: Labels) -> str:
    """Caption of the forest of change."""
    frame = cleared.frame
    difference = labels.group(labels.groups[-1])
    sentences = [
        f"Change by outcome and gender as {_definition(labels.change_sizes[0])}.",
        f"{base(frame[frame['subgroup'] == 'all'])}; interval: {interval(frame)}.",
        f"Grey: the gender difference in change ({difference}).",
        f"Waves: {labels.waves_line()}.",
        NARROW,
    ]
    return close(sentences, cleared, labels, change=True)


def _axis_label(name: str) -> str:
    if name == "g_change_model":
        return "Change in SDs of the first wave (g), 95% interval"
    return f"{ESTIMANDS[name].label} ({ESTIMANDS[name].symbol}), 95% interval"


def _definition(name: str) -> str:
    if name == "g_change_model":
        return "g (model contrast over the total SD at T1)"
    return f"{definition_text(name)}; pupils seen at both waves"
