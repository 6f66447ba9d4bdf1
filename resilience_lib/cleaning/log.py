"""The cleaning log: what was done, by which rule, how often, and from what to what."""

from __future__ import annotations

import pandas as pd

COLUMNS: tuple[str, ...] = (
    "step",
    "file",
    "column",
    "rule",
    "before",
    "after",
    "changed",
    "rows_before",
    "rows_after",
)


class Log:
    """Collects entries while files are cleaned.

    Examples
    --------
    >>> log = Log()
    >>> log.add("missing code", "a.csv", "q1", "codebook: missing_codes", 12, before="99",
    ...         after="missing", rows=(440, 440))
    >>> log.frame()[["before", "after", "changed"]].values.tolist()
    [['99', 'missing', 12]]
    """

    def __init__(self) -> None:
        self._rows: list[tuple[object, ...]] = []

    def add(
        self,
        step: str,
        file: str,
        column: str,
        rule: str,
        changed: int,
        *,
        before: str,
        after: str,
        rows: tuple[int, int],
    ) -> None:
        """Note one change.

        Parameters
        ----------
        step : str
            What was done, in a word or two.
        file, column : str
            Where; "" where it concerns several.
        rule : str
            Why: what in codebook, study file or reader asks for it.
        changed : int
            How many cells or rows.
        before, after : str
            A value (or what kind of value) and what became of it; never a pupil's id.
        rows : tuple of int
            Rows before and after the step.
        """
        self._rows.append((step, file, column, rule, before, after, changed, *rows))

    def frame(self) -> pd.DataFrame:
        """All entries in order; columns `COLUMNS`, the last three whole numbers."""
        return pd.DataFrame(self._rows, columns=list(COLUMNS))
