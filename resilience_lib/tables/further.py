"""Table of further questions: picked pupils, rates, sites and two raters."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.effects.registry import ESTIMANDS
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import count, interval, number, p_value
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

COLUMNS = ["About", "Compared", "Whom", "What", "Estimate", "95% CI", "p", "n", "Schools",
           "Note"]  # fmt: skip


def table_further(further: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Answers to the further questions of a study file.

    Parameters
    ----------
    further : Cleared
        Frame `further`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        found = [_cells(row._asdict(), labels) for row in frame.itertuples()]
        return pd.DataFrame(found, columns=COLUMNS)

    cleared = reshape(cells, further)
    note = (
        "Intervals are 95% and respect schools (of two raters: teachers). n counts pupils, of "
        "rates events. Picked pupils move towards the mean whatever was done for them."
    )
    return (
        Table(
            title=titled("Picked pupils, rates, sites and raters", cleared),
            note=noted([note], cleared, labels),
            group="About",
            landscape=True,
        ),
        cleared,
    )


def _cells(row: dict[str, Any], labels: Labels) -> dict[str, str]:
    reason = str(row["reason"])
    hidden = reason.startswith(SUPPRESSED)
    digits = 3
    found = {
        "About": _about(row["outcome"], labels),
        "Compared": row["contrast"].replace("_", " "),
        "Whom": labels.group(row["subgroup"]) if row["subgroup"] else "",
        "What": ESTIMANDS[row["estimand"]].label,
        "Estimate": number(row["estimate"], digits) or "none",
        "95% CI": interval(row["conf_low"], row["conf_high"], digits),
        "p": p_value(row["p_value"]),
        "n": count(row["n"]),
        "Schools": count(row["n_clusters"]),
        "Note": "" if hidden else reason,
    }
    if hidden:
        found.update(dict.fromkeys(("Estimate", "95% CI", "p", "n", "Schools"), NOT_SHOWN))
    return found


def _about(name: str, labels: Labels) -> str:
    known = labels.outcome_names
    return labels.outcome_title(name) if name in known else labels.rates.get(name, name)
