"""Quotes that may be shown: only those that the study file clears for publication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.mixed.coverage import ALL, UNSAID
from resilience_lib.mixed.themes import theme_segments
from resilience_lib.mixed.voices import one_voice, with_parents

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

QUOTE_COLUMNS: tuple[str, ...] = (
    *("frame", "code", "label", "position", "kind", "group", "asked", "quote", "attribution"),
    "id",
)
THEME_COLUMNS: tuple[str, ...] = ("theme", "id", "quote", "attribution")
_SCHOOL = "school"


def name_quotes(quotes: pd.DataFrame) -> pd.DataFrame:
    """Cleared quotes with ids that say nothing of their source.

    Parameters
    ----------
    quotes : DataFrame
        As people wrote them, with `segment`; may be empty.

    Returns
    -------
    DataFrame
        `id` (Q01, Q02, ... in the order of the file), `source`, `segment`, `quote` (as it may be
        shown), `attribution`, `with_school`.
    """
    if quotes.empty:
        return pd.DataFrame(
            columns=["id", "source", "segment", "quote", "attribution", "with_school"]
        )
    ids = [f"Q{number:02d}" for number in range(1, len(quotes) + 1)]
    named = quotes[["source", "segment", "attribution", "with_school"]].assign(id=ids)
    return named.assign(quote=quotes["shown_as"].to_numpy())[
        ["id", "source", "segment", "quote", "attribution", "with_school"]
    ]


def names_role(attribution: str, roles: Iterable[str]) -> bool:
    """Whether an attribution says which of some roles a teller has.

    Examples
    --------
    >>> names_role("a Teacher", ["teacher"]), names_role("a member of staff", ["teacher"])
    (True, False)
    """
    said = attribution.casefold()
    return any(role.strip() and role.casefold() in said for role in roles)


def quote_codes(
    named: pd.DataFrame,
    segments: pd.DataFrame,
    sources: pd.DataFrame,
    codes: pd.DataFrame,
    groups: Sequence[str],
) -> pd.DataFrame:
    """Cleared quotes by code and group.

    Parameters
    ----------
    named : DataFrame
        As `name_quotes` gives it.
    segments, sources, codes : DataFrame
        Story frame of the final coding, the register, codes of the frames.
    groups : sequence of str
        Groups that the study declares; a quote stands beside a school only where it is cleared
        with its school.

    Returns
    -------
    DataFrame
        `QUOTE_COLUMNS`, in the order of frames and of the file of quotes.
    """
    coded = with_parents(one_voice(segments[segments["frame"] != ""]), codes)
    coded = coded[["frame", "code", "segment"]].drop_duplicates()
    found = named.merge(coded, on="segment").merge(
        codes[["frame", "code", "label", "position"]], on=["frame", "code"]
    )
    asked = sources[sources["asked"] == "yes"]
    parts = [found.assign(kind=ALL, group=ALL, asked=len(asked))]
    for kind in groups:
        of = sources.set_index("source")[kind].replace("", UNSAID)
        group = found["source"].map(of).astype("str")
        many = group.map(of[asked["source"]].value_counts()).fillna(0).astype("int64")
        rows = found.assign(kind=kind, group=group, asked=many)
        parts.append(rows[rows["with_school"] == "yes"] if kind == _SCHOOL else rows)
    whole = pd.concat(parts, ignore_index=True)
    whole = whole.sort_values(["frame", "position", "kind", "group", "id"], ignore_index=True)
    return whole[list(QUOTE_COLUMNS)]


def quote_themes(
    study: Study, named: pd.DataFrame, segments: pd.DataFrame, codes: pd.DataFrame
) -> pd.DataFrame:
    """Cleared quotes of each theme.

    Returns
    -------
    DataFrame
        `THEME_COLUMNS`; a quote of two themes stands in both.
    """
    assert study.mixed is not None
    parts = [pd.DataFrame(columns=list(THEME_COLUMNS))]
    for theme in study.mixed.themes:
        of = set(theme_segments(segments, codes, theme)["segment"])
        parts.append(named[named["segment"].isin(of)].assign(theme=theme.theme))
    return pd.concat(parts, ignore_index=True)[list(THEME_COLUMNS)]
