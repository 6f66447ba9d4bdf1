"""Rubin's rules and Barnard & Rubin's df against mice, and one contrast of many outcomes."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, fit_cr2
from resilience_lib.models.cr2_many import contrast_many
from resilience_lib.models.pooling import pool, pooled_contrast

FIXED = {
    "few": ([1.1, 0.9, 1.4, 1.0, 0.8], [0.2, 0.25, 0.22, 0.3, 0.21], 9.43),
    "many": (np.sin(np.arange(1, 21)) / 3, 0.1 + np.cos(np.arange(1, 21)) ** 2 / 9, 40.0),
    "two": ([-0.1, 0.15], [0.05, 0.06], 4.2),
    "no end": ([2.0, 2.5, 2.2], [0.5, 0.4, 0.45], np.inf),
}


@pytest.mark.parametrize("case", list(FIXED))
def test_equals_mice(case, reference):
    rows = reference("missing.csv")
    (theirs,) = rows[(rows["data"] == "pool") & (rows["contrast"] == case)].to_dict("records")
    pooled = pool(*FIXED[case])
    got = pooled_contrast(pooled)
    for name in ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value"):
        assert getattr(got, name) == pytest.approx(theirs[name], rel=1e-6), name
    assert float(pooled.fmi) == pytest.approx(theirs["fmi"], rel=1e-6)


def test_by_hand():
    # means 2 and 1, between 1: total 1 + 4/3; lambda 4/7; old 2 / (16/49) = 6.125;
    # observed 11/13 * 10 * 3/7 = 330/91; df = old observed / (old + observed)
    got = pool([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], 10.0)
    observed = 330 / 91
    assert float(got.total) == pytest.approx(7 / 3, rel=1e-14)
    assert float(got.df) == pytest.approx(6.125 * observed / (6.125 + observed), rel=1e-14)


def test_without_anything_missing_the_df_are_barnard_and_rubins_bound():
    # no variance between data sets: lambda 0, df = (c + 1) / (c + 3) c
    assert float(pool([2.0, 2.0], [1.0, 1.0], 9.0).df) == pytest.approx(7.5, rel=1e-14)


def test_no_variance_at_all_is_no_standard_error():
    got = pooled_contrast(pool([2.0, 2.0], [0.0, 0.0], 9.0))
    assert got.estimate == 2.0 and np.isnan(got.std_error) and "nothing varies" in got.reason


@pytest.mark.parametrize(
    ("estimates", "variances", "df"),
    [
        ([1.0], [1.0], 5.0),
        ([1.0, 2.0], [1.0], 5.0),
        ([1.0, np.nan], [1.0, 1.0], 5.0),
        ([1.0, 2.0], [1.0, -1.0], 5.0),
        ([1.0, 2.0], [1.0, 1.0], 0.0),
        ([1.0, 2.0], [1.0, 1.0], np.nan),
    ],
)
def test_numbers_that_cannot_be_pooled(estimates, variances, df):
    with pytest.raises(ModelInputError):
        pool(estimates, variances, df)


def test_many_outcomes_at_once_are_each_the_plain_cr2_contrast():
    random = np.random.default_rng(4)
    cluster = np.repeat(np.arange(7), [3, 4, 5, 6, 7, 8, 9])
    stratum = cluster * 2 + random.integers(0, 2, len(cluster))
    x = np.column_stack([random.normal(size=len(cluster)), random.integers(0, 2, len(cluster))])
    y = random.normal(size=(4, len(cluster))) + random.normal(size=(4, 7))[:, cluster]
    weights = [[1.0, 0.0], [0.5, -2.0]]
    for absorb in (None, stratum):
        for part, weight in zip(
            contrast_many(y, x, cluster, weights, absorb), weights, strict=True
        ):
            for row in range(4):
                one = contrast_cr2(fit_cr2(y[row], x, cluster, absorb), weight)
                assert part.estimate[row] == pytest.approx(one.estimate, rel=1e-10)
                assert part.variance[row] == pytest.approx(one.std_error**2, rel=1e-10)
                assert part.df == pytest.approx(one.df, rel=1e-10)


def test_one_school_has_an_estimate_and_no_error():
    (part,) = contrast_many([[1.0, 2.0, 3.0]], np.ones((3, 1)), ["a"] * 3, [[1.0]])
    assert part.estimate.tolist() == [pytest.approx(2.0)] and np.isnan(part.variance).all()
    assert part.reason == "one school: no variation between schools can be seen"


def test_outcomes_must_fit_the_design():
    with pytest.raises(ModelInputError, match="one column a row"):
        contrast_many([[1.0, 2.0]], np.ones((3, 1)), ["a"] * 3, [[1.0]])
    with pytest.raises(ModelInputError, match="missing or infinite"):
        contrast_many([[1.0, 2.0, np.nan]], np.ones((3, 1)), list("abc"), [[1.0]])
