"""Stacked bars of answers by wave: of all items of a scale together, and item by item."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import close
from resilience_lib.figures.forest import Rows, name_rows, row_mm
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import (
    FULL_MM,
    INK,
    QUIET,
    SMALLEST_PT,
    new_figure,
    styled,
    text_mm,
    wrap,
)

LOWEST, HIGHEST = "#E3EEF6", "#08456E"
"""Colours of the lowest and of the highest answer; those between them darken evenly."""
_HALF = 0.38
"""Of a row, from its middle to the bar's top edge and to the interval below the bar."""
_THICK = 0.64
_DARK = 0.5
"""Darker segments than this carry white words."""
_NAMES_MM = 24.0


def select_responses(cleared: Cleared, labels: Labels) -> Cleared:
    """Answers to all items of each scale together."""

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["item"].eq("") & frame["subgroup"].isin(labels.groups)]

    return reshape(pick, cleared)


def select_item_responses(cleared: Cleared, labels: Labels) -> Cleared:
    """Answers of all pupils to each item."""

    def pick(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["item"].ne("") & frame["subgroup"].eq("all")]

    return reshape(pick, cleared)


@styled
def draw_responses(cleared: Cleared, labels: Labels) -> Figure:
    """A panel for each group, a block for each scale, a bar for each wave."""
    frame = cleared.frame
    shown = set(frame.loc[frame["share"].notna(), "subgroup"]) or {"all"}
    groups = [group for group in labels.groups if group in shown]
    return _draw(
        frame.assign(row=frame["wave"], panel=frame["subgroup"]),
        labels,
        names={name: name for name, _ in labels.waves},
        panels={group: labels.group(group) for group in groups},
    )


@styled
def draw_item_responses(cleared: Cleared, labels: Labels) -> Figure:
    """A panel for each wave, a block for each scale, a bar for each of its items."""
    frame = cleared.frame
    items = dict.fromkeys(frame["item"])
    return _draw(
        frame.assign(row=frame["item"], panel=frame["wave"]),
        labels,
        names={item: f"Item {item}" for item in items},
        panels={name: f"{name}: {label}" for name, label in labels.waves},
    )


def _draw(
    frame: pd.DataFrame, labels: Labels, *, names: dict[str, str], panels: dict[str, str]
) -> Figure:
    rows = Rows()
    for outcome in labels.outcome_names:
        there = set(frame.loc[frame["subscale"] == outcome, "row"])
        if there:
            rows.add_heading(wrap(labels.outcome_title(outcome), FULL_MM - 15, 7.5))
            for row in (name for name in names if name in there):
                rows.add_row(outcome, row, names[row])
            rows.depth += 0.4
    fixed = 26.0
    figure = new_figure(FULL_MM, fixed + max(2.0, rows.depth) * row_mm([rows], fixed))
    grid = figure.subplots(1, max(1, len(panels)), sharey=True, squeeze=False)[0]
    room = (FULL_MM - _NAMES_MM) / max(1, len(panels))
    for axes, (panel, title) in zip(grid, panels.items(), strict=False):
        _panel(axes, frame[frame["panel"] == panel], rows, room)
        axes.set_title(wrap(title, room - 4, 8, lines=2))
    name_rows(grid[0], rows)
    figure.supxlabel(
        "Share of answers, from the lowest code (left) to the highest (right)", fontsize=7.5
    )
    return figure


def _panel(axes: Axes, frame: pd.DataFrame, rows: Rows, room: float) -> None:
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for (outcome, row), height in rows.heights.items():
        mine = frame[(frame["subscale"] == outcome) & (frame["row"] == row)]
        shown = mine.dropna(subset=["share"]).sort_values("category")
        if shown.empty:
            axes.text(0.5, height, "not shown", ha="center", va="center", fontsize=SMALLEST_PT,
                      color=QUIET)  # fmt: skip
            continue
        _bar(axes, shown, height, room, _range(frame[frame["subscale"] == outcome]))


def _range(frame: pd.DataFrame) -> tuple[float, float]:
    """Lowest and highest code of a scale, as far as they are shown."""
    low, high = float(frame["category"].min()), float(frame["category"].max())
    return low, max(high, low + 1)


def _bar(
    axes: Axes, shown: pd.DataFrame, height: float, room: float, codes: tuple[float, float]
) -> None:
    """Segments with their codes where they fit, and below them the interval of the boundary."""
    shades = LinearSegmentedColormap.from_list("answers", [LOWEST, HIGHEST])
    # shares of rounded counts need not add up to one
    ends = (shown["share"].cumsum() / shown["share"].sum()).tolist()
    starts = shown["category"].tolist()
    middle = height - (_HALF - _THICK / 2)
    lefts = [0.0, *ends[:-1]]
    # of merged answers the shade of their middle
    lasts = [*(start - 1 for start in starts[1:]), codes[1]]
    colors = [
        shades(((start + last) / 2 - codes[0]) / (codes[1] - codes[0]))
        for start, last in zip(starts, lasts, strict=True)
    ]
    spans = [(left, end - left) for left, end in zip(lefts, ends, strict=True)]
    axes.broken_barh(spans, (middle - _THICK / 2, _THICK), facecolors=colors, edgecolors="white",
                     linewidth=0.4)  # fmt: skip
    for left, end, color, label in zip(
        lefts, ends, colors, shown["label"].astype(str), strict=True
    ):
        if text_mm(label, SMALLEST_PT) + 1.0 < (end - left) * room:
            red, green, blue = to_rgb(color)
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < _DARK
            axes.text((left + end) / 2, middle, label, ha="center", va="center_baseline",
                      fontsize=SMALLEST_PT, color="white" if dark else INK)  # fmt: skip
    for at in shown["above"].notna().to_numpy().nonzero()[0]:
        low, high = shown["low"].iloc[at], shown["high"].iloc[at]
        axes.vlines(lefts[at], height - _HALF, height + _HALF, color=INK, linewidth=1.1, zorder=4)
        axes.hlines(height + _HALF, 1 - high, 1 - low, color=INK, linewidth=1.3, zorder=4)


def caption_responses(cleared: Cleared, labels: Labels) -> str:
    """Caption of the scales' answers."""
    return _caption(cleared, labels, "to all items of a scale together, by wave and gender")


def caption_item_responses(cleared: Cleared, labels: Labels) -> str:
    """Caption of the items' answers."""
    return _caption(
        cleared, labels, "of all pupils to each item, by wave; items have the numbers of the key"
    )


def _caption(cleared: Cleared, labels: Labels, what: str) -> str:
    frame = cleared.frame
    counted = frame.drop_duplicates(["instrument", "item", "subscale", "wave", "subgroup"])
    gone = [group for group, rows in counted.groupby("subgroup", sort=False)["share"]
            if rows.isna().all()]  # fmt: skip
    n, schools = (counted[name].dropna() for name in ("answering", "n_clusters"))
    about = "" if cleared.rules.open_data else "about "
    many = (
        f"{about}{n.min():,.0f} to {n.max():,.0f} pupils in {schools.max():,.0f} schools behind a "
        "bar."
        if len(n)
        else "Too few pupils or schools to show."
    )
    sentences = [
        f"Answers {what}; the code stands in its part of a bar, turned so that a higher code is a "
        "higher score.",
        many[:1].upper() + many[1:],
        f"Not shown: {'; '.join(gone)}." if gone else "",
        "Black: where answers above the middle of the codes begin, with the 95% interval of their "
        "share (CR2 by school, Satterthwaite df).",
        f"Waves: {labels.waves_line()}.",
    ]
    return close(sentences, cleared, labels, change=True)
