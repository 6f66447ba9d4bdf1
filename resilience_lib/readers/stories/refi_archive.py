"""A REFI-QDA project as a zip: what it must be before anything in it is unpacked.

Nothing is unpacked to a disk. Pictures and recordings, which may be large, are never opened, so
the limits of size bind only what is read: project.qde and the texts.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.opening import kind_of, read_bytes
from resilience_lib.readers.stories.sqlite_file import MAGIC, sqlite_kind
from resilience_lib.readers.zip_guard import MOST_BYTES, MOST_RATIO, RATIO_FROM

PROJECT = "project.qde"
TEXTS = (".txt",)
ENCRYPTED = 0x1
"""The bit of a member's flags that says so."""
AGAIN = "export the project again from the program that coded it"


@dataclass(frozen=True)
class Archive:
    """What is read of a project.

    Parameters
    ----------
    project : bytes
        project.qde.
    texts : dict of str to bytes
        The texts by file name in small letters, without the folder.
    """

    project: bytes
    texts: dict[str, bytes]


def _fault(path: Path, rule: str, remedy: str, value: str | None = None) -> Fault:
    return Fault(relative(path), rule, remedy, value=value)


def _outside(name: str) -> bool:
    """Whether a member's name leads out of the archive.

    Examples
    --------
    >>> _outside("Sources/a.txt"), _outside("../a.txt"), _outside("C:\\\\a.txt")
    (False, True, True)
    """
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or parts[0].endswith(":")


def _member_faults(path: Path, read: list[zipfile.ZipInfo], all_names: list[str]) -> list[Fault]:
    faults = [
        _fault(path, "no part's name leads out of the archive", "ask who sent it", name)
        for name in all_names
        if _outside(name)
    ]
    for member in read:
        if member.flag_bits & ENCRYPTED:
            rule = "no part is locked by a password"
            faults.append(_fault(path, rule, "export it without one", member.filename))
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > RATIO_FROM and ratio > MOST_RATIO:
            rule = f"no part unpacks to more than {MOST_RATIO} times its size (a zip bomb does)"
            value = f"{member.filename}: {ratio:,.0f} times"
            faults.append(_fault(path, rule, "ask who sent it", value))
    total = sum(member.file_size for member in read)
    if total > MOST_BYTES:
        rule = f"project and texts unpacked stay below {MOST_BYTES // 1_000_000} MB"
        faults.append(_fault(path, rule, "export fewer sources", f"{total // 1_000_000} MB"))
    return faults


def _kind(path: Path, content: bytes) -> tuple[str, str]:
    if content.startswith(MAGIC):
        what, reader = sqlite_kind(path)
        return what, f"name the reader {reader}" if reader else AGAIN
    return kind_of(content) or "something else, perhaps text", f"name its reader, or {AGAIN}"


def read_archive(path: Path) -> Archive:
    """The project and the texts of a .qdpx.

    Parameters
    ----------
    path : Path
        A verified raw file.

    Returns
    -------
    Archive

    Raises
    ------
    FaultsError
        Not a zip, broken, without project.qde, locked, too large, or with parts whose names lead
        out of it.
    """
    content = read_bytes(path)
    if not content.startswith(b"PK"):
        what, remedy = _kind(path, content)
        rule = f"the project is a zip file (.qdpx); this is {what}"
        raise FaultsError([_fault(path, rule, remedy)])
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            projects = [one for one in members if one.filename.lower() == PROJECT]
            texts = [one for one in members if one.filename.lower().endswith(TEXTS)]
            faults = _member_faults(path, [*projects, *texts], archive.namelist())
            if len(projects) != 1:
                rule = f"the archive holds one {PROJECT}; it holds {len(projects)}"
                some = ", ".join(archive.namelist()[:3])
                faults.append(_fault(path, rule, AGAIN, some))
            if faults:
                raise FaultsError(faults)
            # in the order of the archive: of two parts of one name the later wins, as unpacking
            found = {
                PurePosixPath(one.filename.replace("\\", "/")).name.lower(): archive.read(one)
                for one in texts
            }
            return Archive(archive.read(projects[0]), found)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        rule = f"the archive is whole; it cannot be unpacked ({error})"
        raise FaultsError([_fault(path, rule, "copy or export it again")]) from None
