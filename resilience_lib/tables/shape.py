"""What a table is besides its cells: title, note, and which rows belong together."""

from __future__ import annotations

from dataclasses import dataclass

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.figures.labels import Labels

NOT_SHOWN = "x"
"""Stands in a cell that is suppressed."""


@dataclass(frozen=True)
class Table:
    """Title and note of a table; its cells are a `Cleared` frame of text.

    Parameters
    ----------
    title : str
        Without a number: the author's manuscript has the numbering.
    note : str
        Below the table.
    group : str
        Column whose runs of equal values become headings in HTML and Word.
    landscape : bool
        Wide tables go on a landscape page in Word.
    widths : tuple of int
        How wide columns are beside each other, in the order of the columns that are shown
        (without `group`); empty for equal widths in Word and free ones in HTML.
    """

    title: str
    note: str
    group: str
    landscape: bool = False
    widths: tuple[int, ...] = ()


def titled(title: str, cleared: Cleared) -> str:
    """A title, marked where the pupils were invented."""
    return f"{title} (SYNTHETIC DATA)" if cleared.synthetic else title


def noted(sentences: list[str], cleared: Cleared, labels: Labels) -> str:
    """A note: its sentences, protection of pupils, synthetic data."""
    ending = []
    if cleared.rules.text:
        ending.append(f"Confidential data: {cleared.rules.text}; {NOT_SHOWN}: not shown.")
    ending += [f"{note[:1].upper()}{note[1:]}." for note in cleared.notes]
    if cleared.synthetic:
        ending.append(f"Synthetic data: {labels.synthetic_because.rstrip('.')}.")
    return " ".join(part for part in [*sentences, *ending] if part)
