"""Which of the sources asked tell of which code: what counts of codes and themes are made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from resilience_lib.mixed.few_told import Told, hide_few
from resilience_lib.mixed.voices import one_voice

Tellers = Mapping[str, frozenset[str]]
Sets = dict[str, Told]


def tellers_of(frame: str, segments: pd.DataFrame, sources: pd.DataFrame) -> Tellers:
    """The sources asked that tell of each code of a frame, by the code that was given.

    Parameters
    ----------
    frame : str
    segments : DataFrame
        Story frame of the final coding.
    sources : DataFrame
        The register.

    Returns
    -------
    mapping of str to frozenset of str
        Codes that no source tells of are not in it.

    Examples
    --------
    >>> segments = pd.DataFrame({"frame": "own", "code": ["x", "x"], "assigned_by": "coder",
    ...                          "source": ["a", "b"]})
    >>> tellers_of("own", segments, pd.DataFrame({"source": ["a", "b"], "asked": ["yes", "no"]}))
    {'x': frozenset({'a'})}
    """
    asked = sources.loc[sources["asked"] == "yes", "source"]
    rows = one_voice(segments[segments["frame"] == frame])
    rows = rows[rows["source"].isin(asked)]
    return {str(code): frozenset(of) for code, of in rows.groupby("code")["source"]}


def with_below(chosen: Collection[str], codes: pd.DataFrame) -> frozenset[str]:
    """Codes, and those below them that count for them.

    Parameters
    ----------
    chosen : collection of str
    codes : DataFrame
        Codes of one frame: `code` and `parent`.

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["up", "a", "b"], "parent": ["", "up", ""]})
    >>> sorted(with_below(["up"], codes))
    ['a', 'up']
    """
    return frozenset(codes.loc[codes["code"].isin(chosen) | codes["parent"].isin(chosen), "code"])


def who_tells(codes: Collection[str], tellers: Tellers) -> frozenset[str]:
    """The sources that tell of any of some codes."""
    return frozenset().union(*(tellers.get(code, frozenset()) for code in codes))


def who_tells_all(sets: Collection[Collection[str]], tellers: Tellers) -> frozenset[str]:
    """The sources that tell of any code of each of some sets."""
    first, *others = (who_tells(codes, tellers) for codes in sets)
    return first.intersection(*others)


def hide_beside(more: Sets, keep: Sets, tellers: Tellers, least: int) -> dict[str, int]:
    """Counts that have to go beside others that stay, with how few they would tell of.

    Parameters
    ----------
    more, keep : Sets
        What is counted, by the name of a count.
    tellers : Tellers
    least : int
        Fewest sources that a count shows.

    Returns
    -------
    dict of str to int
        As `few_told.hide_few` gives it.
    """
    both = keep | more
    counts = {name: len(who_tells_all(told, tellers)) for name, told in both.items()}
    return hide_few(both, counts, least, keep)
