"""Exports of several coders as one list of codings, each segment with one name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from resilience_lib.readers.stories.export import CodedExport

CODING_COLUMNS: tuple[str, ...] = ("source", "segment", "order", "coder", "study_code", "start",
                                   "end", "quote", "file")  # fmt: skip
NO_CODER = "not said"


@dataclass(frozen=True)
class Told:
    """What the exports of one study hold together.

    Parameters
    ----------
    codings : DataFrame
        `CODING_COLUMNS`: one row per segment, coder and code of the study's own. `segment` is
        "<source> <start>-<end>" (characters), or "<source> #<k>" where a format carries no
        offsets, k being the place of the quote among those of its source; where another export
        has the quote with offsets, it is that segment. `study_code` is ""
        where a coder marked a segment and gave no code.
    codes : frozenset of str
        All codes that the exports have, used or not.
    log : DataFrame
        `file`, `what`, `detail`, `count`.
    """

    codings: pd.DataFrame
    codes: frozenset[str]
    log: pd.DataFrame


def combine_exports(exports: Mapping[str, CodedExport], *, narrated: bool = True) -> Told:
    """All exports of a study as one list of codings.

    Parameters
    ----------
    exports : mapping of str to CodedExport
        By name of the file.
    narrated : bool
        Segments stand in the order told, and so by their offsets where all of a source have them;
        else in the order that the exports give them.

    Returns
    -------
    Told
        Rows in the order of sources as they first come, then of segments. The same coder's same
        code of the same segment stands once, and what was dropped for it is logged.
    """
    parts, logs, codes = [], [], set()
    for file, export in exports.items():
        rows = export.segments[["source", "order", "coder", "start", "end", "quote"]]
        parts.append(rows.assign(study_code=export.segments["code"].fillna(""), file=file))
        logs.append(export.log.assign(file=file))
        codes |= set(export.codes["code"].dropna()) | set(export.segments["code"].dropna())
    codings = pd.concat(parts, ignore_index=True)
    codings["coder"] = codings["coder"].fillna(NO_CODER)
    codings["quote"] = codings["quote"].fillna("")
    codings["segment"] = _names(codings)
    codings = _in_order(codings, narrated=narrated)
    twice = codings.duplicated(["segment", "coder", "study_code"])
    if twice.any():
        logs.append(_logged("the same coding stands more than once and counts once", twice.sum()))
    # an untagged mark beside a code of the same coder says nothing more
    key = [codings["segment"], codings["coder"]]
    coded = (codings["study_code"] != "").groupby(key).transform("any")
    keep = ~twice & ~((codings["study_code"] == "") & coded)
    log = pd.concat(logs, ignore_index=True)[["file", "what", "detail", "count"]]
    return Told(codings.loc[keep, list(CODING_COLUMNS)].reset_index(drop=True),
                frozenset(codes - {""}), log)  # fmt: skip


def _names(codings: pd.DataFrame) -> pd.Series:
    """A name for each segment that is the same in every export."""
    placed = codings["start"].notna() & codings["end"].notna()
    ends = codings["start"].astype("str") + "-" + codings["end"].astype("str")
    names = (codings["source"] + " " + ends).where(placed)
    # a format without offsets beside one with them: the same quote is the same segment
    known = codings.loc[placed, ["source", "quote"]].assign(name=names[placed])
    known = known[known["quote"] != ""].drop_duplicates(["source", "quote"])
    same = codings[["source", "quote"]].merge(known, "left", on=["source", "quote"])["name"]
    names = names.where(placed, same.set_axis(codings.index))
    placed = names.notna()
    # the place of each distinct quote of a source, over all exports
    quotes = codings.loc[~placed, ["source", "quote"]].drop_duplicates()
    quotes = quotes.assign(place=quotes.groupby("source").cumcount() + 1)
    place = codings[["source", "quote"]].merge(quotes, "left", on=["source", "quote"])["place"]
    counted = "#" + place.astype("Int64").astype("str").fillna("")
    return names.where(placed, codings["source"] + " " + counted.set_axis(codings.index))


def _in_order(codings: pd.DataFrame, *, narrated: bool) -> pd.DataFrame:
    """Sorted by source, then by offsets or by the order that exports give."""
    # each export counts its own segments: who left some out counts the next ones too low, so that
    # the last place that any gives is the nearest to the right one
    place = codings.groupby("segment", sort=False)["order"].transform("max")
    source = pd.Series(pd.factorize(codings["source"])[0], index=codings.index)
    start = codings["start"].groupby(codings["segment"]).transform("min")
    keys = pd.DataFrame({"source": source, "start": start.astype("float64"),
                         "place": place.astype("float64")})  # fmt: skip
    if narrated:
        whole = keys["start"].notna().groupby(keys["source"]).transform("all")
        keys["place"] = keys["place"].mask(whole, keys["start"])
    by = ["source", "place", "start"]
    rank = keys.sort_values(by, kind="stable").index
    codings = codings.loc[rank]
    order = count_segments(codings["segment"], codings["source"])
    return codings.assign(order=order).reset_index(drop=True)


def count_segments(segments: pd.Series, within: pd.Series) -> pd.Series:
    """The place of each segment among those of its source or story, in the order of rows.

    Examples
    --------
    >>> count_segments(pd.Series(["a 1", "b 1", "a 2", "a 1"]), pd.Series(list("abaa"))).tolist()
    [1, 1, 2, 1]
    """
    fresh = ~segments.duplicated()
    place = fresh.groupby(within).cumsum().where(fresh)
    return place.groupby(segments).transform("first").astype("int64")


def _logged(what: str, count: int) -> pd.DataFrame:
    return pd.DataFrame([{"what": what, "detail": "", "count": int(count), "file": ""}])
