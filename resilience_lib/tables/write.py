"""The one place where tables become files."""

from __future__ import annotations

from pathlib import Path

from resilience_lib.disclosure.cleared import Cleared, require_cleared
from resilience_lib.tables.csv import csv_bytes
from resilience_lib.tables.html import html_text
from resilience_lib.tables.shape import Table
from resilience_lib.tables.word import word_bytes


def write_table(table: Table, name: str, cleared: Cleared, folder: Path) -> list[Path]:
    """Write a table as CSV, HTML and Word.

    Parameters
    ----------
    table : Table
        Title and note.
    name : str
        File name without ending.
    cleared : Cleared
        Cells as text.
    folder : Path
        Must exist.

    Returns
    -------
    list of Path
        csv, html and docx.

    Raises
    ------
    DisclosureError
        `cleared` is no `Cleared`.
    """
    cleared = require_cleared(cleared)
    contents = {
        "csv": csv_bytes(cleared),
        "html": html_text(table, name, cleared).encode(),
        "docx": word_bytes(table, cleared),
    }
    written = []
    for ending, data in contents.items():
        path = folder / f"{name}.{ending}"
        path.write_bytes(data)
        written.append(path)
    return written
