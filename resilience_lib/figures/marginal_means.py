"""Marginal means by wave and gender with intervals, before pupils' scores or their density."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape, stack
from resilience_lib.figures.captions import NARROW, base, close, interval
from resilience_lib.figures.change_distribution import MANY, heaps
from resilience_lib.figures.forest import TALLEST_MM
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import (
    BAND,
    FULL_MM,
    SINGLE_MM,
    mark_of,
    new_figure,
    styled,
    wrap,
)

_ACROSS = 3
_PANEL_MM = 56.0
_WIDE = 0.4
"""Of a wave's room: how far the pupils of one gender reach to its side."""
_DODGE = 0.09
_COLUMNS = ["layer", "outcome", "contrast", "gender", "score", "left", "right", "share",
            "subgroup", "estimate", "conf_low", "conf_high", "interval", "n", "n_clusters",
            "method"]  # fmt: skip


def select_marginal_means(means: Cleared, scores: Cleared, labels: Labels) -> Cleared:
    """Layers `pupils` (points) or `density` (bins), and `mean` of the groups behind it.

    Outcomes that are not one scale at all waves are left out, since nothing joins their waves.
    """

    def comparable(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[~frame["outcome"].isin(list(labels.incomparable))]

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        rows = comparable(frame[frame["estimand"] == "marginal_mean"])
        chosen = []
        for _, mine in rows.groupby("outcome", sort=False):
            genders = mine["subgroup"].isin(labels.genders)
            shown = mine.loc[genders, "estimate"].notna().any()
            chosen.append(mine[genders if shown else mine["subgroup"].eq("all")])
        return pd.concat(chosen) if chosen else rows

    kind = "pupils" if scores.rules.open_data else "density"
    return stack({kind: reshape(comparable, scores), "mean": reshape(pick, means)})


@styled
def draw_marginal_means(cleared: Cleared, labels: Labels) -> Figure:
    """A panel for each outcome; at each wave one gender to the left and the other to the right."""
    # a stack of open data has no column that is empty throughout
    frame = cleared.frame.reindex(columns=_COLUMNS)
    outcomes = [name for name in labels.outcome_names if (frame["outcome"] == name).any()]
    across = min(_ACROSS, max(1, len(outcomes)))
    down = max(1, math.ceil(len(outcomes) / across))
    width = SINGLE_MM if across == 1 else FULL_MM
    figure = new_figure(width, 16 + min(_PANEL_MM, (TALLEST_MM - 16) / down) * down)
    grid = figure.subplots(down, across, squeeze=False)
    for at, axes in enumerate(grid.flat):
        if at >= len(outcomes):
            axes.set_axis_off()
            continue
        rows = frame[frame["outcome"] == outcomes[at]]
        rasterized = bool((frame["layer"] == "pupils").sum() > MANY)
        for place, (wave, _) in enumerate(labels.waves):
            _pupils(axes, rows[rows["contrast"] == wave], place, labels, rasterized)
        _means(axes, rows[rows["layer"] == "mean"], labels)
        room = width / across
        axes.set_title(wrap(labels.outcome_title(outcomes[at]), room - 14, 8))
        axes.set_ylabel(wrap(labels.outcome(outcomes[at]).unit, 40, 7.5, lines=2))
        axes.set_xticks(range(len(labels.waves)), [name for name, _ in labels.waves])
        axes.set_xlim(-0.55, len(labels.waves) - 0.45)
        axes.grid(axis="y", color=BAND, linewidth=0.6)
        axes.locator_params(axis="y", nbins=5)
    figure.supxlabel(wrap(labels.waves_line(), width - 34, 7.5), fontsize=7.5)
    found = [axes.get_legend_handles_labels() for axes in grid.flat]
    marks = {name: mark for pair in found for mark, name in zip(*pair, strict=True)}
    if marks:
        figure.legend(list(marks.values()), list(marks), loc="outside upper right", ncols=3)
    return figure


def _pupils(axes: Axes, rows: pd.DataFrame, place: int, labels: Labels, rasterized: bool) -> None:
    """Pupils at one wave: the first gender to the left, the second to the right."""
    density = rows["share"] / (rows["right"] - rows["left"])
    groups = [group for group in labels.groups if (rows["gender"] == group).any()]
    for group in groups:
        of = rows[rows["gender"] == group]
        # all together stand to both sides
        left, right = {labels.genders[0]: (1.0, 0.0), "all": (0.5, 0.5)}.get(group, (0.0, 1.0))
        color = _pale(mark_of(group, labels).color)
        if (of["layer"] == "pupils").all():
            y = of["score"].to_numpy(dtype=float)
            wide = heaps(y)
            x = place + _WIDE * (right - left) * wide + 0.02 * (right - left)
            size = 5 if len(rows) <= 300 else 1.2
            axes.scatter(x, y, s=size, color=color, linewidths=0, zorder=1, rasterized=rasterized)
            continue
        wide = _WIDE * density[of.index] / density.max()
        edges = [*of["left"], of["right"].iloc[-1]]
        axes.stairs(place + right * wide, edges, baseline=place - left * wide, zorder=1,
                    orientation="horizontal", fill=True, facecolor=color)  # fmt: skip


def _pale(color: str) -> tuple[float, float, float]:
    """A colour that marks of the same colour stand out from."""
    red, green, blue = (0.35 * part + 0.65 for part in to_rgb(color))
    return red, green, blue


def _means(axes: Axes, means: pd.DataFrame, labels: Labels) -> None:
    """Marks, bars and lines of each group; its name for the legend."""
    position = {name: at for at, (name, _) in enumerate(labels.waves)}
    for group, shift in zip((*labels.genders, "all"), (-_DODGE, _DODGE, 0.0), strict=True):
        mine = means[means["subgroup"] == group].dropna(subset=["estimate"])
        if mine.empty:
            continue
        mine = mine.assign(x=mine["contrast"].map(position)).sort_values("x")
        mark = mark_of(group, labels)
        # light edges of all groups lie below the marks of all
        for color, wide, order in (("white", 2.2, 2), (mark.color, 1.2, 3)):
            axes.errorbar(
                mine["x"] + shift,
                mine["estimate"],
                yerr=[mine["estimate"] - mine["conf_low"], mine["conf_high"] - mine["estimate"]],
                color=color,
                linewidth=wide,
                elinewidth=wide,
                linestyle=mark.line if color != "white" else "-",
                marker=mark.marker,
                markersize=3.6 + (wide - 1.2),
                capsize=2,
                zorder=order,
                label=labels.group(group) if color != "white" else "",
            )
    if not axes.has_data():
        axes.text(0.5, 0.5, "not shown", transform=axes.transAxes, ha="center", va="center")
        axes.set_yticks([])


def caption_marginal_means(cleared: Cleared, labels: Labels) -> str:
    """Caption of the marginal means."""
    frame = cleared.frame.reindex(columns=_COLUMNS)
    means = frame[frame["layer"] == "mean"]
    methods = sorted({str(text).split(";")[0] for text in means["method"].dropna()} - {""})
    points = (frame["layer"] == "pupils").any()
    behind = (
        "points are pupils, heaped up where they are many"
        if points
        else f"areas are densities of pupils in bins on at least {labels.minimum_cell} pupils, of "
        "which the outermost hold all beyond them"
    )
    bars = interval(means)
    sentences = [
        f"Marginal means by wave and gender ({'; '.join(methods)}); {base(means)} in each mean.",
        f"Behind them {behind}: {labels.genders[0]} to the left of a wave, {labels.genders[1]} to "
        "the right.",
        f"Vertical bars: {bars}. {NARROW}" if bars else "",
    ]
    return close(sentences, cleared, labels, change=True)
