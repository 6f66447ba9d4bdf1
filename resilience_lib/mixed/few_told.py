"""Which counts, put together with others that are shown, tell exactly of a few sources.

A theme of three codes that 7 sources tell of, beside one of two of these codes that 5 tell of,
says that 2 sources tell of the third code alone. Two themes that share a code tell, beside one
that holds both, how many tell of both. Whatever follows from counts is a sum of them, added or
taken away, that counts every source once or not at all.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Told = tuple[frozenset[str], ...]
"""What is counted: sources that tell of one code at least of each of these sets."""
_MOST = 11
"""Counts that are looked at all together, in 2 to the power of n sums; of more, every three."""
_NEAR = 1e-9


def hide_few(
    sets: Mapping[str, Told],
    counts: Mapping[str, int],
    least: int,
    keep: Collection[str] = (),
) -> dict[str, int]:
    """Counts that have to go so that none of fewer than `least` sources can be worked out.

    Parameters
    ----------
    sets : mapping of str to Told
        What is counted, by the name of a count: of a theme one set, of two codes that stand
        together two.
    counts : mapping of str to int
        How many they are. Those above 0 and below `least` are hidden for themselves.
    least : int
        Fewest sources that a count shows.
    keep : collection of str
        Counts that stay as long as others can go instead.

    Returns
    -------
    dict of str to int
        Each that has to go, the smallest one of a sum first, with how few it would tell of. None
        could be shown again.

    Examples
    --------
    >>> sets = {"all": (frozenset("xyz"),), "two": (frozenset("xy"),)}
    >>> hide_few(sets, {"all": 7, "two": 5}, 3), hide_few(sets, {"all": 7, "two": 4}, 3)
    ({'two': 2}, {})
    """
    shown = [name for name in sets if not 0 < counts[name] < least]
    gone: dict[str, int] = {}
    while leak := next(_leaks(shown, sets, counts, least), None):
        few, names = leak
        # a count of nobody is shown whatever else is
        parts = [name for name in names if counts[name] > 0]
        parts = [name for name in parts if name not in keep] or parts
        last = min(reversed(parts), key=lambda name: counts[name])
        gone[last] = few
        shown.remove(last)
    for name in sorted(gone, key=lambda name: (name in keep, counts[name]), reverse=True):
        if not any(_leaks([*shown, name], sets, counts, least)):
            shown.append(name)
            del gone[name]
    return gone


def _leaks(
    shown: Sequence[str],
    sets: Mapping[str, Told],
    counts: Mapping[str, int],
    least: int,
) -> Iterator[tuple[int, list[str]]]:
    """Sums of counts that are above 0 and below `least`, each with the names of its counts."""
    for group in _linked(shown, sets):
        looked = [group] if len(group) <= _MOST else _near(group, sets, counts, least)
        for names in looked:
            for few, used in _sums([sets[name] for name in names], [counts[n] for n in names]):
                if 0 < few < least:
                    yield few, [names[at] for at in used]


def _near(
    group: Sequence[str], sets: Mapping[str, Told], counts: Mapping[str, int], least: int
) -> Iterator[list[str]]:
    """A count less another, or two less a third, that come to few and may count nobody twice."""
    many = np.array([counts[name] for name in group])
    sums = np.triu(many[:, None] + many, 1)
    for name in group:
        less = counts[name]
        one = np.flatnonzero((many > less) & (many < less + least))
        two = np.argwhere((sums > less) & (sums < less + least))
        for parts in [*([int(at)] for at in one), *two.tolist()]:
            given = [group[at] for at in parts]
            if name not in given and _held(sets[name], [sets[other] for other in given]):
                yield [*given, name]


def _held(inner: Told, outer: Sequence[Told]) -> bool:
    """Whether whoever one count counts is in one of the others."""
    return all(
        any(all(not part.isdisjoint(kind) for part in told) for told in outer)
        for kind in itertools.product(*inner)
    )


def _linked(shown: Sequence[str], sets: Mapping[str, Told]) -> list[list[str]]:
    """Names in groups that share no code: nothing follows from counts of two groups."""
    codes = {name: frozenset().union(*sets[name]) for name in shown}
    groups: list[list[str]] = []
    for name in shown:
        near = [group for group in groups if any(codes[name] & codes[other] for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*itertools.chain.from_iterable(near), name])
    return groups


def _sums(sets: Sequence[Told], counts: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """What every sum that counts each source once or not at all comes to, and of which counts."""
    told = _patterns(sets)
    while told.shape[1]:
        solved, by = _solve(told)
        choices = np.array(list(itertools.product((0.0, 1.0), repeat=len(solved))))[1:]
        once = choices @ solved
        fits = (np.minimum(np.abs(once), np.abs(once - 1)) < _NEAR).all(axis=1)
        once, parts = once[fits], choices[fits] @ by
        totals = np.rint(parts @ np.array(counts, dtype=float)).astype(int)
        # where nobody is, nobody is in any part of it: that may let more be worked out
        empty = (once[totals == 0] > _NEAR).any(axis=0)
        if not empty.any():
            for total, part in zip(totals, parts, strict=True):
                yield int(total), np.flatnonzero(np.abs(part) > _NEAR).tolist()
            return
        told = told[:, ~empty]


def _patterns(sets: Sequence[Told]) -> NDArray[np.float64]:
    """Counts by kinds of sources: 1 where a source that tells of such codes is counted."""
    parts = [part for told in sets for part in told]
    kinds = {(False,) * len(parts)}
    for code in sorted(frozenset().union(*parts)):
        of = tuple(code in part for part in parts)
        kinds |= {tuple(a or b for a, b in zip(kind, of, strict=True)) for kind in kinds}
    ends = [0, *itertools.accumulate(len(told) for told in sets)]
    spans = list(itertools.pairwise(ends))
    found = sorted({tuple(all(kind[a:b]) for a, b in spans) for kind in kinds})
    once = [kind for kind in found if any(kind)]
    return np.array(once, dtype=float).reshape(len(once), len(sets)).T


def _solve(told: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows of `told` reduced to steps of one, and by which sums of its rows they are had."""
    rows, by = told.copy(), np.eye(len(told))
    at = 0
    for column in range(rows.shape[1]):
        if at == len(rows):
            break
        best = at + int(np.abs(rows[at:, column]).argmax())
        if abs(rows[best, column]) < _NEAR:
            continue
        for matrix in (rows, by):
            matrix[[at, best]] = matrix[[best, at]]
        by[at] /= rows[at, column]
        rows[at] /= rows[at, column]
        for other in range(len(rows)):
            if other != at:
                by[other] -= rows[other, column] * by[at]
                rows[other] -= rows[other, column] * rows[at]
        at += 1
    return rows[:at], by[:at]
