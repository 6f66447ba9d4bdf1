"""A table as an editable Word document, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, Twips
from docx.table import Table as WordTable
from docx.table import _Cell, _Row

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.tables.shape import Table

FIXED = datetime(2000, 1, 1, tzinfo=UTC)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def word_bytes(table: Table, cleared: Cleared) -> bytes:
    """A .docx with one real table: a caption above, a note below, headings on every page."""
    frame = cleared.frame
    document = Document()
    _page(document, landscape=table.landscape)
    document.add_paragraph(style="Caption").add_run(table.title)
    columns = [str(name) for name in frame.columns if name != table.group]
    grid = document.add_table(rows=1, cols=len(columns))
    grid.style = "Light List"
    _fit(grid, document, table.widths)
    _fill(grid.rows[0].cells, columns, bold=True)
    # Word repeats it on every page
    _mark(grid.rows[0], "w:tblHeader")
    previous = None
    for values in frame.to_dict("records"):
        if values[table.group] != previous:
            previous = values[table.group]
            row = grid.add_row()
            cells = row.cells
            cells[0].merge(cells[-1])
            _fill(row.cells[:1], [str(previous)], bold=True)
        _fill(grid.add_row().cells, [str(values[name]) for name in columns], bold=False)
    if table.widths:
        for row in grid.rows:
            _mark(row, "w:cantSplit")
    note = document.add_paragraph()
    note.add_run("Note. ").italic = True
    note.add_run(table.note)
    for run in note.runs:
        run.font.size = Pt(8)
    properties = document.core_properties
    properties.author, properties.comments, properties.title = "resilience_lib", "", table.title
    properties.created = properties.modified = FIXED
    held = io.BytesIO()
    document.save(held)
    return rezip(held.getvalue())


def rezip(data: bytes) -> bytes:
    """The same zip archive with fixed dates, in the order of its names.

    python-docx writes the time of saving into the archive.
    """
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w") as new:
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # one system's mark for all: Windows would write another
            entry.create_system = 3
            new.writestr(entry, old.read(name))
    return held.getvalue()


def _page(document: WordDocument, *, landscape: bool) -> None:
    section = document.sections[0]
    long, short = Mm(297), Mm(210)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(18)


def _fit(grid: WordTable, document: WordDocument, widths: tuple[int, ...]) -> None:
    """Give columns their widths in whole twips, rounded down: rounded up they leave the page."""
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    shares = widths or (1,) * len(grid.columns)
    for column, cell, share in zip(grid.columns, grid.rows[0].cells, shares, strict=True):
        column.width = cell.width = Twips(int(room * share / sum(shares) / Twips(1)))


def _fill(cells: Iterable[_Cell], texts: Iterable[str], *, bold: bool) -> None:
    for cell, text in zip(cells, texts, strict=False):
        run = cell.paragraphs[0].add_run(text)
        run.font.size = Pt(8)
        run.bold = bold
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)


def _mark(row: _Row, name: str) -> None:
    """Mark a row as a heading on every page (tblHeader) or as one that no page cuts (cantSplit)."""
    properties = row._tr.get_or_add_trPr()
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    # the order of the two is fixed by the format
    properties.insert(0 if name == "w:cantSplit" else len(properties), mark)
