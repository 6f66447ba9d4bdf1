"""Places of quotes and settled codes in people's files, as segments of the exports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.stories.export import one_line

_SHOWN = 60


def find_segments(path: Path, rows: pd.DataFrame, codings: pd.DataFrame) -> pd.Series:
    """The segment that each row of a decision file means.

    Parameters
    ----------
    path : Path
        The file, for messages.
    rows : DataFrame
        `source`, `start`, `end` and `quote`: where offsets are given they count, else the quote,
        whose breaks of lines are no difference, as readers take them out.
    codings : DataFrame
        As `stories.segments.combine_exports` gives them.

    Returns
    -------
    Series of str
        Names of segments, on the index of `rows`.

    Raises
    ------
    FaultsError
        Sources or segments that no export has; a quote that is not that of its offsets, or
        without offsets that of several segments.
    """
    rows = rows.assign(quote=rows["quote"].map(one_line).astype("str"))
    units = codings.drop_duplicates("segment").set_index("segment")
    placed = rows["start"].notna() & rows["end"].notna()
    whole = rows[["start", "end"]].astype("Int64").astype("str")
    named = rows["source"] + " " + whole["start"] + "-" + whole["end"]
    quotes = units.reset_index().drop_duplicates(["source", "quote"])
    key = pd.MultiIndex.from_frame(quotes[["source", "quote"]])
    by_quote = pd.Series(quotes["segment"].to_numpy(), index=key)
    wanted = pd.MultiIndex.from_frame(rows[["source", "quote"]])
    found = named.where(placed, by_quote.reindex(wanted).set_axis(rows.index))
    faults = list(_faults(path, rows, found, units))
    if faults:
        raise FaultsError(faults)
    return found.astype("str")


def _faults(
    path: Path, rows: pd.DataFrame, found: pd.Series, units: pd.DataFrame
) -> Iterator[Fault]:
    sources = set(units["source"])
    placed = rows["start"].notna() & rows["end"].notna()
    said = units.value_counts(["source", "quote"])
    often = pd.MultiIndex.from_frame(rows[["source", "quote"]]).isin(said[said > 1].index)
    there = units["quote"].reindex(found).set_axis(rows.index)
    right = (rows["quote"] == "") | (rows["quote"] == there)
    right &= rows["source"].isin(sources) & found.isin(units.index) & (placed | ~often)
    for line, row in rows[~right].iterrows():
        place, segment = int(str(line)), found[line]
        if row["source"] not in sources:
            yield Fault(relative(path), "no export has this source", "write it as the tool names "
                        "the document", place, "source", row["source"])  # fmt: skip
        elif segment not in units.index:
            # the place counts where there is one, and else the quote
            by = "start" if placed[line] else "quote"
            value = row["quote"][:_SHOWN] if by == "quote" else str(segment)
            remedy = "give start and end, or the whole quote, as the export has them"
            yield Fault(relative(path), "no coder marked this segment", remedy, place, by, value)
        elif not placed[line]:
            yield Fault(relative(path), "several segments of this source have this quote",
                        "give start and end as well", place, "quote",
                        row["quote"][:_SHOWN])  # fmt: skip
        elif row["quote"] and row["quote"] != there[line]:
            yield Fault(relative(path), "the quote is not what stands at its offsets "
                        f"({units.at[segment, 'quote'][:_SHOWN]!r})", "mend one of the two",
                        place, "quote", row["quote"][:_SHOWN])  # fmt: skip


def once(path: Path, rows: pd.DataFrame) -> None:
    """Refuse a segment that two rows mean, by its place in one and by its quote in the other.

    Parameters
    ----------
    path : Path
        The file, for messages.
    rows : DataFrame
        With the `segment` that each means.

    Raises
    ------
    FaultsError
        Each second row.
    """
    twice = rows.loc[rows["segment"].duplicated(), "segment"]
    faults = [
        Fault(relative(path), "a segment stands once", "delete the second row", int(str(line)),
              "source", segment)
        for line, segment in twice.items()
    ]  # fmt: skip
    if faults:
        raise FaultsError(faults)
