"""Sensitivity strip: the same change under every method, below the headline."""

from __future__ import annotations

import math
import string

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.effects.answers import ANSWERS, answer
from resilience_lib.figures.captions import base, close, sentence
from resilience_lib.figures.forest import TALLEST_MM, unscaled
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import (
    ALL_MARK,
    BAND,
    FULL_MM,
    GENDER_MARKS,
    QUIET,
    SMALLEST_PT,
    new_figure,
    styled,
    title_over,
    wrap,
)

HEADLINE = "cr2"
"""The answer that the others are compared with."""
_MOST_PANELS = 6
"""Beside one another, names of answers to their left."""
_NAMES_MM = 32.0
_FRAME_MM = 19.0
_ROW_MM = 4.2
_OTHER = GENDER_MARKS[1].color
_DRAWN = ["estimate", "conf_low", "conf_high"]


def select_sensitivity_strip(cleared: Cleared, labels: Labels) -> Cleared:
    """Change of all pupils in points under every answer."""

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame["estimand"].eq("mean_change") & frame["subgroup"].eq("all")
        return frame[rows & frame["contrast"].isin(labels.contrasts)]

    return reshape(pick, cleared)


@styled
def draw_sensitivity_strip(cleared: Cleared, labels: Labels) -> Figure:
    """For each outcome a panel for each change; a row for each answer, the headline on top."""
    frame = cleared.frame
    outcomes = [name for name in labels.outcome_names if (frame["outcome"] == name).any()]
    contrasts = [one for one in labels.contrasts if (frame["contrast"] == one).any()]
    names = _names(frame)
    each = max(1, len(contrasts))
    across = min(max(1, _MOST_PANELS // each), max(1, len(outcomes)))
    down = max(1, math.ceil(len(outcomes) / across))
    notes = _notes(frame)
    said = "\n".join(wrap(f"{letter}: {why}", FULL_MM - 8, SMALLEST_PT) for why, letter in
                     notes.items())  # fmt: skip
    fixed = 10.0 + 3.2 * (said.count("\n") + 1) * bool(said)
    row = min(_ROW_MM, max(2.7, ((TALLEST_MM - fixed) / down - _FRAME_MM) / max(1, len(names))))
    figure = new_figure(FULL_MM, fixed + (_FRAME_MM + row * max(1, len(names))) * down)
    grid = figure.subplots(down, across * each, squeeze=False, sharey=True)
    room = (FULL_MM - _NAMES_MM) / (across * each)
    for at in range(down * across):
        panels = grid[at // across][(at % across) * each :][:each]
        if at >= len(outcomes):
            for axes in panels:
                axes.set_axis_off()
            continue
        rows = frame[frame["outcome"] == outcomes[at]]
        for axes, contrast in zip(panels, contrasts, strict=False):
            _panel(axes, rows[rows["contrast"] == contrast], names, notes)
            axes.set_xlabel(labels.change(contrast), fontsize=SMALLEST_PT)
        given = set(rows.dropna(subset=_DRAWN)["contrast"])
        _same_scale([axes for axes, one in zip(panels, contrasts, strict=False) if one in given])
        title = wrap(labels.outcome_title(outcomes[at]), room * each - 2, 8, lines=4)
        title_over(panels[0], title)
    texts = [wrap(answer(name).label, _NAMES_MM, SMALLEST_PT, lines=1) for name in names]
    grid[0, 0].set_yticks(range(len(names)), texts)
    grid[0, 0].set_ylim(len(names) - 0.4, -0.6)
    units = dict.fromkeys(labels.outcome(name).unit for name in outcomes)
    below = [
        wrap(f"Change in points: {'; '.join(units)}", FULL_MM - 12, SMALLEST_PT, lines=2),
        said,
    ]
    figure.supxlabel("\n".join(text for text in below if text), fontsize=SMALLEST_PT)
    return figure


def _names(frame: pd.DataFrame) -> list[str]:
    """Answers from top to bottom: as they are registered, shifts where shifts stand."""
    place = {name: at for at, name in enumerate(ANSWERS)}
    found = dict.fromkeys(frame["answer"])
    return sorted(found, key=lambda name: place.get(name, place["delta"]))


def _notes(frame: pd.DataFrame) -> dict[str, str]:
    """Why answers are missing, each with a letter."""
    missing = frame[frame[_DRAWN].isna().any(axis=1)]
    reasons = dict.fromkeys(str(why) or "no answer" for why in missing["reason"])
    return dict(zip(reasons, string.ascii_lowercase, strict=False))


def _panel(axes: Axes, rows: pd.DataFrame, names: list[str], notes: dict[str, str]) -> None:
    axes.axvline(0, color=QUIET, linewidth=0.8, zorder=1)
    axes.grid(axis="x", color=BAND, linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for height, name in enumerate(names):
        mine = rows[rows["answer"] == name]
        shown = mine.dropna(subset=_DRAWN)
        if shown.empty:
            letters = [notes[str(why) or "no answer"] for why in mine["reason"]]
            axes.text(0.98, height, ", ".join(letters) or "\N{EN DASH}", ha="right", va="center",
                      transform=axes.get_yaxis_transform(), fontsize=SMALLEST_PT,
                      color=QUIET)  # fmt: skip
        first = name == HEADLINE
        color = ALL_MARK.color if first else _OTHER
        for row in shown.itertuples():
            ends = [row.conf_low, row.conf_high]
            if first:
                axes.axhspan(height - 0.5, height + 0.5, color=BAND, linewidth=0, zorder=0)
                axes.axvline(row.estimate, color=ALL_MARK.color, linewidth=0.8, linestyle=":")
            axes.plot(ends, [height] * 2, color=color, linewidth=1.4 if first else 1.0, zorder=2)
            axes.plot(ends, [height] * 2, "|", color=color, markersize=3.5, zorder=2)
            axes.plot(row.estimate, height, marker=ALL_MARK.marker if first else "o", color=color,
                      markersize=3.4, markerfacecolor=color if first else "white",
                      zorder=3)  # fmt: skip
    axes.locator_params(axis="x", nbins=3)
    if rows.dropna(subset=_DRAWN).empty:
        unscaled(axes)


def _same_scale(panels: list[Axes]) -> None:
    """One scale for the changes of an outcome, which are all in its points."""
    limits = [axes.get_xlim() for axes in panels]
    for axes in panels:
        axes.set_xlim(min(low for low, _ in limits), max(high for _, high in limits))


def caption_sensitivity_strip(cleared: Cleared, labels: Labels) -> str:
    """Caption of the strip."""
    frame = cleared.frame
    kinds = [
        f"{answer(name).label}: {'; '.join(dict.fromkeys(text for text in found if text))}"
        for name in _names(frame)
        if any(
            found := frame.loc[
                frame["answer"].eq(name) & frame["conf_low"].notna(), "interval"
            ].tolist()
        )
    ]
    missing = [f"{letter}: {why}" for why, letter in _notes(frame).items()]
    asked = frame.groupby(["outcome", "contrast"])["answer"].nunique()
    dashed = bool((asked < frame["answer"].nunique()).any())
    sentences = [
        "The same change under every method, in points of each scale, all pupils; grey and dotted: "
        "the headline.",
        sentence(base(frame)),
        f"Intervals: {'. '.join(kinds)}." if kinds else "",
        f"Letters stand where there is no answer. {'; '.join(missing)}." if missing else "",
        "A dash: the method has nothing to add for that outcome (no item is flagged, say)."
        if dashed
        else "",
        f"Waves: {labels.waves_line()}.",
    ]
    return close(sentences, cleared, labels, change=True)
