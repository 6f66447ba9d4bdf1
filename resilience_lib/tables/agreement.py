"""Table of coders' agreement: prevalence, coefficient and interval, unit and n."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.story_words import FEWEST_FOR_PERCENT, frame_title
from resilience_lib.tables.format import count, interval, number
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled
from resilience_lib.tables.story_cells import what_x_says

COLUMNS = ["Frame", "Code", "Coders", "Prevalence", "Coefficient", "Estimate", "Interval", "Unit",
           "n", "Note"]  # fmt: skip
PREVALENCE = "code_prevalence"
COEFFICIENTS: dict[str, str] = {
    "cohen_kappa": "Cohen's kappa",
    "fleiss_kappa": "Fleiss' kappa",
    "krippendorff_nominal": "Krippendorff's alpha (nominal)",
}
"""Estimands in words."""


def table_agreement(agreement: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Agreement of coders, for each code and for each frame as a whole.

    Parameters
    ----------
    agreement : Cleared
        Frame `agreement`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        shares = frame[frame["estimand"] == PREVALENCE]
        given = {(row["outcome"], row["contrast"]): row for row in shares.to_dict("records")}
        given |= {(row["outcome"], ""): row for row in shares.to_dict("records")}
        rest = frame[frame["estimand"] != PREVALENCE]
        alone = shares[~shares["outcome"].isin(set(rest["outcome"]))]
        rows = [
            _cells(
                row, given.get((row["outcome"], row["contrast"]), given.get((row["outcome"], "")))
            )
            for row in pd.concat([rest, alone]).sort_index().to_dict("records")
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    cleared = reshape(cells, agreement)
    level = agreement.frame["conf_level"].dropna()
    note = [
        "Prevalence: units with the code, of those that were coded twice; a coefficient of a code "
        "that is rare or nearly everywhere is low even where coders hardly differ."
        + (f" Intervals are {level.iloc[0]:.0%}." if len(level) else ""),
        "Coefficients tell how alike coders coded, not whether they are right.",
        what_x_says(cleared.frame),
    ]
    return (
        Table(
            title=titled("Agreement of coders", cleared),
            note=noted(note, cleared, labels),
            group="Frame",
            landscape=True,
        ),
        cleared,
    )


def _cells(row: dict[str, Any], share: dict[str, Any] | None) -> dict[str, str]:
    frame, _, code = str(row["outcome"]).partition("::")
    coefficient = row["estimand"] != PREVALENCE
    hidden = str(row["reason"]).startswith(SUPPRESSED)
    found = {
        "Frame": frame_title(frame),
        "Code": (row["label"] or code.replace("::", ": ")) if code else "all codes together",
        "Coders": str(row["contrast"]).replace("_", " "),
        "Prevalence": "" if share is None else prevalence(share["estimate"], share["n"]),
        "Coefficient": COEFFICIENTS.get(row["estimand"], row["estimand"]) if coefficient else "",
        "Estimate": (number(row["estimate"]) or "none") if coefficient else "",
        "Interval": interval(row["conf_low"], row["conf_high"]) if coefficient else "",
        "Unit": row["unit"],
        "n": count(row["n"]),
        "Note": "" if hidden else row["reason"],
    }
    if hidden:
        found.update(dict.fromkeys(("Prevalence", "Estimate", "Interval", "n"), NOT_SHOWN))
    return found


def prevalence(share: float, n: float) -> str:
    """How many units have a code; in per cent as well where they are 30 or more.

    Examples
    --------
    >>> prevalence(0.5, 38), prevalence(0.25, 20), prevalence(float("nan"), 20)
    ('19 of 38 (50%)', '5 of 20', 'x')
    """
    if share != share or n != n:
        return NOT_SHOWN
    percent = f" ({share:.0%})" if n >= FEWEST_FOR_PERCENT else ""
    return f"{share * n:,.0f} of {n:,.0f}{percent}"
