"""Table of the joint display: both strands of each theme, what they say together, and sources."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.captions import CAUTION
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.story_words import QUOTED, counted
from resilience_lib.tables.shape import Table, titled
from resilience_lib.tables.story_cells import MEASURED, silence, told, value_of

COLUMNS = ["Outcome", "Theme", "Stories", "Numbers", "Quotes", "Judgement", "Together", "Ids"]
NOT_MEASURED = "Not measured"


def table_joint_display(displays: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """A row for each theme, with its quotes whole.

    Parameters
    ----------
    displays : Cleared
        Frame `displays`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        found = pd.DataFrame([_cells(row) for row in frame.to_dict("records")], columns=COLUMNS)
        # themes of one outcome stand together, in the order of its first
        first = {name: at for at, name in enumerate(dict.fromkeys(found["Outcome"]))}
        return found.sort_values("Outcome", key=lambda names: names.map(first), kind="stable")

    cleared = reshape(cells, displays)
    note = [
        "Numbers: the estimate with its interval, the smallest change that was declared to matter, "
        f"and what both say. {MEASURED} Judgements are two people's; open where they differ and "
        "have not settled. No coefficient joins stories and scores: those who told are not those "
        "who were measured.",
        CAUTION if labels.one_group and cleared.frame["Outcome"].ne(NOT_MEASURED).any() else "",
        QUOTED,
    ]
    return (
        Table(
            title=titled("What stories and numbers say of each theme", cleared),
            note=told([*note, *silence()], cleared, labels, pupils=True),
            group="Outcome",
            landscape=True,
            widths=(13, 12, 22, 40, 12, 26, 7),
        ),
        cleared,
    )


def _cells(row: dict[str, Any]) -> dict[str, str]:
    quotes = [
        f"“{str(row[f'quote_{at}']).strip('“”')}” ({row[f'attribution_{at}']})"
        for at in ("1", "2")
        if row[f"quote_{at}"]
    ]
    return {
        "Outcome": row["outcome_label"] or NOT_MEASURED,
        "Theme": row["label"],
        "Stories": row["words"] or counted(row["sources"], row["asked"]),
        "Numbers": _numbers(row),
        "Quotes": "; ".join(quotes) or "none cleared",
        "Judgement": row["judgement"] or "open",
        "Together": row["inference"],
        "Ids": row["ids"],
    }


def _numbers(row: dict[str, Any]) -> str:
    if not row["outcome"]:
        return "not measured"
    last, _, first = str(row["contrast"]).partition(" - ")
    value = value_of(row["estimate"], row["conf_low"], row["conf_high"]) or "not shown"
    least = row["smallest_important"]
    parts = [
        f"{f'{first} to {last}: ' if first else ''}{value} {row['unit']}".strip(),
        f"least that matters: {least:g}" if least == least else "",
        "lower is better" if row["higher_is_better"] == 0 else "",
        row["quantitative"],
    ]
    return "; ".join(part for part in parts if part)
