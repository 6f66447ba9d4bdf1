"""One stream of random numbers for each named estimate of a study."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, *name: str) -> np.random.Generator:
    """The generator of one named estimate.

    The same seed and name give the same numbers, whatever else is estimated and in which
    order: adding an estimate never changes another.

    Parameters
    ----------
    seed : int
        The study's seed, at least 0.
    name : str
        Parts of the name, such as the estimand, the scale, the wave and the subgroup.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    ValueError
        A negative seed, or no name.

    Notes
    -----
    `numpy.random.SeedSequence` of the seed and the eight 32-bit words of the SHA-256 of
    the parts, each preceded by its length, so that ("ab", "c") is not ("a", "bc").

    Examples
    --------
    >>> stream(7, "alpha", "T1").integers(1000) == stream(7, "alpha", "T1").integers(1000)
    np.True_
    >>> stream(7, "alpha", "T1").integers(1000) == stream(7, "alpha", "T2").integers(1000)
    np.False_
    """
    if seed < 0 or not name:
        raise ValueError(f"a stream needs a seed of at least 0 and a name: {seed}, {name}")
    text = "".join(f"{len(part)}:{part}" for part in name).encode()
    words = np.frombuffer(hashlib.sha256(text).digest(), dtype="<u4")
    return np.random.default_rng(np.random.SeedSequence([seed, *map(int, words)]))
