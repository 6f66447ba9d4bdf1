"""Forest of the gender gap inside each wave, in SDs of that wave."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import NARROW, base, close, differing, interval
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import (
    BAND,
    DIFFERENCE_MARK,
    FULL_MM,
    QUIET,
    SMALLEST_PT,
    new_figure,
    styled,
    wrap,
)

_ROW_MM = 4.4
_NAMES_MM = 62.0


def select_gender_gaps(cleared: Cleared, labels: Labels) -> Cleared:
    """The rows that are drawn: `gender_gap_standardised`."""

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["estimand"] == "gender_gap_standardised"]

    return reshape(pick, cleared)


@styled
def draw_gender_gaps(cleared: Cleared, labels: Labels) -> Figure:
    """One axis, a block of rows for each outcome, a row for each wave; nothing joins waves."""
    frame = cleared.frame
    rows: list[tuple[float, str, pd.DataFrame | None]] = []
    depth = 0.0
    for outcome in labels.incomparable:
        heading = wrap(labels.outcome_title(outcome), _NAMES_MM, 7.5, lines=7)
        mine = frame[frame["outcome"] == outcome]
        for text, row in [
            (heading, None),
            *((wrap(label, _NAMES_MM, 7, lines=3), mine[mine["contrast"] == wave])
              for wave, label in labels.waves),
        ]:  # fmt: skip
            lines = text.count("\n") + 1
            rows.append((depth + (lines - 1) / 2, text, row))
            depth += lines
        depth += 0.5
    figure = new_figure(FULL_MM, 18 + _ROW_MM * depth)
    axes = figure.subplots()
    axes.axvline(0, color=QUIET, linewidth=0.8)
    axes.grid(axis="x", color=BAND, linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([row[0] for row in rows], [row[1] for row in rows])
    for label, (_, _, row) in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_fontweight("bold" if row is None else "normal")
    axes.set_ylim(depth - 0.6, -0.7)
    for height, _, row in rows:
        if row is not None:
            _estimate(axes, height, row)
    if frame["conf_low"].isna().all():
        axes.set_xlim(-1, 1)
    difference = labels.group(labels.groups[-1])
    axes.set_xlabel(f"{difference}, in SDs of all pupils at the wave, 95% interval")
    return figure


def _estimate(axes: Axes, height: float, row: pd.DataFrame) -> None:
    shown = row.dropna(subset=["estimate", "conf_low", "conf_high"])
    mark = DIFFERENCE_MARK
    if shown.empty:
        place = axes.get_yaxis_transform()
        axes.text(0.98, height, "not shown", transform=place, ha="right", va="center",
                  fontsize=SMALLEST_PT, color=QUIET)  # fmt: skip
        return
    low, high = shown["conf_low"], shown["conf_high"]
    axes.hlines(height, low, high, color=mark.color, zorder=2)
    for bound in (low, high):
        axes.plot(bound, [height], "|", color=mark.color, markersize=4.5, zorder=2)
    axes.plot(shown["estimate"], [height], marker=mark.marker, markersize=4, linestyle="none",
              color=mark.color, markerfacecolor="white", zorder=3)  # fmt: skip


def caption_gender_gaps(cleared: Cleared, labels: Labels) -> str:
    """Caption of the gender gaps."""
    frame = cleared.frame
    first, second = labels.genders
    sentences = [
        f"Mean of {first} less mean of {second} over the SD of all pupils at the same wave; to "
        f"the right of 0 {first} score higher.",
        f"{base(frame)}; interval: {interval(frame)}, the SD taken as known.",
        differing(labels.incomparable, labels),
        "A gap that is smaller in SDs at a later wave may come from another test.",
        NARROW,
    ]
    return close(sentences, cleared, labels, change=False)
