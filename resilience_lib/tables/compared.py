"""Tables of comparisons: tellers' own codes with coders', and stories with schools' change."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.story_words import frame_title
from resilience_lib.tables.format import count, number, p_value
from resilience_lib.tables.shape import Table, titled
from resilience_lib.tables.story_cells import told, with_it

_ASSIGNED = ["Frame", "Teller", "Coders", "Segments", "Sources"]
_ASKED = ["Theme", "Outcome", "Change", "Schools", "Spearman", "p", "Method"]


def table_assigned(assigned: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """What tellers called a segment, beside what coders called it.

    Parameters
    ----------
    assigned : Cleared
        Frame `assigned`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        rows = [
            {
                "Frame": frame_title(row["frame"]),
                "Teller": row["teller_label"],
                "Coders": row["coder_label"],
                "Segments": with_it(row["segments"], row["sources"]),
                "Sources": with_it(row["sources"], row["sources"]),
            }
            for row in frame.to_dict("records")
        ]
        return pd.DataFrame(rows, columns=_ASSIGNED)

    cleared = reshape(cells, assigned)
    note = [
        "No segment has a teller's own code that can be shown." if cleared.frame.empty else "",
        "Segments by what their tellers called them and what coders did, in the final coding. "
        "None: only the other gave a code. Neither is the measure of the other: a teller knows "
        "what came of it, coders read all stories alike.",
    ]
    return (
        Table(
            title=titled("Tellers' own codes and coders'", cleared),
            note=told(note, cleared, labels),
            group="Frame",
            widths=(30, 30, 20, 20),
        ),
        cleared,
    )


def table_associations(associations: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Coefficients between stories and schools' change that a study asked for.

    Parameters
    ----------
    associations : Cleared
        Frame `associations`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame([_row(row, labels) for row in frame.to_dict("records")], columns=_ASKED)

    cleared = reshape(cells, associations)
    reasons = [one for one in dict.fromkeys(associations.frame["reason"]) if one]
    note = [
        "Rank correlation of schools' mean change with the share of their sources that tell of the "
        "theme, since the study file asks for it.",
        *(f"{one[:1].upper()}{one[1:]}." for one in reasons),
    ]
    return (
        Table(
            title=titled("Schools' change and what they told", cleared),
            note=told(note, cleared, labels, pupils=True),
            group="Theme",
            landscape=True,
        ),
        cleared,
    )


def _row(row: dict[str, Any], labels: Labels) -> dict[str, str]:
    return {
        "Theme": row["label"],
        "Outcome": labels.outcome_title(row["outcome"]),
        "Change": labels.change(row["contrast"]),
        "Schools": count(row["n_clusters"]),
        "Spearman": number(row["estimate"], 2) or "none",
        "p": p_value(row["p_value"]),
        "Method": row["method"],
    }
