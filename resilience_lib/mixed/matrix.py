"""The value-creation matrix: stories and indicators, cycle by cycle."""

from __future__ import annotations

import pandas as pd

from resilience_lib.frames import with_words
from resilience_lib.mixed.voices import one_voice, with_parents
from resilience_lib.stories.coding_frames import INDICATORS

MATRIX_COLUMNS: tuple[str, ...] = (
    *("frame", "code", "label", "position", "stories", "asked", "indicator", "what", "unit"),
    *("value", "conf_low", "conf_high", "source", "claims", "note", "parent"),
)
CLAIM_COLUMNS: tuple[str, ...] = ("story", "indicator", "segments")


def list_claims(segments: pd.DataFrame) -> pd.DataFrame:
    """Which stories claim that something contributed to which indicator, and which claim none.

    Parameters
    ----------
    segments : DataFrame
        Story frame; the frame `indicators` holds the claims.

    Returns
    -------
    DataFrame
        `CLAIM_COLUMNS`, for the team alone: it names stories. A story that claims no indicator
        stands at the end, with "" for one and no segments.

    Examples
    --------
    >>> rows = pd.DataFrame({"story": ["a", "b"], "segment": ["a 1", "b 1"], "code": ["x", "y"],
    ...     "frame": ["indicators", "own"], "assigned_by": "coder", "source": ["a", "b"]})
    >>> list_claims(rows).to_numpy().tolist()
    [['a', 'x', 1], ['b', '', 0]]
    """
    found = count_claims(segments)
    stories = segments["story"].drop_duplicates()
    silent = stories[~stories.isin(found["story"])]
    none = pd.DataFrame({"story": silent, "indicator": "", "segments": 0})
    return pd.concat([found, none], ignore_index=True) if len(silent) else found


def count_claims(segments: pd.DataFrame) -> pd.DataFrame:
    """How many segments of each story claim that something contributed to each indicator.

    Parameters
    ----------
    segments : DataFrame
        Story frame; the frame `indicators` holds the claims.

    Returns
    -------
    DataFrame
        `CLAIM_COLUMNS`.
    """
    rows = one_voice(segments[segments["frame"] == INDICATORS])
    rows = rows.rename(columns={"code": "indicator"})
    found = rows.groupby(["story", "indicator"], as_index=False, sort=False)
    return found.agg(segments=("segment", "nunique"))[list(CLAIM_COLUMNS)]


def value_matrix(
    segments: pd.DataFrame, sources: pd.DataFrame, codes: pd.DataFrame, indicators: pd.DataFrame
) -> pd.DataFrame:
    """Stories of each cycle beside its indicators.

    Parameters
    ----------
    segments : DataFrame
        Story frame of the final coding.
    sources : DataFrame
        The register.
    codes : DataFrame
        Codes of the frames.
    indicators : DataFrame
        As people wrote them: id, frame, cycle, what, unit, value, conf_low, conf_high, source.

    Returns
    -------
    DataFrame
        `MATRIX_COLUMNS`: a row for each cycle and indicator; a cycle without one has a row with
        the note "no indicator". `claims` counts stories that claim contribution to it, and the
        note says so where none does; it says nothing of whether they are right. A code counts
        with the codes below it, and as coders gave it (`voices.one_voice`).
    """
    if indicators.empty:
        return pd.DataFrame(columns=list(MATRIX_COLUMNS))
    asked = sources.loc[sources["asked"] == "yes", "story"].nunique()
    cycles = codes[codes["frame"].isin(indicators["frame"])]
    coded = with_parents(one_voice(segments[segments["frame"] != ""]), codes)
    told = coded.groupby(["frame", "code"])["story"].nunique().rename("stories")
    claims = count_claims(segments).groupby("indicator")["story"].nunique().rename("claims")
    beside = indicators.rename(columns={"id": "indicator", "cycle": "code"})
    whole = cycles[["frame", "code", "label", "position", "parent"]].merge(
        beside, on=["frame", "code"], how="left"
    )
    whole = whole.join(told, on=["frame", "code"]).join(claims, on="indicator")
    there = whole["indicator"].notna()
    whole["stories"] = whole["stories"].fillna(0)
    whole["claims"] = whole["claims"].fillna(0).where(there)
    note = pd.Series("", index=whole.index, dtype="str").mask(~there, "no indicator")
    note = note.mask(there & (whole["claims"] == 0), "no story claims it")
    note = note.mask((whole["stories"] == 0) & (note == ""), "no story of this cycle")
    whole = with_words(
        whole.assign(asked=asked, note=note), ["indicator", "what", "unit", "source"]
    )
    return whole[list(MATRIX_COLUMNS)].reset_index(drop=True)
