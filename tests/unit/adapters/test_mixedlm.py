"""The adapter against closed forms: balanced one-way models, and honest notes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.adapters.mixedlm import contrast_satterthwaite, fit_random_terms


def test_names_that_are_used():
    """What the adapter takes from inside mixedlm, which promises none of it."""
    from mixedlm import lFormula
    from mixedlm.estimation.reml import LMMOptimizer

    frame = pd.DataFrame(
        {"y": [1.0, 3, 5, 7, 6, 8], "x0": 1.0, "w0": [1.0, 0] * 3, "w1": [0, 1.0] * 3,
         "g0": list("aabbcc"), "g1": list("dedede")}
    )  # fmt: skip
    matrices = lFormula("y ~ 0 + x0 + (1 | g0) + (0 + w0 + w1 | g1)", frame).matrices
    assert matrices.fixed_names == ["x0"] and matrices.X.shape == (6, 1)
    optimizer = LMMOptimizer(matrices, REML=True)
    # terms in the order of the formula, a matrix as its lower triangle row by row
    theta = np.array([0.5, 1.0, 0.2, 0.8])
    assert optimizer.get_start_theta().shape == (4,)
    criterion, slope = optimizer._optimization_functions("L-BFGS-B", True)
    near = [criterion(theta + step) - criterion(theta - step) for step in 1e-5 * np.eye(4)]
    assert slope(theta) == pytest.approx(np.array(near) / 2e-5, abs=1e-5)
    core = optimizer._evaluate_core(theta)
    assert core.fixed_information.shape == (1, 1) and core.sigma > 0
    last = optimizer._final_evaluation(theta)
    assert last.sigma == core.sigma and last.beta.shape == (1,)
    # the outcome's covariance, written out: sigma^2 (1 + z z' x 0.25 + w L L' w')
    school = (frame["g0"].to_numpy()[:, None] == np.array(list("abc"))).astype(float)
    place = frame["g1"].to_numpy()[:, None] == frame["g1"].to_numpy()
    w, lower = frame[["w0", "w1"]].to_numpy(), np.array([[1.0, 0], [0.2, 0.8]])
    v = np.eye(6) + 0.25 * school @ school.T + place * (w @ lower @ lower.T @ w.T)
    assert core.fixed_information[0, 0] == pytest.approx(np.linalg.inv(v).sum(), rel=1e-9)


def test_balanced_one_way_mean_has_k_minus_1_df():
    # MSW 2, means 2 6 7: between 6; variance of the mean MSB / 6 = 14 / 6, df 3 - 1
    y = [1.0, 3.0, 5.0, 7.0, 6.0, 8.0]
    fit = fit_random_terms(y, np.ones((6, 1)), {"school": list("aabbcc")})
    assert fit.variances == pytest.approx({"school": 6, "residual": 2}, rel=1e-3)
    estimate, error, df, *_ = contrast_satterthwaite(fit, [1.0])
    assert (estimate, error, df) == pytest.approx((5, np.sqrt(14 / 6), 2), rel=1e-3)
    assert fit.note == "fewer than 5 levels of school"


def test_maximum_likelihood_divides_by_the_schools():
    # balanced: between (SSB / k - MSW) / m = ((28 / 3) - 2) / 2, the mean's df k
    y = [1.0, 3.0, 5.0, 7.0, 6.0, 8.0]
    fit = fit_random_terms(y, np.ones((6, 1)), {"school": list("aabbcc")}, reml=False)
    assert fit.variances == pytest.approx({"school": 11 / 3, "residual": 2}, rel=1e-3)
    found = contrast_satterthwaite(fit, [1.0])[:3]
    assert found == pytest.approx((5, np.sqrt(28 / 3 / 6), 3), rel=1e-3)


def test_columns_keep_their_order_whatever_the_scores():
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(12), 10)
    x = (np.arange(120)[:, None] % 11 == np.arange(11)).astype(float)
    y = x @ np.arange(11) + rng.normal(size=12)[school] + 0.01 * rng.normal(size=120)
    fit = fit_random_terms(y, x, {"school": school})
    assert np.argsort(fit.coefficients).tolist() == list(range(11))


def test_no_variance_between_schools_is_said():
    y = [1.0, 9.0, 2.0, 8.0, 1.0, 9.0, 2.0, 8.0, 1.5, 8.5]
    fit = fit_random_terms(y, np.ones((10, 1)), {"school": list("aabbccddee")})
    assert fit.note == "singular: no variance estimated for school"
    # with no variance between schools the mean is that of ten pupils: df 9
    assert contrast_satterthwaite(fit, [1.0])[2] == pytest.approx(9)


def test_a_free_matrix_without_missing_scores_gives_the_changes_of_a_paired_t_test():
    """Every pupil at every wave: V of change is the plain variance of changes over n, df n - 1.

    Three columns of REML on complete data are the sample covariance matrix (divisor n - 1), so
    that a change has the estimate, standard error and df of the t test of its differences.
    """
    wide = np.array([[1.0, 2.0, 9.0], [2.0, 1.0, 4.0], [4.0, 7.0, 1.0], [3.0, 5.0, 8.0],
                     [7.0, 6.0, 2.0], [5.0, 9.0, 3.0], [9.0, 8.0, 7.0]])  # fmt: skip
    pupil, wave = np.repeat(np.arange(7), 3), np.tile(["T1", "T2", "T3"], 7)
    cells = (wave[:, None] == np.array(["T1", "T2", "T3"])).astype(float)
    fit = fit_random_terms(wide.ravel(), cells, {"pupil": pupil}, wave)
    assert fit.converged and fit.note == ""
    spread = wide.var(axis=0, ddof=1)
    assert list(fit.variances) == ["pupil at T1", "pupil at T2", "pupil at T3"]
    assert list(fit.variances.values()) == pytest.approx(list(spread), rel=1e-4)
    for weights in ([-1.0, 1.0, 0.0], [-1.0, 0.0, 1.0], [0.0, -1.0, 1.0]):
        change = wide @ np.array(weights)
        error = change.std(ddof=1) / np.sqrt(7)
        found = contrast_satterthwaite(fit, weights)[:3]
        assert found == pytest.approx((change.mean(), error, 6), rel=1e-4)


@pytest.mark.parametrize("rise", [0.0, 1.0])
def test_a_matrix_without_an_inverse_has_no_number(rise):
    """Each pupil's scores are one value, or lie on a line of their own: no third dimension."""
    rng = np.random.default_rng(0)
    pupil, wave = np.repeat(np.arange(40), 3), np.tile(["T1", "T2", "T3"], 40)
    level, slope = rng.normal(size=(2, 40))
    y = level[pupil] + rise * slope[pupil] * np.tile([0.0, 1.0, 2.0], 40)
    cells = (wave[:, None] == np.array(["T1", "T2", "T3"])).astype(float)
    fit = fit_random_terms(y, cells, {"school": pupil // 5, "pupil": pupil}, wave)
    assert not fit.converged and "not converged" in fit.note
