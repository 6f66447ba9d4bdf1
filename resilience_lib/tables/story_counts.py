"""Tables of who told what: codes by groups, codes that stand together, and stories told."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.figures.plain_words import capital, cut_in_two, verb
from resilience_lib.figures.story_words import KINDS, NO_LADDER, coded_by, frame_title, in_order
from resilience_lib.tables.shape import NOT_SHOWN, Table, titled
from resilience_lib.tables.story_cells import of_asked, silence, told, with_it

_MOST_COLUMNS = 8
"""Groups up to which each has a column of its own; more have a row of their own."""
ALL = "All sources"
SCHOOLS = "Schools"
_LISTED = 10
"""Codes of a frame from which on those that no source tells of are named in the note alone."""


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

    untold = _untold(coverage.frame)

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        both = frame.groupby("frame")["assigned_by"].nunique().gt(1)
        groups = _groups(frame)
        across = len(groups) <= _MOST_COLUMNS
        # schools stand beside all sources, where they are counted
        schools = [SCHOOLS] if across and frame["words"].str.contains(", in ").any() else []
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for row in _ordered(frame).to_dict("records"):
            if row["code"] in untold.get(row["frame"], {}):
                continue
            title = frame_title(row["frame"])
            if both[row["frame"]]:
                title += f", {coded_by(row['assigned_by'])}"
            group = groups[row["kind"], row["group"]]
            said = of_asked(row["sources"], row["asked"], str(row["sources_words"]))
            key = (title, row["code"]) if across else (title, row["code"], group)
            start = {"Frame": title, "Code": row["label"]}
            if across:
                held = found.setdefault(key, start)
                held[group] = said
                if schools and row["kind"] == "all":
                    held[SCHOOLS] = cut_in_two(str(row["words"]))[1] or NOT_SHOWN
            else:
                found[key] = {**start, "Group": group, "Sources": said}
        names = list(dict.fromkeys(groups.values()))
        names = [*names[:1], *schools, *names[1:]] if names[:1] == [ALL] else names + schools
        columns = ["Frame", "Code", *(names if across else ("Group", "Sources"))]
        return pd.DataFrame(list(found.values()), columns=columns).fillna("")

    cleared = reshape(cells, coverage)
    note = ["Sources that tell of a code at least once, of those asked in the group."]
    if SCHOOLS in cleared.frame.columns:
        note.append("Schools: those with such a source, of those in which somebody was asked.")
    note += [
        f"No source tells of ({frame_title(frame)}): {', '.join(labels.values())}."
        for frame, labels in untold.items()
    ]
    many = len(cleared.frame.columns) - 2
    return (
        Table(
            title=titled("What the stories tell of", cleared),
            note=told([*note, *silence()], cleared, labels),
            group="Frame",
            landscape=many > 3,
            widths=(40, *([max(10, 60 // max(1, many))] * many))
            if "Group" not in cleared.frame
            else (40, 40, 20),
        ),
        cleared,
    )


def _untold(frame: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Of frames with many codes, those that are known to be told of by nobody: code to label."""
    many = frame.groupby("frame")["code"].transform("nunique").ge(_LISTED)
    every = frame[many & frame["kind"].eq("all")]
    told_of = every[~every["sources"].eq(0)]
    found: dict[str, dict[str, str]] = {}
    for name in in_order(every["frame"]):
        mine = every[every["frame"].eq(name)].sort_values("position", kind="stable")
        gone = mine[~mine["code"].isin(told_of.loc[told_of["frame"].eq(name), "code"])]
        if len(gone):
            found[name] = dict(zip(gone["code"], gone["label"], strict=True))
    return found


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """By frame, then in the order of its codes, then as groups come."""
    keys = frame.assign(at=frame["frame"].map(in_order(frame["frame"])))
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
        else capital(f"{group} ({kind})" if often[group] > 1 else str(group))
        for kind, group in zip(pairs["kind"], pairs["group"], strict=True)
    }


def table_cooccurrence(cooccurrence: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Pairs of codes that stand in the same source.

    Parameters
    ----------
    cooccurrence : Cleared
        Frame `cooccurrence`.
    labels : Labels
        Words of the study.
    """

    hidden = int(cooccurrence.frame["sources"].isna().sum())

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        places = in_order(frame["frame"])
        mine = frame.sort_values("frame", key=lambda names: names.map(places), kind="stable")
        shown = mine[mine["sources"].notna()]
        rows = [
            {
                "Frame": frame_title(row["frame"]),
                "Code": row["label_a"],
                "With": row["label_b"],
                "Sources": of_asked(row["sources"], row["asked"]),
                "Segments": with_it(row["segments"], row["sources"]),
            }
            for row in shown.to_dict("records")
        ]
        if len(mine) and not rows:
            rows = [{"Frame": frame_title(name), "Code": "None that can be shown", "With": "",
                     "Sources": NOT_SHOWN, "Segments": NOT_SHOWN} for name in places]  # fmt: skip
        return pd.DataFrame(rows, columns=["Frame", "Code", "With", "Sources", "Segments"])

    cleared = reshape(cells, cooccurrence)
    note = [
        "Sources in which both codes stand, of those asked; segments: those that have both. Codes "
        "that stand together are told together; neither is shown to bring about the other.",
        f"{hidden:,} more {verb(hidden, 'pair stands', 'pairs stand')} together in too few sources "
        "to be shown."
        if hidden
        else "",
    ]
    return (
        Table(
            title=titled("Codes that are told together", cleared),
            note=told([*note, *silence()], cleared, labels),
            group="Frame",
            widths=(38, 38, 12, 12),
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
                SCHOOLS: with_it(row["schools_asked"], row["asked"]),
            }
            for pair in names
            for row in asked[
                asked["kind"].eq(pair[0]) & asked["group"].eq(pair[1])
            ].to_dict("records")
        ]  # fmt: skip
        if len(far):
            many = of_asked(far["spoken"].iloc[0], far["asked"].iloc[0])
            rows.append({"Part": "Stories told", "What": ALL, "Count": many})
        for name in in_order(far["frame"]):
            mine = far[far["frame"].eq(name)].sort_values("position", kind="stable")
            part = f"Furthest along in a story: {frame_title(name)}"
            if mine["told"].eq(0).all():
                said = of_asked(0, mine["asked"].iloc[0])
                rows.append({"Part": part, "What": "Stories with a cycle", "Count": said})
                continue
            shown = mine if mine["stories"].notna().any() else mine.iloc[:0]
            for row in shown.to_dict("records"):
                said = of_asked(row["stories"], row["told"])
                rows.append({"Part": part, "What": row["label"], "Count": said})
            if shown.empty:
                rows.append({"Part": part, "What": "No count can be shown", "Count": NOT_SHOWN})
        found = pd.DataFrame(rows, columns=["Part", "What", "Count", SCHOOLS]).fillna("")
        there = asked["schools_asked"].gt(0).any()
        return found if there else found.drop(columns=SCHOOLS)

    cleared = reshape(cells, coverage, reach)
    note = [
        "Furthest along immediate, potential, applied and realised, of the stories with a cycle; "
        f"one with none of the four stands by itself. {NO_LADDER.replace('They', 'Counts', 1)}"
        if len(reach.frame)
        else ""
    ]
    return (
        Table(
            title=titled("Stories asked for and told", cleared),
            note=told([*note, *silence(of_told=True)], cleared, labels),
            group="Part",
            widths=(60, 20, 20) if SCHOOLS in cleared.frame else (75, 25),
        ),
        cleared,
    )
