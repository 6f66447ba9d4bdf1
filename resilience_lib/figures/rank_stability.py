"""Forest of rank stability: how far pupils keep their place between two waves."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import NARROW, base, close, differing, interval
from resilience_lib.figures.forest import draw_forest
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import styled


def select_rank_stability(cleared: Cleared, labels: Labels) -> Cleared:
    """The rows that are drawn: `spearman`."""

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["estimand"].eq("spearman") & frame["subgroup"].isin(labels.groups)]

    return reshape(pick, cleared)


@styled
def draw_rank_stability(cleared: Cleared, labels: Labels) -> Figure:
    """A panel for each pair of waves, a block of four rows for each outcome."""
    frame = cleared.frame
    frame = frame.assign(block=frame["outcome"], panel=frame["contrast"].map(labels.pair))
    there = [name for name in labels.incomparable if (frame["outcome"] == name).any()]
    columns = list(dict.fromkeys(frame["panel"]))
    figure = draw_forest(
        frame,
        labels,
        blocks=[(name, labels.outcome_title) for name in there],
        columns=columns,
        axis_label="Spearman's rank correlation, 95% interval",
    )
    # the upper row of panels shares its axis, which ends where a correlation does
    figure.axes[0].set_xlim(right=1.0)
    for axes in figure.axes[len(columns) :]:
        axes.locator_params(axis="x", nbins=max(2, 9 // len(columns)))
    return figure


def caption_rank_stability(cleared: Cleared, labels: Labels) -> str:
    """Caption of the rank stability."""
    frame = cleared.frame
    cells = frame[frame["subgroup"].eq("all")]
    sentences = [
        "Rank correlation (Spearman) of the scores at two waves, of pupils with both; 1: every "
        "pupil keeps their rank, 0: the later rank has nothing to do with the earlier one.",
        f"{base(cells)}; interval: {interval(cells)}.",
        f"Grey: the difference of the two correlations ({labels.group(labels.groups[-1])}); "
        "where it is small, on an axis of its own.",
        f"Waves: {labels.waves_line()}.",
        differing(labels.incomparable, labels),
        NARROW,
    ]
    return close(sentences, cleared, labels, change=False)
