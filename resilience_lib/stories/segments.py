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
        offsets, k being the place of the quote among those of its source. `study_code` is ""
        where a coder marked a segment and gave no code.
    codes : frozenset of str
        All codes that the exports have, used or not.
    log : DataFrame
        `file`, `what`, `detail`, `count`.
    """

    codings: pd.DataFrame
    codes: frozenset[str]
    log: pd.DataFrame


def combine_exports(exports: Mapping[str, CodedExport]) -> Told:
    """All exports of a study as one list of codings.

    Parameters
    ----------
    exports : mapping of str to CodedExport
        By name of the file.

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
    codings = _in_order(codings)
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
    # the place of each distinct quote of a source, over all exports
    quotes = codings.loc[~placed, ["source", "quote"]].drop_duplicates()
    quotes = quotes.assign(place=quotes.groupby("source").cumcount() + 1)
    place = codings[["source", "quote"]].merge(quotes, "left", on=["source", "quote"])["place"]
    counted = "#" + place.astype("Int64").astype("str").fillna("")
    return codings["source"] + " " + ends.where(placed, counted.set_axis(codings.index))


def _in_order(codings: pd.DataFrame) -> pd.DataFrame:
    """Sorted; the order of a segment in its source is the first that an export gives it."""
    first = codings.groupby("segment", sort=False)["order"].transform("min")
    source = pd.Series(pd.factorize(codings["source"])[0], index=codings.index)
    keys = pd.DataFrame({"source": source, "start": codings["start"].astype("float64"),
                         "first": first.astype("float64")})  # fmt: skip
    by = ["source", "first", "start"]
    rank = keys.sort_values(by, kind="stable").index
    codings = codings.loc[rank]
    order = codings.groupby("source", sort=False)["segment"].transform(_counted)
    return codings.assign(order=order.astype("int64")).reset_index(drop=True)


def _counted(segments: pd.Series) -> pd.Series:
    return pd.Series(pd.factorize(segments)[0] + 1, index=segments.index)


def _logged(what: str, count: int) -> pd.DataFrame:
    return pd.DataFrame([{"what": what, "detail": "", "count": int(count), "file": ""}])
