"""Ids that a spreadsheet has damaged: told by their looks, never repaired."""

from __future__ import annotations

import re

import pandas as pd

WRAPPED = re.compile(r"""=.*|['’`][0-9].*|["“„«].*|.*["”»]|‘.*’""")
INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffd]"
)
"""Signs without a shape of their own, and the one that stands for a lost letter."""
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[Ee][+-]?\d+")
DAY = re.compile(
    r"\d{1,2}[-/ ](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[-/ ]\d{2,4}"
    r"|\d{4}-\d{2}-\d{2}(?:T00:00:00)?"
)
DECIMAL = re.compile(r"\d+\.0+")
LONG = re.compile(r"\d{15}0+")
DIGITS = re.compile(r"\d+")
LOST_ZEROS = "zeros lost in front"
"""Begins the one reason that is a guess: ids of several widths may have been given out so."""
MOST_SHORT = 0.5
"""Ids shorter than the rest have lost zeros only if most ids are of the full width."""


def damaged_ids(ids: pd.Series) -> pd.Series:
    """Ids that look as if a spreadsheet had taken them for numbers or dates.

    Parameters
    ----------
    ids : Series of str
        One cell a row, "" where empty; its index is kept.

    Returns
    -------
    Series of str
        Why, for each doubtful id only. Lost zeros are told by width: ids of digits alone, fewer
        than half of them shorter than the longest, no zero in front of any, and no counting on
        from 999 to 1000.

    Examples
    --------
    >>> ids = pd.Series(["10234", "1.0E+05", "2345", "77120"], index=[2, 3, 4, 5])
    >>> damaged_ids(ids).to_dict()
    {3: 'scientific notation', 4: 'zeros lost in front: 4 digits, others have 5'}
    """
    ids = ids.str.strip()
    why = pd.Series("", index=ids.index, dtype="str")
    for pattern, reason in (
        (WRAPPED, "in quotes, or behind the sign that makes a cell text or a formula"),
        (LONG, "digits lost after the 15th"),
        (DECIMAL, "decimals added"),
        (DAY, "turned into a date"),
        (SCIENTIFIC, "scientific notation"),
    ):
        why[ids.str.fullmatch(pattern)] = reason
    why[ids.str.contains(INVISIBLE)] = "signs in it that cannot be seen, or stand for lost ones"
    digits = ids.str.fullmatch(DIGITS) & (why == "")
    widths = ids[digits].str.len()
    if not len(widths):
        return why[why != ""]
    full = int(widths.max())
    short = widths[widths < full]
    zeros = ids[digits].str.startswith("0").any()
    edge = 10 ** (full - 1)
    counted_on = {str(edge - 1), str(edge)} <= set(ids[digits])
    if len(short) and len(short) / len(widths) < MOST_SHORT and not zeros and not counted_on:
        why[short.index] = [f"{LOST_ZEROS}: {width} digits, others have {full}" for width in short]
    return why[why != ""]
