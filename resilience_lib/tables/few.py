"""Cells for counts that may be too few to be shown, and what a note says of them."""

from __future__ import annotations

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.tables.format import count, number
from resilience_lib.tables.shape import NOT_SHOWN


def count_or_few(value: float, few: bool, least: int) -> str:
    """A count, that it is below the least that is shown, or that it is not shown.

    Examples
    --------
    >>> nan = float("nan")
    >>> count_or_few(1250.0, False, 10), count_or_few(nan, True, 10), count_or_few(nan, False, 10)
    ('1,250', '< 10', 'x')
    """
    return f"< {least}" if few else count(value) or NOT_SHOWN


def share(counted: float, n: float, hidden: bool, few: bool, least: int) -> str:
    """A share in per cent; where few are counted, that it is below what the least would be.

    Made of the counts that may be seen, so that it tells no more than they do.

    Examples
    --------
    >>> nan = float("nan")
    >>> share(80.0, 440.0, False, False, 10), share(nan, 440.0, True, True, 10)
    ('18.2', '< 2.3')
    >>> share(nan, nan, True, True, 10), share(nan, 440.0, True, False, 10)
    ('x', 'x')
    >>> share(0.0, 0.0, False, False, 0)
    ''
    """
    if few and n == n:
        return f"< {number(100 * least / n, 1)}"
    if hidden:
        return NOT_SHOWN
    return number(100 * counted / n, 1) if n else ""


def few_said(cleared: Cleared) -> str:
    """What "<" means in a cell; "" where every count is shown."""
    rules = cleared.rules
    if rules.open_data:
        return ""
    return f"<: fewer than {rules.minimum_cell} pupils or cells, or none."
