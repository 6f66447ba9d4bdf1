"""Excel workbooks: one sheet, names in the first row, everything as text."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.readers.header import cleaned, header_faults
from resilience_lib.readers.raw_table import RawTable
from resilience_lib.readers.sheet import Sheet, read_sheet
from resilience_lib.readers.workbook import letters

RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")


def _number(column: str) -> int:
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return number


def _merged_faults(sheet: Sheet, last_row: int, columns: set[int]) -> list[Fault]:
    faults = []
    for merged in sheet.merged:
        match = RANGE.fullmatch(merged)
        if match is None:
            continue
        left, top, right, _bottom = match.groups()
        inside = columns & set(range(_number(left), _number(right) + 1))
        if inside and int(top) <= last_row:
            rule = f"no cells are merged in the data; {merged} are"
            remedy = "unmerge them and write the value into every row it belongs to"
            value = sheet.cells.get(int(top), {}).get(_number(left))
            faults.append(Fault(sheet.name, rule, remedy, int(top), left, value))
    return faults


def _header_row(sheet: Sheet) -> tuple[int, list[Fault]]:
    """Where the names stand, and why that row is none of names."""
    first = next(iter(sheet.cells))
    header = sheet.cells[first]
    body = [set(cells) for row, cells in sheet.cells.items() if row != first]
    used = set(header).union(*body)
    value = " | ".join(header.values())[:60]
    if len(header) * 2 <= len(used):
        rule = "the first row with content holds the columns' names; this looks like a title"
        return first, [
            Fault(sheet.name, rule, "delete the rows above the names", first, None, value)
        ]
    if not sheet.texts:
        rule = "the first row holds the columns' names; these are numbers or dates"
        return first, [Fault(sheet.name, rule, "add the row of names", first, None, value)]
    return first, []


def framed(sheet: Sheet) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table of a sheet, once nothing is wrong with it.

    Parameters
    ----------
    sheet : Sheet
        As read.

    Returns
    -------
    tuple of DataFrame and tuple of str
        Text cells by row of the sheet, and all notes. Columns without any content and rows
        without any are left out.

    Raises
    ------
    FaultsError
        All at once: empty, no names, names that stand twice, data in a column without a name,
        merged cells, errors and formulas without a value.
    """
    if not sheet.cells:
        rule = f"the sheet has content; {sheet.title} is empty"
        raise FaultsError([Fault(sheet.name, rule, "name another sheet, or export again")])
    top, faults = _header_row(sheet)
    columns = sorted(set().union(*sheet.cells.values()))
    names, notes = cleaned([sheet.cells[top].get(column, "") for column in columns])
    if not faults:
        places = [letters(column) for column in columns]
        faults = header_faults(sheet.name, top, names, places)
    faults += _merged_faults(sheet, max(sheet.cells), set(columns))
    by_letter = {letters(column): name for column, name in zip(columns, names, strict=True)}
    faults += [_named(fault, top, by_letter) for fault in sheet.faults]
    rows = [row for row in sheet.cells if row != top]
    if not rows and not faults:
        faults = [Fault(sheet.name, "there are rows of data below the names", "export again", top)]
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.row or 0))
    hollow = max(sheet.cells) - top - len(rows)
    if hollow:
        notes = (*notes, f"{hollow} rows without any content were left out")
    if top > 1:
        notes = (*notes, f"the names stand in row {top}; the rows above it are empty")
    data = {
        name: [sheet.cells[row].get(column, "") for row in rows]
        for column, name in zip(columns, names, strict=True)
    }
    frame = pd.DataFrame(data, index=pd.Index(rows, name="line", dtype="int64"), dtype="str")
    return frame, (*sheet.notes, *notes)


def _named(fault: Fault, top: int, names: dict[str, str]) -> Fault:
    """A cell's fault with the column's name beside Excel's letter, where it has one."""
    name = names.get(fault.column or "", "") if fault.row != top else ""
    column = f"{name} ({fault.column})" if name else fault.column
    return Fault(fault.file, fault.rule, fault.remedy, fault.row, column, fault.value)


def read(path: Path, *, sheet: str | None = None) -> RawTable:
    """A sheet of a workbook as text.

    Parameters
    ----------
    path : Path
        A verified .xlsx file.
    sheet : str, optional
        The sheet; without it the workbook has only one.

    Returns
    -------
    RawTable
        Numbers without ".0", dates as ISO 8601, percentages as stored (0.25 for 25%), booleans
        TRUE and FALSE, formulas as Excel last worked them out.

    Raises
    ------
    FaultsError
        See `framed`, `readers.sheet.read_sheet` and `readers.zip_guard.checked_zip`.
    """
    frame, notes = framed(read_sheet(path, sheet))
    return RawTable(frame, notes=notes)
