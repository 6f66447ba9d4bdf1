"""Text that stays text when somebody opens a CSV file in a spreadsheet."""

from __future__ import annotations

import re

import pandas as pd

MARK = "'"
"""Stands before a cell that a spreadsheet would compute or change."""

RULE = (
    "a cell that a spreadsheet would compute or change (it begins with = + - @ or an apostrophe, "
    "or looks like a number that loses its zeros or digits, a date, a time, TRUE or FALSE) begins "
    "with an apostrophe; take one away to get the text"
)
"""The same for whoever reads the file."""

_COMPUTED = re.compile(r"[=+\-@'\t\r\n]")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CHANGED = re.compile(
    r"0\d.*|\d{12,}|\d+e\d+|\d*\.\d*|\d+,[\d,.]*|true|false|"
    r"\d{1,4}[-/.:]\d{1,2}(?:[-/.:]\d{1,4})?(?: ?[ap]m)?|\d+ ?[ap]m|\d+%|"
    rf"\d{{1,2}}[- /]?{_MONTH}(?:[- /]?\d+)?|{_MONTH}[- /]?\d+",
    re.IGNORECASE,
)


def marked(cell: str) -> str:
    """A text with an apostrophe before it where a spreadsheet would not leave it alone.

    Examples
    --------
    >>> [marked(c) for c in ("=1+1", "-a", "007", "1E5", "MAR1", "3-4", "'x", "123456789012")]
    ["'=1+1", "'-a", "'007", "'1E5", "'MAR1", "'3-4", "''x", "'123456789012"]
    >>> [marked(c) for c in ("P1", "12", "girls", "a=b", "", "Marlow 2")]
    ['P1', '12', 'girls', 'a=b', '', 'Marlow 2']
    """
    meddled = _COMPUTED.match(cell) or _CHANGED.fullmatch(cell)
    return MARK + cell if meddled else cell


def marked_column(cells: pd.Series) -> pd.Series:
    """The same for a whole column; missing cells stay missing."""
    return cells.map({cell: marked(cell) for cell in cells.dropna().unique()})
