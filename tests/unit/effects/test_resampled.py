"""Bootstrap intervals against R's boot, within a stated Monte Carlo error; hard cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.overlap import estimate_overlap
from resilience_lib.effects.resampled import (
    estimate_independent_resampled,
    estimate_paired_resampled,
)
from resilience_lib.models.cr2 import ModelInputError

DRAWS = 20_000
TOLERANCE = 0.08
"""Of an end, in standard errors. With 20,000 draws on either side the 2.5% point has a Monte
Carlo error of sqrt(.025 x .975 / 20000) / .0584 = .019 standard errors, the difference of two
.027, of BCa's, whose level is drawn too, about .03."""


@pytest.fixture(scope="module")
def pairs(synthetic) -> pd.DataFrame:
    data = synthetic[(synthetic["outcome"] == "wellbeing") & synthetic["gender"].notna()]
    wide = data.pivot(index=["pupil", "school", "gender"], columns="wave", values="score")
    return wide.dropna(subset=["T1", "T3"]).reset_index()


def held(row: pd.Series, r: pd.Series) -> None:
    assert row["estimate"] == pytest.approx(r["estimate"], rel=1e-6)
    assert row["std_error"] == pytest.approx(r["std_error"], rel=0.03)
    for end in ("conf_low", "conf_high"):
        assert row[end] == pytest.approx(r[end], abs=TOLERANCE * r["std_error"])


@pytest.mark.reference
def test_paired_g_equals_boot_and_plain_r(pairs, reference):
    ours = estimate_paired_resampled(
        pairs["T1"], pairs["T3"], school=pairs["school"], seed=5, stream_name=("w",), draws=DRAWS
    )
    r = reference("resampling.csv").query("estimand == 'g_z'").set_index("data")
    assert len(ours) == 3 and (ours["n_clusters"] == 11).all()
    for row, kind in zip(ours.iloc, ("boot schools", "boot bca", "boot perc"), strict=True):
        held(row, r.loc[kind])


@pytest.mark.reference
def test_independent_g_equals_boot(pairs, reference):
    girls, boys = (pairs.loc[pairs["gender"] == g, "T3"] for g in ("girls", "boys"))
    ours = estimate_independent_resampled(girls, boys, seed=5, stream_name=("w",), draws=DRAWS)
    r = reference("resampling.csv").query("estimand == 'g_independent'").set_index("data")
    for row, kind in zip(ours.iloc, ("boot bca", "boot perc"), strict=True):
        held(row, r.loc[kind])


def test_few_distinct_values_give_the_same_distribution_as_picking_pupils():
    # 600 pupils, differences of 5 values: counts are drawn; a hair of noise makes all distinct
    rng = np.random.default_rng(7)
    change = rng.choice([-2.0, -1, 0, 1, 3], 600, p=[0.1, 0.2, 0.4, 0.2, 0.1])
    first = np.zeros(600)
    few, many = (
        estimate_paired_resampled(first, second, seed=1, stream_name=("x",), draws=DRAWS).iloc[0]
        for second in (change, change + rng.normal(0, 1e-7, 600))
    )
    assert few["conf_low"] == pytest.approx(many["conf_low"], abs=TOLERANCE * many["std_error"])
    assert few["conf_high"] == pytest.approx(many["conf_high"], abs=TOLERANCE * many["std_error"])
    assert few["std_error"] == pytest.approx(many["std_error"], rel=0.03)


def test_schools_of_two_groups_are_drawn_together_or_apart():
    rng = np.random.default_rng(3)
    scores, school = rng.normal(size=80), np.repeat(np.arange(20), 4)
    base = np.arange(20).repeat(4) * 0.5  # schools differ much
    half = np.tile([True, True, False, False], 20)
    mixed = estimate_independent_resampled(
        (scores + base)[half], (scores + base)[~half], school=(school[half], school[~half]),
        seed=1, stream_name=("x",), draws=4000,
    ).iloc[0]  # fmt: skip
    # the same scores with schools that hold one group each: schools no longer cancel
    apart = estimate_independent_resampled(
        (scores + base)[half], (scores + base)[~half], school=(school[half], school[~half] + 100),
        seed=1, stream_name=("x",), draws=4000,
    ).iloc[0]  # fmt: skip
    assert mixed["estimate"] == apart["estimate"]
    assert mixed["n_clusters"] == 20 and apart["n_clusters"] == 40
    assert apart["std_error"] > 2 * mixed["std_error"]


def one_group_a_school(schools: int, groups: list[bool]):
    """Scores of 6 pupils a school, and which group each school is in."""
    rng = np.random.default_rng(8)
    school = np.repeat(np.arange(schools), 6)
    return rng.normal(size=6 * schools), school, np.repeat(groups, 6)


def test_u3_by_the_median_has_an_interval_where_arms_are_whole_schools():
    # drawn all together, one draw in 16 would have schools of one arm alone
    scores, school, half = one_group_a_school(6, [True] * 3 + [False] * 3)
    asked = {"levels": (True, False), "names": ("u3_median",), "seed": 1, "draws": 4000}
    row = estimate_overlap(scores, half, school=school, **asked).iloc[0]
    assert 0 < row["conf_low"] < row["estimate"] < row["conf_high"] and not row["reason"]
    # a school with both groups is drawn whole
    half[0] = False
    together = estimate_overlap(scores, half, school=school, **asked).iloc[0]
    assert "the estimate is missing in" in together["reason"]


@pytest.mark.parametrize("schools", [6, 12])
def test_an_arm_of_one_school_gives_no_interval_of_drawn_schools(schools):
    scores, school, one = one_group_a_school(schools, [True] + [False] * (schools - 1))
    got = estimate_independent_resampled(
        scores[one], scores[~one], school=(school[one], school[~one]), seed=1,
        stream_name=("x",), draws=500,
    )  # fmt: skip
    share = estimate_overlap(scores, one, levels=(True, False), names=("u3_median",),
                             school=school, seed=1, draws=500)  # fmt: skip
    for row in (got.iloc[0], share.iloc[0]):
        assert "one school in a group" in row["reason"] and np.isnan(row["conf_low"])


def test_streams_belong_to_names_and_large_means_keep_digits(pairs):
    arguments = {"seed": 5, "draws": 500}
    one, again, other = (
        estimate_paired_resampled(pairs["T1"], pairs["T3"], stream_name=(n,), **arguments)
        for n in ("a", "a", "b")
    )
    pd.testing.assert_frame_equal(one, again)
    assert one["conf_low"].iloc[0] != other["conf_low"].iloc[0]
    far = estimate_paired_resampled(
        pairs["T1"] + 1e7, pairs["T3"] + 1e7, stream_name=("a",), **arguments
    )
    np.testing.assert_allclose(far["conf_low"], one["conf_low"], rtol=1e-6)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ([], [], "too few pupils"),
        ([1.0], [2.0], "too few pupils"),
        ([1, 2, 3], [2, 3, 4], "do not vary"),
        # three pupils: in 3 of 27 draws one pupil stands three times and nothing varies
        ([1, 2, 3], [2, 5, 3], "the estimate is missing in"),
    ],
)
def test_degenerate_pairs_have_no_interval_but_a_reason(first, second, words):
    got = estimate_paired_resampled(first, second, seed=1, stream_name=("x",), draws=500)
    assert got["reason"].str.contains(words).all()
    assert got[["conf_low", "conf_high", "std_error"]].isna().all(axis=None)


def test_a_mean_change_of_three_pupils_is_drawn_though_its_d_is_not():
    got = estimate_paired_resampled(
        [1, 2, 3], [2, 5, 3], seed=1, stream_name=("x",), names=("mean_change",), draws=4000
    )
    # changes 1 3 0: the lowest of 27 equal draws is 0, the highest 3, each of share 1 / 27
    assert got["estimate"].iloc[0] == pytest.approx(4 / 3)
    assert got["conf_low"].iloc[1] == 0.0 and got["conf_high"].iloc[1] == 3.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"second": [1.0, 2.0]}, "pairs are needed"),
        ({"second": [1.0, np.inf, 2.0]}, "finite"),
        ({"intervals": ("bcaa",)}, "not among the intervals"),
        ({"names": ("d_av",)}, "not among the paired estimands"),
        ({"school": ["a", None, "b"]}, "each pupil needs a school"),
        ({"school": ["a", "b"]}, "each pupil needs a school"),
    ],
)
def test_bad_input_is_refused(change, words):
    given = {"first": [1.0, 2.0, 3.0], "second": [2.0, 2.0, 5.0]} | change
    with pytest.raises(ModelInputError, match=words):
        estimate_paired_resampled(**given, seed=1, stream_name=("x",), draws=50)
