"""Table of convergence: what two people judged, why, what was settled, and what does not fit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.shape import Table, noted, titled
from resilience_lib.tables.story_cells import silence

COLUMNS = ["Theme", "What", "Finding", "Because"]


def table_convergence(convergence: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Under each theme both strands, both judges with their reasons, and the check.

    Parameters
    ----------
    convergence : Cleared
        Frame `convergence`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        rows = [line for row in frame.to_dict("records") for line in _lines(row)]
        return pd.DataFrame(rows, columns=COLUMNS)

    cleared = reshape(cells, convergence)
    unsettled = int(convergence.frame["judgement"].eq("").sum())
    note = [
        "Categories after Farmer et al. (2006): agreement, partial agreement, silence (one strand "
        "alone speaks of it), dissonance. Two people judged each theme apart.",
        f"{unsettled} of {len(convergence.frame)} themes are open: the judges differ and have not "
        "settled."
        if unsettled
        else "",
        "Check: what a rule finds that does not fit a judgement; people decide.",
    ]
    return (
        Table(
            title=titled("Convergence of stories and numbers", cleared),
            note=noted([*note, *silence(cleared.frame)], cleared, labels),
            group="Theme",
        ),
        cleared,
    )


def _lines(row: dict[str, Any]) -> list[dict[str, str]]:
    said = [
        ("Stories", row["words"], ""),
        ("Numbers", row["quantitative"] or "not measured", ""),
    ]
    for at in (1, 2):
        judge = str(row[f"judge_{at}"]).replace("_", " ")
        found = row[f"judgement_{at}"] or "not judged"
        name = f"Judge {at}" + (f" ({judge})" if judge else "")
        said.append((name, found, row[f"because_{at}"]))
    said.append(("Settled", row["judgement"] or "open", row["because"]))
    if row["check"]:
        said.append(("Check", row["check"], ""))
    return [
        {"Theme": row["label"], "What": what, "Finding": finding, "Because": because}
        for what, finding, because in said
    ]
