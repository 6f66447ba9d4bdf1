"""Table of places within waves: gender gaps, differences between schools, rank stability."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.figures.captions import differing
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import count, decimals_for, interval, number, p_value
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

WHAT: dict[str, str] = {
    "gender_gap": "Gender gap, points",
    "gender_gap_standardised": "Gender gap, SDs of the wave",
    "icc_level": "Between schools, ICC",
    "spearman": "Rank stability, Spearman",
    "pearson": "Correlation, Pearson",
}
"""Estimand to what its rows are called, in the order of the table."""

COLUMNS = ["Outcome", "What", "Wave", "Group", "Estimate", "95% CI", "df", "p", "Adjusted p",
           "n", "Schools"]  # fmt: skip


def table_positions(estimates: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """What can be said of outcomes that are not one scale at all waves.

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
        rows = frame[
            frame["estimand"].isin(list(WHAT))
            & frame["subgroup"].isin(labels.groups)
            & frame["outcome"].isin(list(labels.incomparable))
        ]
        order = [labels.incomparable, list(WHAT)]
        rows = rows.assign(
            o=rows["outcome"].map({name: at for at, name in enumerate(order[0])}),
            e=rows["estimand"].map({name: at for at, name in enumerate(order[1])}),
        ).sort_values(["o", "e"], kind="stable")
        found = [_cells(row._asdict(), labels) for row in rows.itertuples()]
        return pd.DataFrame(found, columns=COLUMNS)

    cleared = reshape(cells, estimates)
    note = (
        "CI: 95% interval; of gaps CR2 by school with Satterthwaite df, of correlations t on "
        "Fisher's z with the error of leaving out one school at a time (schools - 1 df), of the "
        "ICC exact F (Wald). SDs of the wave: over the SD of all pupils at it. Adjusted p: Holm "
        "among primary outcomes, Benjamini-Hochberg among others. A correlation is not tested "
        "against 0, its gender difference is."
    )
    return (
        Table(
            title=titled("Gender gaps, schools and rank stability", cleared),
            note=noted([note, differing(labels.incomparable, labels)], cleared, labels),
            group="Outcome",
            landscape=True,
        ),
        cleared,
    )


def _cells(row: dict[str, Any], labels: Labels) -> dict[str, str]:
    hidden = row["reason"].startswith(SUPPRESSED)
    low, high = labels.outcome(row["outcome"]).range
    places = decimals_for((high - low) / 4) if row["estimand"] == "gender_gap" else 2
    tested = " - " in row["subgroup"]
    wave = row["contrast"]
    found = {
        "Outcome": labels.outcome_title(row["outcome"]),
        "What": WHAT[row["estimand"]],
        "Wave": labels.pair(wave) if " with " in wave else f"{wave}: {labels.wave(wave)}",
        "Group": labels.group(row["subgroup"]),
        "Estimate": number(row["estimate"], places),
        "95% CI": interval(row["conf_low"], row["conf_high"], places),
        "df": number(row["df"], 1),
        "p": p_value(row["p_value"]) if tested else "",
        "Adjusted p": p_value(row["p_adjusted"]),
        "n": count(row["n"]),
        "Schools": count(row["n_clusters"]),
    }
    if hidden:
        found.update(dict.fromkeys(("Estimate", "95% CI", "n", "Schools"), NOT_SHOWN))
    return found
