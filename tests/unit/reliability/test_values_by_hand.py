"""Alpha, omega, Spearman-Brown and the one-factor model by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.reliability.alpha import alpha_from_sums, alpha_sums, feldt_interval
from resilience_lib.reliability.answers import complete_answers, covariances
from resilience_lib.reliability.omega import omega_ordinal, omega_total, spearman_brown
from resilience_lib.reliability.one_factor import fit_ml, fit_uls
from resilience_lib.reliability.table import reliability_table
from resilience_lib.resampling.schools import draw_schools


def test_alpha_by_hand():
    # variances 1 and 4, totals 2 5 8 with variance 9: 2 (1 - 5 / 9)
    frame = pd.DataFrame({"school": "s", "q": [1.0, 2, 3], "r": [1.0, 3, 5]})
    sums = alpha_sums(complete_answers(frame, ["q", "r"])).sum(axis=0)
    assert alpha_from_sums(sums) == pytest.approx(8 / 9, rel=1e-12)


def test_alpha_of_parallel_items_is_the_stepped_up_correlation(with_covariance):
    # equal variances and correlations .4: 4 x .4 / (1 + 3 x .4) = 1.6 / 2.2
    frame = with_covariance((0.4 + 0.6 * np.eye(4)).tolist())
    sums = alpha_sums(complete_answers(frame, ["q0", "q1", "q2", "q3"])).sum(axis=0)
    assert alpha_from_sums(sums) == pytest.approx(1.6 / 2.2, rel=1e-12)


def test_large_means_do_not_swallow_small_deviations():
    frame = pd.DataFrame({"school": "s", "q": [1.0, 2, 3], "r": [1.0, 3, 5]})
    frame[["q", "r"]] += 1e8
    sums = alpha_sums(complete_answers(frame, ["q", "r"])).sum(axis=0)
    assert alpha_from_sums(sums) == pytest.approx(8 / 9, rel=1e-9)


def test_feldt_holds_the_ends_of_the_f_distribution():
    # n 3, two items: F with 2 and 2 df has quantile p / (1 - p): 39 and 1 / 39
    low, high = feldt_interval(0.5, 3, 2)
    assert (low, high) == pytest.approx((1 - 0.5 * 39, 1 - 0.5 / 39), rel=1e-9)
    assert np.isnan(feldt_interval(1.0, 30, 3)).all()


def test_a_school_drawn_twice_is_two_schools(made):
    now = made[made["wave"] == "T1"]
    items = ["a1", "a2", "a3"]
    answers = complete_answers(now, items)
    counts = draw_schools(np.random.default_rng(5), 11, 1)[0]
    drawn = np.repeat(np.arange(11), counts.astype(int))
    whole = np.concatenate([answers.values[answers.school == s] for s in drawn])
    v = np.cov(whole.T)
    want = 3 / 2 * (1 - np.trace(v) / v.sum())
    assert alpha_from_sums(counts @ alpha_sums(answers)) == pytest.approx(want, rel=1e-10)


def test_covariances_without_a_school_are_those_of_the_others(made):
    answers = complete_answers(made[made["wave"] == "T1"], ["a1", "a2"])
    got = covariances(answers)
    np.testing.assert_allclose(got[0], np.cov(answers.values.T), rtol=1e-10)
    rest = answers.values[answers.school != 4]
    np.testing.assert_allclose(got[5], np.cov(rest.T), rtol=1e-10)


def test_omega_of_an_exact_factor_model(with_covariance):
    # loadings 2 1 3, unique variances 1 1 2: 36 / (36 + 4)
    load = np.array([2.0, 1.0, 3.0])
    frame = with_covariance((np.outer(load, load) + np.diag([1.0, 1.0, 2.0])).tolist())
    values, why = omega_total(complete_answers(frame, ["q0", "q1", "q2"]))
    assert why == "" and values[0] == pytest.approx(0.9, rel=1e-8)


def test_spearman_brown_by_hand(with_covariance):
    # covariance 1 of variances 1 and 4: r = .5, 2 x .5 / 1.5; units do not matter
    frame = with_covariance([[1.0, 1.0], [1.0, 4.0]])
    values, why = spearman_brown(complete_answers(frame, ["q0", "q1"]))
    assert why == "" and values[0] == pytest.approx(2 / 3, rel=1e-12)


@pytest.mark.parametrize("fit", [fit_ml, fit_uls])
def test_both_fits_recover_an_exact_model(fit):
    load = np.array([0.9, 0.8, 0.5, 0.3, 0.6])
    got = fit((np.outer(load, load) + np.diag(1 - load**2))[None])
    assert got.reason == ("",)
    np.testing.assert_allclose(got.loadings[0], load, rtol=1e-7)
    np.testing.assert_allclose(got.unique[0], 1 - load**2, rtol=1e-6)


@pytest.mark.parametrize("fit", [fit_ml, fit_uls])
def test_one_bad_matrix_spoils_no_other(fit):
    # a loading of sqrt(.8 x .8 / .5) = 1.13 is a Heywood case
    heywood = np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])
    good = 0.4 + 0.6 * np.eye(3)
    nothing = np.full((3, 3), np.nan)
    got = fit(np.stack([heywood, good, nothing]))
    assert got.reason[0] == "Heywood case: an item's unique variance is 0 or less"
    assert got.reason[1] == ""
    assert got.reason[2] == "an item does not vary"
    assert np.isnan(got.loadings[[0, 2]]).all()
    np.testing.assert_allclose(got.loadings[1], np.sqrt(0.4), rtol=1e-8)


def test_dependent_items_have_no_likelihood():
    x = np.array([[1.0, 0.2], [0.2, 1.0]])
    third = np.array([[1, 0], [0, 1], [1, 1]])
    assert fit_ml((third @ x @ third.T)[None]).reason == ("items are linearly dependent",)


def test_correlations_that_no_factor_gives_do_not_pass():
    # the product of three correlations must be positive for one factor
    r = np.array([[1, 0.4, 0.4], [0.4, 1, -0.4], [0.4, -0.4, 1]])
    likely, squares = fit_ml(r[None]), fit_uls(r[None])
    assert likely.reason == ("Heywood case: an item's unique variance is 0 or less",)
    assert squares.reason == ("the one-factor model did not converge",)
    assert np.isnan([likely.loadings, squares.loadings]).all()


def test_categorical_omega_counts_the_distance_between_answers(made):
    now = made[made["wave"] == "T1"]
    items = ["b1", "b2", "b3", "b4"]
    plain = omega_ordinal(complete_answers(now, items), 3)
    # the same answers scored 1 2 3 and 10 20 30 are as reliable; 0 1 5 are not
    for step in (lambda x: x + 1, lambda x: 10 * x):
        moved = now.assign(**{i: step(now[i]) for i in items})
        got = omega_ordinal(complete_answers(moved, items), 3)
        np.testing.assert_allclose(got[1], plain[1], rtol=1e-9)
    stretched = now.assign(**{i: now[i].replace({2.0: 5.0}) for i in items})
    got = omega_ordinal(complete_answers(stretched, items), 3)
    np.testing.assert_allclose(got[0], plain[0], rtol=1e-9)
    assert abs(got[1][0] - plain[1][0]) > 0.01


def test_another_scale_changes_no_interval(made, scales):
    alone = reliability_table(made, {"c": scales["c"]}, waves=["T2"], seed=7)
    among = reliability_table(made, scales, waves=["T1", "T2"], gender=["girls"], seed=7)
    same = among[among["outcome"].eq("c") & among["contrast"].eq("T2")]
    same = same[same["subgroup"] == "all"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, same)
    other = reliability_table(made, {"c": scales["c"]}, waves=["T2"], seed=8)
    assert other.loc[1, "conf_low"] != alone.loc[1, "conf_low"]
    assert other.loc[0, "conf_low"] == alone.loc[0, "conf_low"]


def test_groups_with_the_same_answers_have_streams_of_their_own(made, scales):
    now = made[made["wave"] == "T1"]
    twins = pd.concat(
        [now.assign(gender=g, pupil=now["pupil"] + g) for g in ("girls", "boys")],
        ignore_index=True,
    )
    table = reliability_table(
        twins, {"c": scales["c"]}, waves=["T1"], gender=["girls", "boys"], seed=7
    )
    alpha = table[table["estimand"] == "alpha"].set_index("subgroup")
    drawn = alpha[alpha["interval"].str.contains("draws")]
    assert drawn.loc["girls", "estimate"] == drawn.loc["boys", "estimate"]
    assert drawn.loc["girls", "conf_low"] != drawn.loc["boys", "conf_low"]
