"""The plain template (.csv or .xlsx): one row per segment and code, for any other tool."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.stories.checks import (
    blank_faults,
    several,
    span_faults,
    whole_numbers,
)
from resilience_lib.readers.stories.export import CodedExport, Log, assembled
from resilience_lib.readers.stories.tables import (
    column_faults,
    formula_faults,
    is_workbook,
    read_table,
)

REQUIRED: tuple[str, ...] = ("source", "quote", "code")
OPTIONAL: tuple[str, ...] = ("start", "end", "coder", "order", "memo", "date")
SPANS: tuple[str, ...] = ("start", "end")


def _mixed(name: str, frame: pd.DataFrame, values: pd.Series, column: str) -> list[Fault]:
    """A fault for each empty cell of a column that other rows of the same source fill."""
    given = values.notna()
    some = given.groupby(frame["source"]).transform("any")
    rule = f"{column} stands in all rows of a source or in none"
    remedy = "complete it, or empty it in all rows of the source"
    return [
        Fault(name, rule, remedy, int(line), column, frame.at[line, "source"])
        for line in frame.index[some & ~given]
    ]


def _numbers(name: str, frame: pd.DataFrame) -> tuple[dict[str, pd.Series], list[Fault]]:
    """start, end and order where they are there, and everything wrong with them."""
    numbers: dict[str, pd.Series] = {}
    faults: list[Fault] = []
    for column in (*SPANS, "order"):
        if column in frame:
            numbers[column], found = whole_numbers(name, frame, column)
            faults += found
    one = next((column for column in SPANS if column in numbers), None)
    if one is not None and not set(SPANS) <= set(numbers):
        rule, remedy = "the columns start and end stand together", "add the other"
        faults.append(Fault(name, rule, remedy, 1, one))
    if faults:
        return numbers, faults
    if one is not None:
        faults = span_faults(name, numbers["start"], numbers["end"])
    for column in ("start", "order"):
        if not faults and column in numbers:
            faults += _mixed(name, frame, numbers[column], column)
    return numbers, faults


def segment_faults(name: str, frame: pd.DataFrame, numbers: dict[str, pd.Series]) -> list[Fault]:
    """Rows of one segment that do not agree on what it says or where it stands."""
    with_numbers = frame.assign(**{key: value.astype("str") for key, value in numbers.items()})
    faults: list[Fault] = []
    by = ["source", "quote"]
    if "start" in numbers:
        spans = with_numbers[numbers["start"].notna()]
        rule = "one place of a source has one quote; an earlier row has another"
        remedy = "write the same text in all rows of the place"
        faults += several(name, spans, ["source", *SPANS], "quote", rule, remedy)
        by = ["source", "quote", *SPANS]
    if "order" in numbers:
        rule = "one segment has one place in the order; an earlier row has another"
        faults += several(name, with_numbers, by, "order", rule, "write the same number")
    return faults


def checked(
    path: Path, frame: pd.DataFrame, log: Log, coder: str | None, nested_by: str | None
) -> CodedExport:
    """The export of a table in the template's columns, once nothing is wrong with it.

    Parameters
    ----------
    path : Path
        The file.
    frame : DataFrame
        Text cells by line; `REQUIRED`, and any of `OPTIONAL`.
    log : list
        What was said so far.
    coder, nested_by : str, optional
        As of every reader.

    Returns
    -------
    CodedExport

    Raises
    ------
    FaultsError
        Empty cells, offsets that are no numbers or make no span, rows that contradict.
    """
    name = relative(path)
    faults: list[Fault] = []
    for column in REQUIRED:
        rule = f"every row has its {column}"
        remedy = "write it, or delete the row"
        faults += blank_faults(name, frame, column, rule, remedy)
    frame = frame.assign(**{one: frame[one].str.strip() for one in REQUIRED})
    numbers, found = _numbers(name, frame)
    faults += found
    if not faults:
        faults = segment_faults(name, frame, numbers)
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.row or 0))
    rows: dict[str, pd.Series] = {one: frame[one] for one in REQUIRED}
    for column in OPTIONAL:
        if column in frame and column not in numbers:
            cells = frame[column].str.strip()
            rows[column] = cells.where(cells != "")
    return assembled(rows | numbers, log=log, coder=coder, nested_by=nested_by)


def read_segments(
    path: Path, *, coder: str | None = None, nested_by: str | None = None
) -> CodedExport:
    """A table in the columns source, quote, code and, where known, start, end, coder, order,
    memo and date.

    Rows of one place (start and end) of a source are one segment; without offsets, rows of one
    quote of a source are.

    Parameters
    ----------
    path : Path
        A verified raw file, CSV or Excel with one sheet.
    coder : str, optional
        Who coded, where a row does not say.
    nested_by : str, optional
        What parts the levels of a code.

    Returns
    -------
    CodedExport
        Without texts.

    Raises
    ------
    FaultsError
        See `tables.read_table` and `checked`.
    """
    frame, log = read_table(path)
    frame = frame.rename(columns={one: one.casefold() for one in frame.columns})
    faults = column_faults(path, frame, REQUIRED, "the template of segments")
    if not faults and is_workbook(path):
        faults = formula_faults(path, None, (*REQUIRED, *OPTIONAL))
    if faults:
        raise FaultsError(faults)
    more = [column for column in frame.columns if column not in (*REQUIRED, *OPTIONAL)]
    if more:
        log.append(("columns not read", ", ".join(more), len(more)))
    return checked(path, frame, log, coder, nested_by)
