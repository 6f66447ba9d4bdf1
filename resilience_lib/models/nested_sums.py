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
        rows (m of a school's random effects, p of the design, the outcome) in the k blocks
        of D = m + p + 1.
    term : array (k, m)
        Which term a column of random effects belongs to; -1 where a school has fewer.
    """

    products: sparse.csr_array
    term: Codes


@dataclass(frozen=True)
class Sums:
    """Everything of the rows that the criterion needs.

    Attributes
    ----------
    schools : list of Schools
    pairs : list of (pattern, row, column)
    patterns : list of arrays
        Waves at which pupils of the pattern were seen.
    pupils : array
        How many pupils a pattern has.
    """

    schools: list[Schools]
    pairs: list[tuple[int, int, int]]
    patterns: list[NDArray[np.intp]]
    pupils: Array
    p: int
    waves: int


def gather_sums(y: Array, x: Array, labels: list[Codes], at: Codes, waves: int) -> Sums:
    """Cross products of the rows, by pattern of waves and pair of waves.

    Parameters
    ----------
    y : array (n,)
    x : array (n, p)
    labels : list of array (n,)
        Codes 0, 1, ... of the terms: school first, every other term inside it, pupil last.
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
    columns, width = [], np.zeros(k, dtype=np.int64)
    owners: list[tuple[Codes, Codes, int]] = []
    for which, code in enumerate(labels[:-1]):
        home = school[np.unique(code, return_index=True)[1]]
        # levels of a school stand one after another
        order = np.argsort(home, kind="stable")
        rank = np.empty(len(home), dtype=np.int64)
        rank[order] = np.arange(len(home)) - np.searchsorted(home[order], home[order])
        owners.append((home, width[home] + rank, which))
        columns.append((width[home] + rank)[code])
        width += np.bincount(home, minlength=k)
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
        m = int(width[mine].max())
        block = m + p + 1
        number = np.full(k, -1)
        number[mine] = np.arange(len(mine))
        term = np.full((len(mine), m), -1)
        for home, local, which in owners:
            here = number[home] >= 0
            term[number[home[here]], local[here]] = which
        rows = np.r_[np.tile(np.arange(n), len(columns)), row_x, np.arange(n)]
        inside = np.r_[np.concatenate(columns), m + column_x, np.full(n, m + p)]
        values = np.r_[np.ones(n * len(columns)), x[row_x, column_x], y]
        keep = number[school[rows]] >= 0
        rows, inside, values = rows[keep], inside[keep], values[keep]
        wide = sparse.csr_array(
            (values, (rows, number[school[rows]] * block + inside)), shape=(n, len(mine) * block)
        )
        parts = []
        home = number[school[place.max(axis=1)]] >= 0
        for which, a, b in pairs:
            seen = place[(kind == which) & home]
            first, second = (seen[:, patterns[which][i]] for i in (a, b))
            cross = (wide[first].T @ wide[second]).tocoo()
            # row and column are of one school: its block, the row and the column in it
            parts.append((cross.row.astype(np.int64) * block + cross.col % block, cross.data))
        starts = np.cumsum([0, *(len(flat) for flat, _ in parts)])
        flat, data = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
        products = sparse.csr_array(
            (data, flat, starts), shape=(len(pairs), len(mine) * block * block)
        )
        lots.append(Schools(products, term))
    return Sums(lots, pairs, patterns, np.bincount(kind).astype(float), p, waves)
