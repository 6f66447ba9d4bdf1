"""Rows and panels that both forests share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

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
_LEAST_MM = 2.9
"""A row of the smallest type, with a little air."""
TALLEST_MM = 240.0
"""What a page holds."""
NAMES_MM = 46.0
_HEADING_MM = 160.0
_DWARFED = 4
"""Differences this many times smaller than what they are of get an axis of their own."""


@dataclass
class Rows:
    """Names from top to bottom, and the height of each block's groups."""

    heights: dict[tuple[str, str], float] = field(default_factory=dict)
    names: list[tuple[float, str, bool]] = field(default_factory=list)
    depth: float = 0.0

    def add_heading(self, text: str) -> None:
        lines = text.count("\n") + 1
        self.names.append((self.depth + (lines - 1) / 2, text, True))
        self.depth += lines

    def add_row(self, block: str, group: str, text: str) -> None:
        lines = text.count("\n") + 1
        self.heights[block, group] = self.depth + (lines - 1) / 2
        self.names.append((self.depth + (lines - 1) / 2, text, False))
        self.depth += lines


def draw_forest(
    frame: pd.DataFrame,
    labels: Labels,
    *,
    blocks: Sequence[tuple[str, Callable[[str], str]]],
    columns: Sequence[str],
    axis_label: str,
    null: float = 0.0,
) -> Figure:
    """A forest: a panel for each of `columns`, a block of rows for each of `blocks`.

    The gender difference is the grey row of its block. Where it is dwarfed by what it is a
    difference of, all difference rows stand together below, on an axis of their own.

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
    null : float
        Where the line of no change or effect stands.
    """
    groups = [group for group in labels.groups if (frame["subgroup"] == group).any()]
    parts = [_stacked(labels, blocks, groups)]
    if _is_dwarfed(frame):
        together = [group for group in groups if " - " not in group]
        parts = [_stacked(labels, blocks, together), _apart(labels, blocks, labels.groups[-1])]
    fixed = 14 + 6 * len(parts)
    figure = new_figure(FULL_MM, fixed + sum(rows.depth for rows in parts) * row_mm(parts, fixed))
    grid = figure.subplots(
        len(parts),
        max(1, len(columns)),
        sharey="row",
        sharex="row",
        squeeze=False,
        height_ratios=[rows.depth for rows in parts],
    )
    for rows, panels in zip(parts, grid, strict=True):
        for axes, column in zip(panels, columns, strict=False):
            _panel(axes, frame[frame["panel"] == column], rows, labels, null)
        name_rows(panels[0], rows)
    for axes, column in zip(grid[0], columns, strict=False):
        axes.set_title(wrap(column, (FULL_MM - NAMES_MM) / len(columns), 8))
    if frame[["estimate", "conf_low", "conf_high"]].dropna().empty:
        for axes in grid.flat:
            unscaled(axes)
    figure.supxlabel(axis_label, fontsize=7.5)
    return figure


def unscaled(axes: Axes) -> None:
    """Of a panel without a value: a zero, and no scale that matplotlib would make up."""
    axes.set_xlim(-1, 1)
    axes.set_xticks([0], ["0"])


def row_mm(parts: Sequence[Rows], fixed: float) -> float:
    """Height of a row, smaller where all rows and `fixed` mm would not fit on a page."""
    return float(min(ROW_MM, max(_LEAST_MM, (TALLEST_MM - fixed) / sum(r.depth for r in parts))))


def _is_dwarfed(frame: pd.DataFrame) -> bool:
    difference = frame["subgroup"].str.contains(" - ", regex=False)
    reach = frame[["conf_low", "conf_high"]].abs().max(axis=1)
    return bool(reach[~difference].max() > _DWARFED * reach[difference].max())


def _stacked(
    labels: Labels, blocks: Sequence[tuple[str, Callable[[str], str]]], groups: Sequence[str]
) -> Rows:
    rows = Rows()
    for block, title in blocks:
        rows.add_heading(wrap(title(block), _HEADING_MM, 7.5))
        for group in groups:
            rows.add_row(block, group, labels.group(group))
        rows.depth += 0.4
    return rows


def _apart(labels: Labels, blocks: Sequence[tuple[str, Callable[[str], str]]], group: str) -> Rows:
    rows = Rows()
    rows.add_heading(labels.group(group))
    for block, title in blocks:
        rows.add_row(block, group, wrap(title(block), NAMES_MM, 7.5, lines=7))
    rows.depth += 0.4
    return rows


def name_rows(axes: Axes, rows: Rows) -> None:
    """Names of rows beside the first panel; headings from the page's left edge over all panels."""
    names = [(at, text) for at, text, bold in rows.names if not bold]
    axes.set_yticks([at for at, _ in names], [text for _, text in names])
    axes.set_ylim(rows.depth - 0.5, -0.7)
    # above the other panels of its row, which headings run over
    axes.set_zorder(1)
    axes.patch.set_visible(False)
    for at, text, bold in rows.names:
        if bold:
            heading = axes.text(
                0.004,
                at,
                text,
                transform=blended_transform_factory(axes.figure.transFigure, axes.transData),
                va="center",
                fontsize=7.5,
                fontweight="bold",
                zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            )
            # it stands where no row is, and needs no room beside the panels
            heading.set_in_layout(False)


def _panel(axes: Axes, frame: pd.DataFrame, rows: Rows, labels: Labels, null: float) -> None:
    axes.axvline(null, color=QUIET, linewidth=0.8)
    axes.grid(axis="x", color=BAND, linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    places = pd.Series(rows.heights, name="height").rename_axis(["block", "subgroup"])
    placed = places.to_frame().reset_index().merge(frame, on=["block", "subgroup"], how="left")
    for group, part in placed.groupby("subgroup", sort=False):
        if " - " in str(group):
            for height in part["height"]:
                axes.axhspan(height - 0.5, height + 0.5, color=BAND, linewidth=0)
        _estimates(
            axes, part.dropna(subset=["estimate", "conf_low", "conf_high"]), str(group), labels
        )
    missing = placed[placed["estimate"].isna() | placed["conf_low"].isna()]
    for height in missing["height"]:
        axes.text(
            0.98,
            height,
            "not shown",
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=SMALLEST_PT,
            color=QUIET,
        )


def _estimates(axes: Axes, shown: pd.DataFrame, group: str, labels: Labels) -> None:
    mark = mark_of(group, labels)
    axes.hlines(shown["height"], shown["conf_low"], shown["conf_high"], color=mark.color, zorder=2)
    for bound in ("conf_low", "conf_high"):
        axes.plot(shown[bound], shown["height"], "|", color=mark.color, markersize=4.5, zorder=2)
    axes.plot(
        shown["estimate"],
        shown["height"],
        linestyle="none",
        marker=mark.marker,
        markersize=3.8,
        color=mark.color,
        markerfacecolor="white" if " - " in group else mark.color,
        zorder=3,
    )
