"""What every reader hands on: a table of text, and what the file itself says about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Removed:
    """A column that a reader dropped because it identifies a person.

    Parameters
    ----------
    column : str
        Its name in the file.
    rule : str
        Why it was dropped.
    cells : int
        How many of its cells were not empty.
    """

    column: str
    rule: str
    cells: int


@dataclass(frozen=True)
class RawTable:
    """One raw file as its reader found it: nothing is converted yet.

    Parameters
    ----------
    frame : DataFrame
        Every cell text, "" where it is empty; columns unique; the index, named "line", is the row
        of the file as its reader counts it (CSV: the line where the record starts; spreadsheet:
        the row of the sheet; SPSS: the case number).
    removed : tuple of Removed
        Columns dropped before anything else.
    labels : dict of str to str
        Question text or variable label by column, where the format carries it.
    value_labels : dict of str to dict
        Label by code, by column.
    missing : dict of str to dict
        Meaning by code, by column: missing values that the format itself declares. The codes
        stand in `frame` as they are, never as 0 and never as "".
    notes : tuple of str
        What the reader assumed or left out, for the log.
    """

    frame: pd.DataFrame
    removed: tuple[Removed, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def without(frame: pd.DataFrame, rules: Mapping[str, str]) -> tuple[pd.DataFrame, list[Removed]]:
    """A frame without the columns that identify a person, and the record of what went.

    Parameters
    ----------
    frame : DataFrame
        Text cells.
    rules : mapping of str to str
        Why a column goes, by column; every one is in `frame`.

    Returns
    -------
    tuple of DataFrame and list of Removed
        The rest, and one record per dropped column in the order of the file.

    Examples
    --------
    >>> rest, gone = without(pd.DataFrame({"IP": ["10.0.0.1", ""], "q": ["1", "2"]}), {"IP": "why"})
    >>> rest.columns.tolist(), gone
    (['q'], [Removed(column='IP', rule='why', cells=1)])
    """
    gone = [
        Removed(column, rules[column], int((frame[column] != "").sum()))
        for column in frame.columns
        if column in rules
    ]
    return frame.drop(columns=[one.column for one in gone]), gone


def listed(lines: Sequence[int] | pd.Index, most: int = 5) -> str:
    """Lines as a note names them: how many, and the first.

    Examples
    --------
    >>> listed([4]), listed([4, 7, 9], most=2)
    ('1 row (4)', '3 rows (4, 7, ...)')
    """
    first = ", ".join(str(line) for line in list(lines)[:most])
    more = ", ..." if len(lines) > most else ""
    return f"{len(lines)} row{'' if len(lines) == 1 else 's'} ({first}{more})"
