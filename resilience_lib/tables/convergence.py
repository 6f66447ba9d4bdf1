"""Table of convergence: what two people judged, why, what was settled, and what does not fit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.plain_words import judge_name, verb
from resilience_lib.tables.shape import Table, titled
from resilience_lib.tables.story_cells import MEASURED, silence, told

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
        f"{unsettled} of {len(convergence.frame)} themes {verb(unsettled, 'is', 'are')} open: the "
        "judges differ and have not settled."
        if unsettled
        else "",
        f"Numbers: what the interval says of the smallest change that matters. {MEASURED}",
        "Check: what a rule finds that does not fit a judgement; people decide."
        if cleared.frame["What"].eq("Check").any()
        else "",
    ]
    return (
        Table(
            title=titled("Convergence of stories and numbers", cleared),
            note=told([*note, *silence()], cleared, labels),
            group="Theme",
            widths=(14, 30, 56),
        ),
        cleared,
    )


def _lines(row: dict[str, Any]) -> list[dict[str, str]]:
    said = [
        ("Stories", row["words"], ""),
        ("Numbers", row["quantitative"] or "not measured", ""),
    ]
    for at in (1, 2):
        found = row[f"judgement_{at}"] or "not judged"
        said.append((judge_name(at, str(row[f"judge_{at}"])), found, row[f"because_{at}"]))
    # a reason that is one judge's own stands there already
    again = row["because"] in (row["because_1"], row["because_2"])
    said.append(("Settled", row["judgement"] or "open", "" if again else row["because"]))
    if row["check"]:
        said.append(("Check", row["check"], ""))
    return [
        {"Theme": row["label"], "What": what, "Finding": finding, "Because": because}
        for what, finding, because in said
    ]
