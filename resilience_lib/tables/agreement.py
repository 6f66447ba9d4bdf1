"""Table of coders' agreement: prevalence, coefficient and interval, unit and n."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.story_words import frame_title
from resilience_lib.tables.coding_words import prevalence
from resilience_lib.tables.format import count, interval, number
from resilience_lib.tables.shape import NOT_SHOWN, Table, titled
from resilience_lib.tables.story_cells import told

PREVALENCE = "code_prevalence"
COEFFICIENTS: dict[str, str] = {
    "cohen_kappa": "Cohen's kappa",
    "fleiss_kappa": "Fleiss' kappa",
    "krippendorff_nominal": "Krippendorff's alpha",
}
"""Estimands in words: a column each."""
COLUMNS = ["Frame", "Code", "Coders", "Prevalence", "Cohen's kappa", "Fleiss' kappa",
           "Krippendorff's alpha", "Units", "Note"]  # fmt: skip
ALL_CODES = "All codes together"


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
        pairs = frame.loc[frame["contrast"].ne(""), "contrast"].unique()
        # two coders are one pair: what is of all coders is of that pair
        alone = str(pairs[0]) if len(pairs) == 1 else ""
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for row in frame.to_dict("records"):
            coders = str(row["contrast"]) or alone
            rows.setdefault((row["outcome"], coders), {})[row["estimand"]] = row
        found = [_cells(given, coders, two=bool(alone)) for (_, coders), given in rows.items()]
        return pd.DataFrame(found, columns=COLUMNS)

    cleared = reshape(cells, agreement)
    level = agreement.frame["conf_level"].dropna()
    note = [
        "Prevalence: codings with the code, of all codings of units that two or more coded; a "
        "coefficient of a code that is rare or nearly everywhere is low even where coders hardly "
        "differ. Krippendorff's alpha is nominal."
        + (f" In brackets: intervals of {level.iloc[0]:.0%}." if len(level) else ""),
        f"{ALL_CODES}: both coders gave a unit the same codes, all of them.",
        "Coefficients tell how alike coders coded, not whether they are right.",
    ]
    return (
        Table(
            title=titled("Agreement of coders", cleared),
            note=told(note, cleared, labels),
            group="Frame",
            landscape=True,
            widths=(20, 9, 15, 18, 18, 18, 12, 22),
        ),
        cleared,
    )


def _cells(given: dict[str, dict[str, Any]], coders: str, *, two: bool) -> dict[str, str]:
    rows = list(given.values())
    frame, _, code = str(rows[0]["outcome"]).partition("::")
    hidden = any(str(row["reason"]).startswith(SUPPRESSED) for row in rows)
    share, units = given.get(PREVALENCE), rows[0]["n"]
    unit = str(rows[0]["unit"])
    found = {
        "Frame": frame_title(frame),
        "Code": (rows[0]["label"] or code.replace("::", ": ")) if code else ALL_CODES,
        "Coders": coders.replace("_", " ").replace(" with ", " and ") or "all",
        "Prevalence": "" if share is None else prevalence(share["estimate"], units, two=two),
        **{words: _coefficient(given.get(name)) for name, words in COEFFICIENTS.items()},
        "Units": f"{count(units)} {unit}{'s' * (units != 1)}" if units == units else NOT_SHOWN,
        "Note": "" if hidden else _note({name: str(row["reason"]) for name, row in given.items()}),
    }
    if hidden:
        found.update(dict.fromkeys(("Prevalence", *COEFFICIENTS.values(), "Units"), NOT_SHOWN))
    return found


def _note(reasons: dict[str, str]) -> str:
    """Why intervals are missing, with the coefficient where it is not so of all alike.

    Examples
    --------
    >>> _note({"cohen_kappa": "too few", "fleiss_kappa": "too few"})
    'too few'
    >>> _note({"cohen_kappa": "", "fleiss_kappa": "too few"})
    "Fleiss' kappa: too few"
    """
    said = set(filter(None, reasons.values()))
    every = all(reason for name, reason in reasons.items() if name in COEFFICIENTS)
    if every and len(said) == 1:
        return said.pop()
    told_of = {COEFFICIENTS.get(name, name): reason for name, reason in reasons.items()}
    return "; ".join(f"{words}: {reason}" for words, reason in told_of.items() if reason)


def _coefficient(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    value = number(row["estimate"]) or "none"
    return f"{value} {interval(row['conf_low'], row['conf_high'])}".strip()
