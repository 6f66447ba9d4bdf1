"""Schools' shrunken change with intervals: unnamed, and no ranking."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape, stack
from resilience_lib.figures.captions import base, close, interval
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import (
    BAND,
    FULL_MM,
    GENDER_MARKS,
    INK,
    QUIET,
    SINGLE_MM,
    SMALLEST_PT,
    new_figure,
    styled,
    wrap,
)

_TALLEST_MM = 215.0
"""Of all panels together, so that the figure stays on a page."""
NO_RANKING = "Not a ranking: intervals overlap and schools differ in intake."


_COLUMNS = ["layer", "outcome", "contrast", "position", "estimate", "conf_low", "conf_high",
            "conf_level", "interval", "n", "n_clusters"]  # fmt: skip


def select_school_change(schools: Cleared, estimates: Cleared, labels: Labels) -> Cleared:
    """Layers `school` and `all pupils` (mean change by CR2) for the longest change."""

    def span(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["contrast"] == labels.span]

    def overall(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame["estimand"].eq("mean_change") & frame["method"].str.contains("CR2")
        return span(frame[rows & frame["subgroup"].eq("all")])

    return stack({"school": reshape(span, schools), "all pupils": reshape(overall, estimates)})


@styled
def draw_school_change(cleared: Cleared, labels: Labels) -> Figure:
    """A panel for each outcome; a line for each school, in the order of the estimates."""
    # where no school may be shown, a stack of open data has no column for it
    frame = cleared.frame.reindex(columns=_COLUMNS)
    schools = frame[frame["layer"] == "school"]
    outcomes = [name for name in labels.outcome_names if (frame["outcome"] == name).any()]
    across = min(3, max(1, len(outcomes)))
    width = SINGLE_MM if across == 1 else FULL_MM
    down = max(1, math.ceil(len(outcomes) / across))
    most = 1 if schools.empty else int(schools["position"].max())
    tall = max(18.0, min(most * (2.6 if most <= 30 else 1.5), 150.0, _TALLEST_MM / down - 18))
    figure = new_figure(width, 14 + (18 + tall) * down)
    grid = figure.subplots(down, across, squeeze=False)
    for at, axes in enumerate(grid.flat):
        if at >= len(outcomes):
            axes.set_axis_off()
            continue
        rows = frame[frame["outcome"] == outcomes[at]]
        _overall(axes, rows[rows["layer"] == "all pupils"])
        draw_schools(axes, rows[rows["layer"] == "school"])
        axes.set_ylim(0.2, most + 0.8)
        axes.set_title(wrap(labels.outcome_title(outcomes[at]), width / across - 10, 8))
        axes.locator_params(axis="x", nbins=5)
        unit = labels.outcome(outcomes[at]).unit
        axes.set_xlabel(wrap(unit, width / across - 10, 7.5, lines=2))
        if at % across == 0:
            axes.set_ylabel("Schools, unnamed")
    figure.supxlabel(wrap(NO_RANKING, width - 8, 8), fontsize=8, fontweight="bold")
    return figure


def _overall(axes: Axes, rows: pd.DataFrame) -> None:
    axes.axvline(0, color=QUIET, linewidth=0.8, linestyle=":")
    for row in rows.dropna(subset=["estimate", "conf_low", "conf_high"]).itertuples():
        axes.axvspan(row.conf_low, row.conf_high, color=BAND, zorder=0)
        axes.axvline(row.estimate, color=INK, linewidth=1.0, zorder=1)


def draw_schools(axes: Axes, rows: pd.DataFrame) -> None:
    """A line and a point for each school, at its `position`; words where there is none."""
    shown = rows.dropna(subset=["estimate", "conf_low", "conf_high"])
    color = GENDER_MARKS[1].color
    thin = len(shown) > 30
    axes.hlines(
        shown["position"],
        shown["conf_low"],
        shown["conf_high"],
        color=color,
        linewidth=0.7 if thin else 1.1,
        zorder=2,
    )
    axes.plot(
        shown["estimate"],
        shown["position"],
        linestyle="none",
        marker="o",
        color=color,
        markersize=2 if thin else 3.5,
        zorder=3,
    )
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    if shown.empty:
        words = "no difference between\nschools can be shown"
        axes.text(0.5, 0.5, words, fontsize=SMALLEST_PT, transform=axes.transAxes, ha="center",
                  va="center", color=QUIET, backgroundcolor="white")  # fmt: skip


def caption_school_change(cleared: Cleared, labels: Labels) -> str:
    """Caption of the schools' change."""
    frame = cleared.frame.reindex(columns=_COLUMNS)
    schools, overall = (frame[frame["layer"] == layer] for layer in ("school", "all pupils"))
    count = 0 if schools.empty else int(schools["position"].max())
    level = schools["conf_level"].dropna()
    percent = f"{level.iloc[0]:.0%} " if len(level) else ""
    sentences = [
        f"Change from {labels.change(labels.span)} in each of {count} schools, drawn towards the "
        "mean of schools the more, the fewer pupils it rests on (posterior mean of a one-way model "
        f"of pupils' changes under flat priors), with its {percent}interval (equal tails, over all "
        "that the variances may be), ordered by the estimate in each panel by itself: a place in "
        "one panel is not the same school as that place in another.",
        NO_RANKING,
        f"Line and grey band: change of all pupils ({base(overall)}; {interval(overall)}).",
        "Words stand where there are fewer than three schools, where pupils differ inside none, or "
        "where too few may be shown.",
    ]
    return close(sentences, cleared, labels, change=True)
