"""Checks that the readers of coded stories share; each gives faults by line and column."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from resilience_lib.errors import Fault

WHOLE = r"\d{1,15}"
"""A whole number as offsets and places are written: no sign, no point."""

SHOWN = 60
"""How much of a long cell a message shows."""


def shown(text: str) -> str:
    """A cell as a message shows it.

    Examples
    --------
    >>> shown("a" * 70)[-4:]
    'aaa…'
    """
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def blank_faults(
    name: str, frame: pd.DataFrame, column: str, rule: str, remedy: str
) -> list[Fault]:
    """A fault for each cell of a column that is empty or only white space.

    Examples
    --------
    >>> frame = pd.DataFrame({"code": ["a", " "]}, index=[2, 3], dtype="str")
    >>> [str(fault) for fault in blank_faults("a.csv", frame, "code", "a code", "write it")]
    ['a.csv, line 3, code: a code. write it']
    """
    blank = frame.index[frame[column].str.strip() == ""]
    return [Fault(name, rule, remedy, int(line), column) for line in blank]


def whole_numbers(name: str, frame: pd.DataFrame, column: str) -> tuple[pd.Series, list[Fault]]:
    """A column of whole numbers, and a fault for each cell that is neither one nor empty.

    Parameters
    ----------
    name : str
        The file as messages show it.
    frame : DataFrame
        Text cells by line.
    column : str
        One of its columns.

    Returns
    -------
    tuple of Series and list of Fault
        Int64, missing where the cell is empty or no whole number.

    Examples
    --------
    >>> frame = pd.DataFrame({"start": ["12", "", "1.5"]}, index=[2, 3, 4], dtype="str")
    >>> numbers, faults = whole_numbers("a.csv", frame, "start")
    >>> numbers.tolist(), faults[0].row
    ([12, <NA>, <NA>], 4)
    """
    cells = frame[column].str.strip()
    fits = cells.str.fullmatch(WHOLE)
    rule, remedy = "offsets and places are whole numbers from 0 up", "correct it, or empty the cell"
    faults = [
        Fault(name, rule, remedy, int(line), column, shown(cells[line]))
        for line in frame.index[~fits & (cells != "")]
    ]
    return pd.to_numeric(cells.where(fits)).astype("Int64"), faults


def span_faults(name: str, start: pd.Series, end: pd.Series) -> list[Fault]:
    """A fault for each line whose start and end do not make a span.

    Parameters
    ----------
    name : str
        The file as messages show it.
    start, end : Series of Int64
        Offsets by line, missing where there are none.

    Returns
    -------
    list of Fault
        Only one of the two given, or an end that does not lie after its start.
    """
    faults = []
    for line in start.index[start.isna() != end.isna()]:
        missing, there = ("start", end) if pd.isna(start[line]) else ("end", start)
        rule = "start and end stand together, or both are empty"
        remedy = f"write {missing} too"
        faults.append(Fault(name, rule, remedy, int(line), missing, str(there[line])))
    for line in start.index[(start >= end).fillna(False)]:
        rule = f"a segment ends after its start ({start[line]}); the end is exclusive"
        faults.append(Fault(name, rule, "correct one of them", int(line), "end", str(end[line])))
    return faults


def several(
    name: str,
    frame: pd.DataFrame,
    by: Sequence[str],
    column: str,
    rule: str,
    remedy: str,
) -> list[Fault]:
    """A fault for each row whose group holds another value than its first row.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": ["1", "1"], "text": ["a", "b"]}, index=[2, 3], dtype="str")
    >>> several("a.csv", frame, ["id"], "text", "one text", "mend it")[0].row
    3
    """
    first = frame.groupby(list(by), sort=False, dropna=False)[column].transform("first")
    other = frame.index[(frame[column] != first).fillna(False) & first.notna()]
    return [
        Fault(name, rule, remedy, int(line), column, shown(str(frame.at[line, column])))
        for line in other
    ]


def parted(path: str) -> list[str]:
    """The levels of a path of names that backslashes part, as NVivo and Dedoose write them.

    Examples
    --------
    >>> parted("Codes\\\\\\\\cycle\\\\applied")
    ['Codes', 'cycle', 'applied']
    """
    return [part.strip() for part in re.split(r"\\+", path) if part.strip()]
