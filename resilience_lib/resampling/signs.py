"""Weights of the wild bootstrap and signs of permutation: all of them, or drawn."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Kind = Literal["rademacher", "webb"]

MOST_ENUMERATED: dict[str, int] = {"rademacher": 12, "webb": 5}
"""Schools up to which every vector is taken: 2^11 and 3 x 6^4 of them."""

_POINTS: dict[str, tuple[float, ...]] = {
    "rademacher": (1.0, -1.0),
    "webb": (1.5**0.5, 1.0, 0.5**0.5, -(0.5**0.5), -1.0, -(1.5**0.5)),
}


@dataclass(frozen=True)
class Weights:
    """One row for each vector of school weights; whether these are all that there are."""

    values: Array
    complete: bool


def school_weights(
    schools: int,
    random: np.random.Generator | None,
    *,
    kind: Kind = "rademacher",
    draws: int = 9999,
) -> Weights:
    """Vectors of weights for k schools: every one where there are few, else `draws` of them.

    A vector and its negative give the same absolute t; of the complete set only the half whose
    first weight is positive is kept, which has the same shares.

    Parameters
    ----------
    schools : int
        k, at least 1.
    random : Generator or None
        Needed only beyond `MOST_ENUMERATED` schools.
    kind : str
        "rademacher": -1 and 1; "webb": six points, for so few schools that 2^(k - 1) vectors
        are too few (Webb 2023, Canadian Journal of Economics 56).
    draws : int

    Returns
    -------
    Weights
        `values` (vectors, k).

    Raises
    ------
    ValueError
        No school, or no generator where one is needed.

    Examples
    --------
    >>> school_weights(3, None).values.tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, -1.0], [1.0, -1.0, 1.0], [1.0, -1.0, -1.0]]
    >>> len(school_weights(5, None, kind="webb").values)
    3888
    """
    points = _POINTS[kind]
    if schools < 1:
        raise ValueError("weights need at least one school")
    if schools <= MOST_ENUMERATED[kind]:
        first = points[: len(points) // 2]
        rows = itertools.product(first, *[points] * (schools - 1))
        return Weights(np.array(list(rows)), complete=True)
    if random is None:
        raise ValueError(f"{schools} schools are too many for every vector: a stream is needed")
    return Weights(random.choice(np.array(points), size=(draws, schools)), complete=False)
