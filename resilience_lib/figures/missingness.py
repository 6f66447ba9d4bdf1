"""Missing scores by outcome, wave and gender, and the patterns of waves seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, stack
from resilience_lib.figures.captions import NO_INTERVAL, close, counted, sentence
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import FULL_MM, INK, QUIET, new_figure, styled, wrap

_NAMES_MM = 48.0


def select_missingness(missingness: Cleared, patterns: Cleared, labels: Labels) -> Cleared:
    """Layers `scores` and `patterns`."""
    return stack({"scores": missingness, "patterns": patterns})


@styled
def draw_missingness(cleared: Cleared, labels: Labels) -> Figure:
    """Above, a map for all, girls and boys with the share in each cell; below, patterns."""
    frame = cleared.frame
    scores = frame[frame["layer"] == "scores"]
    patterns = frame[frame["layer"] == "patterns"]
    outcomes = [name for name in labels.outcome_names if (scores["outcome"] == name).any()]
    groups = [group for group in labels.groups if (scores["gender"] == group).any()]
    names = [wrap(labels.outcome(name).label, _NAMES_MM, 7, lines=3) for name in outcomes]
    row_mm = 3 + 3.4 * max((name.count("\n") + 1 for name in names), default=1)
    heights = [8 + row_mm * len(outcomes), 8 + 4.6 * len(patterns)]
    figure = new_figure(FULL_MM, sum(heights) + 22)
    ratios = [heights[0] + 8, heights[1] + 14]
    halves = figure.subfigures(2, 1, squeeze=False, height_ratios=ratios)
    above, below = halves[0, 0], halves[1, 0]
    maps = above.subplots(1, max(1, len(groups)), sharey=True, squeeze=False)[0]
    for axes, group in zip(maps, groups, strict=False):
        _map(axes, scores[scores["gender"] == group], outcomes, labels)
        axes.set_title(labels.group(group))
    maps[0].set_yticks(np.arange(len(outcomes)) + 0.5, names, rotation=0)
    legend = "Share of pupils without a score"
    if scores["hidden"].astype(bool).any():
        legend += " (x: not shown, for the protection of pupils)"
    above.supxlabel(legend, fontsize=7.5)
    _bars(below.subplots(), patterns, labels)
    return figure


def _map(axes: Axes, rows: pd.DataFrame, outcomes: list[str], labels: Labels) -> None:
    waves = [name for name, _ in labels.waves]
    share = rows.pivot(index="outcome", columns="wave", values="share")
    share = share.reindex(index=outcomes, columns=waves).astype(float)
    hidden = rows[rows["hidden"].astype(bool)].set_index(["outcome", "wave"]).index
    cells = {"vmin": 0, "vmax": 1, "cmap": "Blues", "linewidths": 0.8, "linecolor": "white"}
    sns.heatmap(share, ax=axes, cbar=False, annot=True, fmt=".0%", **cells)
    for text in axes.texts:
        # seaborn turns to white where the blue is still light
        dark = float(text.get_text().rstrip("%")) > 60
        text.set(fontsize=7, color="white" if dark else INK)
    for down, outcome in enumerate(outcomes):
        for across, wave in enumerate(waves):
            if (outcome, wave) in hidden:
                axes.text(across + 0.5, down + 0.5, "x", ha="center", va="center", fontsize=7)
    axes.set_xticks(np.arange(len(waves)) + 0.5, waves, rotation=0)
    axes.tick_params(length=0)
    axes.set_xlabel("")
    axes.set_ylabel("")


def _bars(axes: Axes, patterns: pd.DataFrame, labels: Labels) -> None:
    places = np.arange(len(patterns))
    axes.barh(places, patterns["pupils"], color="#7FB8D8", edgecolor=INK, linewidth=0.5)
    for place, count in zip(places, patterns["pupils"], strict=True):
        if pd.notna(count):
            axes.annotate(
                f"{count:,.0f}",
                (count, place),
                xytext=(2, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
            )
    axes.set_yticks(places, [wrap(name, _NAMES_MM, 7) for name in patterns["pattern"]])
    axes.set_ylim(len(patterns) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.set_title("Waves at which pupils were seen")
    axes.set_xlabel("Pupils")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_color(QUIET)


def caption_missingness(cleared: Cleared, labels: Labels) -> str:
    """Caption of the missingness map."""
    frame = cleared.frame
    scores = frame[frame["layer"] == "scores"]
    patterns = frame[frame["layer"] == "patterns"]
    everyone = scores.loc[scores["gender"] == "all", ["pupils", "schools"]].max()
    hidden = scores["hidden"].astype(bool).any()
    sentences = [
        "Share of pupils without a score, by outcome and wave, and how many pupils were seen at "
        "which waves; who was not seen at a wave has no score there.",
        sentence(f"In the study: {counted(everyone['pupils'], everyone['schools'], cleared)}"),
        f"x: fewer than {labels.minimum_cell} pupils without (or with) a score, or pupils of "
        f"fewer than {cleared.rules.minimum_schools} schools, or a share from which such a count "
        "could be worked out; not shown."
        if hidden
        else "",
        f"{len(patterns)} pattern{'' if len(patterns) == 1 else 's'}; {labels.waves_line()}.",
        NO_INTERVAL,
    ]
    return close(sentences, cleared, labels, change=False)
