"""The figure of benchmarks/long_run.py: coverage by number of schools, a panel for each method."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from long_run_methods import CONTRASTS, METHODS

from resilience_lib.figures.style import FULL_MM, INK, QUIET, new_figure, style

LEAST, MEANT = 0.935, 0.95
ACROSS = 3
MARKS = {
    "change": ("#1A1A1A", "s"),
    "gender_difference": ("#E69F00", "o"),
    "g_change_model": ("#56B4E9", "D"),
    "arm_schools": ("#0072B2", "^"),
    "arm_within_schools": ("#009E73", "v"),
    "d_z": ("#CC79A7", "P"),
    "d_av_mean": ("#D55E00", "X"),
}


def draw_long_run(table: pd.DataFrame, folder: Path) -> None:
    """Write long_run.png and .svg: each cell is a point, the mean over cells a larger one."""
    shown = [name for name in METHODS if (table["method"] == name).any()]
    schools = sorted(table["schools"].unique())
    down = -(-len(shown) // ACROSS)
    with style():
        figure = new_figure(FULL_MM, 20 + 42 * down)
        axes = figure.subplots(down, ACROSS, sharex=True, sharey=True, squeeze=False).ravel()
        low = min(0.9, float(table["coverage"].min()) - 0.02)
        for ax, name in zip(axes, shown, strict=False):
            rows = table[(table["method"] == name) & table["coverage"].notna()]
            ax.axhline(MEANT, color=QUIET, linewidth=0.6)
            ax.axhline(LEAST, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
            there = [one for one in CONTRASTS if (rows["contrast"] == one).any()]
            for place, contrast in enumerate(there):
                color, marker = MARKS[contrast]
                mine = rows[rows["contrast"] == contrast]
                x = np.searchsorted(schools, mine["schools"]) + 0.13 * (
                    place - (len(there) - 1) / 2
                )
                ax.plot(x, mine["coverage"], marker, color=color, markersize=2, alpha=0.35)
                mean = mine.assign(x=x).groupby("x")["coverage"].mean()
                ax.plot(mean.index, mean, marker, color=color, markersize=4.5)
            runs = int(rows["runs"].max())
            ax.set_title(f"{METHODS[name].label}\n{runs:,} runs a cell")
            ax.set_ylim(low, 1.005)
            ax.set_xticks(range(len(schools)), [str(k) for k in schools])
        for ax in axes[len(shown) :]:
            ax.set_axis_off()
        figure.supxlabel("Schools", fontsize=7.5)
        figure.supylabel("Share of 95% intervals that hold the truth", fontsize=7.5)
        handles = [
            axes[0].plot([], [], marker, color=color, label=CONTRASTS[contrast])[0]
            for contrast, (color, marker) in MARKS.items()
            if (table["contrast"] == contrast).any()
        ]
        handles.append(axes[0].plot([], [], color=INK, linestyle=(0, (4, 2)), label="93.5%")[0])
        figure.legend(handles=handles, loc="outside lower center", ncols=3)
        for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
            figure.savefig(folder / f"long_run.{kind}", metadata=metadata, dpi=200)
