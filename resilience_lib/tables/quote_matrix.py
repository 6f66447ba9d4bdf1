"""Table of quotes: codes by groups, in the words of those who told."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.plain_words import capital
from resilience_lib.figures.story_words import QUOTED, frame_title, in_order
from resilience_lib.stories.coding_frames import load_frame
from resilience_lib.tables.shape import Table, titled
from resilience_lib.tables.story_cells import told

_KINDS: tuple[str, ...] = ("role", "site", "wave", "school", "all")
"""By what groups are told apart: the first of these that the frame has."""
_MOST_COLUMNS = 4
NO_QUOTE = "–"


def table_quote_matrix(quotes: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Cleared quotes, a row for each code and a column for each group; many groups in rows.

    Parameters
    ----------
    quotes : Cleared
        Frame `quotes`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """
    kind = next((one for one in _KINDS if quotes.frame["kind"].eq(one).any()), "all")

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        mine = _finest(frame[frame["kind"] == kind]).sort_values("position", kind="stable")
        places = in_order(mine["frame"])
        mine = mine.sort_values("frame", key=lambda names: names.map(places), kind="stable")
        groups = [capital(str(group)) for group in dict.fromkeys(mine["group"])]
        across = len(groups) <= _MOST_COLUMNS
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for row in mine.to_dict("records"):
            said = f"“{str(row['quote']).strip('“”')}” ({row['attribution']}; {row['id']})"
            name = "All sources" if row["kind"] == "all" else capital(str(row["group"]))
            start = {"Frame": frame_title(row["frame"]), "Code": row["label"]}
            key = (row["frame"], row["code"]) if across else (row["frame"], row["code"], name)
            column = name if across else "Quotes"
            held = found.setdefault(key, start if across else {**start, "Group": name})
            held[column] = f"{held[column]}; {said}" if column in held else said
        names = ["All sources"] if kind == "all" else groups
        columns = ["Frame", "Code", *(names if across else ("Group", "Quotes"))]
        return pd.DataFrame(list(found.values()), columns=columns).fillna(NO_QUOTE)

    cleared = reshape(cells, quotes)
    by = "" if kind == "all" else f", by {kind}"
    many = len(cleared.frame.columns) - 2
    note = [
        f"{QUOTED} {NO_QUOTE}: no quote was cleared there, which is not that nobody told of it. "
        "Quotes show what was told, not how often; in brackets who told, and the quote's id. A "
        "quote stands at the finest code that it was given."
    ]
    return (
        Table(
            title=titled(f"In their words{by}", cleared),
            note=told(note, cleared, labels),
            group="Frame",
            landscape=True,
            widths=_widths(cleared.frame, many),
        ),
        cleared,
    )


def _widths(cells: pd.DataFrame, many: int) -> tuple[int, ...]:
    """Room by how much is told, so that a group of few quotes takes little of the page."""
    if "Quotes" in cells.columns:
        return (18, 16, 66)
    longest = [cells[name].str.len().quantile(0.9) if len(cells) else 1 for name in cells.columns]
    return (16, *(max(18, min(60, round(long / 4))) for long in longest[2 : many + 2]))


def _finest(quotes: pd.DataFrame) -> pd.DataFrame:
    """Without quotes at a code of the upper level that stand at a code below it as well."""
    gone = []
    for name, part in quotes.groupby("frame"):
        try:
            parents = load_frame(str(name)).set_index("code")["parent"]
        except FileNotFoundError:
            continue  # the study's own codes have one level
        below = part.assign(code=part["code"].map(parents).fillna(""))
        there = set(zip(below["code"], below["group"], below["id"], strict=True))
        gone += [row.Index for row in part.itertuples() if (row.code, row.group, row.id) in there]
    return quotes.drop(index=gone)
