"""A contrast over an estimated SD, by hand and against the exact interval of the simplest case."""

import numpy as np
import pytest
from scipy import stats

from resilience_lib.effects.standardised import standardise
from resilience_lib.models.cr2 import Contrast

NAN = float("nan")


def of(estimate: float, low: float, high: float, error: float = 1.0) -> Contrast:
    return Contrast(estimate, error, 9.0, 0.2, low, high, "")


def test_by_hand():
    # chi-squared of 50 df: quantiles 32.35736 and 71.42020, so that an SD of 4 lies within
    # 4 sqrt(50 / 71.42020) = 3.346834 and 4 sqrt(50 / 32.35736) = 4.972306; J(50) = 0.984912.
    got = standardise(of(0.0, -2.26, 2.26), 4.0, 50.0)
    # about 0 both ends take the lower one: 2.26 / sqrt(16 - 0.653166^2) = 0.572687
    assert (got.conf_low, got.conf_high) == pytest.approx((-0.572687, 0.572687), abs=1e-6)
    assert got.std_error == pytest.approx(0.984912 / 4, abs=1e-6)
    got = standardise(of(2.0, 1.0, 3.0, 0.5), 4.0, 50.0)
    assert got.estimate == pytest.approx(0.984912 / 2, abs=1e-6)
    # 0.984912 sqrt(0.125^2 + 0.5^2 / 100) = 0.132598
    assert got.std_error == pytest.approx(0.132598, abs=1e-6)
    # (2 - 4 g)^2 = 1 + 0.945379 g^2, the smaller root: 3 / (8 + sqrt(64 - 3 * 15.054621))
    assert got.conf_low == pytest.approx(0.243110, abs=1e-6)
    # (2 - 4 g)^2 = 1 + 0.426626 g^2, the larger root: (8 + sqrt(64 - 3 * 15.573374)) / 15.573374
    assert got.conf_high == pytest.approx(0.780621, abs=1e-6)
    assert (got.df, got.p_value) == (9.0, 0.2)


def test_sides_change_with_the_sign():
    one, other = standardise(of(2.0, 0.5, 4.0), 4.0, 8.0), standardise(of(-2.0, -4.0, -0.5), 4.0, 8)
    assert (one.conf_low, one.conf_high) == pytest.approx((-other.conf_high, -other.conf_low))


@pytest.mark.parametrize("df", [2.0, 8.0, 200.0])
def test_an_end_is_0_only_where_that_of_the_contrast_is(df):
    got = standardise(of(2.0, 0.0, 4.0), 4.0, df)
    assert got.conf_low == 0.0 < got.estimate < got.conf_high
    assert standardise(of(2.0, 1e-9, 4.0), 4.0, df).conf_low > 0
    assert standardise(of(2.0, -1e-9, 4.0), 4.0, df).conf_low < 0
    # nothing varies, and nothing changes
    still = standardise(of(0.0, 0.0, 0.0, 0.0), 4.0, df)
    assert (still.estimate, still.conf_low, still.conf_high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("g", "error"), [(0.3, 0.06), (0.8, 0.06), (-1.5, 0.3)])
@pytest.mark.parametrize("df", [10.0, 40.0, 190.0])
def test_the_interval_holds_the_truth_95_times_of_100(g, error, df):
    # all quantiles of a normal estimate beside all of an independent SD whose truth is 1
    share = (np.arange(40) + 0.5) / 40
    held = [
        got.conf_low <= g <= got.conf_high
        for c in g + error * stats.norm.ppf(share)
        for sd in np.sqrt(stats.chi2.ppf(share, df) / df)
        for got in [standardise(of(c, c - 1.959964 * error, c + 1.959964 * error), sd, df)]
    ]
    assert np.mean(held) == pytest.approx(0.95, abs=0.008)


def test_what_is_missing_stays_missing_with_its_reason():
    got = standardise(Contrast(2.0, NAN, NAN, NAN, NAN, NAN, "one school"), 4.0, 20.0)
    assert got.reason == "one school" and got.estimate == pytest.approx(0.4810, abs=1e-4)
    assert np.isnan([got.std_error, got.conf_low, got.conf_high]).all()
    unbounded = standardise(of(2.0, -np.inf, np.inf), 4.0, 20.0)
    assert (unbounded.conf_low, unbounded.conf_high) == (-np.inf, np.inf)
    for sd, df in ((0.0, 20.0), (NAN, NAN), (4.0, 1.0)):
        none = standardise(of(2.0, 1.0, 3.0), sd, df, reason="no total SD at T1")
        assert np.isnan(none.estimate) and none.reason == "no total SD at T1"
