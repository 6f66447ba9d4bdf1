"""Reads tables as they stand: every cell is text until the codebook says what it is."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative


def read_csv(path: Path) -> pd.DataFrame:
    """A comma-separated UTF-8 file (with or without byte-order mark) as text.

    Parameters
    ----------
    path : Path
        A verified raw file with a header line.

    Returns
    -------
    DataFrame
        All columns text, "" for empty cells; the index is the line in the file (the header is
        line 1).

    Raises
    ------
    FaultsError
        No UTF-8, no header, a column twice, or lines with too many or too few cells.
    """
    name = relative(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        rule = f"the file is not UTF-8 text (byte {error.start})"
        raise FaultsError([Fault(name, rule, "save it as CSV UTF-8")]) from None
    lines = csv.reader(text.splitlines(keepends=True))
    header = next(lines, None)
    if not header:
        raise FaultsError([Fault(name, "the first line holds the columns' names", "add it", 1)])
    if len(header) == 1 and ";" in header[0]:
        rule, remedy = "cells are parted by commas", "save it as CSV UTF-8 with commas, not ;"
        raise FaultsError([Fault(name, rule, remedy, 1)])
    faults = [
        Fault(name, "a column's name stands once", "rename one of them", 1, column)
        for column in sorted({column for column in header if header.count(column) > 1})
    ]
    rows, numbers = [], []
    for row in lines:
        if not row:
            continue
        if len(row) != len(header):
            rule = f"every line has {len(header)} cells, this one has {len(row)}"
            faults.append(Fault(name, rule, "check quotes and commas", lines.line_num))
        rows.append(row)
        numbers.append(lines.line_num)
    if faults:
        raise FaultsError(faults)
    index = pd.Index(numbers, name="line", dtype="int64")
    return pd.DataFrame(rows, columns=header, index=index, dtype="str")
