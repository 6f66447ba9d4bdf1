"""Table of who was lost: shares, differences between groups, and first scores."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.figures.labels import MINUS, Labels
from resilience_lib.tables.format import count, interval, number, p_value
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

WHAT: dict[str, str] = {
    "share_lost": "Share lost, %",
    "risk_difference": "Difference in share, percentage points",
    "risk_slope": "Difference in share per SD of the first score, percentage points",
    "baseline_difference": "First score, lost less kept, in SDs",
}
"""Estimand of attrition to what its rows are called; all but the last are shown in per cent."""

COLUMNS = ["Wave", "What", "Outcome", "Group", "Estimate", "95% CI", "p", "n", "Schools"]


def table_attrition(estimates: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Shares of the pupils seen at the first wave who were lost by each later one.

    Parameters
    ----------
    estimates : Cleared
        Estimate frame.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame["estimand"].isin(list(WHAT))]
        order = {name: at for at, name in enumerate(dict.fromkeys(rows["contrast"]))}
        kinds = {name: at for at, name in enumerate(WHAT)}
        rows = rows.assign(c=rows["contrast"].map(order), e=rows["estimand"].map(kinds))
        rows = rows.sort_values(["c", "e"], kind="stable")
        found = [_cells(row._asdict(), labels) for row in rows.itertuples()]
        return pd.DataFrame(found, columns=COLUMNS)

    cleared = reshape(cells, estimates)
    note = (
        "Of the pupils seen at the first wave; lost by a wave: not seen at it. CI: 95% interval, "
        "linear model with CR2 standard errors by school and Satterthwaite df, of shares on the "
        "logit scale."
    )
    return (
        Table(
            title=titled("Who was lost", cleared),
            note=noted([note], cleared, labels),
            group="Wave",
        ),
        cleared,
    )


def _cells(row: dict[str, Any], labels: Labels) -> dict[str, str]:
    hidden = row["reason"].startswith(SUPPRESSED)
    # shares are kept between 0 and 1 and shown as journals print them
    factor, places = (1, 2) if row["estimand"] == "baseline_difference" else (100, 1)
    if factor == 100 and labels.minimum_cell:
        # the gate rounds shares of a confidential study to whole per cents
        places = 0
    wave = row["contrast"].removeprefix("lost by ")
    found = {
        "Wave": f"Lost by {wave}: {labels.wave(wave)}",
        "What": WHAT[row["estimand"]],
        "Outcome": labels.outcome_title(row["outcome"]) if row["outcome"] else "",
        "Group": _group(row["subgroup"], labels),
        "Estimate": number(factor * row["estimate"], places),
        "95% CI": interval(factor * row["conf_low"], factor * row["conf_high"], places),
        "p": "" if row["estimand"] == "share_lost" else p_value(row["p_value"]),
        "n": count(row["n"]),
        "Schools": count(row["n_clusters"]),
    }
    if hidden:
        found.update(dict.fromkeys(("Estimate", "95% CI", "p", "n", "Schools"), NOT_SHOWN))
    return found


def _group(subgroup: str, labels: Labels) -> str:
    gender, comma, arm = subgroup.partition(", ")
    if gender in labels.groups:
        return labels.group(gender) + comma + arm
    return subgroup.replace(" - ", f" {MINUS} ")
