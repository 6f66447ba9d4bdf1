"""Sums of pupils drawn: picked one by one, or by counts of distinct values."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.resampling.moments import draw_moments
from resilience_lib.resampling.schools import draw_sums


@pytest.mark.parametrize("pupils", [50, 5000])
def test_moments_of_the_draws_are_those_of_a_bootstrap(pupils):
    # 50 pupils are picked, 5,000 with 4 distinct values are counted
    values = np.resize([0.0, 1.0, 1.0, 5.0], pupils)
    values[:2] = -3.0
    sums, squares = draw_moments(values, np.random.default_rng(6), 40_000).T
    for got, one in ((sums, values), (squares, values**2)):
        # sum of n independent picks: mean n m, variance n v; 40,000 draws give 1 / 200 of an SD
        assert got.mean() == pytest.approx(one.sum(), abs=5 * (pupils * one.var()) ** 0.5 / 200)
        assert got.var() == pytest.approx(pupils * one.var(), rel=0.035)
    n, m, s = pupils, values.mean(), (values**2).mean()
    both = n * ((values**3).mean() - m * s)
    assert np.cov(sums, squares)[0, 1] == pytest.approx(both, rel=0.05)


def test_a_last_block_that_is_not_full_is_filled():
    # 65,536 positions a block: 7 rows of 9,000 pupils, and 3 more
    values = np.arange(9000.0) % 500
    got = draw_moments(values, np.random.default_rng(1), 10)
    assert got.shape == (10, 2) and (got[:, 0] > 0).all()
    assert got[:, 0] == pytest.approx(np.full(10, values.sum()), rel=0.03)


def test_schools_are_drawn_as_often_as_chance_would():
    counts = draw_sums(np.random.default_rng(2), np.eye(11), 20_000)
    assert (counts.sum(axis=1) == 11).all()
    # binomial(11, 1 / 11): mean 1, variance 10 / 11; standard errors .0067 and about .012
    np.testing.assert_allclose(counts.mean(axis=0), 1, atol=0.03)
    np.testing.assert_allclose(counts.var(axis=0), 10 / 11, atol=0.05)
    # a school drawn twice counts twice
    np.testing.assert_array_equal(np.unique(counts)[:3], [0, 1, 2])
