"""Small files that the build keeps for itself: hashed, read and replaced whole."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

ABSENT = "absent"
"""Stands for the hash of a file that does not exist."""


def digest(data: bytes) -> str:
    """SHA-256 of bytes.

    Examples
    --------
    >>> digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file, or `ABSENT`."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT


def read_json(path: Path) -> Any:
    """The contents of a JSON file; None where it is absent or no JSON (a build's own memory)."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that at any moment the old or the new one is there, whole.

    Raises
    ------
    PermissionError
        The folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # the process's number keeps two builds apart that write the same cache
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def write_json(path: Path, value: Any) -> None:
    """`replace_file` with JSON."""
    replace_file(path, (json.dumps(value, indent=1, sort_keys=True) + "\n").encode())
