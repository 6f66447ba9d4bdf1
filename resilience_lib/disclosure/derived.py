"""Counts of codes that are hidden because another count, less a third, would give a few sources.

What is known beside a count: the whole of its groups, the code above it, and the themes that hold
it. Which of the hidden counts were too small and which only went with them is not told: from that
difference alone, with the whole, they could be worked out.
"""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.partitions import ALL, hide_complements

_CODE = ["frame", "code", "assigned_by"]
_GROUP = ["kind", "group", "frame", "assigned_by"]


def give_themselves(hidden: pd.Series, least: int) -> bool:
    """Whether what hidden counts come to together says how many each of them is.

    Each is known to be above 0, and their sum is what is left of a whole. As many as they are,
    each is one; as many as they can be at most, each is one less than the minimum.

    Parameters
    ----------
    hidden : Series of int
        Counts above 0.
    least : int
        Fewest that a count shows.

    Examples
    --------
    >>> [give_themselves(pd.Series(few), 3) for few in ([2], [1, 1, 1], [2, 2, 2], [1, 2])]
    [True, True, True, False]
    """
    whole, many = int(hidden.sum()), len(hidden)
    # of two at most, one may have gone with the other
    most = many > 2 and hidden.max() < least and whole == many * (least - 1)
    return 0 < whole < least or whole == many > 0 or bool(most)


def hide_with(counts: pd.Series, hidden: pd.Series, least: int) -> pd.Series:
    """`hidden`, and the smallest other counts until those hidden no longer give themselves.

    Parameters
    ----------
    counts : Series of int
        Parts of a whole that is known.
    hidden : Series of bool
        On the index of `counts`; parts of none are never hidden.
    least : int
        Fewest that a count shows.

    Examples
    --------
    >>> counts = pd.Series([6, 9, 1, 1, 1, 0])
    >>> hide_with(counts, counts.eq(1), 3).tolist()
    [True, False, True, True, True, False]
    """
    result = hidden & counts.gt(0)
    while give_themselves(counts[result], least):
        shown = counts[~result & counts.gt(0)]
        if shown.empty:
            break
        result[shown.idxmin()] = True
    return result


def alone(frame: pd.DataFrame, few: pd.Series, least: int) -> pd.Series:
    """Rows of the next smallest groups where the hidden ones of a kind give themselves."""
    groups = frame[frame["kind"] != ALL].drop_duplicates(["kind", "group"])
    chosen = []
    for kind, of in groups.groupby("kind"):
        gone = hide_with(of["asked"], few[of.index], least)
        chosen += [(kind, group) for group in of.loc[gone, "group"]]
    pairs = frame[["kind", "group"]].apply(tuple, axis=1)
    return pairs.isin(chosen)


def named_alone(frame: pd.DataFrame, few: pd.Series, least: int) -> pd.Series:
    """Rows of kinds whose groups are all hidden and give themselves: their names would say it.

    Examples
    --------
    >>> frame = pd.DataFrame({"kind": ["all", "role", "role", "role"], "asked": [3, 1, 1, 1],
    ...                       "group": ["all", "head", "teacher", "nurse"]})
    >>> named_alone(frame, frame["asked"].lt(3), 3).tolist()
    [False, True, True, True]
    """
    groups = frame[frame["kind"] != ALL].drop_duplicates(["kind", "group"])
    gone = [
        kind
        for kind, of in groups.groupby("kind")
        if few[of.index].all() and give_themselves(of["asked"], least)
    ]
    return frame["kind"].isin(gone)


def hide_derived(frame: pd.DataFrame, hidden: pd.Series, least: int) -> pd.Series:
    """All counts that may not be seen, those included from which another could be worked out.

    Parameters
    ----------
    frame : DataFrame
        As `mixed.coverage.cover_codes` gives it; with `apart` (`mixed.apart`) where there are
        themes.
    hidden : Series of bool
        Counts hidden for themselves.
    least : int, > 1
        Fewest sources that a count shows.

    Returns
    -------
    Series of bool
    """
    result = hidden | _apart(frame, least)
    while True:
        before = result.copy()
        result |= hide_below(frame, result, least)
        wholes = frame.loc[result & frame["kind"].eq(ALL), _CODE].apply(tuple, axis=1)
        result |= frame["kind"].ne(ALL) & frame[_CODE].apply(tuple, axis=1).isin(set(wholes))
        result |= _complements(frame, result, least)
        if result.equals(before):
            return result


def _apart(frame: pd.DataFrame, least: int) -> pd.Series:
    near = frame.get("apart", pd.Series(float("nan"), index=frame.index))
    return near.lt(least) & near.gt(0)


def hide_below(
    frame: pd.DataFrame, hidden: pd.Series, least: int, count: str = "sources"
) -> pd.Series:
    """Codes that, beside the code above them, tell how few gave the others below it.

    Parameters
    ----------
    frame : DataFrame
        frame, code, parent, the count, and what else tells tables apart.
    hidden : Series of bool
    least : int
    count : str
        Its column.

    Returns
    -------
    Series of bool
        Those hidden now: a code that lies fewer than `least` below a code above it that shows;
        the smaller of the only two told below one, where both share fewer.
    """
    found = pd.Series(False, index=frame.index)
    if "parent" not in frame or not frame["parent"].ne("").any():
        return found
    by = [name for name in _GROUP if name in frame]
    above = frame.loc[~hidden, [*by, "code", count]].drop_duplicates([*by, "code"])
    above = above.rename(columns={"code": "parent", count: "whole"})
    told = frame.assign(line=frame.index)[~hidden & frame["parent"].ne("") & frame[count].gt(0)]
    told = told[[*by, "parent", count, "line"]].merge(above, on=[*by, "parent"])
    gap = told["whole"] - told[count]
    found[told.loc[gap.gt(0) & gap.lt(least), "line"]] = True
    for _, two in told.groupby([*by, "parent"], sort=False):
        shared = two[count].sum() - two["whole"].iloc[0]
        if len(two) == 2 and 0 < shared < least:
            found[two.loc[two[count].idxmin(), "line"]] = True
    return found


def _complements(frame: pd.DataFrame, hidden: pd.Series, least: int) -> pd.Series:
    """Counts from which a hidden one could be worked out, kind by kind."""
    result = pd.Series(False, index=frame.index)
    whole = frame["kind"] == ALL
    for kind in frame.loc[~whole, "kind"].unique():
        rows = frame[whole | frame["kind"].eq(kind)]
        rows = rows[rows["segments"].gt(0) | hidden[rows.index]]
        found = hide_complements(
            rows, hidden[rows.index], within=_CODE, parts=["group"], size="sources", minimum=least
        )
        result |= found.reindex(frame.index, fill_value=False)
        result |= _all_or_none(rows, found).reindex(frame.index, fill_value=False)
    return result


def _all_or_none(rows: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """The smallest group that shows, where of those hidden together all or none told it."""
    result = pd.Series(False, index=rows.index)
    for _, line in rows.groupby(_CODE, sort=False):
        of = line["kind"] == ALL
        parts, gone = line[~of], hidden[line.index]
        if not of.any() or gone[of].any() or not gone.any():
            continue
        one, shown = line[of].iloc[0], parts[~gone[~of]]
        rest = one["sources"] - shown["sources"].sum()
        # what all or none of everybody told is known of each group
        everybody = one["sources"] in (0, one["asked"])
        if not everybody and len(shown) and rest in (0, parts.loc[gone[~of], "asked"].sum()):
            result[shown["sources"].idxmin()] = True
    return result
