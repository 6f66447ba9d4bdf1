"""Words of coders' agreement: how often a code was given."""

from __future__ import annotations

from resilience_lib.figures.story_words import FEWEST_FOR_PERCENT
from resilience_lib.tables.format import number
from resilience_lib.tables.shape import NOT_SHOWN


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
