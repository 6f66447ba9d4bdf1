"""Folders that are replaced whole: at any moment either the old one or the new one is there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from resilience_lib.errors import ResilienceError
from resilience_lib.paths import relative


def beside(final: Path) -> Path:
    """Where the next content of a folder is written.

    Examples
    --------
    >>> beside(Path("a/1_clean")).as_posix()
    'a/.1_clean.writing'
    """
    return final.with_name(f".{final.name}.writing")


def begin(final: Path) -> Path:
    """An empty folder beside one that it will replace.

    Raises
    ------
    ResilienceError
        The folder cannot be written.
    """
    folder = beside(final)
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except PermissionError as error:
        raise _refused(Path(error.filename)) from None
    return folder


def replace(final: Path) -> None:
    """Put what was written beside a folder in its place.

    Raises
    ------
    ResilienceError
        A file of the old folder is held by another program.
    """
    old = final.with_name(f".{final.name}.old")
    try:
        if old.exists():
            shutil.rmtree(old)
        if final.exists():
            final.replace(old)
        try:
            beside(final).replace(final)
        except OSError:
            if old.exists():
                old.replace(final)
            raise
        if old.exists():
            shutil.rmtree(old)
    except PermissionError as error:
        raise _refused(Path(error.filename)) from None


def write_folder(final: Path, contents: Mapping[str, bytes]) -> None:
    """Replace a folder by these files.

    Parameters
    ----------
    final : Path
    contents : mapping of str to bytes
        By name; a name may have folders in it.

    Raises
    ------
    ResilienceError
        As `begin` and `replace`.
    """
    folder = begin(final)
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    replace(final)


def _refused(path: Path) -> ResilienceError:
    return ResilienceError(
        f"{relative(path)}: no permission to write. Close programs that have it open, or give "
        "yourself write permission"
    )
