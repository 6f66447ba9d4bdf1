"""The covariance of a pupil's scores: closed forms, gaps, and where it is fixed."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.models.cr2 import ModelInputError, contrast_cr2
from resilience_lib.models.waves_covariance import estimate_covariance, fit_waves

FIXED = [[1.0, 0.5], [0.5, 1.0]]


def long(wide: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, pupils and waves of the cells that hold a number."""
    pupil, wave = np.nonzero(np.isfinite(wide))
    return wide[pupil, wave], pupil, wave


def pupils(n: int, waves: int) -> np.ndarray:
    rng = np.random.default_rng(5)
    root = np.tril(0.4 + rng.random((waves, waves)))
    return 50 + 10 * rng.normal(size=(n, waves)) @ root.T


def test_complete_scores_give_the_covariance_around_the_groups_means():
    wide, group = pupils(40, 3), np.arange(40) % 2
    score, pupil, wave = long(wide)
    got = estimate_covariance(score, pupil, wave, group[pupil])
    rest = wide - np.stack([wide[group == g].mean(axis=0) for g in (0, 1)])[group]
    np.testing.assert_allclose(got.matrix, rest.T @ rest / 40, rtol=1e-9)
    assert got.reason == ""


def test_a_second_wave_lost_has_andersons_closed_form():
    # monotone loss, T. W. Anderson 1957 (JASA 52): the first wave from everyone, the regression of
    # the second on the first from those with both
    wide = pupils(60, 2)
    wide[wide[:, 0] < 48, 1] = np.nan
    both = wide[np.isfinite(wide[:, 1])]
    assert 10 < len(both) < 50
    score, pupil, wave = long(wide)
    got = estimate_covariance(score, pupil, wave, np.zeros(len(score), dtype=np.int64))
    first = wide[:, 0].var()
    s = np.cov(both.T, ddof=0)
    slope = s[0, 1] / s[0, 0]
    left = s[1, 1] - slope * s[0, 1]
    expected = [[first, slope * first], [slope * first, left + slope**2 * first]]
    np.testing.assert_allclose(got.matrix, expected, rtol=1e-8)
    school = np.array(list("abcdef"))[pupil % 6]
    fit, _ = fit_waves(score, np.eye(2)[wave], pupil, wave, np.zeros(len(score)), school)
    later = both[:, 1].mean() + slope * (wide[:, 0].mean() - both[:, 0].mean())
    change = later - wide[:, 0].mean()
    assert contrast_cr2(fit, [-1.0, 1.0]).estimate == pytest.approx(change, rel=1e-8)


def test_neither_the_order_of_rows_nor_the_unit_matters():
    wide = pupils(60, 3)
    wide[::4, 1], wide[1::5, 2] = np.nan, np.nan
    score, pupil, wave = long(wide)
    group, school = pupil % 2, pupil % 7
    cells = np.eye(6)[wave * 2 + group]
    fit, covariance = fit_waves(score, cells, pupil, wave, group, school)
    order = np.random.default_rng(2).permutation(len(score))
    places = (a[order] for a in (cells, pupil, wave, group, school))
    again, other = fit_waves(1e4 * score[order] + 1e6, *places)
    np.testing.assert_allclose(other.matrix, 1e8 * covariance.matrix, rtol=1e-7)
    line = [-1.0, 1.0, 0.0, 0.0, 1.0, -1.0]
    one, two = (contrast_cr2(f, line) for f in (fit, again))
    for name in ("estimate", "std_error"):
        assert getattr(two, name) == pytest.approx(1e4 * getattr(one, name), rel=1e-7)
    assert two.df == pytest.approx(one.df, rel=1e-7)


def test_a_group_without_a_wave_has_no_cell_there_and_a_covariance_all_the_same():
    wide, group = pupils(40, 2), np.arange(40) % 2
    wide[group == 1, 1] = np.nan
    score, pupil, wave = long(wide)
    got = estimate_covariance(score, pupil, wave, group[pupil])
    assert got.reason == "" and np.linalg.eigvalsh(got.matrix)[0] > 0


@pytest.mark.parametrize(
    ("wide", "words"),
    [
        (pupils(9, 2), "fewer than 10"),
        (np.where(np.arange(40)[:, None] % 2 == [0, 1], pupils(40, 2), np.nan), "fewer than 10"),
        (np.add(pupils(12, 1), [[0.0, 1.0]]), "singular|converge"),
    ],
)
def test_where_it_cannot_be_estimated_it_is_fixed_and_says_why(wide, words):
    score, pupil, wave = long(wide)
    got = estimate_covariance(score, pupil, wave, np.zeros(len(score), dtype=np.int64))
    assert got.matrix.tolist() == FIXED
    assert any(word in got.reason for word in words.split("|"))


def test_a_wave_of_constant_scores_is_predicted_by_nothing_and_predicts_nothing():
    for wide in (np.full((12, 2), 3.0), np.column_stack([pupils(12, 1), np.full(12, 3.0)])):
        score, pupil, wave = long(wide)
        got = estimate_covariance(score, pupil, wave, np.zeros(len(score), dtype=np.int64))
        assert got.matrix[0, 1] == 0 and got.reason == got.refused == ""


def test_a_constant_wave_with_gaps_keeps_its_constant():
    # T2 is 5 for whoever is seen, and only those above 4 at T1 are: the change of all pupils is
    # 5 less the mean of 1 to 12, 6.5
    first = np.arange(1.0, 13.0)
    wide = np.column_stack([first, np.where(first > 2, 5.0, np.nan)])
    score, pupil, wave = long(wide)
    fit, covariance = fit_waves(score, np.eye(2)[wave], pupil, wave, np.zeros(22), pupil % 4)
    assert contrast_cr2(fit, [-1.0, 1.0]).estimate == pytest.approx(-1.5, abs=1e-12)
    assert covariance.refused == ""


def test_scores_that_follow_exactly_from_others_are_refused_where_some_are_missing():
    first = np.arange(1.0, 13.0)
    whole = np.column_stack([first, first + 2])
    gaps = np.where(np.arange(12)[:, None] * [0, 1] > 9, np.nan, whole)
    for wide, words in ((whole, ""), (gaps, "and scores are missing")):
        score, pupil, wave = long(wide)
        got = estimate_covariance(score, pupil, wave, np.zeros(len(score), dtype=np.int64))
        assert got.matrix.tolist() == FIXED and got.refused.endswith(words)
        assert bool(got.refused) == bool(words)


@pytest.mark.parametrize(
    ("pupil", "wave", "group", "school", "words"),
    [
        ("1122", "abab", "xxxx", "sstu", "a pupil in two schools"),
        ("1122", "abab", "xxxy", "sstt", "a pupil in two groups"),
        ("1122", "aaab", "xxxx", "sstt", "two scores at one wave"),
        ("1122", "abab", "xxxx", "sst", "needs a pupil, a wave"),
    ],
)
def test_pupils_that_no_model_can_hold_are_refused(pupil, wave, group, school, words):
    places = (list(text) for text in (pupil, wave, group, school))
    with pytest.raises(ModelInputError, match=words):
        fit_waves([1.0, 2.0, 3.0, 4.0], np.ones((4, 1)), *places)
