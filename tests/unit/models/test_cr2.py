"""CR2 by hand, and the properties that make it what it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, demean, fit_cr2


def brute_force(y, x, cluster, weights):
    """Pustejovsky & Tipton 2018 written out with n x n matrices."""
    n = len(y)
    bread = np.linalg.pinv(x.T @ x)
    hat = np.eye(n) - x @ bread @ x.T
    residual = hat @ y
    columns = []
    variance = 0.0
    for g in np.unique(cluster):
        inside = cluster == g
        value, vector = np.linalg.eigh(hat[np.ix_(inside, inside)])
        root = np.where(value > 1e-9, 1 / np.sqrt(np.maximum(value, 1e-9)), 0.0)
        a = (vector * root) @ vector.T @ x[inside] @ bread @ weights
        variance += (a @ residual[inside]) ** 2
        columns.append(hat[:, inside] @ a)
    p = np.stack(columns, axis=1)
    omega = p.T @ p
    return variance**0.5, np.trace(omega) ** 2 / (omega**2).sum()


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(3, 9), st.integers(1, 3))
def test_equals_the_definition_on_unbalanced_clusters(seed, clusters, columns):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), rng.integers(3, 9, clusters))
    x = np.column_stack([np.ones(len(cluster)), rng.normal(size=(len(cluster), columns))])
    y = rng.normal(size=len(cluster)) + rng.normal(size=clusters)[cluster]
    weights = rng.normal(size=columns + 1)
    got = contrast_cr2(fit_cr2(y, x, cluster), weights)
    error, df = brute_force(y, x, cluster, weights)
    assert got.std_error == pytest.approx(error, rel=1e-7)
    assert got.df == pytest.approx(df, rel=1e-7)


def test_absorbed_effects_equal_dummies():
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(7), 12)
    pupil = np.repeat(np.arange(28), 3)
    x, y = rng.normal(size=(84, 2)), rng.normal(size=84)
    dummies = (pupil[:, None] == np.arange(28)).astype(float)
    absorbed = contrast_cr2(fit_cr2(y, x, cluster, absorb=pupil), [1, -1])
    explicit = contrast_cr2(fit_cr2(y, np.hstack([x, dummies]), cluster), [1, -1, *[0] * 28])
    for name in ("estimate", "std_error", "df", "p_value"):
        assert getattr(absorbed, name) == pytest.approx(getattr(explicit, name), rel=1e-9)


def test_large_scores_and_units_do_not_matter():
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(6), 5)
    x, y = np.column_stack([np.ones(30), rng.normal(size=30)]), rng.normal(size=30)
    small = contrast_cr2(fit_cr2(y, x, cluster), [0, 1])
    large = contrast_cr2(fit_cr2(1e6 * y + 1e8, x * [1, 1e5], cluster), [0, 1])
    assert large.std_error == pytest.approx(10 * small.std_error, rel=1e-6)
    assert large.df == pytest.approx(small.df, rel=1e-6)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e10])
def test_a_covariate_of_any_size_leaves_the_difference_beside_it(size):
    rng = np.random.default_rng(11)
    cluster, arm = np.repeat(np.arange(8), 6), np.tile([0.0, 1.0], 24)
    covariate, y = rng.normal(3, 1, 48), rng.normal(size=48)
    one, sized = (
        contrast_cr2(fit_cr2(y, np.column_stack([np.ones(48), arm, c]), cluster), [0, 1, 0])
        for c in (covariate, covariate * size)
    )
    for name in ("estimate", "std_error", "df", "p_value"):
        assert getattr(sized, name) == pytest.approx(getattr(one, name), rel=1e-6)


def test_rank_deficiency_is_said_per_contrast():
    x = np.array([[1, 1, 0], [1, 0, 1]] * 6, dtype=float)
    y = np.arange(12.0) + np.tile([0, 0.3, 1.1], 4)
    fit = fit_cr2(y, x, np.repeat(np.arange(4), 3))
    assert np.isfinite(contrast_cr2(fit, [0, 1, -1]).std_error)
    alone = contrast_cr2(fit, [0, 1, 0])
    assert np.isnan(alone.estimate) and "not estimable" in alone.reason


@pytest.mark.parametrize(
    ("y", "x", "cluster", "absorb"),
    [
        ([1, np.inf], [[1], [1]], ["a", "b"], None),
        ([1, np.nan], [[1], [1]], ["a", "b"], None),
        ([1, 2], [[1]], ["a", "b"], None),
        ([1, 2], [[1], [1]], ["a", None], None),
        ([1, 2, 3], [[1], [2], [4]], ["a", "b", "b"], ["u", "u", "v"]),
        ([], np.empty((0, 1)), [], None),
    ],
)
def test_bad_input_is_refused(y, x, cluster, absorb):
    with pytest.raises(ModelInputError):
        fit_cr2(y, x, cluster, absorb)


def test_demean_removes_group_means():
    out = demean(np.array([[1.0, 10.0], [3.0, 20.0]]), np.array([0, 0]))
    np.testing.assert_allclose(out, [[-1, -5], [1, 5]])
