"""The joint test against clubSandwich on a tiny table, and when it cannot be made."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, fit_cr2
from resilience_lib.models.cr2_joint import joint_cr2

Y = [2, 3, 5, 1, 4, 4, 6, 8, 7, 3, 2, 6, 9, 7, 5]
SCHOOL = np.repeat(list("abcde"), 3)
X = np.column_stack(
    [np.ones(15), [0, 1, 2, 1, 1, 3, 0, 2, 5, 2, 2, 4, 1, 0, 6], np.repeat([0, 1, 0, 0, 1], 3)]
)
BOTH = np.array([[0, 1, 0], [0, 0, 1]], dtype=float)


@pytest.mark.reference
def test_tiny_equals_clubsandwich(reference):
    r = reference("robust.csv").query("data == 'tiny'").iloc[0]
    got = joint_cr2(fit_cr2(Y, X, SCHOOL), BOTH)
    assert got.f == pytest.approx(r["estimate"], rel=1e-6)
    assert got.df_denominator == pytest.approx(r["df"], rel=1e-6)
    assert got.p_value == pytest.approx(r["p_value"], rel=1e-6)
    assert got.df == 2 and "fewer than 4 df" in got.reason


def test_one_contrast_is_the_square_of_its_t():
    fit = fit_cr2(Y, X, SCHOOL)
    one, joint = contrast_cr2(fit, [0, 1, 0]), joint_cr2(fit, [[0, 1, 0]])
    assert joint.f == pytest.approx((one.estimate / one.std_error) ** 2, rel=1e-9)
    assert joint.df_denominator == pytest.approx(one.df, rel=1e-9)
    assert joint.p_value == pytest.approx(one.p_value, rel=1e-9)


def test_contrasts_that_follow_from_others_add_nothing_and_mixing_changes_nothing():
    fit = fit_cr2(Y, X, SCHOOL)
    plain = joint_cr2(fit, BOTH)
    for other in (
        np.vstack([BOTH, BOTH[0] - 3 * BOTH[1]]),
        np.array([[0, 2, 1], [0, -1, 5]]),
        BOTH * [[1e6], [1e-6]],
    ):
        got = joint_cr2(fit, other)
        assert (got.df, got.f) == (2, pytest.approx(plain.f, rel=1e-7))
        assert got.df_denominator == pytest.approx(plain.df_denominator, rel=1e-7)


@pytest.mark.parametrize(
    ("y", "x", "school", "weights", "words"),
    [
        (Y[:6], X[:6, :2], ["a"] * 6, np.eye(2), "no more schools than contrasts"),
        (Y[:6], X[:6, :2], list("aaabbb"), np.eye(2), "no more schools than contrasts"),
        ([1.0] * 15, X, SCHOOL, BOTH, "does not vary"),
        (Y, np.column_stack([X, np.zeros(15)]), SCHOOL, [[0, 1, 0, 0], [0, 0, 0, 1]], "estimable"),
        (Y, np.kron(np.eye(5), np.ones((3, 1))), SCHOOL, np.eye(5)[:2], "one school"),
    ],
)  # fmt: skip
def test_no_joint_test_without_a_ground(y, x, school, weights, words):
    got = joint_cr2(fit_cr2(y, x, school), weights)
    assert words in got.reason and np.isnan([got.f, got.df_denominator, got.p_value]).all()


def test_a_part_that_rests_on_one_school_is_in_doubt():
    x = np.column_stack([X[:, 0], SCHOOL == "a", X[:, 1]])
    assert "one school alone" in joint_cr2(fit_cr2(Y, x, SCHOOL), np.eye(3)[1:]).reason


def test_as_many_contrasts_as_the_schools_can_bear_and_one_more():
    # with m school means in one group the covariance is Wishart on m - 1 df: eta is 4 for five
    # schools, and F has 4 - q + 1 df, Hotelling's exact test
    rng = np.random.default_rng(4)
    school = np.tile(np.repeat(list("abcde"), 2), 4)
    cells = np.kron(np.eye(4), np.ones((10, 1)))
    fit = fit_cr2(rng.normal(size=40), cells, school)
    for q in (1, 2, 3, 4):
        assert joint_cr2(fit, np.eye(4)[:q]).df_denominator == pytest.approx(5 - q, rel=1e-9)


@pytest.mark.parametrize("weights", [[[0, 1]], np.empty((0, 3)), [[0, np.nan, 1]]])
def test_weights_that_do_not_fit_are_refused(weights):
    with pytest.raises(ModelInputError, match="3 finite weights"):
        joint_cr2(fit_cr2(Y, X, SCHOOL), weights)
