"""Schools drawn or left out, and when no interval can be given."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.resampling.schools import (
    draw_schools,
    jackknife_interval,
    leave_one_out,
    percentile_interval,
    unbiased_interval,
)


def test_every_school_is_drawn_as_often_as_chance_would():
    counts = draw_schools(np.random.default_rng(2), 11, 20000)
    assert (counts.sum(axis=1) == 11).all()
    # binomial(11, 1 / 11): mean 1, variance 10 / 11; standard errors .0067 and about .012
    np.testing.assert_allclose(counts.mean(axis=0), 1, atol=0.03)
    np.testing.assert_allclose(counts.var(axis=0), 10 / 11, atol=0.05)


def test_leaving_out_subtracts_one_school():
    parts = np.arange(12.0).reshape(3, 2, 2)
    got = leave_one_out(parts)
    np.testing.assert_array_equal(got[0], [[12, 15], [18, 21]])
    np.testing.assert_array_equal(got[3], [[4, 6], [8, 10]])


def test_jackknife_by_hand():
    # log(1 - x) of .5 .5 .5 and 1 - e^-1: -.693147 three times and -1: mean -.769860,
    # squared deviations 3 (.076713^2) + .230140^2 = .070619; se = sqrt(3 / 4 x .070619)
    got = jackknife_interval(0.5, [0.5, 0.5, 0.5, 1 - np.exp(-1)])
    half = 3.182446 * np.sqrt(0.75 * 0.070619)
    assert got.low == pytest.approx(1 - 0.5 * np.exp(half), rel=1e-5)
    assert got.high == pytest.approx(1 - 0.5 * np.exp(-half), rel=1e-5)
    # plain scale: deviations of .632121 from three .5: sqrt(3 / 4 x 3 / 4) x .132121
    assert got.std_error == pytest.approx(0.75 * 0.132121, rel=1e-5)
    assert got.df == 3 and "fewer than 4 df" in got.reason


@pytest.mark.parametrize(
    ("whole", "left", "why"),
    [
        (0.5, [0.4, 0.6], "fewer than 3 schools"),
        (0.5, [0.4, 0.6, np.nan], "missing without 1 of 3"),
        (np.nan, [0.4, 0.6, 0.5], "the estimate is missing"),
        (0.9, [0.9, 1.0, 0.8], "the estimate is 1"),
        (0.5, [0.5, 0.5, 0.5], "the same without any school"),
    ],
)
def test_no_jackknife_without_a_ground(whole, left, why):
    got = jackknife_interval(whole, left)
    assert why in got.reason
    assert np.isnan([got.std_error, got.low, got.high, got.df]).all()


def test_the_interval_lies_about_the_estimate_less_its_bias():
    # mean .36, bias 4 (.36 - .4) = -.16; squared deviations 4 x .04^2 + .16^2 = .032:
    # se = sqrt(4 / 5 x .032) = .16
    got = unbiased_interval(0.4, [0.4, 0.4, 0.4, 0.4, 0.2])
    assert (got.std_error, got.df) == pytest.approx((0.16, 4))
    assert (got.low, got.high) == pytest.approx(
        (0.56 - 2.776445 * 0.16, 0.56 + 2.776445 * 0.16), abs=1e-6
    )
    # the mean and its t interval: no bias
    x = np.array([1.0, 2, 4, 8, 16])
    got = unbiased_interval(x.mean(), [np.delete(x, j).mean() for j in range(5)], 0.9)
    assert got.std_error == pytest.approx(x.std(ddof=1) / np.sqrt(5))
    assert (got.low + got.high) / 2 == pytest.approx(x.mean())


def test_the_square_of_a_mean_is_centred_at_what_it_estimates():
    # E of mean^2 is mu^2 + sigma^2 / k; the jackknife subtracts exactly s^2 / k
    x = np.array([1.0, 2, 4, 8, 16])
    got = unbiased_interval(x.mean() ** 2, [np.delete(x, j).mean() ** 2 for j in range(5)])
    assert (got.low + got.high) / 2 == pytest.approx(x.mean() ** 2 - x.var(ddof=1) / 5)


@pytest.mark.parametrize(
    ("whole", "left", "why"),
    [
        (0.5, [0.4, 0.5, 0.6, 0.5], "fewer than 5 stories"),
        (0.5, [0.4, 0.6, 0.5, 0.5, np.nan], "missing without one of the stories"),
        (np.nan, [0.4, 0.6, 0.5, 0.5, 0.5], "missing without"),
        (0.5, [0.5] * 5, "the same whichever of the stories is left out"),
        # bias 4 (.31 - .5) = -.76; error sqrt(4 / 5 x .002) = .04
        (0.5, [0.3, 0.3, 0.3, 0.3, 0.35], "bias found by leaving out stories"),
    ],
)
def test_no_interval_about_a_bias_without_a_ground(whole, left, why):
    got = unbiased_interval(whole, left, unit="stories")
    assert why in got.reason
    assert np.isnan([got.std_error, got.low, got.high, got.df]).all()


@pytest.mark.parametrize(
    ("whole", "drawn", "schools", "why"),
    [
        (0.5, [0.4, 0.6], 4, "fewer than 5 schools"),
        (0.5, [0.4, np.nan, 0.5], 6, "missing in 1 draw of"),
        (0.5, [0.5, 0.5], 6, "the same in every draw"),
    ],
)
def test_no_percentiles_without_a_ground(whole, drawn, schools, why):
    got = percentile_interval(whole, drawn, schools)
    assert why in got.reason and np.isnan([got.std_error, got.low, got.high]).all()


def test_few_schools_widen_the_percentiles():
    drawn = np.linspace(0, 1, 10001)
    # 5 schools: sqrt(5 / 4) x t(.975, 4) = 1.118034 x 2.776445 = 3.104161, Phi(-) = .000954
    assert percentile_interval(0.5, drawn, 5).low == pytest.approx(0.000954, abs=1e-6)
    # many schools: 2.5%
    assert percentile_interval(0.5, drawn, 100000).low == pytest.approx(0.025, abs=1e-5)


def test_two_groups_of_few_schools_widen_by_the_smaller_and_count_df_of_both():
    drawn = np.linspace(-1, 1, 2001)
    # R 4: q <- sqrt(5 / 4) * qt(.975, 9); -1 + 2 * pnorm(-q)
    got = percentile_interval(0.0, drawn, 5, df=9)
    assert got.low == pytest.approx(-0.9885667, abs=1e-6)
    # three and two schools: 3 df are a school too few to draw from
    assert "fewer than 5 schools" in percentile_interval(0.0, drawn, 2, df=3).reason
