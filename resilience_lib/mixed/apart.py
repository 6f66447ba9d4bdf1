"""How far a code's count lies from a published count that holds it, or that it holds.

A theme of three codes that 4 sources tell of, beside one of its codes that 3 tell of, says that
one source tells of the others alone: a count that nobody printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.mixed.themes import theme_segments
from resilience_lib.mixed.voices import one_voice

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study


def mark_apart(
    study: Study,
    counts: pd.DataFrame,
    segments: pd.DataFrame,
    sources: pd.DataFrame,
    codes: pd.DataFrame,
) -> pd.DataFrame:
    """Counts by code with `apart`, how many sources a theme's count would tell of.

    Parameters
    ----------
    study : Study
    counts : DataFrame
        Rows by `frame` and `code`, with `assigned_by` and `kind` where they have them.
    segments, sources, codes : DataFrame
        Story frame of the final coding, the register, codes of the frames.

    Returns
    -------
    DataFrame
        With the column `apart`: the smallest number of sources above 0 by which the code's count
        and that of a theme lie apart, where one holds the other, or that two codes of a theme
        share; missing where there is none, and in rows of groups, since themes are counted of
        all sources alone.
    """
    narrow = ["frame", "code", "assigned_by", "source", "segment"]
    coded = segments.loc[segments["frame"] != "", narrow]
    said = one_voice(coded)
    asked = set(sources.loc[sources["asked"] == "yes", "source"])
    found: dict[tuple[str, str], list[int]] = {}
    for theme in study.mixed.themes if study.mixed is not None else ():
        here = coded[coded["frame"] == theme.frame]
        spoken = set(theme_segments(here, codes, theme)["source"]) & asked
        of = codes[codes["frame"] == theme.frame]
        above = of.loc[of["code"].isin(theme.codes), "parent"]
        inside = of["code"].isin(theme.codes) | of["parent"].isin(theme.codes)
        held = above.iloc[0] if above.nunique() == 1 else ""
        around = of["code"].eq(held) & (held != "")
        told = {}
        for code in of.loc[inside | around, "code"]:
            one = theme.model_copy(update={"codes": (code,)})
            told[code] = set(theme_segments(here, codes, one)["source"]) & asked
            found.setdefault((theme.frame, code), []).append(len(told[code] ^ spoken))
        within = sorted(
            (code for code in theme.codes if told.get(code)), key=lambda c: len(told[c])
        )
        if len(within) == 2:
            # the sum of both less the theme's count is what they share: the smaller one goes
            shared = len(told[within[0]] & told[within[1]])
            found[theme.frame, within[0]].append(shared)
    least = {key: min((n for n in many if n), default=None) for key, many in found.items()}
    keys = zip(counts["frame"], counts["code"], strict=True)
    apart = pd.Series([least.get(key) for key in keys], index=counts.index, dtype="float64")
    if "kind" in counts:
        voices = said[["frame", "assigned_by"]].drop_duplicates()
        voice = set(voices.itertuples(index=False, name=None))
        rows = zip(counts["frame"], counts["assigned_by"], strict=True)
        there = pd.Series([row in voice for row in rows], index=counts.index, dtype="bool")
        apart = apart.where(there & counts["kind"].eq("all"))
    return counts.assign(apart=apart)
