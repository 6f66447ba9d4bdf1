"""Whose codes count, and codes counted for those above them."""

from __future__ import annotations

import pandas as pd

NONE = "none"
"""Stands where a coder or teller gave no code of a frame."""


def with_parents(segments: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Coded segments, with a row more for the code above where a frame has levels."""
    above = codes.loc[codes["parent"] != "", ["frame", "code", "parent"]]
    if above.empty:
        return segments
    up = segments.merge(above, on=["frame", "code"])
    up = up.assign(code=up["parent"])[segments.columns]
    return pd.concat([segments, up]).drop_duplicates(
        ["frame", "code", "assigned_by", "source", "segment"]
    )


def one_voice(segments: pd.DataFrame) -> pd.DataFrame:
    """Segments with the codes of coders; of tellers in frames of which no coder gave any.

    What tellers called a segment and what coders called it are never added up.

    Examples
    --------
    >>> rows = pd.DataFrame({"frame": ["f", "f", "g"], "code": ["x", "y", "z"],
    ...                      "assigned_by": ["coder", "teller", "teller"]})
    >>> one_voice(rows)["code"].tolist()
    ['x', 'z']
    """
    read = segments.loc[segments["assigned_by"] == "coder", "frame"].unique()
    return segments[(segments["assigned_by"] != "teller") | ~segments["frame"].isin(read)]
