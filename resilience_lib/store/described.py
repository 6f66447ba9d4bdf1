"""What a person's raw folder says about its files: added to, never written over."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from resilience_lib.codebook.faults import structure_faults
from resilience_lib.codebook.variable import COLUMNS
from resilience_lib.errors import Fault, FaultsError, ResilienceError
from resilience_lib.paths import relative
from resilience_lib.readers.cells import read_cells
from resilience_lib.readers.delimiter import declared, find_delimiter, physical_lines
from resilience_lib.readers.encoding import decode
from resilience_lib.readers.registry import read_raw

BOM = b"\xef\xbb\xbf"
"""By which Excel knows that a CSV file is UTF-8."""


def described_files(path: Path) -> set[str]:
    """Names of the raw files that a codebook describes; empty where there is no codebook.

    Raises
    ------
    FaultsError
        It cannot be read, or its columns are not those of a codebook.
    """
    if not path.exists():
        return set()
    frame = _rows(path)
    problems = structure_faults(frame, relative(path))
    if problems:
        raise FaultsError(problems)
    return set(frame["file"].str.strip()) - {""}


def with_rows(
    path: Path, rows: Sequence[Mapping[str, str]], columns: Sequence[str] = COLUMNS
) -> bytes:
    """The bytes of a codebook.csv, or another table of people, with more rows at its end.

    Parameters
    ----------
    path : Path
        The file; need not exist.
    rows : sequence of mapping
        Keys `columns`.
    columns : sequence of str
        Those of a codebook where left out.

    Returns
    -------
    bytes
        What was there, byte by byte, and the rows in its own order of columns, encoding, sign
        between cells and line end; a new one is UTF-8 with a byte-order mark and commas.

    Raises
    ------
    FaultsError
        The file's encoding has no place for a sign of the rows.
    """
    content = path.read_bytes() if path.exists() else b""
    if not content:
        return BOM + _lines(rows, columns, ",", "\n", header=True).encode()
    name = relative(path)
    texts = physical_lines(decode(name, content).text)
    order, delimiter, end = _form(name, texts)
    added = _lines(rows, order, delimiter, end, header=False)
    if not texts[-1].endswith(("\n", "\r")):
        added = end + added
    return content + _encoded(name, added, content)


def lines_to_paste(path: Path, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Rows as lines that a person can paste at the end of a table, and its header before them.

    Parameters
    ----------
    path : Path
        The table, which is there.
    rows : sequence of mapping

    Returns
    -------
    list of str
        In the file's own order of columns and with its own sign between cells. Columns that it
        does not have stand at the end, in the header too, where a row fills them in.
    """
    name = relative(path)
    order, delimiter, _ = _form(name, physical_lines(decode(name, path.read_bytes()).text))
    filled = {column: None for row in rows for column, cell in row.items() if cell}
    whole = list(dict.fromkeys((*order, *filled)))
    kept = [{column: row.get(column, "") for column in whole} for row in rows]
    return _lines(kept, whole, delimiter, "\n", header=True).removesuffix("\n").split("\n")


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files: either all of them or none.

    Parameters
    ----------
    contents : mapping of Path to bytes

    Raises
    ------
    ResilienceError
        One is open in another program; all are as they were.
    OSError
        The system refused; all are as they were.
    """
    partials = {path: path.with_name(f".{path.name}.partial") for path in contents}
    before = {path: path.read_bytes() if path.exists() else None for path in contents}
    done = []
    try:
        for path, content in contents.items():
            partials[path].write_bytes(content)
        for path, partial in partials.items():
            partial.replace(path)
            done.append(path)
    except BaseException as error:
        for path in done:
            old = before[path]
            if old is None:
                path.unlink()
            else:
                path.write_bytes(old)
        for partial in partials.values():
            partial.unlink(missing_ok=True)
        if isinstance(error, PermissionError):
            still = next(path for path in contents if path not in done)
            raise ResilienceError(f"{relative(still)} is open: close it in Excel") from None
        raise


def _form(name: str, texts: list[str]) -> tuple[list[str], str, str]:
    """Columns, sign between cells and line end of a table's lines."""
    said = declared(texts)
    head = 0 if said is None else 1
    delimiter = said or find_delimiter(name, texts[head:], head + 1)
    order = [cell.strip() for cell in next(csv.reader(texts[head:], delimiter=delimiter))]
    return order, delimiter, "\r\n" if texts[head].endswith("\r\n") else "\n"


def _rows(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        rows = read_cells(path).rows
        if len(rows) == 1:
            # only its names: no raw file, but a codebook that somebody has begun
            return pd.DataFrame(columns=[cell.strip() for cell in rows[0]], dtype="str")
    return read_raw(path, path.suffix.removeprefix(".")).frame


def _lines(
    rows: Sequence[Mapping[str, str]],
    order: Sequence[str],
    delimiter: str,
    end: str,
    *,
    header: bool,
) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, order, delimiter=delimiter, lineterminator=end)
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _encoded(name: str, text: str, content: bytes) -> bytes:
    """More text in the encoding of what is there."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return text.encode("utf-16-le" if content.startswith(b"\xff\xfe") else "utf-16-be")
    try:
        content.decode("utf-8")
        return text.encode()
    except UnicodeDecodeError:
        pass
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError as error:
        rule = "the codebook is Windows-1252, which has no place for a sign of the file"
        remedy = "save the codebook as CSV UTF-8, then run again"
        value = text[error.start]
        raise FaultsError([Fault(name, rule, remedy, value=value)]) from None
