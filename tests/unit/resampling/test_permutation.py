"""Permutation of schools by hand."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.resampling.inversion import reach
from resilience_lib.resampling.permutation import flip_schools, permute_arms
from resilience_lib.resampling.signs import school_weights


def test_signs_by_hand():
    # 1 2 3 -.5: |sum| 5.5; of the 8 vectors (up to their negative) only + + + and + + + with the
    # last one turned, 6.5, reach it
    got, _ = flip_schools(np.array([1, 2, 3, -0.5]), np.ones(4), school_weights(4, None))
    assert (got.p_value, got.arrangements) == (2 / 8, 8)


def test_the_interval_by_hand():
    # seven schools, equal weights: taking d off all, a vector reaches the sample where a subset
    # has a mean on the other side of d. Subset means from below: -.5, .25, .75, ...: below .75
    # 3 of 64 vectors reach it (.047), from .75 on 4 (.0625). From above: 4.5, 3.75, 3.7
    sums = np.array([1.0, 2.0, 3.0, 4.5, 2.2, 2.9, -0.5])
    _, got = flip_schools(sums, np.ones(7), school_weights(7, None))
    assert got.low == pytest.approx(0.75, rel=1e-7) and got.high == pytest.approx(3.7, rel=1e-7)
    # pupils instead of schools of one: the same with all doubled
    _, twice = flip_schools(2 * sums, np.full(7, 2.0), school_weights(7, None))
    assert (twice.low, twice.high) == (pytest.approx(got.low), pytest.approx(got.high))


def test_drawn_signs_come_near_all_of_them():
    rng = np.random.default_rng(5)
    sums, sizes = rng.normal(0.5, 1, 12), rng.uniform(1, 3, 12)
    whole, ends = flip_schools(sums, sizes, school_weights(12, None))
    values = rng.choice([-1.0, 1.0], (20_000, 12))
    some, near = flip_schools(sums, sizes, type(school_weights(1, None))(values, complete=False))
    # a share of 20,000: standard error below .0036
    assert some.p_value == pytest.approx(whole.p_value, abs=0.012)
    assert near.low == pytest.approx(ends.low, abs=0.03)


def test_arms_by_hand():
    # means 8.5 and 2.5: of 6 pairs of schools only the same and the opposite are 6 apart
    got = permute_arms(np.array([9.0, 8, 3, 2]), np.ones(4), np.array([1, 1, 0, 0], bool), None)
    assert got.p_value == pytest.approx(2 / 6) and got.complete


def test_arms_need_a_school_each_and_many_schools_a_stream():
    with pytest.raises(ValueError, match="each arm needs"):
        permute_arms(np.ones(3), np.ones(3), np.ones(3, bool), None)
    with pytest.raises(ValueError, match="a stream is needed"):
        permute_arms(np.ones(30), np.ones(30), np.arange(30) < 15, None)


def test_where_nothing_is_rejected_there_is_no_end():
    assert np.isnan(reach(lambda x: np.full(len(x), 0.2), 1.0, 0.05))
    assert reach(lambda x: np.where(x < 0.001, 0.2, 0.0), 1.0, 0.05) == pytest.approx(0.001)
    # a test that rejects near and holds farther out: the outermost counts
    torn = reach(lambda x: np.where((x > 1) & (x < 2), 0.0, 1.0 * (x < 7)), 1.0, 0.05)
    assert torn == pytest.approx(7)
