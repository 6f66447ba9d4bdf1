"""One build of a tree at a time: a second one says so and waits.

On Windows there is no fcntl and nothing is locked there (written for it, not tried on it).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def build_lock(path: Path, stream: TextIO) -> Iterator[None]:
    """Hold the lock of a tree while building.

    The kernel gives the lock back when its holder ends, however it ends.

    Parameters
    ----------
    path : Path
        The lock file; it is never removed, since a waiting build may have it open.
    stream : file object
        Where to say that another build is running.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            stream.write(f"Another build is running here (process {holder}): waiting for it.\n")
            stream.flush()
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
