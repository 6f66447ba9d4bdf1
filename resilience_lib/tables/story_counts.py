"""Tables of who told what: codes by groups, codes that stand together, and stories told."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.story_words import KINDS, NO_LADDER, coded_by, frame_title
from resilience_lib.tables.shape import Table, noted, titled
from resilience_lib.tables.story_cells import of_asked, silence, with_it

_MOST_COLUMNS = 8
"""Groups up to which each has a column of its own; more have a row of their own."""
ALL = "All sources"


def table_theme_counts(coverage: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """How many of the sources asked tell of each code, by group.

    Parameters
    ----------
    coverage : Cleared
        Frame `coverage`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        both = frame.groupby("frame")["assigned_by"].nunique().gt(1)
        groups = _groups(frame)
        across = len(groups) <= _MOST_COLUMNS
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for row in _ordered(frame).to_dict("records"):
            title = frame_title(row["frame"])
            if both[row["frame"]]:
                title += f", {coded_by(row['assigned_by'])}"
            said, group = _counts(row), groups[row["kind"], row["group"]]
            key = (title, row["code"]) if across else (title, row["code"], group)
            start = {"Frame": title, "Code": row["label"]}
            if across:
                found.setdefault(key, start)[group] = said
            else:
                found[key] = {**start, "Group": group, "Sources": said}
        columns = ["Frame", "Code", *(groups.values() if across else ("Group", "Sources"))]
        return pd.DataFrame(list(found.values()), columns=list(dict.fromkeys(columns))).fillna("")

    cleared = reshape(cells, coverage)
    note = ["Sources that tell of a code at least once, of those asked in the group."]
    return (
        Table(
            title=titled("What the stories tell of", cleared),
            note=noted([*note, *silence(cleared.frame)], cleared, labels),
            group="Frame",
            landscape=len(cleared.frame.columns) > 5,
        ),
        cleared,
    )


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """By frame, then in the order of its codes, then as groups come."""
    first = {name: at for at, name in enumerate(dict.fromkeys(frame["frame"]))}
    keys = frame.assign(at=frame["frame"].map(first))
    return keys.sort_values(["at", "assigned_by", "position"], kind="stable").drop(columns="at")


def _groups(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Each group's name, with its kind where two kinds have a group of that name."""
    kinds = [*KINDS, *sorted(set(frame["kind"]) - set(KINDS))]
    pairs = frame[["kind", "group"]].drop_duplicates()
    pairs = pairs.assign(at=pairs["kind"].map(kinds.index)).sort_values("at", kind="stable")
    often = pairs["group"].value_counts()
    return {
        (kind, group): ALL
        if kind == "all"
        else (f"{group} ({kind})" if often[group] > 1 else str(group))
        for kind, group in zip(pairs["kind"], pairs["group"], strict=True)
    }


def _counts(row: dict[str, Any]) -> str:
    said = of_asked(row["sources"], row["asked"], str(row["sources_words"]))
    # with its schools: the frame's own words, which leave out what is not shown
    if row["kind"] == "all" and said[:1].isdigit() and row["words"]:
        share = said.partition(" (")[2]
        return str(row["words"]) + (f" ({share}" if share else "")
    return said


def table_cooccurrence(cooccurrence: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Pairs of codes that stand in the same source.

    Parameters
    ----------
    cooccurrence : Cleared
        Frame `cooccurrence`.
    labels : Labels
        Words of the study.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        rows = [
            {
                "Frame": frame_title(row["frame"]),
                "Code": row["label_a"],
                "With": row["label_b"],
                "Sources": of_asked(row["sources"], row["asked"]),
                "Segments": with_it(row["segments"], row["sources"]),
            }
            for row in frame.to_dict("records")
        ]
        return pd.DataFrame(rows, columns=["Frame", "Code", "With", "Sources", "Segments"])

    cleared = reshape(cells, cooccurrence)
    note = [
        "Sources in which both codes stand, of those asked; segments: those that have both. Codes "
        "that stand together are told together; neither is shown to bring about the other."
    ]
    return (
        Table(
            title=titled("Codes that are told together", cleared),
            note=noted([*note, *silence(cleared.frame)], cleared, labels),
            group="Frame",
        ),
        cleared,
    )


def table_stories_told(coverage: Cleared, reach: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Who was asked, how many told a story, and how far along the cycles stories are told.

    Parameters
    ----------
    coverage, reach : Cleared
        The frames of those names.
    labels : Labels
        Words of the study.
    """

    def cells(counts: pd.DataFrame, far: pd.DataFrame) -> pd.DataFrame:
        asked = counts.drop_duplicates(["kind", "group"])
        names = _groups(counts)
        rows = [
            {
                "Part": "Sources asked",
                "What": names[row["kind"], row["group"]],
                "Count": with_it(row["asked"], row["asked"]),
                "Schools": with_it(row["schools_asked"], row["asked"]),
            }
            for pair in names
            for row in asked[
                asked["kind"].eq(pair[0]) & asked["group"].eq(pair[1])
            ].to_dict("records")
        ]  # fmt: skip
        if len(far):
            told = of_asked(far["told"].iloc[0], far["asked"].iloc[0])
            rows.append({"Part": "Stories told", "What": ALL, "Count": told})
        for row in far.sort_values(["frame", "position"], kind="stable").to_dict("records"):
            part = f"Furthest along in a story: {frame_title(row['frame'])}"
            said = of_asked(row["stories"], row["told"])
            rows.append({"Part": part, "What": row["label"], "Count": said})
        return pd.DataFrame(rows, columns=["Part", "What", "Count", "Schools"]).fillna("")

    cleared = reshape(cells, coverage, reach)
    note = [
        "Furthest along immediate, potential, applied and realised, of the stories told; a story "
        f"with none of the four stands by itself. {NO_LADDER.replace('They', 'Counts', 1)}"
    ]
    return (
        Table(
            title=titled("Stories asked for and told", cleared),
            note=noted([*note, *silence(cleared.frame, of_told=True)], cleared, labels),
            group="Part",
        ),
        cleared,
    )
