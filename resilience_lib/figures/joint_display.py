"""Joint display: what stories and numbers say of one theme, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import close
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
from resilience_lib.figures.story_marks import JUDGED, MEASURED, spot
from resilience_lib.figures.story_words import QUOTED, SILENT, counted
from resilience_lib.figures.style import BAND, INK, QUIET, styled
from resilience_lib.tables.format import decimals_for, interval, number

_THEME = (0.0, 36.0)
_NUMBERS = (40.0, 46.0)
_QUOTES = (91.0, 52.0)
_BOTH = (147.0, 25.0)
"""Left edge and width of each column, in mm."""
_HEAD_MM = 10.5
_FOOT_MM = 10.5
_FARTHEST = 6.0
"""Smallest important changes that the scale goes up to; what is farther ends in an arrow."""
_SHORTER: tuple[tuple[int, int | None], ...] = (
    *((2, None), (2, 14), (2, 10), (2, 8), (2, 6)),
    *((1, None), (1, 14), (1, 10), (1, 8), (1, 6), (1, 5), (1, 4), (1, 3)),
)
"""Quotes of a theme and most lines of each, fewer and shorter until all fits on a page."""


@dataclass(frozen=True)
class _Row:
    """One theme as lines of text, and how high it is."""

    given: dict[str, Any]
    theme: list[str]
    counts: list[str]
    numbers: list[str]
    quotes: list[tuple[list[str], bool]]
    inference: list[str]
    high: float


def select_joint_display(displays: Cleared, labels: Labels) -> Cleared:
    """The themes as they are declared."""
    return reshape(lambda frame: frame, displays)


@styled
def draw_joint_display(cleared: Cleared, labels: Labels) -> Figure:
    """A row for each theme: its counts, its estimate, up to two quotes, and the judgement."""
    rows, _ = _plan(cleared.frame)
    figure, axes = new_sheet(_HEAD_MM + sum(row.high for row in rows) + _FOOT_MM, cleared)
    for (left, _), title in zip(
        (_THEME, _NUMBERS, _QUOTES, _BOTH),
        ("What stories say", "What numbers say", "In their words", "Read together"),
        strict=True,
    ):
        put(axes, left, 0.5, title, size_pt=8, bold=True)
    reach = _reach(cleared.frame)
    top = _HEAD_MM
    for row in rows:
        _draw_row(axes, row, top, reach)
        top += row.high
    if not rows:
        put(axes, 0, top, "No theme is declared.", color=QUIET)
    _scale(axes, top, reach, _signed(cleared.frame)["estimate"].notna().any())
    return figure


def _plan(frame: pd.DataFrame) -> tuple[list[_Row], tuple[int, int | None]]:
    """Rows that fit on a page, quotes of each, and their most lines (None: all)."""
    given = frame.to_dict("records")
    room = TALLEST_MM - _HEAD_MM - _FOOT_MM
    rows: list[_Row] = []
    for shown, most in _SHORTER:
        rows = [_row(one, shown, most) for one in given]
        if sum(row.high for row in rows) <= room:
            return rows, (shown, most)
    while sum(row.high for row in rows) > room:
        rows.pop()
    return rows, _SHORTER[-1]


def _row(given: dict[str, Any], shown: int, most: int | None) -> _Row:
    """Lines of one theme."""
    quotes: list[tuple[list[str], bool]] = []
    for at in ("1", "2")[:shown]:
        if given[f"quote_{at}"]:
            said = f"“{str(given[f'quote_{at}']).strip('“”')}”"
            quotes.append((lines_of(said, _QUOTES[1], most=most), False))
            quotes.append((lines_of(given[f"attribution_{at}"], _QUOTES[1], most=most), True))
    if not quotes:
        quotes = [(["no quote cleared for publication"], True)]
    theme = lines_of(given["label"], _THEME[1], bold=True)
    words = given["words"] or counted(given["sources"], given["asked"])
    counts = lines_of(words, _THEME[1])
    numbers = lines_of(_raw(given), _NUMBERS[1])
    inference = []
    if given["inference"]:
        inference = lines_of(f"Together: {given['inference']}", SHEET_MM - _QUOTES[0], most=most)
    drawn = 5.0 if _measured(given) else 0.0
    beside = high_mm(sum(len(lines) for lines, _ in quotes)) + (1.5 if len(quotes) > 2 else 0)
    high = max(
        high_mm(len(theme) + len(counts)) + 0.8,
        drawn + high_mm(len(numbers)),
        max(beside, high_mm(_marked_lines(given))) + high_mm(len(inference)) + 0.8,
    )
    return _Row(given, theme, counts, numbers, quotes, inference, high + 3.5)


def _marked_lines(given: dict[str, Any]) -> int:
    return 2 + sum(len(lines_of(word, _BOTH[1] - 4.5)) for word in _said(given))


def _said(given: dict[str, Any]) -> tuple[str, str]:
    return given["quantitative"] or "not measured", given["judgement"] or "open"


def _measured(given: dict[str, Any]) -> bool:
    bounds = (given["estimate"], given["conf_low"], given["conf_high"], given["smallest_important"])
    return all(value == value for value in bounds)


def _raw(given: dict[str, Any]) -> str:
    """The estimate in its own unit."""
    if not given["outcome"]:
        return "not measured"
    last, _, first = str(given["contrast"]).partition(" - ")
    named = given["outcome_label"] + (f", {first} to {last}" if first else "")
    if given["estimate"] != given["estimate"]:
        return f"{named}: not shown"
    digits = decimals_for(abs(given["estimate"]))
    bounds = interval(given["conf_low"], given["conf_high"], digits)
    found = f"{number(given['estimate'], digits)} {bounds}".strip().replace(
        " ", "\N{NO-BREAK SPACE}"
    )
    least = given["smallest_important"]
    matters = f"least that matters: {least:g}" if least == least else ""
    return f"{named}\n{found}\n" + "; ".join(word for word in (given["unit"], matters) if word)


def _signed(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates in smallest important changes, turned so that more is better."""
    turn = np.where(frame["higher_is_better"].eq(0), -1.0, 1.0)
    unit = frame["smallest_important"] * turn
    ends = [frame[name] / unit for name in ("conf_low", "conf_high")]
    low, high = np.fmin(*ends), np.fmax(*ends)
    return pd.DataFrame({"estimate": frame["estimate"] / unit, "low": low, "high": high})


def _reach(frame: pd.DataFrame) -> float:
    most = np.nanmax([2.0, *_signed(frame).abs().to_numpy().ravel()])
    return float(min(_FARTHEST, np.ceil(most)))


def _place(value: float, reach: float) -> float:
    return _NUMBERS[0] + _NUMBERS[1] * (min(max(value, -reach), reach) + reach) / (2 * reach)


def _draw_row(axes: Axes, row: _Row, top: float, reach: float) -> None:
    rule(axes, top)
    top += 1.5
    put(axes, _THEME[0], top, row.theme, bold=True)
    put(axes, _THEME[0], top + high_mm(len(row.theme)) + 0.8, row.counts)
    if _measured(row.given):
        _estimate(axes, row, top - 1.5, reach)
        put(axes, _NUMBERS[0], top + 5.0, row.numbers)
    else:
        quiet = row.given["outcome"] == ""
        put(axes, _NUMBERS[0], top, row.numbers, color=QUIET if quiet else INK)
    y = top
    for at, (lines, quiet) in enumerate(row.quotes):
        y += 1.5 if at == 2 else 0
        put(axes, _QUOTES[0], y, lines, color=QUIET if quiet else INK)
        y += high_mm(len(lines))
    mark_y = top
    heads = ("numbers:", "together:")
    for head, word, marks in zip(heads, _said(row.given), (MEASURED, JUDGED), strict=True):
        lines = lines_of(word, _BOTH[1] - 4.5)
        put(axes, _BOTH[0], mark_y, head, color=QUIET)
        mark_y += high_mm(1)
        spot(axes, _BOTH[0] + 1.7, mark_y + 1.4, marks.get(word, marks[next(reversed(marks))]))
        put(axes, _BOTH[0] + 4.5, mark_y, lines)
        mark_y += high_mm(len(lines))
    put(axes, _QUOTES[0], max(y, mark_y) + 0.8, row.inference)


def _estimate(axes: Axes, row: _Row, top: float, reach: float) -> None:
    """A point with its interval on the scale of smallest important changes."""
    values = _signed(pd.DataFrame([row.given])).iloc[0]
    y = top + 3.8
    left, right = _place(-1, reach), _place(1, reach)
    axes.fill_between([left, right], top + 0.6, top + 6.0, color=BAND, linewidth=0, zorder=0)
    axes.vlines(_place(0, reach), top + 0.6, top + 6.0, color=QUIET, linewidth=0.6, zorder=1)
    axes.hlines(y, _place(values["low"], reach), _place(values["high"], reach), color=INK,
                linewidth=1.2, zorder=3)  # fmt: skip
    for name, past, marker in (("low", values["low"] < -reach, "<"),
                               ("high", values["high"] > reach, ">")):  # fmt: skip
        axes.plot(_place(values[name], reach), y, marker if past else "|", color=INK,
                  markersize=4.5, zorder=3)  # fmt: skip
    if abs(values["estimate"]) <= reach:
        axes.plot(_place(values["estimate"], reach), y, "s", color=INK, markersize=4, zorder=4)


def _scale(axes: Axes, y: float, reach: float, any_drawn: bool) -> None:
    """The scale of the estimates, below all rows and said above them."""
    rule(axes, y)
    if not any_drawn:
        put(axes, _NUMBERS[0], y + 1, "nothing here was measured", color=QUIET)
        return
    left, width = _NUMBERS
    put(axes, left, 5.5, "worse", color=QUIET)
    put(axes, left + width, 5.5, "better", color=QUIET, ha="right")
    axes.hlines(y + 1.2, left, left + width, color=QUIET, linewidth=0.6)
    step = 1 if reach <= 3 else 2
    for tick in range(-int(reach // step) * step, int(reach) + 1, step):
        x = _place(tick, reach)
        axes.vlines(x, y + 1.2, y + 2.0, color=QUIET, linewidth=0.6)
        put(axes, x, y + 2.4, number(float(tick), 0), ha="center")
    put(axes, left + width / 2, y + 5.6, "smallest important changes", color=QUIET, ha="center")


def caption_joint_display(cleared: Cleared, labels: Labels) -> str:
    """Caption of the joint display."""
    frame = cleared.frame
    rows, (shown, most) = _plan(frame)
    second = bool((frame["quote_2"] != "").any()) and shown == 1
    signed = _signed(frame)
    measured = bool(signed["estimate"].notna().any())
    far = bool((signed.abs() > _FARTHEST).any().any())
    left_out = [str(label) for label in frame["label"].iloc[len(rows) :]]
    sentences = [
        "What stories and numbers say of each theme, side by side; no coefficient joins them, as "
        "the people who told are not the pupils who were measured.",
        SILENT,
        "Points with intervals: the estimate in units of the smallest change that was declared to "
        "matter, turned so that better is to the right; grey: changes smaller than that. Beside: "
        "the estimate with its interval in its own unit, not turned."
        if measured
        else "",
        f"An arrow: the interval goes on beyond {_FARTHEST:.0f} of them." if far else "",
        QUOTED,
        "One quote of each theme; further ones stand in the table." if second else "",
        f"Quotes of more than {most} lines are cut (…); the table joint_display has them whole."
        if most is not None
        else "",
        f"Themes that no page holds stand in that table: {'; '.join(left_out)}."
        if left_out
        else "",
        "Judgements are people's: open where two judges differ and have not settled.",
    ]
    return close(sentences, cleared, labels, change=measured)
