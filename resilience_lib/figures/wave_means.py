"""Means by wave and gender with intervals; small multiples by outcome, and by arm."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import NARROW, base, close, interval
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import (
    BAND,
    FULL_MM,
    SINGLE_MM,
    SMALLEST_PT,
    mark_of,
    new_figure,
    styled,
    text_mm,
    wrap,
)

_PANEL_MM = 46.0
_DODGE = 0.08


def select_wave_means(cleared: Cleared, labels: Labels) -> Cleared:
    """The rows that are drawn: means of each gender, in each arm where there are arms.

    Where no gender of an outcome and arm may be shown, the mean of all stands in.
    """

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        means = frame[frame["estimand"] == "mean"]
        chosen = []
        for outcome in labels.outcome_names:
            mine = means[means["outcome"] == outcome]
            for arm in labels.arms or ("",):
                genders = mine["subgroup"].isin([_cell(g, arm) for g in labels.genders])
                shown = mine.loc[genders, "estimate"].notna().any()
                chosen.append(mine[genders | (mine["subgroup"].eq(_cell("all", arm)) & ~shown)])
        return pd.concat(chosen)

    return reshape(pick, cleared)


@styled
def draw_wave_means(cleared: Cleared, labels: Labels) -> Figure:
    """Lines join the means of one gender; the vertical bars are their intervals."""
    frame = cleared.frame
    outcomes = [name for name in labels.outcome_names if (frame["outcome"] == name).any()]
    if labels.arms:
        cells = [(name, arm) for name in outcomes for arm in labels.arms]
        across = len(labels.arms)
    else:
        cells = [(name, "") for name in outcomes]
        across = min(3, max(1, len(outcomes)))
    down = max(1, math.ceil(len(cells) / across))
    width = SINGLE_MM if across == 1 else FULL_MM
    figure = new_figure(width, 14 + _PANEL_MM * down)
    grid = figure.subplots(down, across, sharey="row" if labels.arms else "none", squeeze=False)
    for at, axes in enumerate(grid.flat):
        if at >= len(cells):
            axes.set_axis_off()
            continue
        outcome, arm = cells[at]
        _panel(axes, frame[frame["outcome"] == outcome], arm, labels, width / across)
        heading = wrap(labels.outcome_title(outcome), width / across - 14, 8)
        axes.set_title(f"{heading}\n{wrap(arm, width / across - 14, 8)}" if arm else heading)
        if at % across == 0 or not labels.arms:
            axes.set_ylabel(wrap(labels.outcome(outcome).unit, _PANEL_MM - 7, 7.5, lines=2))
    if _wave_names(labels, width / across)[-1] == labels.waves[-1][0]:
        figure.supxlabel(wrap(labels.waves_line(), width - 34, 7.5), fontsize=7.5)
    found = [axes.get_legend_handles_labels() for axes in grid.flat]
    marks = {
        name: mark for handles, names in found for mark, name in zip(handles, names, strict=True)
    }
    figure.legend(list(marks.values()), list(marks), loc="outside upper right", ncols=3)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, arm: str, labels: Labels, width_mm: float) -> None:
    position = {name: at for at, (name, _) in enumerate(labels.waves)}
    for gender, shift in zip((*labels.genders, "all"), (-_DODGE, _DODGE, 0.0), strict=True):
        mine = rows[rows["subgroup"] == _cell(gender, arm)].dropna(subset=["estimate"])
        if mine.empty:
            continue
        mine = mine.assign(x=mine["contrast"].map(position)).sort_values("x")
        mark = mark_of(gender, labels)
        errors = [mine["estimate"] - mine["conf_low"], mine["conf_high"] - mine["estimate"]]
        axes.errorbar(
            mine["x"] + shift,
            mine["estimate"],
            yerr=errors,
            color=mark.color,
            marker=mark.marker,
            markersize=3.5,
            capsize=2,
            linestyle=mark.line,
            label=labels.group(gender),
        )
    if not axes.has_data():
        axes.text(0.5, 0.5, "not shown", transform=axes.transAxes, ha="center", va="center")
        axes.set_yticks([])
    axes.set_xticks(range(len(position)), _wave_names(labels, width_mm))
    axes.set_xlim(-0.4, len(position) - 0.6)
    axes.grid(axis="y", color=BAND, linewidth=0.6)


def _cell(gender: str, arm: str) -> str:
    return f"{gender}, {arm}" if arm else gender


def _wave_names(labels: Labels, width_mm: float) -> list[str]:
    """Labels of the waves where all fit below a panel, their names (T1) where one does not."""
    room = (width_mm - 16) / len(labels.waves)
    found = [wrap(label, room, SMALLEST_PT, lines=3) for _, label in labels.waves]
    lines = [line for name in found for line in name.split("\n")]
    cut = any(name.endswith("\N{HORIZONTAL ELLIPSIS}") for name in found)
    if cut or max(text_mm(line, SMALLEST_PT) for line in lines) > room:
        return [name for name, _ in labels.waves]
    return found


def caption_wave_means(cleared: Cleared, labels: Labels) -> str:
    """Caption of the wave means."""
    frame = cleared.frame
    by = "wave, gender and arm" if labels.arms else "wave and gender"
    hidden = dict.fromkeys(frame.loc[frame["estimate"].isna(), "subgroup"])
    bars = interval(frame)
    sentences = [
        f"Means by {by}; {base(frame)} in each mean.",
        f"Not shown, at a wave or at all: {'; '.join(hidden)}." if hidden else "",
        f"Vertical bars: {bars}. {NARROW}" if bars else "",
        "Vertical axes do not start at the end of the scale.",
    ]
    return close(sentences, cleared, labels, change=True)
