"""Codes that stand together: in a source, and what tellers and coders gave to the same segment."""

from __future__ import annotations

import pandas as pd

from resilience_lib.mixed.voices import one_voice

TOGETHER_COLUMNS: tuple[str, ...] = ("frame", "code_a", "code_b", "label_a", "label_b", "sources",
                                     "segments", "asked", "sources_a", "sources_b")  # fmt: skip
ASSIGNED_COLUMNS: tuple[str, ...] = (
    *("frame", "teller_code", "coder_code", "teller_label", "coder_label", "segments", "sources"),
    *("sources_a", "sources_b"),
)


def code_pairs(segments: pd.DataFrame, sources: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """How many sources and segments have both of two codes of one frame.

    Parameters
    ----------
    segments : DataFrame
        Story frame of the final coding.
    sources : DataFrame
        The register.
    codes : DataFrame
        Codes of the frames, for order and labels.

    Returns
    -------
    DataFrame
        `TOGETHER_COLUMNS`: pairs that stand together in one source at least, in frame order, with
        how many sources have each code; as coders gave them (`voices.one_voice`).
    """
    asked = int((sources["asked"] == "yes").sum())
    rows = one_voice(segments[segments["frame"] != ""])
    rows = (
        rows[["frame", "code", "source", "segment"]]
        .drop_duplicates()
        .join(codes.set_index(["frame", "code"])[["label", "position"]], on=["frame", "code"])
    )
    pairs = []
    for unit in ("source", "segment"):
        once = rows.drop_duplicates(["frame", "code", unit])
        both = once.merge(once, on=["frame", unit], suffixes=("_a", "_b"))
        both = both[both["position_a"] < both["position_b"]]
        ends = ["frame", "code_a", "code_b", "label_a", "label_b", "position_a", "position_b"]
        pairs.append(both.groupby(ends)[unit].nunique().rename(f"{unit}s"))
    found = pd.concat(pairs, axis=1).fillna(0).reset_index().assign(asked=asked)
    alone = rows.groupby(["frame", "code"])["source"].nunique()
    for end in ("a", "b"):
        found = found.join(alone.rename(f"sources_{end}"), on=["frame", f"code_{end}"])
    found = found.sort_values(["frame", "position_a", "position_b"], ignore_index=True)
    return found[list(TOGETHER_COLUMNS)]


def compare_assigned(segments: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Codes that tellers gave themselves beside those of coders, segment by segment.

    Parameters
    ----------
    segments : DataFrame
        Story frame of the final coding.
    codes : DataFrame

    Returns
    -------
    DataFrame
        `ASSIGNED_COLUMNS`; "none" where only one of the two gave a code; `sources_a` and
        `sources_b` are all sources with the teller's code and with the coders'. Frames without
        codes of tellers have no rows.
    """
    rows = segments[segments["frame"] != ""]
    frames = rows.loc[rows["assigned_by"] == "teller", "frame"].unique()
    rows = rows.loc[
        rows["frame"].isin(frames), ["frame", "code", "assigned_by", "source", "segment"]
    ]
    sides = {
        by: part.drop(columns="assigned_by").rename(columns={"code": f"{by}_code"})
        for by, part in rows.drop_duplicates().groupby("assigned_by")
    }
    if len(sides) < 2:
        return pd.DataFrame(columns=list(ASSIGNED_COLUMNS))
    both = sides["teller"].merge(sides["coder"], on=["frame", "source", "segment"], how="outer")
    both = both.fillna({"teller_code": "none", "coder_code": "none"})
    counts = both.groupby(["frame", "teller_code", "coder_code"], as_index=False).agg(
        segments=("segment", "nunique"), sources=("source", "nunique")
    )
    named = codes.set_index(["frame", "code"])
    for by, total in (("teller", "sources_a"), ("coder", "sources_b")):
        key = ["frame", f"{by}_code"]
        counts = counts.join(sides[by].groupby(key)["source"].nunique().rename(total), on=key)
        ends = (
            named[["label", "position"]].add_prefix(f"{by}_").rename_axis(["frame", f"{by}_code"])
        )
        counts = counts.join(ends, on=["frame", f"{by}_code"])
        counts[f"{by}_label"] = counts[f"{by}_label"].fillna("None")
    counts = counts.sort_values(["frame", "teller_position", "coder_position"], ignore_index=True)
    return counts[list(ASSIGNED_COLUMNS)]
