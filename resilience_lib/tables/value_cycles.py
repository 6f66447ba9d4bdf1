"""Tables of cycles of value: stories beside indicators, and transitions between cycles."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.story_words import NO_LADDER, frame_title, in_order
from resilience_lib.tables.shape import Table, titled
from resilience_lib.tables.story_cells import (
    flow_row,
    of_asked,
    silence,
    told,
    value_of,
    with_it,
)

_MATRIX = ["Frame", "Cycle", "Stories", "Claim it", "Indicator", "Value", "Unit", "Source", "Note"]
_FLOWS = ["Frame", "From", "To", "Kind", "Stories", "Times"]


def table_value_matrix(value_matrix: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Each cycle's stories beside its indicators.

    Parameters
    ----------
    value_matrix : Cleared
        Frame `value_matrix`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        rows = [_matrix_row(row) for row in frame.to_dict("records")]
        return pd.DataFrame(rows, columns=_MATRIX)

    cleared = reshape(cells, value_matrix)
    note = [
        "Stories that tell of the cycle, of the sources asked; claim it: stories that claim to "
        "have contributed to the indicator. An indicator alone cannot be put down to the "
        "programme, and a claim is the teller's. Cycles are no ladder."
    ]
    return (
        Table(
            title=titled("Value creation matrix: stories and indicators", cleared),
            note=told([*note, *silence()], cleared, labels),
            group="Frame",
            landscape=True,
            widths=(12, 10, 9, 26, 16, 14, 26, 13),
        ),
        cleared,
    )


def _matrix_row(row: dict[str, Any]) -> dict[str, str]:
    there = bool(row["indicator"])
    return {
        "Frame": frame_title(row["frame"]),
        "Cycle": row["label"],
        "Stories": of_asked(row["stories"], row["asked"]),
        "Claim it": with_it(row["claims"], row["claims"]) if there else "",
        "Indicator": row["what"] if there else "none",
        "Value": (value_of(row["value"], row["conf_low"], row["conf_high"]) or "not given")
        if there
        else "",
        "Unit": row["unit"] if there else "",
        "Source": row["source"] if there else "",
        "Note": row["note"],
    }


def table_flows(flows: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """From which cycle to which stories pass on.

    Parameters
    ----------
    flows : Cleared
        Frame `flows`.
    labels : Labels
        Words of the study.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        places = frame["frame"].map(in_order(frame["frame"]))
        ordered = frame.loc[places.sort_values(kind="stable").index]
        return pd.DataFrame([flow_row(row) for row in ordered.to_dict("records")], columns=_FLOWS)

    cleared = reshape(cells, flows)
    note = [
        "Transitions from one coded segment of a story to the next, in the order told: stories in "
        "which they occur, of the stories told, and how often they occur. Later and earlier are "
        "meant in the order immediate, potential, applied, realised; the other cycles stand "
        "outside it.",
        NO_LADDER,
    ]
    return (
        Table(
            title=titled("Transitions between cycles", cleared),
            note=told([*note, *silence(of_told=True)], cleared, labels),
            group="Frame",
            widths=(22, 22, 26, 16, 14),
        ),
        cleared,
    )
