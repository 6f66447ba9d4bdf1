"""Whether two coders marked the same units, where segments are compared."""

from __future__ import annotations

import pandas as pd

from resilience_lib.errors import Fault, FaultsError

REMEDY = (
    "agree on the segments first and mark the same in both exports; or write unit: source under "
    "stories, so that what is compared is whether a code was given to a source at all"
)


def check_units(codings: pd.DataFrame) -> None:
    """Refuse segments of two coders that overlap and are not the same.

    Parameters
    ----------
    codings : DataFrame
        As `stories.segments.combine_exports` gives them.

    Raises
    ------
    FaultsError
        Each pair, with its source and places. Segments that one coder alone marked are no fault:
        the other gave them no code.

    Notes
    -----
    Where a format carries no offsets, segments are the same where their quotes are.
    """
    units = codings.dropna(subset=["start", "end"]).drop_duplicates(["segment", "coder"])
    both = units.groupby("source")["coder"].transform("nunique") > 1
    units = units.loc[both, ["source", "segment", "start", "end", "coder", "file"]]
    units = units.sort_values(["source", "start", "end"], kind="stable", ignore_index=True)
    units = units[units["source"].isin(_overlapping(units))]
    faults = []
    for _, rows in units.groupby("source", sort=False):
        spans = rows.groupby("segment", sort=False).first()
        coders = rows.groupby("segment")["coder"].agg(set)
        # sorted by start: whatever overlaps a segment follows it before the first that begins
        # behind its end
        for place, (name, one) in enumerate(spans.iterrows()):
            for other, two in spans.iloc[place + 1 :].iterrows():
                if two["start"] >= one["end"]:
                    break
                if coders[name] - coders[other] and coders[other] - coders[name]:
                    rule = f"two coders with different units: {name} overlaps {other}"
                    faults.append(Fault(str(two["file"]), rule, REMEDY, value=str(other)))
    if faults:
        raise FaultsError(faults)


def _overlapping(units: pd.DataFrame) -> pd.Series:
    """Sources in which a segment begins before one that began earlier, or with it, has ended."""
    spans = units.drop_duplicates("segment")
    ended = spans.groupby("source")["end"].cummax().groupby(spans["source"]).shift()
    return spans.loc[(spans["start"] < ended).fillna(False), "source"]
