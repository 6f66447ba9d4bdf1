"""Cells of counts of stories, and what notes say of them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.figures.captions import close
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.story_words import SILENCE, SILENT, counted, frame_title, percent
from resilience_lib.tables.format import count, decimals_for, interval, number
from resilience_lib.tables.shape import NOT_SHOWN

TRANSITIONS: dict[str, str] = {
    "forward": "on to a later one",
    "back": "back to an earlier one",
    "same": "stays",
    "other": "outside that order",
}
"""Kinds of transition in words."""
MEASURED = (
    "Improved or worsened: the whole interval lies at or beyond that change; no important change: "
    "inside it; unclear: neither."
)
"""What the numbers of a theme can say."""


def of_asked(value: float, asked: float, words: str = "") -> str:
    """A count of the sources asked, with its share where they are 30 or more.

    Parameters
    ----------
    value, asked : float
        NaN where not shown.
    words : str
        What the frame says instead of a count that is not shown.

    Examples
    --------
    >>> nan = float("nan")
    >>> of_asked(7, 19), of_asked(210, 3000), of_asked(nan, 19, "fewer than 3"), of_asked(nan, 19)
    ('7 of 19', '210 of 3,000 (7%)', 'fewer than 3', 'x')
    """
    if value != value or asked != asked:
        return words if words.startswith("fewer than") else NOT_SHOWN
    share = percent(value, asked)
    return counted(value, asked) + (f" ({share})" if share else "")


def with_it(value: float, sources: float) -> str:
    """Another count of the same row, which is shown where that of sources is.

    Examples
    --------
    >>> with_it(12, 7), with_it(12, float("nan"))
    ('12', 'x')
    """
    return NOT_SHOWN if sources != sources else count(value) or NOT_SHOWN


def value_of(value: float, low: float, high: float) -> str:
    """A value with its interval; a whole number without decimals.

    Examples
    --------
    >>> nan = float("nan")
    >>> value_of(6, nan, nan), value_of(3.0, 1.5, 4.5), value_of(nan, nan, nan)
    ('6', '3.00 [1.50, 4.50]', '')
    """
    if value != value:
        return ""
    alone = low != low or high != high
    digits = 0 if alone and value == round(value) else decimals_for(abs(value))
    return f"{number(value, digits)} {interval(low, high, digits)}".strip()


def what_x_says(cells: pd.DataFrame) -> str:
    """What x means, where a cell has it."""
    there = any(cells[name].astype(str).str.match(rf"^{NOT_SHOWN}\b").any() for name in cells)
    return f"{NOT_SHOWN}: too few sources to be shown, or a count that would tell of them." * there


def silence(*, of_told: bool = False) -> list[str]:
    """Sentences of every note on counts: the denominator (if it is not said) and silence."""
    return [SILENCE if of_told else SILENT]


def told(sentences: list[str], cleared: Cleared, labels: Labels, *, pupils: bool = False) -> str:
    """A note on stories: what x says stands once, and no rule on pupils where none is counted."""
    return close(
        [*sentences, what_x_says(cleared.frame)], cleared, labels, change=False, pupils=pupils
    )


def flow_row(row: dict[str, Any]) -> dict[str, str]:
    """A transition between two cycles as cells."""
    return {
        "Frame": frame_title(row["frame"]),
        "From": row["source_label"],
        "To": row["target_label"],
        "Kind": TRANSITIONS.get(row["kind"], row["kind"]),
        "Stories": of_asked(row["stories"], row["told"]),
        "Times": with_it(row["transitions"], row["stories"]),
    }
