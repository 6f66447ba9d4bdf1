"""Streams belong to names, and to nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.resampling.streams import stream


def first(*name: str, seed: int = 2021) -> tuple[int, ...]:
    return tuple(stream(seed, *name).integers(0, 2**62, 4))


def test_the_same_name_gives_the_same_numbers():
    assert first("alpha", "T1") == first("alpha", "T1")


def test_every_other_seed_or_name_gives_others():
    names = [("ab", "c"), ("a", "bc"), ("abc",), ("a", "b", "c"), ("c", "ab"), ("ab", "c", "")]
    found = {first(*name) for name in names} | {first("ab", "c", seed=2022)}
    assert len(found) == len(names) + 1


def test_streams_of_neighbouring_names_are_not_correlated():
    draws = np.stack([stream(1, "alpha", f"T{i}").standard_normal(2000) for i in range(20)])
    off = np.corrcoef(draws)[np.triu_indices(20, 1)]
    # 190 correlations of 2,000 numbers: standard error .022, the largest below 4.5 of them
    assert np.abs(off).max() < 0.1


@pytest.mark.parametrize(("seed", "name"), [(-1, ("a",)), (1, ())])
def test_a_negative_seed_or_no_name_is_refused(seed, name):
    with pytest.raises(ValueError, match="seed of at least 0"):
        stream(seed, *name)
