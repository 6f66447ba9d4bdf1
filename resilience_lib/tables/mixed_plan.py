"""Tables of how the strands meet: collection, joins, threads, and what guidelines ask."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import number
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

_JOINS = ["Joined", "By", "Matched", "Left alone", "Right alone", "Most rows of one key", "Holds",
          "Note"]  # fmt: skip


def table_collection(collection: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """What was measured and what was asked of each theme, side by side.

    Parameters
    ----------
    collection : Cleared
        Frame `collection`.
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
                "Part": "Measured and told" if row["measured"] else "Told alone",
                "Theme": row["label"],
                "Measured": row["measured"] or "not measured",
                "Told": row["told"],
                "Codes": row["codes"],
            }
            for row in frame.to_dict("records")
        ]
        found = pd.DataFrame(rows, columns=["Part", "Theme", "Measured", "Told", "Codes"])
        return found.sort_values("Part", kind="stable")

    cleared = reshape(cells, collection)
    note = (
        "As the study file declares it: what was measured, who was asked, and the codes that count."
    )
    return _table("Where the strands were collected", note, "Part", cleared, labels), cleared


def table_joins(join_stories: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """What stories were joined to, what matched, and whether it was expected.

    Parameters
    ----------
    join_stories : Cleared
        Frame `join_stories`.
    labels : Labels
        Words of the study.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame([_join(row) for row in frame.to_dict("records")], columns=_JOINS)

    cleared = reshape(cells, join_stories)
    note = (
        "Counts of keys; in brackets what the study file expects. Staff's stories are joined to "
        f"schools and never to pupils. {NOT_SHOWN}: not shown."
    )
    return _table("What stories were joined to", note, "Joined", cleared, labels), cleared


def _join(row: dict[str, Any]) -> dict[str, str]:
    holds = {1.0: "yes", 0.0: "no"}.get(row["holds"], NOT_SHOWN)
    return {
        "Joined": f"{row['left']} with {row['right']}".capitalize(),
        "By": row["by"],
        "Matched": number(row["matched"], 0) or NOT_SHOWN,
        "Left alone": _expected(row, "only_left"),
        "Right alone": _expected(row, "only_right"),
        "Most rows of one key": _expected(row, "fan_out"),
        "Holds": holds,
        "Note": row["detail"],
    }


def _expected(row: dict[str, Any], name: str) -> str:
    expected = number(row[f"expected_{name}"], 0) or "any"
    return f"{number(row[name], 0) or NOT_SHOWN} ({expected})"


def table_thread(thread: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Each theme followed from strand to strand.

    Parameters
    ----------
    thread : Cleared
        Frame `thread`.
    labels : Labels
        Words of the study.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        rows = [
            {
                "Theme": row["label"],
                "Step": str(row["step"]),
                "Strand": row["strand"],
                "What": row["what"],
                "Finding": row["finding"],
                "Ids": row["ids"],
            }
            for row in frame.to_dict("records")
        ]
        return pd.DataFrame(rows, columns=["Theme", "Step", "Strand", "What", "Finding", "Ids"])

    cleared = reshape(cells, thread)
    note = (
        "Following a thread (O'Cathain, Murphy & Nicholl 2010): a theme of one strand is taken up "
        "in the next. Ids name the quotes and indicators that a finding rests on."
    )
    return _table("Threads followed", note, "Theme", cleared, labels, landscape=True), cleared


def table_checklist(checklist: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """What reporting guidelines ask, and what a rule can say of it.

    Parameters
    ----------
    checklist : Cleared
        Frame `checklist`.
    labels : Labels
        Words of the study.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        names = {"guideline": "Guideline", "item": "Item", "asks": "Asks", "verdict": "Verdict",
                 "because": "Because"}  # fmt: skip
        return frame[list(names)].astype(str).rename(columns=names)

    cleared = reshape(cells, checklist)
    verdicts = cleared.frame["Verdict"].value_counts()
    said = ", ".join(f"{name}: {verdicts[name]}" for name in
                     ("met", "not met", "for a person to judge") if name in verdicts)  # fmt: skip
    note = (
        f"{said[:1].upper()}{said[1:]}. Met: a rule finds that it is reported, not that it is good."
        if said
        else "Nothing was checked."
    )
    return _table("What guidelines ask", note, "Guideline", cleared, labels), cleared


def _table(
    title: str, note: str, group: str, cleared: Cleared, labels: Labels, *, landscape: bool = False
) -> Table:
    return Table(titled(title, cleared), noted([note], cleared, labels), group, landscape)
