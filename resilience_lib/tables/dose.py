"""Table of dose: how change goes with what schools or classes got of the programme."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import count, interval, number, p_value
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

COMPARED: dict[str, str] = {
    "dose_slope": "All",
    "dose_slope_within": "Classes of one school",
    "dose_slope_between": "Schools' means",
}
"""Estimand to who is compared."""

COLUMNS = ["Outcome", "Change", "One more", "Compared", "Slope, points", "95% CI", "df", "p", "n",
           "Schools"]  # fmt: skip


def table_dose(dose: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Slopes of change on dose, as associations.

    Parameters
    ----------
    dose : Cleared
        Frame `dose`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame["estimand"].isin(list(COMPARED))]
        found = [_cells(row._asdict(), labels) for row in rows.itertuples()]
        return pd.DataFrame(found, columns=COLUMNS)

    cleared = reshape(cells, dose)
    note = (
        "Slopes of pupils' change in points on one more unit, with 95% intervals CR2 by school. "
        "Associations: nobody drew by lot who got more, and no cause is shown."
    )
    return (
        Table(
            title=titled("Change as it goes with dose", cleared),
            note=noted([note], cleared, labels),
            group="Outcome",
            landscape=True,
        ),
        cleared,
    )


def _cells(row: dict[str, Any], labels: Labels) -> dict[str, str]:
    hidden = row["reason"].startswith(SUPPRESSED)
    name, _, unit = row["subgroup"].partition(", per ")
    found = {
        "Outcome": labels.outcome_title(row["outcome"]),
        "Change": labels.change(row["contrast"]),
        "One more": f"{unit} ({name.replace('_', ' ')})",
        "Compared": COMPARED[row["estimand"]],
        "Slope, points": number(row["estimate"], 3) or "none",
        "95% CI": interval(row["conf_low"], row["conf_high"], 3),
        "df": number(row["df"], 1),
        "p": p_value(row["p_value"]),
        "n": count(row["n"]),
        "Schools": count(row["n_clusters"]),
    }
    if hidden:
        found.update(dict.fromkeys(("Slope, points", "95% CI", "n", "Schools"), NOT_SHOWN))
    return found
