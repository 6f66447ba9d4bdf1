"""What the cells of one column show by themselves: type, codes, range, likely missing codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from resilience_lib.cleaning.rules import DATE
from resilience_lib.codebook.variable import NUMBER, Code, Kind
from resilience_lib.errors import TO_FILL_IN
from resilience_lib.scaffold.draft_missing import LABELLED, WORDS, likely_missing

_WHOLE = re.compile(r"[+-]?\d+(?:\.0*)?")
_LEADING_ZERO = re.compile(r"[+-]?0\d+")
MOST_CODES = 12
"""So many different words are taken for the codes of a category, if they come back."""


@dataclass(frozen=True)
class Values:
    """What one column holds.

    Parameters
    ----------
    type : str
        text, number, integer, category or date.
    different : tuple of str
        Different cells that are neither empty nor likely or declared missing, sorted; of numbers
        by size.
    missing : tuple of Code
        Declared missing codes with their meaning, then likely ones, which say TO FILL IN.
    labels : tuple of Code
        What the format itself says that codes mean, without those of missing codes.
    """

    type: Kind
    different: tuple[str, ...]
    missing: tuple[Code, ...]
    labels: tuple[Code, ...] = ()

    @property
    def limits(self) -> tuple[str, str] | None:
        """Lowest and highest cell of a number; None where it is none or has only one value."""
        if self.type not in ("number", "integer") or len(self.different) < 2:
            return None
        return self.different[0], self.different[-1]


def read_values(cells: pd.Series, labels: Mapping[str, str], declared: Mapping[str, str]) -> Values:
    """What the cells of a column show.

    Parameters
    ----------
    cells : Series of str
        "" where empty.
    labels : mapping of str to str
        Label by code, from the file itself.
    declared : mapping of str to str
        Meaning by missing code, from the file itself.

    Returns
    -------
    Values
        A number with a leading zero is text (it is an id). Numbers whose every value has a label
        are a category; so are at most 12 different words of which each stands twice on average.

    Examples
    --------
    >>> read_values(pd.Series(["1", "5", "3", "99", ""]), {}, {})
    ... # doctest: +NORMALIZE_WHITESPACE
    Values(type='integer', different=('1', '3', '5'),
           missing=(Code(code='99', meaning='TO FILL IN: likely missing?'),), labels=())
    >>> read_values(pd.Series(["007", "012"]), {}, {}).type
    'text'
    """
    given = cells.str.strip()
    given = given[(given != "") & ~given.isin(list(declared))]
    likely = [code for code in given.unique() if code.lower() in WORDS]
    rest = [code for code in given.unique() if code not in likely]
    if not rest:
        likely, rest = [], likely
    numeric = bool(rest) and all(_is_number(code) for code in rest)
    if numeric:
        numbers = {code: float(code) for code in rest}
        wanted = set(likely_missing(numbers.values()))
        likely += [code for code, number in numbers.items() if number in wanted]
    likely += [
        code for code in rest if code not in likely and LABELLED.search(labels.get(code, ""))
    ]
    rest = [code for code in rest if code not in likely]
    missing = (
        *(Code(code, _cell(meaning)) for code, meaning in declared.items()),
        *(Code(code, _why(labels.get(code, ""))) for code in sorted(likely)),
    )
    meanings = tuple(
        Code(code, _cell(label))
        for code, label in labels.items()
        if code not in declared and code not in likely
    )
    kind = _kind(rest, numeric, {code.code for code in meanings}, len(given))
    different = sorted(rest, key=float) if numeric else sorted(rest)
    return Values(kind, tuple(different), missing, meanings)


def _why(label: str) -> str:
    return (
        f"{TO_FILL_IN}: likely missing?"
        if not label
        else f"{_cell(label)} ({TO_FILL_IN}: missing?)"
    )


def _cell(text: str) -> str:
    """A meaning as one part of a cell, in which a bar parts the codes."""
    return " ".join(text.replace("|", "/").split())


def _is_number(code: str) -> bool:
    return NUMBER.fullmatch(code) is not None and _LEADING_ZERO.fullmatch(code) is None


def _kind(rest: list[str], numeric: bool, labelled: set[str], filled: int) -> Kind:
    if not rest:
        return "category" if labelled else "text"
    if labelled and (set(rest) <= labelled or not numeric):
        return "category"
    if numeric:
        return "integer" if all(_WHOLE.fullmatch(code) for code in rest) else "number"
    if all(DATE.fullmatch(code) for code in rest):
        return "date"
    few = len(rest) <= MOST_CODES and 2 * len(rest) <= filled
    # a bar or an equals sign cannot stand in a code
    return "category" if few and not any({"|", "="} & set(code) for code in rest) else "text"
