"""BCa and percentiles by hand, and its acceleration against R."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.resampling.bca import acceleration, bca_interval, plain_percentiles
from resilience_lib.resampling.moments import leave_one_out_moments

DRAWN = np.linspace(0, 1, 10001)


def test_ends_by_hand():
    # 30% of draws below .3: z0 = -.524401. a = .05:
    # low: z0 - 1.959964 = -2.484365; / (1 + .1242182) = -2.209861; + z0 = -2.734262 -> .003126
    # high: z0 + 1.959964 = 1.435563; / (1 - .0717782) = 1.546573; + z0 = 1.022172 -> .846650
    got = bca_interval(0.3, DRAWN, 0.05)
    assert got.low == pytest.approx(0.003126, abs=2e-5)
    assert got.high == pytest.approx(0.846650, abs=5e-5)


def test_without_bias_and_acceleration_bca_is_the_percentile():
    bca, plain = bca_interval(0.5, DRAWN, 0.0), plain_percentiles(0.5, DRAWN)
    assert (bca.low, bca.high) == (pytest.approx(plain.low), pytest.approx(plain.high))
    assert plain.low == pytest.approx(0.025) and plain.high == pytest.approx(0.975)
    # uniform: standard deviation sqrt(1 / 12)
    assert plain.std_error == pytest.approx(12**-0.5, rel=1e-3)


def test_draws_equal_to_the_estimate_count_by_half():
    # 2 below, 4 equal, 4 above: z0 = Phi^-1(.4), as from 4 below and 6 above
    tied = bca_interval(1.0, [0, 0, 1, 1, 1, 1, 2, 2, 2, 2], 0.0)
    drawn = np.sort([0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    # Phi(2 x -.253347 + 1.959964) = Phi(1.453270) = .926925: 9 x .926925 = 8.34: both ends of
    # that step are 2
    assert tied.high == drawn[9] and tied.low == drawn[0]


@pytest.mark.reference
def test_acceleration_of_two_groups_equals_r(synthetic, reference):
    data = synthetic[(synthetic["outcome"] == "wellbeing") & synthetic["gender"].notna()]
    wide = data.pivot(index=["pupil", "gender"], columns="wave", values="score")
    wide = wide.dropna(subset=["T1", "T3"]).reset_index()
    y = {g: wide.loc[wide["gender"] == g, "T3"].to_numpy() for g in ("girls", "boys")}

    def g(girls, boys):
        df = len(girls) + len(boys) - 2
        pooled = (girls.var() * len(girls) + boys.var() * len(boys)) / df
        # J is the same but for one pupil, and R has it: its ratio to first order
        j = 1 - 3 / (4 * df - 1)
        return j * (girls.mean() - boys.mean()) / pooled**0.5

    left = [
        [g(np.delete(y["girls"], i), y["boys"]) for i in range(len(y["girls"]))],
        [g(y["girls"], np.delete(y["boys"], i)) for i in range(len(y["boys"]))],
    ]
    r = reference("resampling.csv").query("data == 'acceleration' and estimand == 'g_independent'")
    assert acceleration(left) == pytest.approx(r["estimate"].item(), rel=1e-4)


def test_acceleration_of_a_mean_is_a_sixth_of_its_skewness():
    # values 0 0 0 4: deviations -1 -1 -1 3; sum of cubes 24, of squares 12: 24 / (6 x 12^1.5)
    moments = leave_one_out_moments(np.array([0.0, 0, 0, 4]))
    assert acceleration([moments[:, 0] / 3]) == pytest.approx(24 / (6 * 12**1.5))
    assert acceleration([[2.0, 2.0, 2.0]]) == 0.0


@pytest.mark.parametrize(
    ("whole", "drawn", "a", "words"),
    [
        (0.5, [0.4, np.nan, 0.6], 0.0, "missing in 1 of 3 draws"),
        (np.nan, [0.4, 0.6], 0.0, "missing in 0 of 2"),
        (0.5, [0.5, 0.5], 0.0, "the same in every draw"),
        (0.5, [0.6, 0.7], 0.0, "one side"),
        (0.5, [0.4, 0.6], np.nan, "without one pupil"),
        (0.5, [0.4, 0.6], 0.8, "acceleration is too large"),
    ],
)
def test_no_interval_without_a_ground(whole, drawn, a, words):
    got = bca_interval(whole, drawn, a)
    assert words in got.reason and np.isnan([got.low, got.high, got.std_error]).all()
