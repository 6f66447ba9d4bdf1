"""Tables of how the strands meet: collection, threads, and what guidelines ask."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.plain_words import capital
from resilience_lib.tables.shape import Table, titled
from resilience_lib.tables.story_cells import told

NOT_MEASURED = "not measured"


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
                "Part": "Told alone"
                if row["measured"] in ("", NOT_MEASURED)
                else "Measured and told",
                "Theme": row["label"],
                "Measured": without_slugs(row["measured"], labels) or NOT_MEASURED,
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
    return _table(
        "Where the strands were collected", note, "Part", cleared, labels, widths=(24, 28, 14, 34)
    ), cleared


def without_slugs(text: str, labels: Labels) -> str:
    """Without the names in brackets of the instruments that the study file uses.

    The table of reliability and the methods say which instrument an outcome is of.
    """
    for name in sorted({outcome.instrument for outcome in labels.outcomes if outcome.instrument}):
        text = text.replace(f" ({name})", "")
    return text


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
                **_found(row, labels),
                "Ids": row["ids"],
            }
            for row in frame.to_dict("records")
        ]
        return pd.DataFrame(rows, columns=["Theme", "Step", "Strand", "What", "Finding", "Ids"])

    cleared = reshape(cells, thread)
    note = (
        "Following a thread (O'Cathain, Murphy & Nicholl 2010): a theme of one strand is taken up "
        "in the next. Ids name the quotes and indicators that a finding rests on. That one group "
        "alone improved is no difference between groups: the table of tests has its estimate."
    )
    return _table(
        "Threads followed", note, "Theme", cleared, labels, widths=(6, 12, 26, 74, 14), wide=True
    ), cleared


def _found(row: dict[str, Any], labels: Labels) -> dict[str, str]:
    """What a step is about and what it found, in words."""
    what, finding = without_slugs(str(row["what"]), labels), str(row["finding"])
    if what == finding == NOT_MEASURED:
        return {"What": "outcome", "Finding": NOT_MEASURED}
    if row["strand"] == "judgement":
        what = capital(what.replace("_", " ")) if what.startswith("judge") else what
    if what.startswith("quote ") and not finding.startswith("“"):
        said, bracket, who = finding.rpartition(" (")
        finding = f"“{said}” ({who}" if bracket else f"“{finding}”"
    for contrast in labels.contrasts:
        finding = finding.replace(f"({contrast})", f"({labels.change(contrast)})")
    return {"What": what, "Finding": finding}


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
    return _table(
        "What guidelines ask", note, "Guideline", cleared, labels, widths=(16, 38, 14, 32)
    ), cleared


def _table(
    title: str,
    note: str,
    group: str,
    cleared: Cleared,
    labels: Labels,
    *,
    widths: tuple[int, ...] = (),
    wide: bool = False,
) -> Table:
    return Table(
        titled(title, cleared), told([note], cleared, labels), group, landscape=wide, widths=widths
    )
