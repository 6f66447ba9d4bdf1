"""Tables of coded segments, CSV or Excel, opened; and which reader fits a table that does not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.cells import framed, read_cells
from resilience_lib.readers.opening import read_bytes
from resilience_lib.readers.stories.export import Log
from resilience_lib.readers.stories.sqlite_file import MAGIC, sqlite_kind
from resilience_lib.readers.workbook import BROKEN, Pass, broken, letters, open_workbook

SIGNATURES: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"id", "document", "tag", "content"}), "Taguette's highlights", "taguette_csv"),
    (frozenset({"tag", "number of highlights"}), "Taguette's codebook, without segments", ""),
    (frozenset({"coder", "coded", "codename"}), "QualCoder's report of codings", "qualcoder_csv"),
    (frozenset({"media title", "excerpt copy"}), "Dedoose's excerpts", "dedoose"),
    (frozenset({"source", "reference", "code"}), "the template for NVivo", "nvivo"),
    (frozenset({"source", "quote", "code"}), "the plain template of segments", "segments"),
)
"""Columns that tell a table, what it is, and its reader."""


def is_workbook(path: Path) -> bool:
    """Whether a file is a zip, as workbooks are, whatever its name ends in."""
    return read_bytes(path).startswith(b"PK")


def other_table(path: Path) -> Fault | None:
    """The fault of a file that is no table but another export of coded stories, if it is one."""
    content = read_bytes(path)
    rule = "the file is a table of segments; this is {}"
    if content.startswith(MAGIC):
        what, reader = sqlite_kind(path)
        remedy = f"name the reader {reader}" if reader else "export it as CSV"
        return Fault(relative(path), rule.format(what), remedy)
    # a zip lists its members at its end
    if content.startswith(b"PK") and b"project.qde" in content[-65_536:].lower():
        what = "a REFI-QDA project (.qdpx)"
        return Fault(relative(path), rule.format(what), "name the reader refi")
    return None


def read_table(
    path: Path, *, sheet: str | None = None, excel: bool | None = None
) -> tuple[pd.DataFrame, Log]:
    """A table as text cells by line, whether CSV or Excel.

    Parameters
    ----------
    path : Path
        A verified raw file.
    sheet : str, optional
        Which sheet of a workbook; without it the workbook has only one.
    excel : bool, optional
        Whether it must be a workbook (True) or must not (False); without it either will do.

    Returns
    -------
    tuple of DataFrame and list
        The cells, and the reader's notes as lines of a log.

    Raises
    ------
    FaultsError
        See `readers.cells` and `readers.xlsx`; another tool's file is named with its reader.
    """
    other = other_table(path)
    if other is not None:
        raise FaultsError([other])
    if excel or (excel is None and is_workbook(path)):
        from resilience_lib.readers import xlsx

        table = xlsx.read(path, sheet=sheet)
        frame, notes = table.frame, table.notes
        # formulas are judged by `formula_faults`, with their place
        notes = tuple(note for note in notes if "cells are formulas" not in note)
    else:
        frame, notes = framed(read_cells(path))
    return frame, [("note of the reader", note, 1) for note in notes]


def formula_faults(path: Path, sheet: str | None, columns: Sequence[str]) -> list[Fault]:
    """A fault for each cell that Excel holds as a formula, since a text that starts with = may be.

    Parameters
    ----------
    path : Path
        A workbook that was read before.
    sheet : str, optional
        Its sheet, as for `read_table`.
    columns : sequence of str
        Names of the columns that are read.

    Returns
    -------
    list of Fault
        By row and column.
    """
    book = open_workbook(path, sheet)
    read = {column.casefold() for column in columns}
    names: dict[int, str] = {}
    faults = []
    rule = "a cell holds text; this is a formula, as a text becomes that starts with ="
    remedy = "use the CSV export instead, or write the text into the cell with a ' before it"
    try:
        for row, cells in Pass(book, data_only=False).rows():
            if not names and cells:
                names = {cell["column"]: str(cell["value"]).strip() for cell in cells}
                continue
            for cell in cells:
                name = names.get(cell["column"], "")
                if cell["data_type"] == "f" and name.casefold() in read:
                    value = str(getattr(cell["value"], "text", cell["value"]))
                    place = f"{name} ({letters(cell['column'])})"
                    faults.append(Fault(relative(path), rule, remedy, row, place, value))
    except BROKEN as error:
        raise broken(path, error) from None
    return faults


def column_faults(
    path: Path, frame: pd.DataFrame, wanted: Sequence[str], what: str, at: int = 1
) -> list[Fault]:
    """A fault for each column that is missing; it names the reader that would fit.

    Parameters
    ----------
    path : Path
        The file.
    frame : DataFrame
        As read.
    wanted : sequence of str
        Columns that must be there, compared without regard to capitals.
    what : str
        What the file should be.
    at : int
        Line of the columns' names.

    Returns
    -------
    list of Fault
    """
    there = {str(column).casefold() for column in frame.columns}
    missing = [column for column in wanted if column.casefold() not in there]
    if not missing:
        return []
    remedy = "add it, or export again"
    for signature, found, reader in SIGNATURES:
        if signature <= there:
            known = f"name the reader {reader}" if reader else "export the segments"
            remedy = f"this looks like {found}: {known}"
            break
    rule = f"{what} has the columns {', '.join(wanted)}"
    return [Fault(relative(path), rule, remedy, at, column) for column in missing]
