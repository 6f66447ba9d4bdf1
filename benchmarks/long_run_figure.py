"""The figure of benchmarks/long_run.py: coverage by number of schools, a panel for each method."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from long_run_answers import CONTRASTS
from long_run_methods import METHODS
from matplotlib.figure import Figure

from resilience_lib.figures.style import FULL_MM, INK, QUIET, new_figure, style, wrap

LEAST, MEANT = 0.935, 0.95
TICKS = (0.99, 0.975, 0.95, 0.9, 0.8, 0.5, 0.1)
FEWEST_MISSED = 0.004
ACROSS = 3
MARKS = {
    "change": ("#1A1A1A", "s"),
    "gender_difference": ("#E69F00", "o"),
    "both_genders": ("#6B6B6B", "p"),
    "g_change_model": ("#56B4E9", "D"),
    "arm_schools": ("#0072B2", "^"),
    "arm_within_schools": ("#009E73", "v"),
    "d_z": ("#CC79A7", "P"),
    "d_av_mean": ("#D55E00", "X"),
}


def draw_long_run(table: pd.DataFrame, folder: Path) -> None:
    """Write long_run.png and .svg: each cell is a small point, the mean over cells a large one.

    The axis is that of the intervals that miss, by logarithm: 99% and 95% are as far apart as
    75% and nothing.
    """
    # a test without an interval is drawn by how often it rightly finds nothing
    quiet = 1 - table["false_positives"]
    given = table.assign(coverage=table["coverage"].fillna(quiet)).dropna(subset=["coverage"])
    shown = [name for name in METHODS if (given["method"] == name).any()]
    schools = sorted(given["schools"].unique())
    down = -(-len(shown) // ACROSS)
    with style():
        figure = new_figure(FULL_MM, 24 + 40 * down)
        axes = figure.subplots(down, ACROSS, sharex=True, sharey=True, squeeze=False).ravel()
        for place, (ax, name) in enumerate(zip(axes, shown, strict=False)):
            rows = given[given["method"] == name]
            ax.axhline(1 - MEANT, color=QUIET, linewidth=0.6)
            ax.axhline(1 - LEAST, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
            _points(ax, rows, schools)
            title = wrap(f"{METHODS[name].label} ({int(rows['runs'].max()):,} runs)", 50, 8)
            ax.set_title(title)
            ax.set_yscale("log")
            ax.set_ylim(1.0, FEWEST_MISSED * 0.85)
            ax.set_yticks([1 - tick for tick in TICKS], [f"{tick:.3g}" for tick in TICKS])
            ax.minorticks_off()
            ax.set_xticks(range(len(schools)), [str(k) for k in schools])
            if place + ACROSS >= len(shown):
                ax.set_xlabel("Schools")
                ax.tick_params(labelbottom=True)
            if place % ACROSS == 0:
                ax.set_ylabel("Share that hold the truth")
        for ax in axes[len(shown) :]:
            ax.set_axis_off()
        _legend(figure, set(given["contrast"]))
        for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
            figure.savefig(folder / f"long_run.{kind}", metadata=metadata, dpi=200)


def _points(ax, rows: pd.DataFrame, schools: list[int]) -> None:
    there = [one for one in CONTRASTS if (rows["contrast"] == one).any()]
    for place, contrast in enumerate(there):
        color, marker = MARKS[contrast]
        mine = rows[rows["contrast"] == contrast]
        x = np.searchsorted(schools, mine["schools"]) + 0.14 * (place - (len(there) - 1) / 2)
        missed = np.maximum(1 - mine["coverage"], FEWEST_MISSED)
        ax.plot(x, missed, marker, color=color, markersize=2, alpha=0.35)
        mean = (1 - mine["coverage"]).groupby(x).mean().clip(lower=FEWEST_MISSED)
        ax.plot(mean.index, mean, marker, color=color, markersize=4.5)


def _legend(figure: Figure, there: set[str]) -> None:
    ax = figure.axes[0]
    handles = [
        ax.plot([], [], marker, color=color, linestyle="none", label=CONTRASTS[contrast])[0]
        for contrast, (color, marker) in MARKS.items()
        if contrast in there
    ]
    line = ax.plot([], [], color=INK, linestyle=(0, (4, 2)), label=f"{LEAST:.1%}, the least")[0]
    figure.legend(handles=[*handles, line], loc="outside lower center", ncols=3)
