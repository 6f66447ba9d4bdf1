"""The table of what stories were joined to: what matched, and how many of each role were asked."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import number
from resilience_lib.tables.shape import NOT_SHOWN, Table, titled
from resilience_lib.tables.story_cells import told

_COLUMNS: dict[str, int] = {
    "Joined": 0,
    "By": 9,
    "Matched": 9,
    "Only in the first": 10,
    "Only in the second": 10,
    "Most rows, first": 10,
    "Most rows, second": 10,
    "Relation": 12,
    "As expected": 10,
    "Note": 30,
}
"""How wide each is beside the others."""
ROLES = "roles"


def table_joins(
    join_stories: Cleared, asked_roles: Cleared, labels: Labels
) -> tuple[Table, Cleared]:
    """What stories were joined to, what matched, and whether it was expected.

    Parameters
    ----------
    join_stories, asked_roles : Cleared
        Frames of those names.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(joins: pd.DataFrame, roles: pd.DataFrame) -> pd.DataFrame:
        asked = "; ".join(_asked(row) for row in roles.to_dict("records"))
        notes = {ROLES: asked}
        rows = [_row(row, notes.get(row["right"], "")) for row in joins.to_dict("records")]
        found = pd.DataFrame(rows, columns=list(_COLUMNS))
        return found if found["Note"].ne("").any() else found.drop(columns="Note")

    cleared = reshape(cells, join_stories, asked_roles)
    notes = [
        "Counts of keys; in brackets what the study file expects. Stories of staff are never "
        "joined to pupils.",
        "Most rows: those with the same key; relation: of the first to the second, many where a "
        "key has several rows.",
    ]
    if len(asked_roles.frame):
        notes.append("Asked: people, not their stories, of all who hold the role.")
    shown = list(cleared.frame.columns)
    return Table(
        titled("What stories were joined to", cleared),
        told(notes, cleared, labels),
        "Joined",
        landscape="Note" in shown,
        widths=tuple(_COLUMNS[name] for name in shown[1:]),
    ), cleared


def _row(row: dict[str, Any], asked: str) -> dict[str, str]:
    holds = {1.0: "yes", 0.0: "no"}.get(row["holds"], NOT_SHOWN)
    return {
        "Joined": f"{row['left']} with {row['right']}".capitalize(),
        "By": row["by"],
        "Matched": number(row["matched"], 0) or NOT_SHOWN,
        "Only in the first": _expected(row, "only_left"),
        "Only in the second": _expected(row, "only_right"),
        "Most rows, first": _expected(row, "fan_out"),
        "Most rows, second": _expected(row, "fan_out_right"),
        "Relation": row["relation"] or NOT_SHOWN,
        "As expected": holds,
        "Note": "; ".join(text for text in (asked, row["detail"]) if text),
    }


def _expected(row: dict[str, Any], name: str) -> str:
    if row[name] != row[name]:
        # hidden with what is expected of it, which is the same where it holds
        return NOT_SHOWN
    expected = number(row[f"expected_{name}"], 0) or "any"
    return f"{number(row[name], 0) or NOT_SHOWN} ({expected})"


def _asked(row: dict[str, Any]) -> str:
    """How many of a role were asked, of how many where that is known and shown.

    Examples
    --------
    >>> _asked({"label": "teacher", "asked": 7.0, "people": 24.0})
    'teacher: 7 of 24 asked'
    >>> _asked({"label": "head", "asked": float("nan"), "people": 11.0})
    'head: not shown of 11'
    """
    people = f" of {row['people']:,.0f}" if row["people"] == row["people"] else ""
    if row["asked"] != row["asked"]:
        return f"{row['label']}: not shown{people}"
    return f"{row['label']}: {row['asked']:,.0f}{people} asked"
