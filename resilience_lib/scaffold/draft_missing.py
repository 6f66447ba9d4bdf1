"""Codes that look as if they meant "missing": outside the body of a column's values."""

from __future__ import annotations

import re
from collections.abc import Iterable

POSITIVE: frozenset[float] = frozenset(
    {8, 9, 77, 88, 97, 98, 99, 777, 888, 997, 998, 999, 7777, 8888, 9999}
)
NEGATIVE: frozenset[float] = frozenset({-1, -7, -8, -9, -77, -88, -97, -98, -99, -999, -9999})
"""Numbers that people write for "not answered", "refused" and the like."""

WORDS: frozenset[str] = frozenset({"na", "n/a", "#n/a", "nan", "null", "missing", "."})
"""Words and signs that programs and people write for the same, in small letters."""

LABELLED = re.compile(
    r"missing|refus|no (?:answer|response)|not (?:answered|applicable|asked|given|stated)|"
    r"don.?t know|undetermined|unknown|prefer not|skipped|n/?a$",
    re.IGNORECASE,
)
"""Labels of a code that say so."""

_MOST_ANSWERS = 11


def likely_missing(values: Iterable[float]) -> tuple[float, ...]:
    """Which values of a column look like missing codes.

    Parameters
    ----------
    values : iterable of float
        Different values of one column, in any order.

    Returns
    -------
    tuple of float
        Sorted. Only a guess: who drafts with it asks a person.

    Notes
    -----
    A value is named where it is one of `POSITIVE` or `NEGATIVE` and lies outside the body, the
    values that are none of them:

    - above the body: at least 2 above it where the body is a complete run of at most 11 whole
      numbers from 0 or 1, as answers are; anywhere else further above it than the body is wide.
      So 9 beside 1 to 5 is named; 9 beside 8 and 10, 8 beside 1 to 7, and 99 beside 60 to 85
      are not.
    - below the body: where nothing else is negative, and the body has more than 0 and 1 in it
      (-1, 0, 1 is a scale of its own).

    A candidate that is not named belongs to the body, and the next one out is held against that.

    Examples
    --------
    >>> likely_missing([1, 2, 3, 4, 5, 8, 9]), likely_missing([1, 2, 3, 4, 5, 6, 7, 8, 9])
    ((8, 9), ())
    >>> likely_missing([60, 72.5, 85, 99]), likely_missing([60, 72.5, 85, 999, -9])
    ((), (-9, 999))
    >>> likely_missing([-1, 0, 1]), likely_missing([-2, -1, 0, 1]), likely_missing([-1, 0, 1, 2])
    ((), (), (-1,))
    """
    different = sorted(set(values))
    body = [value for value in different if value not in POSITIVE | NEGATIVE]
    if not body:
        return ()
    named = []
    for value in different:
        if value in POSITIVE:
            if _far_above(value, body):
                named.append(value)
            else:
                body.append(value)
    if min(body) >= 0 and not set(body) <= {0, 1}:
        named += [value for value in different if value in NEGATIVE]
    return tuple(sorted(named))


def _far_above(value: float, body: list[float]) -> bool:
    low, high = min(body), max(body)
    run = {float(whole) for whole in range(int(low), int(low) + _MOST_ANSWERS)}
    are_answers = low in (0, 1) and set(body) <= run and len(set(body)) == high - low + 1
    return value - high >= 2 if are_answers else value - high > high - low
