"""Opening a workbook: which of its parts is the sheet, and what its cells' styles mean."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.zip_guard import SAVE_ANEW, checked_zip

BROKEN = (
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OverflowError,
    SyntaxError,  # of which XML's ParseError is one
    EOFError,
    zipfile.BadZipFile,
)
"""What openpyxl and zipfile raise for a workbook whose parts do not fit together."""

ZEROS = re.compile(r"0{2,}")
YES = ("1", "true")


def letters(column: int) -> str:
    """Excel's name of a column.

    Examples
    --------
    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True)
class Workbook:
    """A workbook of which one sheet was chosen.

    Parameters
    ----------
    path : Path
        The file, checked.
    title, member : str
        The sheet, and the part of the zip it is in.
    strings : list of str
        Texts that cells refer to by number.
    settings : dict
        Epoch, date formats and duration formats, as openpyxl's parser takes them.
    zeros : dict of int to int
        Width of the number format of each style that shows leading zeros, e.g. 5 for "00000".
    """

    path: Path
    title: str
    member: str
    strings: list[str]
    settings: dict[str, Any]
    zeros: dict[int, int]


@dataclass
class Pass:
    """One pass over a sheet's XML: its rows, and what was found beside them.

    openpyxl turns elements into values. The XML is read by Python's own C parser: openpyxl would
    take a slow one that guards against entities, which `zip_guard` refuses before.
    """

    book: Workbook
    data_only: bool
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[str] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Number and cells (row, column, value, data_type, style_id) of each row in the file."""
        from xml.etree.ElementTree import iterparse

        from openpyxl.worksheet._reader import COL_TAG, ROW_TAG, WorkSheetParser
        from openpyxl.xml.constants import SHEET_MAIN_NS

        book = self.book
        parser = WorkSheetParser(None, book.strings, data_only=self.data_only, **book.settings)
        merged = f"{{{SHEET_MAIN_NS}}}mergeCell"
        with zipfile.ZipFile(book.path) as archive, archive.open(book.member) as source:
            for _event, element in iterparse(source):
                if element.tag == ROW_TAG:
                    row, cells = parser.parse_row(element)
                    if element.get("hidden") in YES:
                        self.hidden_rows.append(str(row))
                    element.clear()
                    yield row, cells
                elif element.tag == COL_TAG and element.get("hidden") in YES:
                    first, last = int(element.get("min", 0)), int(element.get("max", 0))
                    one = letters(first)
                    self.hidden_columns.append(one if first == last else f"{one}:{letters(last)}")
                elif element.tag == merged:
                    self.merged.append(element.get("ref", ""))


def fault(path: Path, rule: str, remedy: str, value: str | None = None) -> FaultsError:
    """A fault of the whole file, ready to raise."""
    return FaultsError([Fault(relative(path), rule, remedy, value=value)])


def broken(path: Path, error: Exception) -> FaultsError:
    """The fault for any of `BROKEN`, ready to raise."""
    return fault(path, f"the workbook's parts fit together ({error})", SAVE_ANEW)


def _zero_formats(book: Any) -> dict[int, int]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    found = {}
    for style, cell in enumerate(book._cell_styles):
        own = cell.numFmtId - BUILTIN_FORMATS_MAX_SIZE
        known = BUILTIN_FORMATS.get(cell.numFmtId, "")
        code = book._number_formats[own] if 0 <= own < len(book._number_formats) else known
        if ZEROS.fullmatch(code):
            found[style] = len(code)
    return found


def _chosen(path: Path, sheets: dict[str, str], sheet: str | None) -> str:
    names = ", ".join(sheets)
    if not sheets:
        raise fault(path, "the workbook has a sheet of cells", "add one")
    if sheet is None and len(sheets) > 1:
        rule = f"the study file says which sheet to read; there are {names}"
        raise fault(path, rule, "add `sheet:` with one of them")
    if sheet is not None and sheet not in sheets:
        rule = f"the sheet is in the workbook; there are {names}"
        raise fault(path, rule, "correct `sheet:` in the study file", sheet)
    return next(iter(sheets)) if sheet is None else sheet


def open_workbook(path: Path, sheet: str | None = None) -> Workbook:
    """A workbook with one sheet chosen; no cell is read yet.

    Parameters
    ----------
    path : Path
        A verified .xlsx file.
    sheet : str, optional
        The sheet's name; without it the workbook has only one.

    Returns
    -------
    Workbook
        Ready for one `Pass` or more.

    Raises
    ------
    FaultsError
        No such sheet or several; not a workbook, or one that could harm (`readers.zip_guard`).
    """
    checked_zip(path)
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which carry no data
            # not load_workbook, which reads every sheet once to find its size
            reader = ExcelReader(path, read_only=True, data_only=True, keep_links=False)
            with reader.archive:
                reader.read_manifest()
                reader.read_strings()
                reader.read_workbook()
                apply_stylesheet(reader.archive, reader.wb)
                sheets = {
                    one.name: rel.target
                    for one, rel in reader.parser.find_sheets()
                    if "chartsheet" not in rel.Type and rel.target in reader.valid_files
                }
                book = reader.wb
                settings = {
                    "epoch": book.epoch,
                    "date_formats": book._date_formats,
                    "timedelta_formats": book._timedelta_formats,
                }
                zeros = _zero_formats(book)
    except BROKEN as error:
        raise broken(path, error) from None
    title = _chosen(path, sheets, sheet)
    return Workbook(path, title, sheets[title], reader.shared_strings, settings, zeros)
