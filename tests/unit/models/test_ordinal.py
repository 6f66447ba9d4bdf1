"""Proportional odds: closed forms, and likelihoods without a maximum."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.models.ordinal import fit_proportional_odds


def test_binary_regression_by_hand():
    # odds of 30 / 10 and 15 / 45: log odds ratio log 9, variance 1/30 + 1/10 + 1/15 + 1/45
    category = np.repeat([1, 0, 1, 0], [30, 10, 15, 45])
    group = np.repeat([1.0, 0.0], [40, 60])[:, None]
    fit = fit_proportional_odds(category, group, np.arange(100))
    assert fit.slopes[0] == pytest.approx(np.log(9), rel=1e-9)
    assert fit.covariance[0, 0] == pytest.approx(1 / 30 + 1 / 10 + 1 / 15 + 1 / 45, rel=1e-9)
    # each pupil a school: k / (k - 1) times the robust variance, which here equals the plain one
    assert fit.clustered[0, 0] == pytest.approx(fit.covariance[0, 0] * 100 / 99, rel=1e-9)
    want = 30 * np.log(3 / 4) + 10 * np.log(1 / 4) + 15 * np.log(1 / 4) + 45 * np.log(3 / 4)
    assert fit.log_likelihood == pytest.approx(want, rel=1e-12)


def test_a_group_that_separates_the_answers_has_no_maximum():
    category = np.repeat([1, 0], 20)
    fit = fit_proportional_odds(category, category[:, None].astype(float), np.arange(40))
    assert "separate" in fit.reason and np.isnan(fit.log_likelihood)


def test_predictors_that_repeat_each_other_are_refused():
    x = np.tile([0.0, 1, 2, 3], 10)
    y = np.tile([0, 1, 0, 1, 1], 8)
    fit = fit_proportional_odds(y, np.column_stack([x, 2 * x + 1]), np.arange(40))
    assert "no more than each other" in fit.reason
    assert "does not vary" in fit_proportional_odds(y, np.ones((40, 1)), np.arange(40)).reason
