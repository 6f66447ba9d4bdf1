"""Estimation plot of paired waves: pupils' change, its mean, and the effect with its draws."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from resilience_lib.disclosure.cleared import Cleared, reshape, stack
from resilience_lib.figures.captions import NARROW, base, close, interval
from resilience_lib.figures.change_distribution import MANY, heaps
from resilience_lib.figures.forest import TALLEST_MM, unscaled
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import (
    ALL_MARK,
    BAND,
    FULL_MM,
    QUIET,
    SINGLE_MM,
    SMALLEST_PT,
    mark_of,
    new_figure,
    styled,
    title_over,
    wrap,
)

_ACROSS = 3
_FRAME_MM = 27.0
"""Title, axis and unit of a panel."""
_PAIR = (1.5, 1.0)
_TALL = 0.34
"""Of a row: how high the pupils of one gender are heaped up; twice that for all in one."""
_COLUMNS = ["layer", "outcome", "contrast", "gender", "change", "left", "right", "share",
            "subgroup", "estimate", "conf_low", "conf_high", "interval", "n", "n_clusters",
            "bin_low", "bin_high"]  # fmt: skip


def select_paired_estimation(
    changes: Cleared, estimates: Cleared, bootstrap: Cleared, labels: Labels
) -> Cleared:
    """Layers `pupils` (points) or `density` (bins), `mean`, `effect` (g by CR2) and `draws`."""

    def declared(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["contrast"].isin(labels.contrasts)]

    def of_all(estimand: str) -> Cleared:
        def pick(frame: pd.DataFrame) -> pd.DataFrame:
            rows = frame["estimand"].eq(estimand) & frame["method"].str.contains("CR2")
            return declared(frame[rows & frame["subgroup"].eq("all")])

        return reshape(pick, estimates)

    def drawn(frame: pd.DataFrame) -> pd.DataFrame:
        g = frame["estimand"].eq("g_change_model") & frame["subgroup"].eq("all")
        return declared(frame[g])

    kind = "pupils" if changes.rules.open_data else "density"
    return stack(
        {
            kind: reshape(declared, changes),
            "mean": of_all("mean_change"),
            "effect": of_all("g_change_model"),
            "draws": reshape(drawn, bootstrap),
        }
    )


@styled
def draw_paired_estimation(cleared: Cleared, labels: Labels) -> Figure:
    """For each outcome a panel in its own unit and one in SDs; a row for each change."""
    # a stack of open data has no column that is empty throughout
    frame = cleared.frame.reindex(columns=_COLUMNS)
    outcomes = [name for name in labels.outcome_names if (frame["outcome"] == name).any()]
    contrasts = [one for one in labels.contrasts if (frame["contrast"] == one).any()]
    across = min(_ACROSS, max(1, len(outcomes)))
    down = max(1, math.ceil(len(outcomes) / across))
    width = SINGLE_MM if across == 1 else FULL_MM
    row = min(17.0, max(8.0, ((TALLEST_MM - 10) / down - _FRAME_MM) / max(1, len(contrasts))))
    figure = new_figure(width, 10 + (_FRAME_MM + row * max(1, len(contrasts))) * down)
    grid = figure.subplots(
        down, 2 * across, squeeze=False, sharey=True, width_ratios=_PAIR * across
    )
    pairs = [(row[at], row[at + 1]) for row in grid for at in range(0, 2 * across, 2)]
    for at, (left, right) in enumerate(pairs):
        if at >= len(outcomes):
            left.set_axis_off()
            right.set_axis_off()
            continue
        rows = frame[frame["outcome"] == outcomes[at]]
        _points(left, rows, contrasts, labels)
        _effects(right, rows, contrasts)
        room = width / across
        title_over(left, wrap(labels.outcome_title(outcomes[at]), room - 8, 8, lines=4))
        unit = labels.outcome(outcomes[at]).unit
        left.set_xlabel(wrap(f"Change, {unit}", room * 0.57, SMALLEST_PT, lines=2), fontsize=7)
        right.set_xlabel("g", fontsize=7)
        left.set_yticks(
            [-down for down in range(len(contrasts))], [labels.change(one) for one in contrasts]
        )
        left.set_ylim(-len(contrasts) + 0.45, 0.5)
    _share_limits([right for _, right in pairs[: len(outcomes)]], frame)
    _legend(figure, frame, labels)
    return figure


def _points(axes: Axes, rows: pd.DataFrame, contrasts: list[str], labels: Labels) -> None:
    """Pupils' changes, one gender above the line and one below it, and the mean of all."""
    _empty(axes)
    pieces = rows[rows["layer"].isin(["pupils", "density"])]
    rasterized = bool((pieces["layer"] == "pupils").sum() > MANY)
    density = pieces["share"] / (pieces["right"] - pieces["left"])
    for down, contrast in enumerate(contrasts):
        now = pieces[pieces["contrast"] == contrast]
        peak = float(density[now.index].max())
        groups = [group for group in labels.groups if (now["gender"] == group).any()]
        size = 6 if len(now) <= 300 else 1.5
        for group in groups:
            of = now[now["gender"] == group]
            tall = _TALL if len(groups) > 1 else 2 * _TALL
            turn = -1.0 if group == labels.genders[1] and len(groups) > 1 else 1.0
            zero = -down if len(groups) > 1 else -down - _TALL
            color = mark_of(group, labels).color
            if (of["layer"] == "pupils").all():
                x = of["change"].to_numpy(dtype=float)
                axes.scatter(x, zero + turn * (0.03 + tall * heaps(x)), s=size, color=color,
                             alpha=0.5, linewidths=0, rasterized=rasterized)  # fmt: skip
                continue
            high = turn * tall * density[of.index] / peak + zero
            edges = [*of["left"], of["right"].iloc[-1]]
            axes.stairs(high, edges, baseline=zero, fill=True, facecolor=color, alpha=0.5)
            axes.stairs(high, edges, baseline=zero, color=color, linewidth=0.7)
        means = rows[(rows["layer"] == "mean") & (rows["contrast"] == contrast)]
        _interval(axes, means, -down - 0.43)
    if pieces.empty and rows[["conf_low", "conf_high"]].isna().all(axis=None):
        unscaled(axes)
        return
    axes.locator_params(axis="x", nbins=4)


def _effects(axes: Axes, rows: pd.DataFrame, contrasts: list[str]) -> None:
    """The effect with its interval, below the distribution of its draws."""
    _empty(axes)
    for down, contrast in enumerate(contrasts):
        draws = rows[(rows["layer"] == "draws") & (rows["contrast"] == contrast)]
        if len(draws):
            density = draws["share"] / (draws["bin_high"] - draws["bin_low"])
            high = 2 * _TALL * density / density.max() - down - _TALL
            edges = [*draws["bin_low"], draws["bin_high"].iloc[-1]]
            axes.stairs(high, edges, baseline=-down - _TALL, fill=True, color=QUIET, alpha=0.45)
        _interval(
            axes, rows[(rows["layer"] == "effect") & (rows["contrast"] == contrast)], -down - 0.43
        )
    axes.tick_params(labelleft=False)


def _empty(axes: Axes) -> None:
    axes.axvline(0, color=QUIET, linewidth=0.8, zorder=1)
    axes.grid(axis="x", color=BAND, linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _interval(axes: Axes, rows: pd.DataFrame, height: float) -> None:
    """A mark and its interval, or that neither may be shown."""
    shown = rows.dropna(subset=["estimate", "conf_low", "conf_high"])
    if shown.empty:
        axes.text(0.98, height, "not shown", transform=axes.get_yaxis_transform(), ha="right",
                  va="center", fontsize=SMALLEST_PT, color=QUIET)  # fmt: skip
    for row in shown.itertuples():
        ends = [row.conf_low, row.conf_high]
        axes.plot(ends, [height] * 2, color=ALL_MARK.color, linewidth=1.3, zorder=3)
        axes.plot(ends, [height] * 2, "|", color=ALL_MARK.color, markersize=4.5, zorder=3)
        axes.plot(row.estimate, height, marker=ALL_MARK.marker, color=ALL_MARK.color,
                  markersize=3.4, zorder=4)  # fmt: skip


def _share_limits(panels: list[Axes], frame: pd.DataFrame) -> None:
    """One scale for the effects of all outcomes, since they are all in SDs."""
    effects = frame[frame["layer"] == "effect"]
    parts = (frame[["bin_low", "bin_high"]], effects[["conf_low", "conf_high"]])
    ends = np.concatenate([part.to_numpy(dtype=float).ravel() for part in parts])
    ends = ends[np.isfinite(ends)]
    if not len(ends):
        for axes in panels:
            unscaled(axes)
        return
    low, high = min(0.0, ends.min()), max(0.0, ends.max())
    pad = 0.05 * (high - low)
    for axes in panels:
        axes.set_xlim(low - pad, high + pad)
        axes.locator_params(axis="x", nbins=3)


def _legend(figure: Figure, frame: pd.DataFrame, labels: Labels) -> None:
    there = [group for group in labels.groups if (frame["gender"] == group).any()]
    names = ["above", "below"] if len(there) > 1 else [""] * len(there)
    handles = [
        Patch(color=mark_of(group, labels).color, alpha=0.55,
              label=f"{labels.group(group)} ({name})" if name else labels.group(group))
        for group, name in zip(there, names, strict=True)
    ]  # fmt: skip
    if (frame["layer"] == "draws").any():
        handles.append(Patch(color=QUIET, alpha=0.45, label="Draws of schools"))
    if handles:
        figure.legend(handles=handles, loc="outside upper right", ncols=3)


def caption_paired_estimation(cleared: Cleared, labels: Labels) -> str:
    """Caption of the estimation plot."""
    frame = cleared.frame.reindex(columns=_COLUMNS)
    means, effects = (frame[frame["layer"] == layer] for layer in ("mean", "effect"))
    points = (frame["layer"] == "pupils").any()
    both = frame["gender"].nunique() > 1
    where = f", {labels.genders[0]} above and {labels.genders[1]} below the line" if both else ""
    shown = (
        f"Each point is one pupil{where}; points are heaped up where they are many."
        if points
        else f"Areas are the density of pupils' changes{where}, in bins on at least "
        f"{labels.minimum_cell} pupils; the outermost bins hold all pupils beyond them."
    )
    drawn = (
        "Grey: the distribution of g over samples of schools drawn with replacement "
        "(cluster bootstrap), which the interval does not come from."
    )
    sentences = [
        "Change between waves by outcome: on the left in points, on the right as g (model "
        "contrast over the total SD at T1).",
        shown,
        f"Black: mean change and g of all pupils, {base(pd.concat([means, effects]))}; interval: "
        f"{interval(pd.concat([means, effects]))}.",
        drawn if (frame["layer"] == "draws").any() else "",
        f"Waves: {labels.waves_line()}.",
        NARROW,
    ]
    return close(sentences, cleared, labels, change=True)
