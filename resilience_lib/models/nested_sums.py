"""What a mixed model of waves keeps of its rows: cross products, school by school."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

_LOT = 8
"""Schools whose numbers of random effects differ by less than this are worked out together."""


@dataclass(frozen=True)
class Schools:
    """Some schools with about as many random effects each.

    Attributes
    ----------
    products : sparse (c, k D D)
        For each pattern of waves and pair of them, cross products of the columns of the two
        rows in the k blocks of D = m + b + p + 1: m random effects of the school alone, b
        that it shares with others, p columns of the design, the outcome.
    term : array (k, m)
        Which term a random effect of the school belongs to; -1 where a school has fewer.
    place : array (k, b + p + 1)
        Where the other columns stand among the columns of all schools; the last place of
        all where a school has fewer.
    """

    products: sparse.csr_array
    term: Codes
    place: Codes


@dataclass(frozen=True)
class Sums:
    """Everything of the rows that the criterion needs.

    Attributes
    ----------
    schools : list of Schools
    shared : array
        Which term a random effect that schools share belongs to.
    pairs : list of (pattern, row, column)
    patterns : list of arrays
        Waves at which pupils of the pattern were seen.
    pupils : array
        How many pupils a pattern has.
    """

    schools: list[Schools]
    shared: Codes
    pairs: list[tuple[int, int, int]]
    patterns: list[NDArray[np.intp]]
    pupils: Array
    p: int
    waves: int


def crossing(code: Codes, school: Codes) -> NDArray[np.bool_]:
    """Which levels of a term have rows in more than one school.

    Examples
    --------
    >>> crossing(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])).tolist()
    [True, False]
    """
    pairs = np.unique(np.column_stack([code, school]), axis=0)
    return np.bincount(pairs[:, 0]) > 1


def gather_sums(y: Array, x: Array, labels: list[Codes], at: Codes, waves: int) -> Sums:
    """Cross products of the rows, by pattern of waves and pair of waves.

    Parameters
    ----------
    y : array (n,)
    x : array (n, p)
    labels : list of array (n,)
        Codes 0, 1, ... of the terms: school first, pupil, inside it, last.
    at : array (n,)
        Codes of the waves, each pupil once at a wave.
    waves : int

    Returns
    -------
    Sums

    Examples
    --------
    >>> codes = [np.array([0, 0, 0]), np.array([0, 0, 1])]
    >>> sums = gather_sums(np.arange(3.0), np.ones((3, 1)), codes, np.array([0, 1, 0]), 2)
    >>> [w.tolist() for w in sums.patterns], sums.pupils.tolist(), len(sums.pairs)
    ([[0], [0, 1]], [1.0, 1.0], 4)
    """
    school, pupil = labels[0], labels[-1]
    n, p, k = len(y), x.shape[1], int(school.max()) + 1
    width, wide_shared = np.zeros(k, dtype=np.intp), np.zeros(k, dtype=np.intp)
    columns: list[_Columns] = []
    shared: list[int] = []
    for which, code in enumerate(labels[:-1]):
        across = crossing(code, school)[code]
        if not across.all():
            columns.append(_ranked(code, school, ~across, width, which))
        if across.any():
            columns.append(_ranked(code, school, across, wide_shared, which))
            levels, level = np.unique(code[across], return_inverse=True)
            columns[-1].shared[across] = len(shared) + level
            shared += [which] * len(levels)
    place = np.full((int(pupil.max()) + 1, waves), -1)
    place[pupil, at] = np.arange(n)
    kinds, kind = np.unique(place >= 0, axis=0, return_inverse=True)
    patterns = [np.flatnonzero(present) for present in kinds]
    pairs = [
        (which, a, b)
        for which, present in enumerate(patterns)
        for a in range(len(present))
        for b in range(a + 1)
    ]
    row_x, column_x = np.nonzero(x)
    lots = []
    size = -(-width // _LOT)
    for lot in np.unique(size):
        mine = np.flatnonzero(size == lot)
        m, b = int(width[mine].max()), int(wide_shared[mine].max())
        block = m + b + p + 1
        number = np.full(k, -1)
        number[mine] = np.arange(len(mine))
        term = np.full((len(mine), m), -1)
        where = np.full((len(mine), b + p + 1), len(shared) + p + 1)
        where[:, b:] = len(shared) + np.arange(p + 1)
        parts = [(row_x, m + b + column_x, x[row_x, column_x]), (np.arange(n), m + b + p, y)]
        for one in columns:
            own = one.rows & (number[school] >= 0)
            here, local = number[school[own]], one.local[own]
            if one.shared.max(initial=-1) < 0:
                term[here, local] = one.term
            else:
                where[here, local] = one.shared[own]
                local = m + local
            parts.append((np.flatnonzero(own), local, np.ones(len(local))))
        rows = np.concatenate([part[0] for part in parts])
        inside = np.concatenate([np.broadcast_to(c, r.shape) for r, c, _ in parts])
        values = np.concatenate([part[2] for part in parts])
        keep = number[school[rows]] >= 0
        rows, inside, values = rows[keep], inside[keep], values[keep]
        wide = sparse.csr_array(
            (values, (rows, number[school[rows]] * block + inside)), shape=(n, len(mine) * block)
        )
        home = number[school[place.max(axis=1)]] >= 0
        cells = []
        for which, i, j in pairs:
            seen = place[(kind == which) & home]
            first, second = (seen[:, patterns[which][w]] for w in (i, j))
            cross = (wide[first].T @ wide[second]).tocoo()
            # row and column are of one school: its block, the row and the column in it
            cells.append((cross.row.astype(np.int64) * block + cross.col % block, cross.data))
        starts = np.cumsum([0, *(len(flat) for flat, _ in cells)])
        flat, data = (np.concatenate([cell[i] for cell in cells]) for i in (0, 1))
        products = sparse.csr_array(
            (data, flat, starts), shape=(len(pairs), len(mine) * block * block)
        )
        lots.append(Schools(products, term, where))
    counts = np.bincount(kind).astype(float)
    return Sums(lots, np.array(shared, dtype=np.intp), pairs, patterns, counts, p, waves)


@dataclass(frozen=True)
class _Columns:
    """The rows of a term's levels that are a school's own, or that schools share.

    Attributes
    ----------
    rows : array (n,)
        Which rows these are.
    local : array (n,)
        Column among those of the row's school.
    shared : array (n,)
        Number of a shared level among all of them; -1 of an own one.
    """

    term: int
    rows: NDArray[np.bool_]
    local: Codes
    shared: Codes


def _ranked(
    code: Codes, school: Codes, rows: NDArray[np.bool_], width: Codes, term: int
) -> _Columns:
    """Columns one after another in each school, from `width` on, which is moved."""
    pairs, level = np.unique(
        np.column_stack([school[rows], code[rows]]), axis=0, return_inverse=True
    )
    home = pairs[:, 0]
    rank = np.arange(len(home)) - np.searchsorted(home, home)
    local = np.zeros(len(code), dtype=np.intp)
    local[rows] = (width[home] + rank)[level]
    width += np.bincount(home, minlength=len(width))
    return _Columns(term, rows, local, np.full(len(code), -1))
