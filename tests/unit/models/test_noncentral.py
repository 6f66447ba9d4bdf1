"""Noncentral t and F against R, and limits of noncentralities against published ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from resilience_lib.models.noncentral import (
    noncentral_f_cdf,
    noncentral_f_interval,
    noncentral_t_cdf,
    noncentral_t_interval,
)


@pytest.mark.reference
def test_probabilities_equal_r(reference):
    r = reference("noncentral.csv")
    ours = [
        noncentral_t_cdf(row.value, row.df, row.ncp)
        if row.law == "t"
        else noncentral_f_cdf(row.value, row.df, row.df_error, row.ncp)
        for row in r.itertuples()
    ]
    assert len(ours) == 252
    gap = np.abs(np.array(ours) - r["p"])
    assert gap[r["law"] == "t"].max() < 1e-10
    # R's pf ends its sum at 1e-9
    assert gap[r["law"] == "f"].max() < 1e-9


def test_limits_equal_published_ones():
    # conf.limits.nct of MBESS (Kelley 2007, Journal of Statistical Software 20(8)), t(126) = 2.83
    assert noncentral_t_interval(2.83, 126) == pytest.approx((0.8337502, 4.815359), abs=1e-6)


@pytest.mark.parametrize("df", [1.0, 1.3, 9.0, 2000.0])
@pytest.mark.parametrize("t", [-800.0, -2.0, 0.0, 0.01, 5.0, 70.0, 5000.0])
def test_limits_hold_whatever_the_size(t, df):
    low, high = noncentral_t_interval(t, df)
    assert low < high
    # at the limits the statistic is the point of 97.5 and 2.5%, by another route: boost's
    assert special.nctdtr(df, low, t) == pytest.approx(0.975, abs=1e-8)
    assert special.nctdtr(df, high, t) == pytest.approx(0.025, abs=1e-8)


def test_without_noncentrality_the_limits_are_those_of_z():
    # t = 0: Phi(-nc) = .975 and .025
    assert noncentral_t_interval(0.0, 3) == pytest.approx((-1.959964, 1.959964), abs=1e-6)


def test_a_small_f_has_a_lower_limit_of_0_and_a_tiny_one_both():
    assert noncentral_f_interval(1.0, 2, 30)[0] == 0
    assert noncentral_f_interval(1e-4, 2, 30) == (0.0, 0.0)
    low, high = noncentral_f_interval(1e5, 3, 40)
    assert 0 < low < high


@pytest.mark.parametrize("bad", [(np.nan, 5.0), (np.inf, 5.0), (1.0, 0.0), (1.0, np.nan)])
def test_no_limits_of_what_is_no_statistic(bad):
    assert np.isnan(noncentral_t_interval(*bad)).all()
    assert np.isnan(noncentral_f_interval(bad[0], 2, bad[1])).all()
