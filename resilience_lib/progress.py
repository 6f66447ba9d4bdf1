"""Progress of long work: a bar that redraws itself in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from typing import TextIO


class Progress:
    """Counts finished steps of `total` and says what runs; safe to call from threads.

    Parameters
    ----------
    total : int
        How many steps there will be.
    stream : file object
        Where to write; a terminal gets one redrawn line, anything else a line a step.

    Examples
    --------
    >>> import io
    >>> out = io.StringIO()
    >>> progress = Progress(2, out)
    >>> progress.done("clean"); progress.done("score")
    >>> [line.split("  ")[0] for line in out.getvalue().splitlines()]
    ['[1/2] clean', '[2/2] score']
    """

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._bar = bool(getattr(self._stream, "isatty", lambda: False)())
        self._total = total
        self._finished = 0
        self._running: list[str] = []
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def start(self, step: str) -> None:
        """Say that a step has begun (shown in a terminal only)."""
        with self._lock:
            self._running.append(step)
            self._draw()

    def done(self, step: str) -> None:
        """Count a step as finished."""
        with self._lock:
            self._finished += 1
            if step in self._running:
                self._running.remove(step)
            if self._bar:
                self._draw()
            else:
                elapsed = time.monotonic() - self._began
                self._stream.write(f"[{self._finished}/{self._total}] {step}  {elapsed:.1f} s\n")
                self._stream.flush()

    def close(self) -> None:
        """End the redrawn line."""
        if self._bar:
            self._stream.write("\r\033[K")
            self._stream.flush()

    def _draw(self) -> None:
        if not self._bar:
            return
        width = 24
        filled = width * self._finished // max(self._total, 1)
        running = ", ".join(self._running[:2])
        line = f"[{'#' * filled}{'.' * (width - filled)}] {self._finished}/{self._total} {running}"
        self._stream.write(f"\r\033[K{line[:100]}")
        self._stream.flush()
