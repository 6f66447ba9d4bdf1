"""The adapter against closed forms: balanced one-way models, and honest notes."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.adapters.mixedlm import contrast_satterthwaite, fit_random_intercepts


def test_balanced_one_way_mean_has_k_minus_1_df():
    # MSW 2, means 2 6 7: between 6; variance of the mean MSB / 6 = 14 / 6, df 3 - 1
    y = [1.0, 3.0, 5.0, 7.0, 6.0, 8.0]
    fit = fit_random_intercepts(y, np.ones((6, 1)), {"school": list("aabbcc")})
    assert fit.variances == pytest.approx({"school": 6, "residual": 2}, rel=1e-3)
    estimate, error, df, *_ = contrast_satterthwaite(fit, [1.0])
    assert (estimate, error, df) == pytest.approx((5, np.sqrt(14 / 6), 2), rel=1e-3)
    assert fit.note == "fewer than 5 levels of school"


def test_columns_keep_their_order_whatever_the_scores():
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(12), 10)
    x = (np.arange(120)[:, None] % 11 == np.arange(11)).astype(float)
    y = x @ np.arange(11) + rng.normal(size=12)[school] + 0.01 * rng.normal(size=120)
    fit = fit_random_intercepts(y, x, {"school": school})
    assert np.argsort(fit.coefficients).tolist() == list(range(11))


def test_no_variance_between_schools_is_said():
    y = [1.0, 9.0, 2.0, 8.0, 1.0, 9.0, 2.0, 8.0, 1.5, 8.5]
    fit = fit_random_intercepts(y, np.ones((10, 1)), {"school": list("aabbccddee")})
    assert fit.note == "singular: no variance estimated for school"
    # with no variance between schools the mean is that of ten pupils: df 9
    assert contrast_satterthwaite(fit, [1.0])[2] == pytest.approx(9)
