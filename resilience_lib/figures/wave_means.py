"""Means by wave and gender with intervals; small multiples by outcome, and by arm."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import NARROW, base, close, differing, interval
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
_ACROSS = 3
"""Most panels of one group in a row."""


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
                genders = mine["subgroup"].isin([_group(g, arm) for g in labels.genders])
                shown = mine.loc[genders, "estimate"].notna().any()
                chosen.append(mine[genders | (mine["subgroup"].eq(_group("all", arm)) & ~shown)])
        return pd.concat(chosen)

    return reshape(pick, cleared)


class _Cell(NamedTuple):
    """A panel: an outcome, an arm ("" for one group), and the waves on its axis."""

    outcome: str
    arm: str
    waves: tuple[tuple[str, str], ...]


@styled
def draw_wave_means(cleared: Cleared, labels: Labels) -> Figure:
    """Lines join the means of one gender; the vertical bars are their intervals.

    Waves of an outcome that is not one scale have a panel and an axis each, and no line.
    """
    frame = cleared.frame
    rows = _rows(frame, labels)
    across = max((len(row) for row in rows), default=1)
    width = SINGLE_MM if across == 1 else FULL_MM
    figure = new_figure(width, 14 + _PANEL_MM * max(1, len(rows)))
    grid = figure.subplots(
        max(1, len(rows)), across, sharey="row" if labels.arms else "none", squeeze=False
    )
    room = width / across
    named = all(_fit(cell.waves, room) for row in rows for cell in row)
    for at, axes in enumerate(grid.flat):
        down, right = divmod(at, across)
        if down >= len(rows) or right >= len(rows[down]):
            axes.set_axis_off()
            continue
        cell = rows[down][right]
        _panel(axes, frame[frame["outcome"] == cell.outcome], cell, labels)
        _name_waves(axes, cell, room, named)
        heading = wrap(labels.outcome_title(cell.outcome), room - 14, 8)
        arm = wrap(cell.arm, room - 14, 8)
        axes.set_title(f"{heading}\n{arm}" if arm else heading)
        if right == 0 or not labels.arms:
            axes.set_ylabel(wrap(labels.outcome(cell.outcome).unit, _PANEL_MM - 7, 7.5, lines=2))
    if not named:
        figure.supxlabel(wrap(labels.waves_line(), width - 34, 7.5), fontsize=7.5)
    found = [axes.get_legend_handles_labels() for axes in grid.flat]
    marks = {
        name: mark for handles, names in found for mark, name in zip(handles, names, strict=True)
    }
    figure.legend(list(marks.values()), list(marks), loc="outside upper right", ncols=3)
    return figure


def _rows(frame: pd.DataFrame, labels: Labels) -> list[list[_Cell]]:
    """Panels row by row: arms beside one another, else outcomes, or waves that differ."""
    rows: list[list[_Cell]] = []
    for outcome in labels.outcome_names:
        if not (frame["outcome"] == outcome).any():
            continue
        apart = outcome in labels.incomparable
        axes = [(wave,) for wave in labels.waves] if apart else [labels.waves]
        if labels.arms:
            rows += [[_Cell(outcome, arm, waves) for arm in labels.arms] for waves in axes]
        elif apart:
            cells = [_Cell(outcome, "", waves) for waves in axes]
            # four waves as two and two, and no last one by itself
            each = math.ceil(len(cells) / math.ceil(len(cells) / _ACROSS))
            rows += [cells[at : at + each] for at in range(0, len(cells), each)]
        elif rows and len(rows[-1][0].waves) > 1 and len(rows[-1]) < _ACROSS:
            rows[-1].append(_Cell(outcome, "", labels.waves))
        else:
            rows.append([_Cell(outcome, "", labels.waves)])
    return rows


def _panel(axes: Axes, rows: pd.DataFrame, cell: _Cell, labels: Labels) -> None:
    position = {name: at for at, (name, _) in enumerate(cell.waves)}
    for gender, shift in zip((*labels.genders, "all"), (-_DODGE, _DODGE, 0.0), strict=True):
        mine = rows[rows["subgroup"].eq(_group(gender, cell.arm)) & rows["contrast"].isin(position)]
        mine = mine.dropna(subset=["estimate"])
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
            linestyle=mark.line if len(position) > 1 else "none",
            label=labels.group(gender),
        )
    if not axes.has_data():
        axes.text(0.5, 0.5, "not shown", transform=axes.transAxes, ha="center", va="center")
        axes.set_yticks([])
    axes.grid(axis="y", color=BAND, linewidth=0.6)


def _group(gender: str, arm: str) -> str:
    return f"{gender}, {arm}" if arm else gender


def _name_waves(axes: Axes, cell: _Cell, width_mm: float, named: bool) -> None:
    """Labels of the waves below a panel, or their names (T1) where some label is too long."""
    texts = _wrapped(cell.waves, width_mm) if named else [name for name, _ in cell.waves]
    axes.set_xticks(range(len(texts)), texts)
    axes.set_xlim(-0.4, len(texts) - 0.6)


def _wrapped(waves: tuple[tuple[str, str], ...], width_mm: float) -> list[str]:
    room = (width_mm - 16) / len(waves)
    return [wrap(label, room, SMALLEST_PT, lines=3) for _, label in waves]


def _fit(waves: tuple[tuple[str, str], ...], width_mm: float) -> bool:
    """Whether the labels of all waves find room below a panel."""
    found = _wrapped(waves, width_mm)
    lines = [line for name in found for line in name.split("\n")]
    cut = any(name.endswith("\N{HORIZONTAL ELLIPSIS}") for name in found)
    wide = max(text_mm(line, SMALLEST_PT) for line in lines)
    return not cut and wide <= (width_mm - 16) / len(waves)


def caption_wave_means(cleared: Cleared, labels: Labels) -> str:
    """Caption of the wave means."""
    frame = cleared.frame
    by = "wave, gender and arm" if labels.arms else "wave and gender"
    hidden = dict.fromkeys(frame.loc[frame["estimate"].isna(), "subgroup"])
    bars = interval(frame)
    drawn = [name for name in labels.outcome_names if (frame["outcome"] == name).any()]
    apart = [name for name in drawn if name in labels.incomparable]
    sentences = [
        f"Means by {by}; {base(frame)} in each mean.",
        f"Not shown, at a wave or at all: {'; '.join(hidden)}." if hidden else "",
        f"Vertical bars: {bars}. {NARROW}" if bars else "",
        differing(apart, labels),
        "Each wave of such a test has an axis of its own, and no line joins them." if apart else "",
        "Vertical axes do not start at the end of the scale.",
    ]
    return close(sentences, cleared, labels, change=len(apart) < len(drawn))
