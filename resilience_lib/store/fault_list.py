"""The faults of a study's files as a workbook, for whoever mends them in Excel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from resilience_lib.errors import Fault, ResilienceError
from resilience_lib.paths import processed, relative

COLUMNS: tuple[str, ...] = ("file", "row", "column", "value", "rule", "what to do")
MOST = 100_000
"""Rows of the workbook at the most; a last row says how many more there are."""


def fault_list_path(study: str) -> Path:
    """Where the list goes: with the data, since it shows what stands in pupils' rows."""
    return processed(study) / "check.xlsx"


def write_fault_list(study: str, faults: Sequence[Fault]) -> Path:
    """Write all faults, one a row; the place of an older list is taken only by a whole one.

    Parameters
    ----------
    study : str
    faults : sequence of Fault

    Returns
    -------
    Path

    Raises
    ------
    ResilienceError
        The old list is open in another program.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook(write_only=False)
    sheet = book.active
    sheet.title = "faults"
    sheet.append(list(COLUMNS))
    for fault in faults[:MOST]:
        cells = (fault.file, fault.row, fault.column, fault.value, fault.rule, fault.remedy)
        sheet.append([_printable(cell) for cell in cells])
    if len(faults) > MOST:
        sheet.append([f"and {len(faults) - MOST:,} more"])
    for row in sheet.iter_rows(min_row=2, min_col=3):
        for cell in row:
            # a value such as =1+1 is shown and not computed
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in zip("ABCDEF", (36, 8, 24, 24, 60, 70), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    path = fault_list_path(study)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    book.save(partial)
    try:
        partial.replace(path)
    except PermissionError:
        partial.unlink()
        raise ResilienceError(f"{relative(path)} is open: close it in Excel") from None
    return path


def _printable(cell: str | int | None) -> str | int | None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return (
        ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", cell)
        if isinstance(cell, str)
        else cell
    )
