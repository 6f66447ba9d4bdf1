"""Answers to Microsoft Forms (a workbook) and Google Forms (CSV)."""

from __future__ import annotations

from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.cells import framed as framed_cells
from resilience_lib.readers.cells import read_cells
from resilience_lib.readers.raw_table import RawTable, without
from resilience_lib.readers.sheet import read_sheet
from resilience_lib.readers.xlsx import framed as framed_sheet

MICROSOFT: tuple[str, ...] = ("ID", "Start time", "Completion time", "Email", "Name")
"""The first columns of every workbook that Microsoft Forms writes."""

GOOGLE_FIRST = "Timestamp"

PERSONAL: dict[str, str] = {
    "email": "an e-mail address identifies a person",
    "name": "a name identifies a person",
}
GOOGLE_PERSONAL: dict[str, str] = {
    "email address": "an e-mail address identifies a person",
    "username": "a Google account identifies a person",
}


def read_microsoft(path: Path, *, sheet: str | None = None) -> RawTable:
    """A Microsoft Forms workbook as text, without Email and Name.

    Parameters
    ----------
    path : Path
        A verified .xlsx file as Forms wrote it.
    sheet : str, optional
        The sheet, where others were added.

    Returns
    -------
    RawTable
        ID, times and questions; `removed` counts the e-mail addresses and names. Only the form's
        own Email and Name go: a question called Name stays, for the codebook to drop.

    Raises
    ------
    FaultsError
        The first five columns are not Forms' own, and whatever is wrong with the workbook.
    """
    frame, notes = framed_sheet(read_sheet(path, sheet))
    first = frame.columns[: len(MICROSOFT)].tolist()
    if [column.lower() for column in first] != [column.lower() for column in MICROSOFT]:
        rule = f"the first columns of a Microsoft Forms workbook are {', '.join(MICROSOFT)}"
        remedy = "export it again with Forms in English, or name the reader xlsx"
        row, value = int(frame.index[0]) - 1, ", ".join(first)[:60]
        raise FaultsError([Fault(relative(path), rule, remedy, row, value=value)])
    rules = {column: PERSONAL[column.lower()] for column in first if column.lower() in PERSONAL}
    frame, removed = without(frame, rules)
    return RawTable(frame, removed=tuple(removed), notes=notes)


def read_google(path: Path) -> RawTable:
    """A Google Forms CSV as text, without the respondent's address.

    Parameters
    ----------
    path : Path
        A verified CSV file as Google wrote it.

    Returns
    -------
    RawTable
        Timestamp and questions; `removed` counts the addresses.

    Raises
    ------
    FaultsError
        The first column is not Timestamp, and whatever is wrong with the file as CSV.
    """
    frame, notes = framed_cells(read_cells(path))
    if frame.columns[0] != GOOGLE_FIRST:
        rule = f"the first column of a Google Forms CSV is {GOOGLE_FIRST}"
        remedy = "export it again with Google in English, or name the reader csv"
        raise FaultsError([Fault(relative(path), rule, remedy, 1, value=frame.columns[0])])
    rules = {c: GOOGLE_PERSONAL[c.lower()] for c in frame.columns if c.lower() in GOOGLE_PERSONAL}
    frame, removed = without(frame, rules)
    return RawTable(frame, removed=tuple(removed), notes=notes)
