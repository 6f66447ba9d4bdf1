"""Names that are valid in SPSS, so that a column is called the same in every exported file."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_BYTES = 64

RESERVED: frozenset[str] = frozenset(
    {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
)
"""Words that SPSS keeps for itself."""


def spss_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names, changed where SPSS would refuse them.

    Parameters
    ----------
    names : sequence of str
        All different.

    Returns
    -------
    tuple of str
        At most 64 bytes of letters, digits and underscores, beginning with a letter, none of
        SPSS's own words, and different also where capitals are not told from small letters. A
        changed name ends in _2, _3, ...

    Examples
    --------
    >>> spss_names(["mmf_1", "MMF_1", "with", "2nd", "a-b"])
    ('mmf_1', 'MMF_1_2', 'with_2', 'v2nd', 'a_b')
    >>> [len(name) for name in spss_names(["x" * 70, "x" * 80])]
    [64, 64]
    """
    taken = set(RESERVED)
    made = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
        plain = (plain if plain[:1].isalpha() else f"v{plain}")[:MOST_BYTES]
        candidate, number = plain, 2
        while candidate.lower() in taken:
            end = f"_{number}"
            candidate, number = plain[: MOST_BYTES - len(end)] + end, number + 1
        taken.add(candidate.lower())
        made.append(candidate)
    return tuple(made)
