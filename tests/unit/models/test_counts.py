"""Rates by Poisson and negative binomial: closed forms, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.models.counts import rate_contrast
from resilience_lib.models.cr2 import ModelInputError

ONES = np.ones(8)
GROUP = np.column_stack([ONES, [0, 1] * 4])
COUNTS = np.array([2.0, 3, 1, 4, 3, 3, 2, 6])
SCHOOL = list("aabbccdd")


def test_a_mean_rate_has_k_minus_1_df():
    # 24 events over 16 pupil years; school sums 5 5 6 8, mean 6: squares 1 + 1 + 0 + 4 = 6.
    # equal exposure by school: variance of the rate's log = k / (k - 1) x 6 / 24^2 = 8 / 576
    answer, fit = rate_contrast(COUNTS, 2 * ONES, GROUP[:, :1], [1.0], SCHOOL)
    assert np.exp(answer.estimate) == pytest.approx(1.5, rel=1e-9)
    assert answer.std_error == pytest.approx(np.sqrt(8 / 576), rel=1e-9)
    assert answer.df == pytest.approx(3, rel=1e-9)
    assert fit.fitted.tolist() == pytest.approx([3.0] * 8)


def test_twice_the_exposure_is_half_the_rate():
    exposure = np.array([1.0, 2] * 4)
    equal = rate_contrast(COUNTS, ONES, GROUP, [0, 1], SCHOOL)[0]
    half = rate_contrast(COUNTS, exposure, GROUP, [0, 1], SCHOOL)[0]
    # 16 against 8 events: ratio 2 over equal exposure, 1 where the group had twice as long
    assert np.exp([equal.estimate, half.estimate]) == pytest.approx([2.0, 1.0], rel=1e-9)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"counts": [-1.0, *COUNTS[1:]]}, "whole numbers of 0 or more"),
        ({"counts": [1.5, *COUNTS[1:]]}, "whole numbers of 0 or more"),
        ({"counts": [np.inf, *COUNTS[1:]]}, "missing or infinite"),
        ({"exposure": [0.0, *ONES[1:]]}, "exposure must be above 0"),
        ({"exposure": [np.nan, *ONES[1:]]}, "missing or infinite"),
        ({"exposure": ONES[1:]}, "one row each"),
        ({"design": np.ones((8, 2))}, "a combination of others"),
    ],
)
def test_refused(change, rule):
    given = {"counts": COUNTS, "exposure": ONES, "design": GROUP} | change
    with pytest.raises(ModelInputError, match=rule):
        rate_contrast(**given, weights=[0, 1], school=SCHOOL)


def test_a_group_without_events_has_no_ratio():
    counts = np.array([2.0, 0, 1, 0, 3, 0, 2, 0])
    for overdispersed in (False, True):
        answer, _ = rate_contrast(counts, ONES, GROUP, [0, 1], SCHOOL, overdispersed=overdispersed)
        assert np.isnan(answer.estimate)
        assert answer.reason == "not converged: the rate of a group runs to 0 or without end"


def test_counts_less_spread_than_a_poissons_have_no_negative_binomial():
    counts = np.array([3.0, 6, 3, 6, 3, 6, 3, 7])
    answer, _ = rate_contrast(counts, ONES, GROUP, [0, 1], SCHOOL, overdispersed=True)
    assert np.isnan(answer.estimate) and np.isnan(answer.conf_low)
    assert answer.reason.startswith("not converged: counts vary no more than a Poisson's")


def test_one_school_has_a_ratio_and_no_interval():
    answer, _ = rate_contrast(COUNTS, ONES, GROUP, [0, 1], ["a"] * 8)
    assert np.exp(answer.estimate) == pytest.approx(2.0)
    assert np.isnan(answer.std_error) and answer.reason.startswith("one school")
