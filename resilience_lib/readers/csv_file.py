"""Plain CSV: encoding and delimiter are found, everything stays text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from resilience_lib.readers.cells import framed, read_cells
from resilience_lib.readers.raw_table import RawTable

DECIMAL_COMMA = r"[-+]?\d+,\d+"


def decimal_commas(frame: pd.DataFrame) -> tuple[str, ...]:
    """A note of cells that hold decimal commas, where there are any.

    Examples
    --------
    >>> decimal_commas(pd.DataFrame({"score": ["2,5", "3"]}, index=[2, 3]))
    ("1 cells hold a decimal comma and stay text, the first '2,5' in line 2, score",)
    """
    count, first = 0, ""
    for column in frame.columns:
        found = frame.index[frame[column].str.fullmatch(DECIMAL_COMMA)]
        if len(found) and not count:
            first = f"{frame.at[found[0], column]!r} in line {found[0]}, {column}"
        count += len(found)
    if not count:
        return ()
    return (f"{count} cells hold a decimal comma and stay text, the first {first}",)


def read(path: Path) -> RawTable:
    """A CSV file as text.

    Parameters
    ----------
    path : Path
        A verified raw file with a header line.

    Returns
    -------
    RawTable
        `notes` says which encoding and delimiter were assumed, where not UTF-8 and comma.

    Raises
    ------
    FaultsError
        All at once: what cannot be told or is broken (see `readers.cells`, `readers.encoding`).
    """
    cells = read_cells(path)
    frame, notes = framed(cells)
    return RawTable(frame, notes=(*notes, *decimal_commas(frame)))
