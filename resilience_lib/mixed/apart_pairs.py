"""What stands together, where it would tell of few beside themes and the codes in them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

from resilience_lib.mixed.tellers import Sets, Tellers, hide_beside, who_tells


def pairs_beside(
    themes: Collection[frozenset[str]],
    shown: Sets,
    codes: Sequence[str],
    tellers: Tellers,
    least: int,
) -> dict[tuple[str, str], int]:
    """Pairs of codes whose count has to go, with how few sources it would tell of.

    Parameters
    ----------
    themes : collection of frozenset of str
        Codes of each theme of the frame.
    shown : Sets
        Counts of themes and codes that show.
    codes : sequence of str
        Codes of the frame, in order.
    tellers : Tellers
    least : int
        Fewest sources that a count shows.

    Returns
    -------
    dict of (str, str) to int
        Of pairs inside a theme, and of those with one code in a theme that few more tell of.

    Examples
    --------
    >>> tellers = {"x": frozenset("abcd"), "y": frozenset("abcefg"), "z": frozenset("abcefghij")}
    >>> theme = frozenset("xy")  # of which seven tell: one of them not of y and z
    >>> pairs_beside([theme], {"theme": (theme,)}, "xyz", tellers, 3)
    {('y', 'z'): 1}
    """
    told = [code for code in codes if code in tellers]
    pairs = {
        "::and::".join(pair): pair
        for pair in itertools.combinations(told, 2)
        if _beside_any(pair, themes, tellers, least)
    }
    sets: Sets = {name: (frozenset([a]), frozenset([b])) for name, (a, b) in pairs.items()}
    few = hide_beside(sets, shown, tellers, least)
    return {pair: few[name] for name, pair in pairs.items() if name in few}


def _beside_any(
    pair: tuple[str, str], themes: Collection[frozenset[str]], tellers: Tellers, least: int
) -> bool:
    a, b = (tellers[code] for code in pair)
    both = len(a & b)
    # the gate hides it already where those of both, or of one alone, are few
    if both < least or any(0 < len(alone) < least for alone in (a - b, b - a)):
        return False
    inside = any(of.issuperset(pair) for of in themes)
    return inside or any(
        0 < len(who_tells(of, tellers)) - both < least for of in themes if not of.isdisjoint(pair)
    )
