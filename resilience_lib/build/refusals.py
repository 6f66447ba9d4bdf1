"""What the system refused, in a person's words."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from resilience_lib import paths
from resilience_lib.errors import Fault


def fall_silent() -> None:
    """Whoever read along has gone (`| head`): what is still buffered goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def system_fault(error: OSError) -> Fault | None:
    """What a person can do about a refusal of the system; None where nothing is known.

    Examples
    --------
    >>> print(system_fault(OSError(errno.ENOSPC, "No space left on device")))
    a file: the disk is full. Free some space; what was finished is kept
    >>> system_fault(OSError("something unforeseen")) is None
    True
    """
    place = paths.relative(Path(os.fsdecode(error.filename))) if error.filename else "a file"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Fault(place, "the disk is full", "Free some space; what was finished is kept")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        remedy = "Close programs that have it open, or give yourself write permission"
        return Fault(place, "no permission to write", remedy)
    if error.filename:
        remedy = "Check that the file is where it belongs, and no folder in its place"
        return Fault(place, str(error.strerror), remedy)
    return None
