"""Rows and panels that both forests share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import (
    BAND,
    FULL_MM,
    QUIET,
    SMALLEST_PT,
    mark_of,
    new_figure,
    wrap,
)

ROW_MM = 3.9
_NAMES_MM = 46.0


def draw_forest(
    frame: pd.DataFrame,
    labels: Labels,
    *,
    blocks: Sequence[tuple[str, Callable[[str], str]]],
    columns: Sequence[str],
    axis_label: str,
) -> Figure:
    """A forest: a panel for each of `columns`, a block of rows for each of `blocks`.

    Parameters
    ----------
    frame : DataFrame
        Estimate frame with the text columns `block` and `panel`.
    labels : Labels
        Words of the study.
    blocks : sequence of (block, title maker)
        In the order from top to bottom; the title stands above the block's rows.
    columns : sequence of str
        Panels from left to right, as in `panel`.
    axis_label : str
        Below all panels.
    """
    groups = [group for group in labels.groups if (frame["subgroup"] == group).any()]
    layout, ticks, names, bold, depth = _rows(labels, blocks, groups)
    figure = new_figure(FULL_MM, 20 + ROW_MM * depth)
    panels = figure.subplots(1, len(columns), sharey=True, sharex=True, squeeze=False)[0]
    for axes, column in zip(panels, columns, strict=True):
        axes.set_title(wrap(column, (FULL_MM - _NAMES_MM) / len(columns), 8))
        axes.axvline(0, color=QUIET, linewidth=0.8)
        axes.grid(axis="x", color=BAND, linewidth=0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        for (block, group), height in layout.items():
            if " - " in group:
                axes.axhspan(height - 0.5, height + 0.5, color=BAND, linewidth=0)
            here = frame[(frame["panel"] == column) & (frame["block"] == block)]
            _row(axes, here[here["subgroup"] == group], group, height, labels)
    panels[0].set_yticks(ticks, names)
    for label, is_bold in zip(panels[0].get_yticklabels(), bold, strict=True):
        label.set_fontweight("bold" if is_bold else "normal")
    panels[0].set_ylim(depth - 0.5, -0.7)
    figure.supxlabel(axis_label, fontsize=7.5)
    return figure


def _rows(
    labels: Labels, blocks: Sequence[tuple[str, Callable[[str], str]]], groups: Sequence[str]
) -> tuple[dict[tuple[str, str], float], list[float], list[str], list[bool], float]:
    """Height of every row from the top, with the names beside them."""
    layout: dict[tuple[str, str], float] = {}
    ticks: list[float] = []
    names: list[str] = []
    bold: list[bool] = []
    depth = 0.0
    for block, title in blocks:
        text = wrap(title(block), _NAMES_MM, 7.5, lines=7)
        lines = text.count("\n") + 1
        heading = depth + (lines - 1) / 2
        rows = [(heading, text, True)]
        depth += lines
        for group in groups:
            layout[block, group] = depth
            rows.append((depth, labels.group(group), False))
            depth += 1
        depth += 0.4
        ticks += [row[0] for row in rows]
        names += [row[1] for row in rows]
        bold += [row[2] for row in rows]
    return layout, ticks, names, bold, depth


def _row(axes: Axes, rows: pd.DataFrame, group: str, height: float, labels: Labels) -> None:
    mark = mark_of(group, labels)
    shown = rows.dropna(subset=["estimate", "conf_low", "conf_high"])
    if shown.empty:
        place = axes.get_yaxis_transform()
        axes.text(
            0.98,
            height,
            "not shown",
            transform=place,
            ha="right",
            va="center",
            fontsize=SMALLEST_PT,
            color=QUIET,
        )
    for row in shown.itertuples():
        axes.plot([row.conf_low, row.conf_high], [height, height], color=mark.color, zorder=2)
        filled = "white" if " - " in group else mark.color
        axes.plot(
            row.estimate,
            height,
            marker=mark.marker,
            color=mark.color,
            markerfacecolor=filled,
            linestyle="none",
            zorder=3,
        )
