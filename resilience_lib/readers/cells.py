"""A delimited text file as rows of cells, each with the line it starts in."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.delimiter import (
    DELIMITERS,
    declared,
    find_delimiter,
    physical_lines,
)
from resilience_lib.readers.encoding import decode
from resilience_lib.readers.header import cleaned, header_faults
from resilience_lib.readers.opening import read_bytes

MOST_QUOTE_FAULTS = 50
"""Reading starts anew after a broken quote; after so many the rest is not looked at."""
MOST_SIGNS = 131_072
"""Python's own limit of a cell; any package may have lifted it for all."""


@dataclass(frozen=True)
class Cells:
    """All records of a file; the first is its header.

    Parameters
    ----------
    name : str
        The file as messages show it.
    lines : list of int
        Line where each record starts.
    rows : list of list of str
        The cells of each record.
    faults : tuple of Fault
        Broken quotes and lines that are too long or too short.
    notes : tuple of str
        What was assumed.
    """

    name: str
    lines: list[int]
    rows: list[list[str]]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


def _quote_fault(name: str, error: csv.Error, row: int, line: str) -> Fault:
    value = line.rstrip("\r\n")[:60]
    if "unexpected end" in str(error):
        rule, remedy = "every opened quote is closed; the file ends inside one", "export it again"
    elif "field larger" in str(error):
        rule, remedy = (
            f"a cell has at most {MOST_SIGNS:,} signs",
            "check for a quote that is not closed",
        )
    else:
        rule, remedy = "after a closing quote the next cell begins", "double a quote inside a cell"
    return Fault(name, rule, remedy, row, value=value)


def _parsed(
    name: str, texts: list[str], delimiter: str, at: int
) -> tuple[list[int], list[list[str]], list[Fault]]:
    """`_records`, with Python's own limit of a cell."""
    before = csv.field_size_limit(MOST_SIGNS)
    try:
        return _records(name, texts, delimiter, at)
    finally:
        csv.field_size_limit(before)


def _records(
    name: str, texts: list[str], delimiter: str, at: int
) -> tuple[list[int], list[list[str]], list[Fault]]:
    """Records of the lines from `at` on; after a broken quote it goes on in the next line."""
    lines: list[int] = []
    rows: list[list[str]] = []
    faults: list[Fault] = []
    while at < len(texts) and len(faults) < MOST_QUOTE_FAULTS:
        reader = csv.reader(texts[at:], delimiter=delimiter, strict=True)
        start = 0
        try:
            for row in reader:
                if row:
                    lines.append(at + start + 1)
                    rows.append(row)
                start = reader.line_num
            break
        except csv.Error as error:
            faults.append(_quote_fault(name, error, at + start + 1, texts[at + start]))
            at += start + 1
    return lines, rows, faults


def _ragged(
    name: str, lines: list[int], rows: list[list[str]], delimiter: str, cut: bool
) -> list[Fault]:
    width = len(rows[0])
    faults = []
    for line, row in zip(lines, rows, strict=True):
        if len(row) != width:
            rule = f"every line has {width} cells like the header; this one has {len(row)}"
            remedy = "check its quotes and the signs between its cells"
            if cut and line == lines[-1] and len(row) < width:
                rule, remedy = rule + " and no end: the file was cut off", "export it again"
            faults.append(Fault(name, rule, remedy, line, value=delimiter.join(row)[:60]))
    return faults


def read_cells(path: Path) -> Cells:
    """The records of a delimited text file, whatever its encoding and the sign between cells.

    Parameters
    ----------
    path : Path
        A verified raw file.

    Returns
    -------
    Cells
        At least a header. Empty lines are passed over, and so are lines without any content at
        the end (a note says how many).

    Raises
    ------
    FaultsError
        The encoding or the sign between cells cannot be told, or there is not even a header.
    """
    name = relative(path)
    decoded = decode(name, read_bytes(path))
    notes = list(decoded.notes)
    texts = physical_lines(decoded.text)
    delimiter = declared(texts)
    at = 0 if delimiter is None else 1
    while at < len(texts) and not texts[at].strip():
        at += 1
    if at == len(texts):
        raise FaultsError([Fault(name, "the first line holds the columns' names", "add it", 1)])
    if delimiter is None:
        delimiter = find_delimiter(name, texts[at:], at + 1)
    elif delimiter not in DELIMITERS:
        rule = "comma, semicolon or tab parts the cells"
        remedy = "save it as CSV UTF-8 with commas"
        raise FaultsError([Fault(name, rule, remedy, 1, value=texts[0].rstrip("\r\n"))])
    if delimiter != ",":
        notes.append(f"cells are parted by {DELIMITERS[delimiter]}")
    lines, rows, faults = _parsed(name, texts, delimiter, at)
    if not rows:
        raise FaultsError(faults)
    hollow = 0
    while len(rows) > 1 and not any(rows[-1]) and len(rows[-1]) > 1:
        rows.pop()
        lines.pop()
        hollow += 1
    if hollow:
        notes.append(f"{hollow} lines without any content at the end were left out")
    cut = not texts[-1].endswith(("\n", "\r"))
    if cut:
        notes.append("the last line has no end: if the file was cut off, its last cell is short")
    faults += _ragged(name, lines, rows, delimiter, cut)
    return Cells(name, lines, rows, tuple(faults), tuple(notes))


def framed(cells: Cells, *, body: int = 1) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table of a file's records, once nothing is wrong with them.

    Parameters
    ----------
    cells : Cells
        All records.
    body : int
        How many records come before the first of data.

    Returns
    -------
    tuple of DataFrame and tuple of str
        Text cells by line, and all notes.

    Raises
    ------
    FaultsError
        All of `cells.faults`, whatever is wrong with the columns' names, and no data.
    """
    names, notes = cleaned(cells.rows[0])
    places = [f"column {number}" for number in range(1, len(names) + 1)]
    faults = [*header_faults(cells.name, cells.lines[0], names, places), *cells.faults]
    if len(cells.rows) <= body and not faults:
        rule = "there are lines of data below the columns' names"
        faults = [Fault(cells.name, rule, "export it again", cells.lines[-1])]
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.row or 0))
    index = pd.Index(cells.lines[body:], name="line", dtype="int64")
    frame = pd.DataFrame(cells.rows[body:], columns=names, index=index, dtype="str")
    return frame, (*cells.notes, *notes)
