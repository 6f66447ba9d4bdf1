"""Opening a raw file, and saying plainly why it cannot be opened."""

from __future__ import annotations

import re
from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative

KINDS: dict[bytes, str] = {
    b"PK\x03\x04": "a zip file, as .xlsx files are",
    b"\xd0\xcf\x11\xe0": "an old Excel or a password-protected Office file",
    b"$FL2": "an SPSS file (.sav)",
    b"$FL3": "a compressed SPSS file (.zsav)",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
    b"RDX2": "an R data file",
    b"RDX3": "an R data file",
    b"PAR1": "a parquet file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a Word document (.rtf)",
}
"""What the first bytes of a file say it is."""

MARKUP: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"<(?:!doctype html|html|head|body|table|meta)\b", re.I), "a page of the web"),
    (re.compile(rb"<\?xml", re.I), "an XML file"),
    (re.compile(rb'[\[{]\s*[\[{"]'), "a JSON file"),
)
"""What the first signs of a text say it is, spaces and a byte-order mark apart."""


def kind_of(start: bytes) -> str | None:
    """What a file is by its first bytes, or None where they tell nothing.

    Examples
    --------
    >>> kind_of(b"%PDF-1.7"), kind_of(b"id,score")
    ('a PDF', None)
    >>> kind_of(b"<HTML><body>Please log in"), kind_of(b'[{"id": 1}]')
    ('a page of the web', 'a JSON file')
    """
    known = next((kind for mark, kind in KINDS.items() if start.startswith(mark)), None)
    text = start[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return known or next((kind for mark, kind in MARKUP if mark.match(text)), None)


def held(path: Path) -> FaultsError:
    """The fault of a file that the system does not let us read, ready to raise."""
    rule = "the file can be read; another program holds it, or its rights forbid it"
    return FaultsError([Fault(relative(path), rule, "close it in Excel or SPSS, then run again")])


def read_bytes(path: Path) -> bytes:
    """The bytes of a raw file.

    Parameters
    ----------
    path : Path
        A verified raw file.

    Returns
    -------
    bytes
        At least one.

    Raises
    ------
    FaultsError
        The file is empty, is not there, may not be read (often because it is open in Excel), or
        is the lock file that Excel lays beside an open one.
    """
    name = relative(path)
    if path.name.startswith("~$"):
        rule = "this is not data: Excel lays such a file beside the one it has open"
        remedy = f"close {path.name[2:]} in Excel, and name that file instead"
        raise FaultsError([Fault(name, rule, remedy, value=path.name)])
    try:
        content = path.read_bytes()
    except PermissionError:
        raise held(path) from None
    except (FileNotFoundError, IsADirectoryError):
        raise FaultsError([Fault(name, "a file of this name is there", "put it there")]) from None
    if not content:
        raise FaultsError([Fault(name, "the file has content; it is empty", "export it again")])
    return content
