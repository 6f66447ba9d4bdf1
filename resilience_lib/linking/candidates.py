"""Pairs of records that agree on k of n parts of a code, found without comparing all with all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from resilience_lib.linking.normalise import Codes

_LARGEST = 2**62
_MOST_PAIRS = 20_000_000
"""Schools are taken together up to this many possible pairs, which bounds the memory."""


def school_blocks(known: Codes, new: Codes, school: Codes) -> Iterator[tuple[Codes, Codes]]:
    """Cut the records into groups of whole schools, none with very many possible pairs.

    Parameters
    ----------
    known, new : array of int
        Records of earlier waves, and of this one.
    school : array of int, one per record of the study
        None of `known` and `new` is missing (-1).

    Yields
    ------
    (array of int, array of int)
        Known and new records of some schools. A school larger than the limit stands alone.

    Examples
    --------
    >>> blocks = school_blocks(np.array([0, 1]), np.array([2, 3]), np.array([5, 6, 5, 6]))
    >>> [(k.tolist(), n.tolist()) for k, n in blocks]
    [([0, 1], [2, 3])]
    """
    size = int(school.max(initial=0)) + 1
    of_known, of_new = (np.bincount(school[r], minlength=size) for r in (known, new))
    block = np.cumsum(of_known * of_new) // _MOST_PAIRS
    known, new = (r[np.argsort(school[r], kind="stable")] for r in (known, new))
    in_known, in_new = block[school[known]], block[school[new]]
    for number in np.unique(in_new):
        yield (
            known[slice(*np.searchsorted(in_known, [number, number + 1]))],
            new[slice(*np.searchsorted(in_new, [number, number + 1]))],
        )


def agreeing_pairs(
    known: Codes, new: Codes, school: Codes, parts: list[Codes], agree: int
) -> tuple[Codes, Codes, Codes]:
    """All pairs inside a school that agree on at least `agree` parts.

    Two records agree on k parts where they are equal on all of some k parts: each choice of k
    parts is one join on school and those parts. A pair is taken at the first choice it fits, so
    none comes twice. A missing part agrees with nothing.

    Parameters
    ----------
    known, new : array of int
        Records.
    school : array of int, one per record of the study
    parts : list of such arrays
        -1 where missing.
    agree : int
        1 to the number of parts.

    Returns
    -------
    (array of int, array of int, array of int)
        Known record, new record, number of parts they agree on.

    Examples
    --------
    >>> school, parts = np.zeros(3, int), [np.array([1, 1, 2]), np.array([4, 4, 4])]
    >>> [a.tolist() for a in agreeing_pairs(np.array([0]), np.array([1, 2]), school, parts, 1)]
    [[0, 0], [1, 2], [2, 1]]
    """
    found: list[tuple[Codes, Codes, Codes]] = []
    for chosen in combinations(range(len(parts)), agree):
        a, b = _join(known, new, [school, *(parts[p] for p in chosen)])
        for p in range(chosen[-1]):
            if p not in chosen:  # equal here too: an earlier choice has the pair
                fresh = ~_equal(parts[p], a, b)
                a, b = a[fresh], b[fresh]
        score = np.full(len(a), agree, dtype=np.int64)
        for part in parts[chosen[-1] + 1 :]:
            score += _equal(part, a, b)
        found.append((a, b, score))
    a, b, score = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    return a, b, score


def _equal(part: Codes, a: Codes, b: Codes) -> npt.NDArray[np.bool_]:
    same: npt.NDArray[np.bool_] = (part[a] == part[b]) & (part[a] >= 0)
    return same


def _join(known: Codes, new: Codes, columns: list[Codes]) -> tuple[Codes, Codes]:
    """Pairs that are equal and not missing in every column."""
    known, new = (r[np.all([c[r] >= 0 for c in columns], axis=0)] for r in (known, new))
    both = np.concatenate([known, new])
    key = np.zeros(len(both), dtype=np.int64)
    highest = 1
    for column in columns:
        width = int(column[both].max(initial=0)) + 1
        if highest * width > _LARGEST:  # number the keys found so far anew
            key = pd.factorize(key)[0].astype(np.int64)
            highest = len(both)
        key = key * width + column[both]
        highest *= width
    key_known, key_new = key[: len(known)], key[len(known) :]
    order = np.argsort(key_new, kind="stable")
    start = np.searchsorted(key_new, key_known, side="left", sorter=order)
    stop = np.searchsorted(key_new, key_known, side="right", sorter=order)
    times = stop - start
    # places start, start + 1, ..., stop - 1 of each known record, one after the other
    offset = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    return np.repeat(known, times), new[order[np.repeat(start, times) + offset]]
