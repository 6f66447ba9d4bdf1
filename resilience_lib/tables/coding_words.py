"""Words of coders' agreement: how often a code was given, and why an interval is missing."""

from __future__ import annotations

import re

from resilience_lib.figures.story_words import FEWEST_FOR_PERCENT
from resilience_lib.tables.format import number
from resilience_lib.tables.shape import NOT_SHOWN

_ONE, _MANY = " draw of ", " draws of "
"""Words that differ where the number is one."""


def alike(reasons: list[str]) -> str:
    """Reasons once each; those that differ in one number alone, once with its range.

    Examples
    --------
    >>> alike(["missing in 11 draws", "", "missing in 9 draws"]), alike(["a", "b"])
    ('missing in 9 to 11 draws', 'a; b')
    >>> alike(["missing in 1 draw of stories", "missing in 9 draws of stories"])
    'missing in 1 to 9 draws of stories'
    """
    held: dict[tuple[str, str], list[int]] = {}
    for reason in dict.fromkeys(filter(None, reasons)):
        before, digits, after = _parts(reason)
        held.setdefault((before, after), []).extend([int(digits)] if digits else [])
    said = []
    for (before, after), values in held.items():
        low, high = (min(values), max(values)) if values else ("", "")
        after = after.replace(_MANY, _ONE) if low == high == 1 else after
        said.append(f"{before}{low if low == high else f'{low} to {high}'}{after}")
    return "; ".join(said)


def _parts(reason: str) -> list[str]:
    """What stands before its first number, the number, and the rest."""
    found = re.split(r"(\d+)", reason.replace(_ONE, _MANY), maxsplit=1)
    return found if len(found) == 3 else [reason, "", ""]


def prevalence(share: float, units: float, *, two: bool) -> str:
    """How many codings have a code; a share from 30 units on, and of more coders a share alone.

    Examples
    --------
    >>> prevalence(0.5, 38, two=True), prevalence(0.25, 20, two=True)
    ('38 of 76 (50%)', '10 of 40')
    >>> prevalence(0.25, 40, two=False), prevalence(0.25, 20, two=False)
    ('25%', '0.25')
    >>> prevalence(float("nan"), 20, two=True)
    'x'
    """
    if share != share or units != units:
        return NOT_SHOWN
    percent = f"{share:.0%}" if units >= FEWEST_FOR_PERCENT else ""
    if not two:
        return percent or number(share)
    return f"{share * 2 * units:,.0f} of {2 * units:,.0f}" + (f" ({percent})" if percent else "")
