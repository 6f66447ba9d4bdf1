"""Estimation plot of change: pupils (or their density) above the mean and its interval."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape, stack
from resilience_lib.figures.captions import NARROW, base, close, interval
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import (
    BAND,
    FULL_MM,
    QUIET,
    SINGLE_MM,
    mark_of,
    new_figure,
    styled,
    wrap,
)

_HEIGHT = 0.62
_GOLDEN = (5**0.5 - 1) / 2
MANY = 2000
"""More points than this are drawn as an image inside svg and pdf, which else grow too large."""


def select_change_distribution(changes: Cleared, estimates: Cleared, labels: Labels) -> Cleared:
    """Layers `pupils` (points) or `density` (bins), and `mean` (mean change by CR2)."""

    def span(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["contrast"] == labels.span]

    groups = set(changes.frame["gender"])

    def means(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame["estimand"].eq("mean_change") & frame["method"].str.contains("CR2")
        return span(frame[rows & frame["subgroup"].isin(groups)])

    kind = "pupils" if changes.rules.open_data else "density"
    return stack({kind: reshape(span, changes), "mean": reshape(means, estimates)})


@styled
def draw_change_distribution(cleared: Cleared, labels: Labels) -> Figure:
    """A panel for each outcome, a row for each gender."""
    frame = cleared.frame
    outcomes = [name for name in labels.outcome_names if (frame["outcome"] == name).any()]
    groups = _groups(frame, labels)
    across = min(3, max(1, len(outcomes)))
    width = SINGLE_MM if across == 1 else FULL_MM
    down = max(1, math.ceil(len(outcomes) / across))
    figure = new_figure(width, 10 + (18 + 17 * len(groups)) * down)
    grid = figure.subplots(down, across, squeeze=False, sharey=True)
    rasterized = (frame["layer"] == "pupils").sum() > MANY
    for at, axes in enumerate(grid.flat):
        if at >= len(outcomes):
            axes.set_axis_off()
            continue
        rows = frame[frame["outcome"] == outcomes[at]]
        axes.axvline(0, color=QUIET, linewidth=0.8, zorder=1)
        bins = rows[rows["layer"] == "density"]
        peak = (bins["share"] / (bins["right"] - bins["left"])).max() if len(bins) else 1.0
        for height, group in enumerate(groups):
            _pupils(axes, rows, group, float(height), labels, rasterized)
            _density(axes, rows, group, float(height), labels, float(peak))
            _mean(axes, rows, group, float(height), labels)
        axes.set_title(wrap(labels.outcome_title(outcomes[at]), width / across - 14, 8))
        axes.locator_params(axis="x", nbins=5)
        unit = labels.outcome(outcomes[at]).unit
        axes.set_xlabel(wrap(unit, width / across - 14, 7.5, lines=2))
        axes.set_yticks(range(len(groups)), [labels.group(group) for group in groups])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(-0.42, len(groups) - 0.22)
    return figure


def _groups(frame: pd.DataFrame, labels: Labels) -> list[str]:
    """Groups from bottom to top, so that the first one stands on top."""
    pieces = frame.loc[frame["layer"] != "mean", "gender"]
    return [group for group in reversed(labels.groups) if group in set(pieces)]


def _pupils(
    axes: Axes, rows: pd.DataFrame, group: str, height: float, labels: Labels, rasterized: bool
) -> None:
    mark = mark_of(group, labels)
    pupils = rows[(rows["layer"] == "pupils") & (rows.get("gender") == group)]
    if len(pupils):
        x = pupils["change"].to_numpy(dtype=float)
        y = height + _HEIGHT * heaps(x)
        size = 7 if len(x) <= 200 else 2
        axes.scatter(
            x, y, s=size, color=mark.color, alpha=0.55, linewidths=0, rasterized=rasterized
        )


def _density(
    axes: Axes, rows: pd.DataFrame, group: str, height: float, labels: Labels, peak: float
) -> None:
    mark = mark_of(group, labels)
    bins = rows[(rows["layer"] == "density") & (rows.get("gender") == group)]
    if len(bins):
        density = bins["share"] / (bins["right"] - bins["left"])
        edges = [*bins["left"], bins["right"].iloc[-1]]
        tall = _HEIGHT * density / peak
        axes.stairs(
            tall + height,
            edges,
            baseline=height,
            fill=True,
            facecolor=mark.color,
            edgecolor="white",
            alpha=0.55,
        )
        axes.stairs(tall + height, edges, baseline=height, color=mark.color, linewidth=0.8)


def _mean(axes: Axes, rows: pd.DataFrame, group: str, height: float, labels: Labels) -> None:
    mark = mark_of(group, labels)
    means = rows[(rows["layer"] == "mean") & (rows["subgroup"] == group)]
    for row in means.dropna(subset=["estimate", "conf_low", "conf_high"]).itertuples():
        below = height - 0.16
        axes.plot([row.conf_low, row.conf_high], [below, below], color=mark.color, linewidth=1.6)
        axes.plot(
            [row.conf_low, row.conf_high], [below, below], "|", color=mark.color, markersize=6
        )
        axes.plot(row.estimate, below, marker=mark.marker, color=mark.color, markersize=4)
    axes.axhline(height - 0.02, color=BAND, linewidth=0.6, zorder=0)


def heaps(values: np.ndarray) -> np.ndarray:
    """Heights from 0 to 1 that heap points up where they are many.

    A point keeps its own place along the axis. Heights of one slice of it are spread over a
    share of 1 that is the slice's count over the fullest one's, in steps of the golden ratio,
    which neither fall together nor line up.
    """
    low, high = float(values.min()), float(values.max())
    count = int(np.clip(2 * np.sqrt(len(values)), 8, 60))
    width = (high - low) / count or 1.0
    slices = pd.Series(np.floor((values - low) / width).clip(0, count - 1))
    sizes = slices.map(slices.value_counts())
    place = slices.groupby(slices).cumcount()
    return np.asarray(((place + 1) * _GOLDEN % 1) * sizes / sizes.max(), dtype=float)


def caption_change_distribution(cleared: Cleared, labels: Labels) -> str:
    """Caption of the estimation plot."""
    frame = cleared.frame
    means = frame[frame["layer"] == "mean"]
    points = (frame["layer"] == "pupils").any()
    shown = (
        "Each point is one pupil; points are heaped up where they are many."
        if points
        else "Areas are the density of pupils' changes in bins on at least "
        f"{labels.minimum_cell} pupils; the outermost bins hold all pupils beyond them."
    )
    sentences = [
        f"Change from {labels.change(labels.span)} by outcome and gender.",
        shown,
        f"Below: mean change, {base(means)}; interval: {interval(means)}.",
        NARROW,
    ]
    return close(sentences, cleared, labels, change=True)
