"""Table of the link report: which rows are one pupil's, and which were left over."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.few import count_or_few, few_said
from resilience_lib.tables.shape import Table, noted, titled

ROWS = "Rows"
PUPILS = "Pupils"
ALL = "All waves"


def table_links(links: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Rows read and set aside, pupils by number of waves, and pupils matched by pair of waves.

    Parameters
    ----------
    links : Cleared
        count, waves ("" all, one wave, or a pair "T1 T2"), n, what, few.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """
    waves = [name for name, _ in labels.waves]

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        lines: dict[tuple[str, str], dict[str, str]] = {}
        for row in frame.itertuples(index=False):
            pair = " " in row.waves
            part = row.waves.replace(" ", " and ") if pair else _part(row)
            line = lines.setdefault((part, row.what), {})
            column = ALL if pair or not row.waves else row.waves
            line[column] = count_or_few(row.n, row.few, labels.minimum_cell)
        parts = list(dict.fromkeys(part for part, _ in lines))
        parts.sort(key=lambda part: (part != ROWS, part != PUPILS))
        empty = dict.fromkeys([ALL, *waves], "")
        found = [
            {"Part": part, "What": what[:1].upper() + what[1:], **empty, **line}
            for wanted in parts
            for (part, what), line in lines.items()
            if part == wanted
        ]
        return pd.DataFrame(found)

    cleared = reshape(cells, links)
    note = (
        f"{labels.waves_line()}. A row is one pupil's answers at one wave; counts of pupils are of "
        "rows kept. Ids, schools and parts of codes are compared without regard to case, width and "
        "blanks at the ends. Nothing is guessed: a row that could be two pupils' stays unmatched."
    )
    return (
        Table(
            title=titled("How rows of the waves were linked", cleared),
            note=noted([note, few_said(cleared)], cleared, labels),
            group="Part",
        ),
        cleared,
    )


def _part(row: Any) -> str:
    pupils = row.count.startswith("pupils") or row.count in ("left_over", "repeated")
    return PUPILS if pupils else ROWS
