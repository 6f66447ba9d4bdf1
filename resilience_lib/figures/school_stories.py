"""Schools' change, unnamed, beside how many were asked there, and what they told."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import close
from resilience_lib.figures.forest import unscaled
from resilience_lib.figures.grid import (
    SHEET_MM,
    TALLEST_MM,
    high_mm,
    lines_of,
    new_sheet,
    put,
    rule,
)
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.school_change import NO_RANKING, draw_schools
from resilience_lib.figures.story_words import QUOTED, SILENT, counted
from resilience_lib.figures.style import INK, QUIET, styled

_CHANGE_MM = 58.0
_TOLD_MM = 64.0
_QUOTE_MM = 84.0
_HEAD_MM = 10.5
_FOOT_MM = 12.5
_LEAST_MM = 4.0
_BARE_MM = 1.5
"""A school without words beside it, where schools are too many for a line each."""
_SHORTER: tuple[int | None, ...] = (None, 6, 4, 3, 2, 1)


@dataclass(frozen=True)
class _Panel:
    """One change of one outcome: rows from top to bottom, with the lines beside each."""

    title: list[str]
    rows: pd.DataFrame
    quotes: list[list[str]]
    heights: list[float]
    bare: bool

    @property
    def high(self) -> float:
        """Height with title and axis."""
        return _HEAD_MM + max(12.0, sum(self.heights)) + _FOOT_MM


def select_school_stories(schools: Cleared, labels: Labels) -> Cleared:
    """Schools as they are ordered by the estimate, without names."""
    return reshape(lambda frame: frame, schools)


@styled
def draw_school_stories(cleared: Cleared, labels: Labels) -> Figure:
    """A panel for each outcome and change; a line, a count and quotes for each school."""
    panels, _, _ = _plan(cleared.frame, labels)
    figure, axes = new_sheet(6.0 + sum(panel.high for panel in panels), cleared)
    put(axes, 0, 0.5, NO_RANKING, size_pt=8, bold=True)
    top = 6.0
    for panel in panels:
        _draw(axes, panel, top, _unit(panel, labels))
        top += panel.high
    if not panels:
        put(axes, 0, top, "No school's change and stories can be shown.", color=QUIET)
    return figure


def _unit(panel: _Panel, labels: Labels) -> str:
    outcome = str(panel.rows["outcome"].iloc[0])
    return labels.outcome(outcome).unit if outcome in labels.outcome_names else ""


def _plan(frame: pd.DataFrame, labels: Labels) -> tuple[list[_Panel], list[str], int | None]:
    """Panels that a page holds, those that it does not, and most lines of a quote (None: all)."""
    parts = [part for _, part in frame.groupby(["outcome", "contrast"], sort=False)]
    # where a page does not hold all, those with words stay
    parts.sort(key=lambda part: not (part["quotes"] != "").any())
    for most in _SHORTER:
        panels = [_panel(part, labels, most, bare=False) for part in parts]
        if sum(panel.high for panel in panels) <= TALLEST_MM - 6:
            return panels, [], most
    # as many panels as one line of words each leaves room for, with as many lines as they have
    found = [(*_greedy(parts, labels, most), most) for most in _SHORTER]
    held = max(len(panels) for panels, _, _ in found)
    return next(one for one in found if len(one[0]) == held)


def _greedy(
    parts: list[pd.DataFrame], labels: Labels, most: int | None
) -> tuple[list[_Panel], list[str]]:
    """Panels from the first on while the page holds them, and titles of those left out."""
    panels: list[_Panel] = []
    left_out = []
    for part in parts:
        room = TALLEST_MM - 6 - sum(panel.high for panel in panels)
        found = _panel(part, labels, most, bare=False)
        if found.high > room:
            found = _panel(part, labels, most, bare=True)
        if found.high > room and panels:
            left_out.append(" ".join(found.title))
        else:
            panels.append(found)
    return panels, left_out


def _panel(part: pd.DataFrame, labels: Labels, most: int | None, *, bare: bool) -> _Panel:
    rows = part.sort_values("position", kind="stable").reset_index(drop=True)
    outcome = str(rows["outcome"].iloc[0])
    named = labels.outcome_title(outcome) if outcome in labels.outcome_names else outcome
    title = lines_of(
        f"{named}, {labels.change(rows['contrast'].iloc[0])}", SHEET_MM, 8, bold=True, most=1
    )
    if bare:
        step = min(_BARE_MM, (TALLEST_MM - 6 - _HEAD_MM - _FOOT_MM) / len(rows))
        return _Panel(title, rows, [[] for _ in rows.index], [step] * len(rows), True)
    quotes = [lines_of(_said(said), SHEET_MM - _QUOTE_MM, most=most) for said in rows["quotes"]]
    heights = [max(_LEAST_MM, high_mm(len(lines)) + 1.2) for lines in quotes]
    return _Panel(title, rows, quotes, heights, False)


def _said(quotes: str) -> str:
    """Quotes of one school as quotes, each with its teller, one after the other."""
    found = []
    for part in filter(None, quotes.split(" | ")):
        said, bracket, teller = part.rpartition(" (")
        words = (said if bracket else part).strip("“” ")
        found.append(f"“{words}”" + (f" ({teller}" if bracket else ""))
    return "; ".join(found)


def _draw(axes: Axes, panel: _Panel, top: float, unit: str) -> None:
    put(axes, 0, top, panel.title, size_pt=8, bold=True)
    heads = ((0.0, "Schools, unnamed"), (_TOLD_MM, "Told/asked"), (_QUOTE_MM, "In their words"))
    counts = panel.rows["asked"].notna().any()
    for left, head in heads:
        if left == 0 or (not panel.bare and (counts or left != _TOLD_MM)):
            put(axes, left, top + 5.0, head, color=QUIET)
    first = y = top + _HEAD_MM
    middles = []
    for number, high in enumerate(panel.heights):
        if not panel.bare:
            row = panel.rows.iloc[number]
            rule(axes, y)
            if counts:
                put(axes, _TOLD_MM, y + 0.6, counted(row["sources"], row["asked"], of="/"))
            put(axes, _QUOTE_MM, y + 0.6, panel.quotes[number] or "none cleared",
                color=INK if panel.quotes[number] else QUIET)  # fmt: skip
        # beside the first line of its words
        middles.append(y + min(high, _LEAST_MM) / 2)
        y += high
    if panel.bare:
        words = lines_of(
            "Schools are too many for a line of words each: counts and cleared quotes stand in "
            "the data beside this figure.", SHEET_MM - _TOLD_MM
        )  # fmt: skip
        put(axes, _TOLD_MM, first, words, color=QUIET)
    last = max(y, first + 12.0)
    inside = axes.inset_axes((0, first, _CHANGE_MM, last - first), transform=axes.transData)
    inside.set_in_layout(False)
    inside.patch.set_visible(False)
    inside.axvline(0, color=QUIET, linewidth=0.8, linestyle=":")
    draw_schools(inside, panel.rows.assign(position=middles))
    inside.set_ylim(last, first)
    if panel.rows[["estimate", "conf_low", "conf_high"]].dropna().empty:
        unscaled(inside)
    else:
        inside.locator_params(axis="x", nbins=5)
        # set for good: saving settles the ticks of panels, and this one stands inside a panel
        low, high = inside.get_xlim()
        inside.set_xticks([tick for tick in inside.get_xticks() if low <= tick <= high])
    for text in inside.texts:
        text.set_in_layout(False)
    put(axes, _CHANGE_MM / 2, last + 5.2, lines_of(unit, _CHANGE_MM, 7.5, most=2), size_pt=7.5,
        ha="center")  # fmt: skip


def caption_school_stories(cleared: Cleared, labels: Labels) -> str:
    """Caption of schools' change beside stories."""
    frame = cleared.frame
    panels, left_out, most = _plan(frame, labels)
    bare = [" ".join(panel.title) for panel in panels if panel.bare]
    cut = any(lines and lines[-1].endswith("…") for panel in panels for lines in panel.quotes)
    counts = bool(frame["asked"].notna().any())
    sentences = [
        "Each school's change, drawn towards the mean of schools the more, the fewer pupils it "
        "rests on, with its interval, ordered by the estimate in each panel by itself; beside it, "
        + ("how many of the staff asked there told a story, and " if counts else "")
        + "quotes of the themes that stand beside this outcome.",
        NO_RANKING,
        "No coefficient joins change and stories: schools are few, and those asked were not drawn "
        "by lot.",
        SILENT if counts else "",
        QUOTED + " Of a school only those cleared to stand beside it are shown.",
        f"Quotes of more than {most} line{'s' * (most != 1)} are cut (…); the data beside this "
        "figure have them whole."
        if cut
        else "",
        f"Without a line of words for each school: {'; '.join(bare)}." if bare else "",
        f"Not drawn, as the page does not hold them: {'; '.join(left_out)}." if left_out else "",
    ]
    return close(sentences, cleared, labels, change=True)
