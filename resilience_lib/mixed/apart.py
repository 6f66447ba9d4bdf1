"""How few sources the counts of themes and codes would tell of, put beside each other.

A theme of three codes that 4 sources tell of, beside one of its codes that 3 tell of, says that
one source tells of the others alone: a count that nobody printed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.mixed.apart_pairs import pairs_beside
from resilience_lib.mixed.tellers import (
    Sets,
    Tellers,
    hide_beside,
    tellers_of,
    who_tells,
    who_tells_all,
    with_below,
)

if TYPE_CHECKING:
    from resilience_lib.study.mixed import Theme
    from resilience_lib.study.schema import Study

_CODE = "code::"
"""Before names of codes beside those of themes, which have no colon."""


@dataclass(frozen=True)
class Apart:
    """How few sources each count would tell of.

    Parameters
    ----------
    themes : mapping of str to int
        Of each theme that shares a told code with another: how few its count would tell of beside
        theirs, or how many tell of it where it tells of no few.
    codes : DataFrame
        `frame`, `code`, `assigned_by` (whose codes themes count) and `apart`: the smallest number
        above 0 by which the code's count and that of a theme lie apart, where one holds the other,
        or that it would tell of beside themes and other codes.
    pairs : DataFrame
        `frame`, `code_a`, `code_b` and `apart`: how few what stands together would tell of beside
        codes and themes that show.
    """

    themes: dict[str, int]
    codes: pd.DataFrame
    pairs: pd.DataFrame


def find_apart(
    study: Study, segments: pd.DataFrame, sources: pd.DataFrame, codes: pd.DataFrame
) -> Apart:
    """What counts of themes, and of the codes in them, would tell of beside each other.

    Parameters
    ----------
    study : Study
    segments, sources, codes : DataFrame
        Story frame of the final coding, the register, codes of the frames.

    Returns
    -------
    Apart
        Of all sources: themes are not counted by group.
    """
    least = study.stories.minimum_sources if study.stories is not None else 1
    every = study.mixed.themes if study.mixed is not None else ()
    themes: dict[str, int] = {}
    singles, pairs = [], []
    for frame in dict.fromkeys(theme.frame for theme in every):
        of = codes[codes["frame"] == frame]
        tellers = tellers_of(frame, segments, sources)
        mine = [theme for theme in every if theme.frame == frame]
        found, near, together = _of_frame(mine, of, tellers, least)
        themes |= found
        voice = _voice(frame, segments)
        singles += [(frame, code, voice, min(many)) for code, many in near.items() if many]
        pairs += [(frame, a, b, few) for (a, b), few in together.items()]
    return Apart(
        themes,
        pd.DataFrame(singles, columns=["frame", "code", "assigned_by", "apart"]),
        pd.DataFrame(pairs, columns=["frame", "code_a", "code_b", "apart"]),
    )


def _of_frame(
    themes: list[Theme], codes: pd.DataFrame, tellers: Tellers, least: int
) -> tuple[dict[str, int], dict[str, list[int]], dict[tuple[str, str], int]]:
    """Of one frame: themes, then codes beside the themes that show, then pairs beside both."""
    whole = {theme.theme: with_below(theme.codes, codes) for theme in themes}
    sets: Sets = {name: (of & tellers.keys(),) for name, of in whole.items()}
    gone = hide_beside(sets, {}, tellers, least)
    near = _near_themes(themes, codes, tellers)
    # a code that is hidden for itself tells of nothing
    free = [code for code in codes["code"] if any(code in of for of in whole.values())
            and min(near.get(code, ()), default=least) >= least]  # fmt: skip
    singles: Sets = {_CODE + code: (with_below([code], codes) & tellers.keys(),) for code in free}
    shown = {name: told for name, told in sets.items() if name not in gone}
    gone |= hide_beside(singles, shown, tellers, least)
    for name in gone.keys() & singles.keys():
        near.setdefault(name.removeprefix(_CODE), []).append(gone[name])
    shown = {name: told for name, told in (sets | singles).items() if name not in gone}
    pairs = pairs_beside(list(whole.values()), shown, list(codes["code"]), tellers, least)
    related = {name for a, b in itertools.combinations(sets, 2) if sets[a][0] & sets[b][0]
               for name in (a, b)}  # fmt: skip
    counts = {name: len(who_tells_all(sets[name], tellers)) for name in related}
    return counts | {name: few for name, few in gone.items() if name in sets}, near, pairs


def mark_apart(counts: pd.DataFrame, apart: pd.DataFrame) -> pd.DataFrame:
    """Counts by code, or of two codes, with `apart`: how few each would tell of beside a theme.

    Parameters
    ----------
    counts : DataFrame
        Rows by `frame` and `code`, with `assigned_by` and `kind` where they have them; or by
        `frame`, `code_a` and `code_b`.
    apart : DataFrame
        As `find_apart` gives it of codes, or of pairs.

    Returns
    -------
    DataFrame
        With the column `apart`; missing where there is no such number, and in rows of groups,
        since themes are counted of all sources alone.

    Examples
    --------
    >>> counts = pd.DataFrame({"frame": "own", "code": ["x", "y"], "stories": [5, 6]})
    >>> found = pd.DataFrame({"frame": ["own"], "code": ["y"], "assigned_by": ["coder"],
    ...                       "apart": [2]})
    >>> mark_apart(counts, found)["apart"].tolist()
    [nan, 2.0]
    """
    by = [name for name in apart.columns if name in counts and name != "apart"]
    found = counts[by].merge(apart, on=by, how="left")["apart"].set_axis(counts.index)
    found = found.astype("float64")
    return counts.assign(apart=found.where(counts["kind"] == "all") if "kind" in counts else found)


def _near_themes(
    themes: list[Theme], codes: pd.DataFrame, tellers: Tellers
) -> dict[str, list[int]]:
    """By code, how many sources lie between it and each theme that holds it or that it holds."""
    found: dict[str, list[int]] = {}
    for theme in themes:
        spoken = who_tells(with_below(theme.codes, codes), tellers)
        told = {code: who_tells(with_below([code], codes), tellers)
                for code in _beside(theme, codes)}  # fmt: skip
        for code, of in told.items():
            # what nobody tells apart is no count
            found.setdefault(code, []).extend([len(of ^ spoken)] * (of != spoken))
        within = sorted(
            (code for code in theme.codes if told.get(code)), key=lambda code: len(told[code])
        )
        if len(within) == 2:
            # the sum of both less the theme's count is what they share: the smaller one goes
            shared = len(told[within[0]] & told[within[1]])
            found[within[0]].extend([shared] * (shared > 0))
    return found


def _beside(theme: Theme, codes: pd.DataFrame) -> Iterator[str]:
    """Codes in a theme, those below them, and the one above where all are below one."""
    above = codes.loc[codes["code"].isin(theme.codes), "parent"]
    held = above.iloc[0] if above.nunique() == 1 else ""
    yield from with_below(theme.codes, codes)
    yield from codes.loc[codes["code"].eq(held) & (held != ""), "code"]


def _voice(frame: str, segments: pd.DataFrame) -> str:
    given = set(segments.loc[segments["frame"] == frame, "assigned_by"])
    return "teller" if given == {"teller"} else "coder"
