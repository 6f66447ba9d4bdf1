"""Words and sentences that figures and tables of coded stories share."""

from __future__ import annotations

from collections.abc import Iterable

FRAMES: dict[str, str] = {
    "value_creation_2011": "Value Creation Framework (2011, five cycles)",
    "value_creation_2020": "Value Creation Framework (2020, eight cycles)",
    "resilience_framework": "Resilience Framework",
    "noble_truths": "Noble Truths",
    "own": "Codes of this study",
    "indicators": "Claims to have contributed to indicators",
}
"""What coding frames are called."""
KINDS: dict[str, str] = {
    "all": "All",
    "role": "By role",
    "site": "By site",
    "school": "By school",
    "wave": "By wave",
}
"""What groups of sources are told apart by, in the order of rows."""
FEWEST_FOR_PERCENT = 30
"""Sources below which no share is printed, nor tinted."""
SILENCE = (
    "A source in which something is not mentioned is silent on it, and silence is not a zero: it "
    "may be so and not be told."
)
SILENT = f"Counts are of the sources asked, those who told nothing included. {SILENCE}"
NO_LADDER = (
    "They describe how stories are told, not what caused what. Cycles are no ladder: none is worth "
    "more than another, and a story that goes back is not a worse one."
)
QUOTED = "Quotes are only those that were cleared for publication."


SHOWN = (
    "Confidential data: of what was told, only counts of sources and quotes that were cleared are "
    "shown."
)
"""What stands instead of the rules on pupils where no pupil is counted."""


def in_order(frames: Iterable[str]) -> dict[str, int]:
    """The place of each coding frame: those above as they stand there, any other after them.

    Examples
    --------
    >>> list(in_order(["own", "moves", "value_creation_2011"]))
    ['value_creation_2011', 'own', 'moves']
    """
    there = list(dict.fromkeys(frames))
    known = [name for name in FRAMES if name in there]
    return {name: at for at, name in enumerate([*known, *(n for n in there if n not in FRAMES)])}


def frame_title(name: str) -> str:
    """A coding frame for people; any other name as it is.

    Examples
    --------
    >>> frame_title("noble_truths"), frame_title("moves_2024")
    ('Noble Truths', 'moves 2024')
    """
    return FRAMES.get(name, name.replace("_", " "))


def counted(value: float, asked: float, *, of: str = " of ") -> str:
    """A count with its denominator; x where it is not shown.

    Examples
    --------
    >>> nan = float("nan")
    >>> counted(7, 19), counted(1250, 3000, of="/"), counted(nan, 19), counted(0, nan)
    ('7 of 19', '1,250/3,000', 'x', 'x')
    """
    if value != value or asked != asked:
        return "x"
    return f"{value:,.0f}{of}{asked:,.0f}"


def percent(value: float, asked: float) -> str:
    """A share of the sources asked; "" where they are too few for one.

    Examples
    --------
    >>> percent(15, 30), percent(15, 29), percent(float("nan"), 300)
    ('50%', '', '')
    """
    if value != value or asked != asked or asked < FEWEST_FOR_PERCENT:
        return ""
    return f"{value / asked:.0%}"


def few_said(words: Iterable[str]) -> str:
    """What x stands for, in the words of the frame of counts itself.

    Examples
    --------
    >>> few_said(["7", "fewer than 3", "0"]), few_said(["7"])
    ('x: fewer than 3 sources, or a count that would tell of them', 'x: not shown')
    """
    found = [word for word in dict.fromkeys(map(str, words)) if word.startswith("fewer than")]
    if not found:
        return "x: not shown"
    return f"x: {found[0].removesuffix(' sources')} sources, or a count that would tell of them"


def coded_by(assigned: str) -> str:
    """Who gave the codes.

    Examples
    --------
    >>> coded_by("teller"), coded_by("coder")
    ('as tellers placed them', 'as coders read them')
    """
    return "as tellers placed them" if assigned == "teller" else "as coders read them"
