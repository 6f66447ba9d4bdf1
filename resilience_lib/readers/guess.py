"""Which reader a file needs, as its name and its first rows show it."""

from __future__ import annotations

from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.cells import read_cells
from resilience_lib.readers.redcap import EVENT
from resilience_lib.readers.registry import READERS
from resilience_lib.readers.xlsx import read as read_xlsx

SUFFIXES: dict[str, str] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".sav": "sav",
    ".zsav": "sav",
}
"""What the end of a file's name says, before its rows are looked at."""

FORMS_HEADINGS: tuple[str, ...] = ("ID", "Start time", "Completion time")
"""How a Microsoft Forms workbook begins."""

TIDY_COLUMNS: frozenset[str] = frozenset({"time_period", "time_identifier", "geographic_level"})
"""Columns that every file of the Department for Education has."""


def guess_reader(path: Path, sheet: str | None = None) -> tuple[str, str]:
    """The reader of a file and what shows it; a guess for a person to look at.

    Parameters
    ----------
    path : Path
        A raw file.
    sheet : str, optional
        The sheet of a workbook with several.

    Returns
    -------
    tuple of str
        Name of one of the study file's readers, and why in a few words.

    Raises
    ------
    FaultsError
        The file's name ends in something unknown, and whatever is wrong with the file.
    """
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        rule = f"a raw file's name ends in {', '.join(SUFFIXES)}"
        remedy = f"export it anew, or say READER= and one of {', '.join(READERS)}"
        raise FaultsError([Fault(relative(path), rule, remedy, value=path.name)])
    if kind == "sav":
        return "sav", f"its name ends in {path.suffix}"
    if kind == "xlsx":
        columns = tuple(read_xlsx(path, sheet=sheet).frame.columns)
        if columns[: len(FORMS_HEADINGS)] == FORMS_HEADINGS:
            return "microsoft_forms", f"it begins with {', '.join(FORMS_HEADINGS)}"
        return "xlsx", f"its name ends in {path.suffix}"
    rows = read_cells(path).rows
    header = rows[0]
    if len(rows) > 2 and all('"ImportId"' in cell for cell in rows[2]):
        return "qualtrics", "its third row holds ImportIds"
    if len(rows) > 1 and header[0] == "V1" and rows[1][0] == "ResponseID":
        return "qualtrics", "its first two rows are V1 and ResponseID, the legacy format"
    if EVENT in header:
        return "redcap", f"it has a column {EVENT}"
    if set(header) >= TIDY_COLUMNS:
        return "school_records", f"it has columns {', '.join(sorted(TIDY_COLUMNS))}"
    if header[0] == "Timestamp":
        return "google_forms", "its first column is Timestamp"
    return "csv", f"its name ends in {path.suffix}"
