"""Table of quotes: codes by groups, in the words of those who told."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.story_words import QUOTED, frame_title
from resilience_lib.tables.shape import Table, noted, titled

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
        first = {name: at for at, name in enumerate(dict.fromkeys(frame["frame"]))}
        mine = frame[frame["kind"] == kind].sort_values("position", kind="stable")
        mine = mine.sort_values("frame", key=lambda names: names.map(first), kind="stable")
        groups = list(dict.fromkeys(mine["group"]))
        across = len(groups) <= _MOST_COLUMNS
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for row in mine.to_dict("records"):
            said = f"“{str(row['quote']).strip('“”')}” ({row['attribution']}; {row['id']})"
            name = "All sources" if row["kind"] == "all" else row["group"]
            start = {"Frame": frame_title(row["frame"]), "Code": row["label"]}
            key = (row["frame"], row["code"]) if across else (row["frame"], row["code"], name)
            column = name if across else "Quotes"
            held = found.setdefault(key, start if across else {**start, "Group": name})
            held[column] = f"{held[column]} {said}" if column in held else said
        names = ["All sources"] if kind == "all" else groups
        columns = ["Frame", "Code", *(names if across else ("Group", "Quotes"))]
        return pd.DataFrame(list(found.values()), columns=columns).fillna(NO_QUOTE)

    cleared = reshape(cells, quotes)
    by = "" if kind == "all" else f" by {kind}"
    note = [
        f"{QUOTED} {NO_QUOTE}: no quote was cleared there, which is not that nobody told of it. "
        "Quotes show what was told, not how often; in brackets who told, and the quote's id."
    ]
    return (
        Table(
            title=titled(f"In their words{by}", cleared),
            note=noted(note, cleared, labels),
            group="Frame",
            landscape=True,
        ),
        cleared,
    )
