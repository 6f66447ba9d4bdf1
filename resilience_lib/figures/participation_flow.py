"""Participation flow: from the eligible on, where known, through every wave."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import NO_INTERVAL, close, counted, sentence
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.style import BAND, FULL_MM, INK, QUIET, new_figure, styled, wrap

_BOX_MM = 72.0
_LINE_MM = 3.9
_GAP_MM = 14.0
_SIDE_MM = 42.0


class _Box(NamedTuple):
    name: list[str]
    lines: list[str]
    top: float
    bottom: float


UNMATCHED: dict[str, str] = {
    "left_over": "found at that wave alone",
    "tie": "whose code fits two others equally well",
    "taken": "whose code fits best one that fits another better",
    "too_few_parts": "with too few parts of the code",
}
"""Counts of the link report that say who stayed unmatched, and in words."""


def select_participation_flow(flow: Cleared, links: Cleared, labels: Labels) -> Cleared:
    """All of the flow is drawn; where codes were linked, each wave says who stayed unmatched."""

    def beside(steps: pd.DataFrame, report: pd.DataFrame) -> pd.DataFrame:
        if "tie" not in set(report["count"]):
            return steps
        for count in UNMATCHED:
            rows = report[report["count"] == count]
            said = {row.waves: _left(row, labels) for row in rows.itertuples()}
            steps[f"unmatched_{count}"] = steps["step"].map(said)
        return steps

    return reshape(beside, flow, links)


@styled
def draw_participation_flow(cleared: Cleared, labels: Labels) -> Figure:
    """Boxes from top to bottom; who is lost goes to the right, who joins comes from the left."""
    frame = cleared.frame
    boxes: list[_Box] = []
    depth = 2.0
    for row in frame.itertuples():
        name, lines = _box_lines(row, labels)
        height = _LINE_MM * len(name + lines) + 4
        boxes.append(_Box(name, lines, depth, depth + height))
        depth += height + _GAP_MM
    height_mm = depth - _GAP_MM + 2
    figure = new_figure(FULL_MM, height_mm)
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_xlim(0, FULL_MM)
    axes.set_ylim(height_mm, 0)
    middle = FULL_MM / 2
    previous: _Box | None = None
    for row, box in zip(frame.itertuples(), boxes, strict=True):
        _box(axes, box, dashed=row.source != "counted")
        if previous is not None:
            _arrow(axes, (middle, previous.bottom), (middle, box.top))
            _side_notes(axes, row, previous.bottom, box.top, labels)
        previous = box
    return figure


def _box_lines(row: Any, labels: Labels) -> tuple[list[str], list[str]]:
    """Lines of a box: its name, and what stands below."""
    label = row.label[:1].upper() + row.label[1:]
    name = label if row.step in ("eligible", "sample") else f"{row.step}: {label}"
    pupils = f"{_count(row, 'pupils', labels)} pupils"
    if "pupils" in row.withheld.split():
        pupils = "number of pupils not shown"
    schools = "" if pd.isna(row.schools) else f" in {row.schools:,.0f} schools"
    lines = [f"{pupils}{schools}"]
    if row.source != "counted":
        lines += wrap(f"published: {row.source}", _BOX_MM - 4, 8, lines=3).split("\n")
    return wrap(name, _BOX_MM - 6, 8.5, lines=3).split("\n"), lines


def _count(row: Any, name: str, labels: Labels) -> str:
    """A count as it is printed; the gate says which it hid for its size, and which for schools."""
    if name in row.withheld.split():
        return "not shown"
    if name in row.hidden.split():
        return f"fewer than {labels.minimum_cell}"
    about = "about " if labels.minimum_cell and row.source == "counted" else ""
    return f"{about}{getattr(row, name):,.0f}"


def _box(axes: Axes, box: _Box, *, dashed: bool) -> None:
    left = (FULL_MM - _BOX_MM) / 2
    axes.add_patch(
        FancyBboxPatch(
            (left, box.top),
            _BOX_MM,
            box.bottom - box.top,
            boxstyle="round,pad=0,rounding_size=1.5",
            facecolor="white" if dashed else BAND,
            edgecolor=QUIET,
            linewidth=0.8,
            linestyle="--" if dashed else "-",
        )
    )
    for at, line in enumerate(box.name + box.lines):
        axes.text(
            FULL_MM / 2,
            box.top + 2 + (at + 0.5) * _LINE_MM,
            line,
            ha="center",
            va="center",
            fontweight="bold" if at < len(box.name) else "normal",
        )


def _side_notes(axes: Axes, row: Any, above: float, below: float, labels: Labels) -> None:
    middle = FULL_MM / 2
    height = above + (below - above) * 0.3
    unseen = f"{row.hidden} {row.withheld}".split()
    if pd.notna(row.lost) or "lost" in unseen:
        _arrow(axes, (middle, height), (middle + _SIDE_MM, height))
        text = f"lost: {_count(row, 'lost', labels)}"
        axes.text(middle + _SIDE_MM + 1.5, height, text, ha="left", va="center")
    joined = [
        f"{word}: {_count(row, name, labels)}"
        for name, word in (("entered", "new"), ("returned", "returned"))
        if name in unseen or (pd.notna(getattr(row, name)) and getattr(row, name) > 0)
    ]
    height = above + (below - above) * 0.58
    if joined:
        _arrow(axes, (middle - _SIDE_MM, height), (middle, height))
        axes.text(middle - _SIDE_MM - 1.5, height, "\n".join(joined), ha="right", va="center")


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "color": INK, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=style)


def caption_participation_flow(cleared: Cleared, labels: Labels) -> str:
    """Caption of the participation flow."""
    frame = cleared.frame
    published = frame[frame["source"] != "counted"]
    sample = frame[frame["step"] == "sample"].iloc[0]
    sentences = [
        f"Participation from step to step; {counted(sample['pupils'], sample['schools'], cleared)} "
        "are in the study at any wave, and a box gives the pupils seen.",
        "Lost: seen at the wave before and not at this one; new: seen for the first time; "
        "returned: seen before, but not at the wave before.",
        *(
            sentence(
                f"{row.label}, {row.pupils:,.0f} pupils in {row.schools:,.0f} schools: "
                f"published in {row.source}"
            )
            for row in published.itertuples()
        ),
        _unmatched(frame, labels),
        NO_INTERVAL,
    ]
    return close(sentences, cleared, labels, change=False)


def _unmatched(frame: pd.DataFrame, labels: Labels) -> str:
    """How many rows linking by codes left over, wave by wave; "" where codes were not linked."""
    waves = frame[frame["step"].isin([name for name, _ in labels.waves])]
    said = []
    for count, words in UNMATCHED.items():
        if f"unmatched_{count}" not in frame:
            return ""
        known = waves[f"unmatched_{count}"].tolist()
        each = [f"{text} at {wave}" for wave, text in zip(waves["step"], known, strict=True)]
        text = f"{known[0]} at each wave" if len(set(known)) == 1 else ", ".join(each)
        said.append(f"{words}: {text}")
    return (
        "Rows were linked by self-generated codes, so that a pupil whose code was not matched "
        f"counts as lost and as new. Pupils {said[0]}; rows {'; rows '.join(said[1:])}."
    )


def _left(row: Any, labels: Labels) -> str:
    """A count of the link report in words."""
    if row.few:
        return f"fewer than {labels.minimum_cell}"
    if pd.isna(row.n):
        return "a number that is not shown"
    return f"{'about ' if labels.minimum_cell else ''}{row.n:,.0f}"
