"""Figures of benchmarks/long_run_further.py: coverage and false positives, a row an estimand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from resilience_lib.figures.style import FULL_MM, INK, QUIET, new_figure, style

LEAST, MEANT = 0.935, 0.95
HELD = (0.99, 0.95, 0.8, 0.5)
LOWEST, HIGHEST = 0.4, 0.996
REJECTED = (0.01, 0.05, 0.2, 0.7)
FEWEST, MOST = 0.004, 0.85
HEDGES = "Hedges 2007"
PANELS = (
    ("coverage", "respects schools", "Intervals\nthat respect\nschools"),
    ("coverage", "pupils independent", "Intervals,\npupils\nindependent"),
    ("false_positives", "respects schools", "Tests\nthat respect\nschools"),
    ("false_positives", "pupils independent", "Tests,\npupils\nindependent"),
)
MARKS = {6: ("#D55E00", "v"), 11: ("#1A1A1A", "s"), 20: ("#0072B2", "o"), 40: ("#009E73", "^")}


def draw_further(table: pd.DataFrame, folder: Path, name: str, families: Sequence[str]) -> None:
    """Write `name`.png and .svg: each design is a pale mark, the mean over designs a full one.

    The first axis is that of the intervals that miss, by logarithm, as in long_run.png; the
    second that of the tests that reject where nothing is there.
    """
    rows = table[table["family"].isin(list(families))].copy()
    by_hedges = rows["interval"] == HEDGES
    rows["row"] = rows["family"] + ": " + rows["estimand"]
    rows.loc[by_hedges, "row"] += f", {HEDGES}"
    rows.loc[by_hedges, "interval"] = "respects schools"
    rows["place"] = rows["family"].map(list(families).index)
    rows = rows.sort_values("place", kind="stable")
    names = list(dict.fromkeys(rows["row"]))
    with style():
        figure = new_figure(FULL_MM, 38 + 4.2 * len(names))
        axes = figure.subplots(1, len(PANELS), sharey=True, width_ratios=(3, 2.4, 2, 2))
        for ax, (column, kind, title) in zip(axes, PANELS, strict=True):
            mine = rows[(rows["interval"] == kind) & rows[column].notna()]
            draw_panel(ax, mine, column, names, labelled=ax is axes[0])
            ax.set_title(title)
        axes[0].set_yticks(np.arange(len(names)), names)
        axes[0].set_ylim(len(names) - 0.4, -0.6)
        figure.legend(loc="outside lower center", ncols=4)
        for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
            figure.savefig(folder / f"{name}.{kind}", metadata=metadata, dpi=200)


def draw_panel(
    ax: Any, rows: pd.DataFrame, column: str, names: Sequence[str], *, labelled: bool
) -> None:
    """Marks of one panel, and its axis."""
    held = column == "coverage"
    low, high = (1 - HIGHEST, 1 - LOWEST) if held else (FEWEST, MOST)
    ticks = [1 - tick for tick in HELD] if held else list(REJECTED)
    texts = [f"{tick:.2g}" for tick in (HELD if held else REJECTED)]
    for y in range(len(names)):
        ax.axhline(y, color=QUIET, linewidth=0.3, alpha=0.35, zorder=0)
    ax.axvline(0.05, color=QUIET, linewidth=0.6)
    if held:
        ax.axvline(1 - LEAST, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
    place = rows["row"].map(list(names).index)
    for at, (schools, (color, marker)) in enumerate(MARKS.items()):
        mine = rows["schools"] == schools
        value = (1 - rows.loc[mine, column]) if held else rows.loc[mine, column]
        value = value.clip(low, high)
        y = place[mine] + 0.17 * (at - 1.5)
        ax.plot(value, y, marker, color=color, markersize=1.6, alpha=0.35)
        mean = value.groupby(y).mean()
        label = f"{schools} schools" if labelled else None
        ax.plot(mean.to_numpy(), mean.index, marker, color=color, markersize=3.2, label=label)
    ax.set_xscale("log")
    ends = (low * 0.85, high * 1.08)
    ax.set_xlim(ends[::-1] if held else ends)
    ax.set_xticks(ticks, texts)
    ax.minorticks_off()
    ax.set_xlabel("Share that hold" if held else "Share that reject")
