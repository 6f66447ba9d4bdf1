"""The figure of benchmarks/long_run_further.py: coverage by estimand, a column per interval."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from resilience_lib.figures.style import FULL_MM, INK, QUIET, new_figure, style

LEAST, MEANT = 0.935, 0.95
TICKS = (0.99, 0.95, 0.8, 0.5)
LOWEST, HIGHEST = 0.4, 0.996
KINDS = ("respects schools", "pupils independent", "Hedges 2007")
MARKS = {6: ("#D55E00", "v"), 11: ("#1A1A1A", "s"), 20: ("#0072B2", "o"), 40: ("#009E73", "^")}


def draw_further(table: pd.DataFrame, folder: Path) -> None:
    """Write long_run_further.png and .svg: each design is a point, the mean over designs a bar.

    The axis is that of the intervals that miss, by logarithm, as in long_run.png.
    """
    given = table.dropna(subset=["coverage"])
    names = list(dict.fromkeys(given["family"] + ": " + given["estimand"]))
    with style():
        figure = new_figure(FULL_MM, 30 + 5.2 * len(names))
        axes = figure.subplots(1, len(KINDS), sharex=True, sharey=True, width_ratios=(3, 3, 2.5))
        for ax, kind in zip(axes, KINDS, strict=True):
            rows = given[given["interval"] == kind]
            place = (rows["family"] + ": " + rows["estimand"]).map(names.index)
            ax.axvline(1 - MEANT, color=QUIET, linewidth=0.6)
            ax.axvline(1 - LEAST, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
            for at, (schools, (color, marker)) in enumerate(MARKS.items()):
                mine = rows["schools"] == schools
                missed = (1 - rows.loc[mine, "coverage"]).clip(1 - HIGHEST, 1 - LOWEST)
                y = place[mine] + 0.17 * (at - 1.5)
                ax.plot(missed, y, marker, color=color, markersize=1.8, alpha=0.45)
                mean = missed.groupby(y).mean()
                label = f"{schools} schools" if ax is axes[0] else None
                ax.plot(
                    mean.to_numpy(), mean.index, marker, color=color, markersize=3.6, label=label
                )
            ax.set_xscale("log")
            ax.set_xlim(1 - LOWEST + 0.05, (1 - HIGHEST) * 0.85)
            ax.set_xticks([1 - tick for tick in TICKS], [f"{tick:.2g}" for tick in TICKS])
            ax.minorticks_off()
            ax.set_title(kind)
            ax.set_xlabel("Share that hold")
        axes[0].set_yticks(np.arange(len(names)), names)
        axes[0].set_ylim(len(names) - 0.4, -0.6)
        figure.legend(loc="outside lower center", ncols=4)
        for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
            figure.savefig(folder / f"long_run_further.{kind}", metadata=metadata, dpi=200)
