"""How many of the sources asked speak of each code, by group: silence is not zero."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from resilience_lib.mixed.voices import with_parents

COVERAGE_COLUMNS: tuple[str, ...] = (
    *("kind", "group", "frame", "code", "label", "position", "assigned_by"),
    *("sources", "asked", "schools", "schools_asked", "segments", "words", "parent"),
)
ALL = "all"
UNSAID = "not said"
_CODE = ["frame", "code", "assigned_by"]


def cover_codes(
    segments: pd.DataFrame,
    sources: pd.DataFrame,
    codes: pd.DataFrame,
    groups: Sequence[str],
    called: str = "sources",
) -> pd.DataFrame:
    """Counts of sources by code and group.

    Parameters
    ----------
    segments : DataFrame
        Story frame of the final coding.
    sources : DataFrame
        The register (`stories.register.SOURCE_COLUMNS`).
    codes : DataFrame
        Codes of the frames.
    groups : sequence of str
        Some of role, school, site and wave.
    called : str
        What sources are called.

    Returns
    -------
    DataFrame
        `COVERAGE_COLUMNS`: every code of every frame in every group, counts of 0 included.
        `asked` counts the sources asked, also those who told nothing; a code counts with the
        codes below it. Rows of codes that tellers gave themselves stand only for frames in which
        there are such, and those of coders not where tellers alone gave codes: nobody looked.

    Examples
    --------
    >>> segments = pd.DataFrame({"source": ["a"], "segment": ["a 0-4"], "frame": ["own"],
    ...     "code": ["time"], "assigned_by": ["coder"], "school": ["S1"]})
    >>> sources = pd.DataFrame({"source": ["a", "b"], "asked": "yes", "school": ["S1", "S2"]})
    >>> codes = pd.DataFrame({"frame": ["own"], "code": ["time"], "label": ["Time"],
    ...     "position": [1], "parent": [""]})
    >>> cover_codes(segments, sources, codes, [])["words"].tolist()
    ['1 of 2 sources, in 1 of 2 schools']
    """
    asked = sources[sources["asked"] == "yes"]
    coded = with_parents(segments[segments["frame"] != ""], codes)
    coded = coded.drop(columns=[c for c in ("school", *groups) if c in coded.columns])
    coded = coded.merge(asked[["source", *dict.fromkeys(["school", *groups])]], on="source")
    parts = []
    for kind in (ALL, *groups):
        given, there = (
            rows.assign(group=ALL if kind == ALL else rows[kind].replace("", UNSAID))
            for rows in (coded, asked)
        )
        parts.append(_counts(given, there, codes).assign(kind=kind))
    found = pd.concat(parts, ignore_index=True)
    numbers = found[["sources", "asked", "schools", "schools_asked"]]
    words = [count_words(a, b, c, d, called) for a, b, c, d in numbers.itertuples(index=False)]
    return found.assign(words=words)[list(COVERAGE_COLUMNS)]


def _counts(given: pd.DataFrame, asked: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """A row for each code and group."""
    key = ["group", *_CODE]
    school = given["school"].where(given["school"] != "")
    counts = given.assign(school=school).groupby(key, observed=True)
    found = counts.agg(
        sources=("source", "nunique"),
        schools=("school", "nunique"),
        segments=("segment", "nunique"),
    ).reset_index()
    school = asked["school"].where(asked["school"] != "")
    base = asked.assign(school=school).groupby("group", sort=True)
    base = base.agg(asked=("source", "nunique"), schools_asked=("school", "nunique"))
    tellers = set(given.loc[given["assigned_by"] == "teller", "frame"].unique())
    alone = tellers - set(given.loc[given["assigned_by"] == "coder", "frame"].unique())
    both = [codes[~codes["frame"].isin(alone)].assign(assigned_by="coder")]
    both.append(codes[codes["frame"].isin(tellers)].assign(assigned_by="teller"))
    grid = base.reset_index().merge(pd.concat(both, ignore_index=True), how="cross")
    whole = grid.merge(found, on=key, how="left")
    numbers = ["sources", "schools", "segments"]
    return whole.assign(**whole[numbers].fillna(0).astype("int64"))


def count_words(
    sources: float, asked: float, schools: float, schools_asked: float, called: str
) -> str:
    """A count of sources as it is read: never a percentage.

    Examples
    --------
    >>> count_words(7, 19, 6, 11, "staff"), count_words(2, 3, 0, 0, "sources")
    ('7 of 19 staff, in 6 of 11 schools', '2 of 3 sources')
    """
    said = f"{sources:,.0f} of {asked:,.0f} {called}"
    if schools_asked:
        said += f", in {schools:,.0f} of {schools_asked:,.0f} schools"
    return said
