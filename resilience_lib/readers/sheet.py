"""One sheet of a workbook as cells of text, with everything that makes a cell doubtful."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resilience_lib.errors import Fault
from resilience_lib.paths import relative
from resilience_lib.readers.workbook import (
    BROKEN,
    Pass,
    Workbook,
    broken,
    fault,
    letters,
    open_workbook,
)
from resilience_lib.readers.zip_guard import SAVE_ANEW, pieces

FAR = re.compile(rb"""<(?:\w+:)?(?:c|row)\s[^>]*?\br=["'](?:[A-Za-z]{4,}|[A-Za-z]*\d{8,})""")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
MOST_DIGITS = 10**15
FIRST_DAY = dt.datetime(1900, 1, 1)


@dataclass
class Sheet:
    """The cells of a sheet by row and column number (from 1), as text.

    Parameters
    ----------
    name : str
        The file as messages show it.
    title : str
        The sheet.
    cells : dict of int to dict of int to str
        Text of each cell that has content, by row and column.
    texts : set of tuple of int
        Row and column of the cells of the first filled row that Excel stores as text.
    faults : list of Fault
        Cells that have no certain value.
    merged : list of str
        Merged ranges.
    notes : list of str
        Hidden rows and columns, formulas.
    """

    name: str
    title: str
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    texts: set[tuple[int, int]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def as_text(value: object, zeros: int = 0) -> str:
    """A cell's value as its sheet shows it, apart from rounding and percent signs.

    Parameters
    ----------
    value : object
        As openpyxl gives it: None, text, bool, int, float, date, time or duration.
    zeros : int
        Width of a number format made of zeros, e.g. 5 for "00000"; 0 for any other.

    Returns
    -------
    str
        Whole numbers without ".0"; dates and times as ISO 8601.

    Examples
    --------
    >>> as_text(3.0), as_text(7, zeros=5), as_text(True), as_text(dt.datetime(2024, 1, 31))
    ('3', '00007', 'TRUE', '2024-01-31')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if isinstance(value, int) or value.is_integer():
            return str(int(value)).zfill(zeros)
        return repr(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _formulas(book: Workbook) -> dict[tuple[int, int], str]:
    return {
        (cell["row"], cell["column"]): str(getattr(cell["value"], "text", cell["value"]))
        for _row, cells in Pass(book, data_only=False).rows()
        for cell in cells
        if cell["data_type"] == "f"
    }


def _doubt(cell: dict[str, Any], formula: str | None) -> tuple[str, str] | None:
    """Rule and remedy where a cell has no certain value."""
    value = cell["value"]
    if cell["data_type"] == "e":
        rule = "a cell holds a value; this one is an error of Excel"
        return rule, "mend what it refers to, or empty the cell"
    if isinstance(value, dt.datetime) and value < FIRST_DAY:
        return "a date is one of Excel's, from 1900 on", "write the date, or format it as a number"
    if formula is not None and value is None:
        rule = "a formula's value is stored in the file; this one was never worked out"
        return rule, "open the file in Excel and save it, or paste values"
    if isinstance(value, float | int) and not isinstance(value, bool) and abs(value) >= MOST_DIGITS:
        rule = "a number has at most 15 digits; Excel has lost the rest"
        return rule, "format the column as text in the file it came from, and export again"
    return None


def _fill(sheet: Sheet, book: Workbook, formulas: dict[tuple[int, int], str]) -> None:
    zeros = book.zeros
    # a survey's cells repeat few values
    known: dict[tuple[str, object, int], tuple[str, tuple[str, str] | None]] = {}
    used = []
    every = Pass(book, data_only=True)
    for row, cells in every.rows():
        filled: dict[int, str] = {}
        for cell in cells:
            place = cell["row"], cell["column"]
            key = cell["data_type"], cell["value"], zeros.get(cell["style_id"], 0)
            if key not in known:
                known[key] = as_text(cell["value"], key[2]), _doubt(cell, None)
            text, doubt = known[key]
            formula = formulas.get(place) if formulas else None
            if formula is not None:
                doubt = _doubt(cell, formula)
                used.append(f"{letters(cell['column'])}{row}")
            if doubt is not None:
                column = letters(cell["column"])
                sheet.faults.append(Fault(sheet.name, *doubt, row, column, text or formula))
            if text:
                filled[cell["column"]] = text
                if not sheet.cells and cell["data_type"] == "s":
                    sheet.texts.add(place)
        if any(text.strip() for text in filled.values()):
            sheet.cells.setdefault(row, {}).update(filled)
    sheet.merged = every.merged
    if used:
        some = ", ".join(used[:5])
        note = f"{len(used)} cells are formulas, read as Excel last worked them out ({some})"
        sheet.notes.append(note)
    for found, what in ((every.hidden_rows, "rows"), (every.hidden_columns, "columns")):
        if found:
            some = ", ".join(found[:5]) + (", ..." if len(found) > 5 else "")
            sheet.notes.append(f"hidden {what} were read like the others: {some}")


def _has_formulas(book: Workbook) -> bool:
    """Whether the sheet holds formulas; stops at cells beyond what Excel can hold."""
    found = False
    with zipfile.ZipFile(book.path) as archive:
        for piece in pieces(archive, book.member):
            if FAR.search(piece):
                rule = "cells lie within Excel's 1,048,576 rows and 16,384 columns"
                raise fault(book.path, rule, SAVE_ANEW)
            found = found or FORMULA.search(piece) is not None
    return found


def read_sheet(path: Path, sheet: str | None = None) -> Sheet:
    """A sheet's cells as text, whatever size the sheet claims to have.

    Only cells that are in the file take time or memory.

    Parameters
    ----------
    path : Path
        A verified .xlsx file.
    sheet : str, optional
        Its name; without it the workbook has only one.

    Returns
    -------
    Sheet
        Rows without any content are left out.

    Raises
    ------
    FaultsError
        The workbook cannot be opened (`readers.workbook.open_workbook`), or its parts do not fit
        together.
    """
    book = open_workbook(path, sheet)
    found = Sheet(relative(path), book.title)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of dates that are none: they become faults
            _fill(found, book, _formulas(book) if _has_formulas(book) else {})
    except BROKEN as error:
        raise broken(path, error) from None
    return found
