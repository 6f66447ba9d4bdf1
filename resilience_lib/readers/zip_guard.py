"""What a zipped Office file must be before anything in it is unpacked."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.opening import kind_of, read_bytes

MOST_MEMBERS = 5_000
MOST_BYTES = 1_000_000_000
"""All members together, unpacked: a sheet of a million rows and 20 columns is about 700 MB."""

MOST_RATIO = 300
RATIO_FROM = 5_000_000
"""A member larger than this shrinks less than `MOST_RATIO`-fold, or it is a bomb. A sheet of
100,000 rows shrinks 5- to 30-fold."""

CHUNK = 1 << 20

DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)", re.IGNORECASE)

SAVE_ANEW = "open it in Excel and save it anew as .xlsx"


def _fault(path: Path, rule: str, remedy: str, value: str | None = None) -> FaultsError:
    return FaultsError([Fault(relative(path), rule, remedy, value=value)])


def checked_zip(path: Path) -> None:
    """Stop unless a file is a zip that can be unpacked without harm.

    The sizes that the zip declares bind: Python stops reading a member there. A member's text is
    looked through in pieces, never held whole.

    Parameters
    ----------
    path : Path
        A verified raw file.

    Raises
    ------
    FaultsError
        Not a zip (an old or a password-protected workbook is named as such), cut off, too large
        unpacked, or with a document type declaration, which could name other files.
    """
    content = read_bytes(path)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _fault(path, "the workbook opens without a password", "save it without one")
        rule = "the workbook is .xlsx; this is the old format of Excel (.xls)"
        raise _fault(path, rule, SAVE_ANEW)
    if not content.startswith(b"PK"):
        kind = kind_of(content) or "something else, perhaps text"
        rule = f"the workbook is .xlsx, that is a zip file; this is {kind}"
        raise _fault(path, rule, "name its reader (csv?), or save it as .xlsx")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(path, archive)
            _check_members(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        rule = f"the workbook is whole; it cannot be unpacked ({error})"
        raise _fault(path, rule, "copy or export it again") from None


def _check_sizes(path: Path, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or total > MOST_BYTES:
        rule = f"unpacked it stays below {MOST_BYTES // 1_000_000} MB in {MOST_MEMBERS} parts"
        value = f"{total // 1_000_000} MB in {len(members)} parts"
        raise _fault(path, rule, "delete what is not data, or save the sheet as CSV UTF-8", value)
    for member in members:
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > RATIO_FROM and ratio > MOST_RATIO:
            rule = f"no part unpacks to more than {MOST_RATIO} times its size (a zip bomb does)"
            value = f"{member.filename}: {ratio:,.0f} times"
            raise _fault(path, rule, "ask who sent it, or save the sheet as CSV UTF-8", value)


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        kind = next((k for mark, k in OTHER_ZIPS.items() if mark in names), "no Excel workbook")
        raise _fault(path, f"the file holds an Excel workbook; this is {kind}", SAVE_ANEW)
    for name in sorted(names):
        if name.endswith((".xml", ".rels")):
            for piece in pieces(archive, name):
                if DOCTYPE.search(piece):
                    rule = (
                        "no part declares a document type or entities (they can name other files)"
                    )
                    raise _fault(path, rule, SAVE_ANEW, name)


OTHER_ZIPS: dict[str, str] = {
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint file",
    "content.xml": "an OpenDocument file (.ods or .odt)",
    "Index/Document.iwa": "an Apple Numbers file",
}


def pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A member's text in pieces that each end before a tag begins, so that no tag is cut in two.

    Parameters
    ----------
    archive : ZipFile
        Open for reading.
    name : str
        A member.

    Yields
    ------
    bytes
        About 1 MB each.
    """
    rest = b""
    with archive.open(name) as member:
        while chunk := member.read(CHUNK):
            chunk = rest + chunk
            cut = chunk.rfind(b"<", 1)
            if cut > 0 and len(chunk) - cut < CHUNK:
                rest = chunk[cut:]
                yield chunk[:cut]
            else:
                rest = b""
                yield chunk
    yield rest
