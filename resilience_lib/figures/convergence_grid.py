"""Grid of convergence: what two people judged of each theme, and what they settled on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
from resilience_lib.figures.plain_words import judge_name, verb
from resilience_lib.figures.story_marks import JUDGED, MEASURED, spot
from resilience_lib.figures.story_words import SILENT
from resilience_lib.figures.style import INK, QUIET, styled

_THEME_MM = 56.0
_WIDTH_MM = 29.0
_MARK_MM = 4.6
_HEAD_MM = 6.0


@dataclass(frozen=True)
class _Row:
    """One theme as lines of text, and how high it is."""

    theme: list[str]
    words: list[str]
    marks: list[tuple[str, list[str]]]
    check: list[str]
    high: float


def select_convergence_grid(convergence: Cleared, labels: Labels) -> Cleared:
    """The themes as they are declared."""
    return reshape(lambda frame: frame, convergence)


@styled
def draw_convergence_grid(cleared: Cleared, labels: Labels) -> Figure:
    """A row for each theme; numbers, both judges and what is settled from left to right."""
    rows = _plan(cleared.frame)
    heads = [lines_of(head, _WIDTH_MM - 2, 8, bold=True, most=2) for head in _heads(cleared.frame)]
    top = max(_HEAD_MM, high_mm(max(map(len, heads)), 8) + 2)
    figure, axes = new_sheet(top + sum(row.high for row in rows) + (5 if not rows else 1), cleared)
    put(axes, 0, 0.5, "Theme", size_pt=8, bold=True)
    for at, head in enumerate(heads):
        put(axes, _left(at), 0.5, head, size_pt=8, bold=True)
    for row in rows:
        _draw(axes, row, top)
        top += row.high
    rule(axes, top)
    if not rows:
        put(axes, 0, top + 1, "No theme was judged.", color=QUIET)
    return figure


def _heads(frame: pd.DataFrame) -> list[str]:
    found = ["Numbers"]
    for at in (1, 2):
        names = [name for name in dict.fromkeys(frame[f"judge_{at}"]) if name]
        # judges by name only where one person judged all themes
        found.append(judge_name(at, str(names[0]) if len(names) == 1 else ""))
    return [*found, "Settled"]


def _left(at: int) -> float:
    return _THEME_MM + at * _WIDTH_MM


def _plan(frame: pd.DataFrame) -> list[_Row]:
    """Rows that fit on a page."""
    rows = [_row(given) for given in frame.to_dict("records")]
    while sum(row.high for row in rows) > TALLEST_MM - 2 * _HEAD_MM:
        rows.pop()
    return rows


def _row(given: dict[str, Any]) -> _Row:
    said = (
        given["quantitative"] or "not measured",
        given["judgement_1"] or "not judged",
        given["judgement_2"] or "not judged",
        given["judgement"] or "open",
    )
    marks = [(word, lines_of(word, _WIDTH_MM - _MARK_MM - 1.5)) for word in said]
    theme = lines_of(given["label"], _THEME_MM - 4, bold=True)
    words = lines_of(given["words"], _THEME_MM - 4)
    check = lines_of(f"Check: {given['check']}", SHEET_MM - 1) if given["check"] else []
    high = max(high_mm(len(theme) + len(words)), high_mm(max(len(lines) for _, lines in marks)))
    return _Row(theme, words, marks, check, high + high_mm(len(check)) + 3.2)


def _draw(axes: Axes, row: _Row, top: float) -> None:
    rule(axes, top)
    top += 1.4
    put(axes, 0, top, row.theme, bold=True)
    put(axes, 0, top + high_mm(len(row.theme)), row.words)
    for at, (word, lines) in enumerate(row.marks):
        known = MEASURED if at == 0 else JUDGED
        if word in known:
            spot(axes, _left(at) + 1.8, top + 1.5, known[word])
        put(axes, _left(at) + _MARK_MM, top, lines, color=QUIET if word not in known else INK)
    if row.check:
        put(axes, 0, top + row.high - high_mm(len(row.check)) - 2.2, row.check)


def caption_convergence_grid(cleared: Cleared, labels: Labels) -> str:
    """Caption of the grid."""
    frame = cleared.frame
    rows = _plan(frame)
    left_out = [str(label) for label in frame["label"].iloc[len(rows) :]]
    unsettled = int(frame["judgement"].eq("").sum())
    checks = int(frame["check"].ne("").sum())
    sentences = [
        "Whether stories and numbers say the same of each theme, as two people judged it apart "
        "(categories after Farmer et al. 2006), and what was settled where they differed.",
        "Numbers: what the interval says of the smallest change that matters, by rule: unclear "
        "where it lies neither beyond that change nor inside it.",
        f"{unsettled} of {len(frame)} themes {verb(unsettled, 'is', 'are')} open: the judges "
        "differ and have not settled."
        if unsettled
        else "",
        f"Check: what a rule finds that does not fit the judgements; {checks} of {len(frame)} "
        f"themes {verb(checks, 'has', 'have')} one, and people decide."
        if checks
        else "",
        SILENT,
        f"The table convergence has the reasons, and the themes that no page holds: "
        f"{'; '.join(left_out)}."
        if left_out
        else "The table convergence has the reasons.",
    ]
    return close(sentences, cleared, labels, change=False, pupils=False)
