"""Standardised differences of whole schools against lme4, clubSandwich and exact moments in R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.arms import estimate_effects
from resilience_lib.effects.clustered import estimate_clustered, estimate_clustered_from_summary
from resilience_lib.models.conditional import conditional_components
from resilience_lib.models.cr2 import ModelInputError

ARMS = ("old", "new")


@pytest.fixture(scope="module")
def trial(synthetic) -> pd.DataFrame:
    data = synthetic[(synthetic["outcome"] == "wellbeing") & synthetic["gender"].notna()]
    wide = data.pivot(index=["pupil", "school"], columns="wave", values="score")
    wide = wide.dropna(subset=["T1", "T3"]).reset_index()
    schools = sorted(data["school"].unique())
    new = wide["school"].isin([schools[i] for i in (0, 2, 3, 7, 9)])
    return wide.assign(arm=np.where(new, "new", "old"))


@pytest.mark.reference
def test_variances_equal_lme4(trial, reference):
    r = reference("resampling.csv").query("data == 'variances'").set_index("estimand")["estimate"]
    design = np.column_stack([trial["arm"] == "new", trial["T1"]])
    for name, covariates in (("null", None), ("full", design)):
        got = conditional_components(trial["T3"], trial["school"], covariates)
        assert got.between == pytest.approx(r[f"between {name}"], rel=1e-4)
        assert got.within == pytest.approx(r[f"within {name}"], rel=1e-4)


@pytest.mark.reference
def test_effects_in_sds_within_schools_and_given_covariates_equal_r(trial, reference, agree):
    ours = estimate_clustered(
        trial["T3"], trial["arm"], trial["school"], arms=ARMS, covariates=trial[["T1"]]
    )
    assert ours["estimand"].is_unique  # no Hedges variance of an adjusted difference
    r = reference("resampling.csv").query("data == 'clustered'")
    # the SDs are iterative fits
    assert agree(ours, r, 1e-4) == 3


def test_g_total_is_that_of_the_headline(trial):
    frame = trial.melt(["pupil", "school", "arm"], ["T3"], "wave", "score").assign(
        outcome="x", stratum=None
    )
    head = estimate_effects(frame, waves=("T3",), arms=ARMS).query("estimand == 'g_total'")
    ours = estimate_clustered(
        trial["T3"], trial["arm"], trial["school"], arms=ARMS, names=["g_total"]
    )
    for column in ("estimate", "std_error", "df", "conf_low", "p_value"):
        assert ours[column].iloc[0] == pytest.approx(head[column].item(), rel=1e-9)
    assert ours["interval"].tolist()[1] == "95% Hedges 2007, t(schools - 2)"


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "means", "sd", "icc", "sizes"),
    [
        ("hedges equal", (10, 11.5), 5, 0.1, ([20] * 5, [20] * 5)),
        ("hedges unequal", (3, 2.2), 1.4, 0.23, ([4, 9, 31], [12, 7, 18, 5])),
        ("hedges one a school", (0, 1), 2, 0, ([1] * 4, [1] * 6)),
    ],
)
def test_summary_equals_exact_moments_of_the_covariance_matrix(
    reference, agree, name, means, sd, icc, sizes
):
    ours = estimate_clustered_from_summary(means=means, sd=sd, icc=icc, sizes=sizes)
    r = reference("resampling.csv").query("data == @name")
    assert agree(ours, r, 1e-6) == len(r)
    assert len(r) == (1 if "one a school" in name else 2)
    if len(r) == 1:
        assert "one pupil in each school" in ours["reason"].iloc[1]


def test_data_and_summary_agree_where_the_icc_is_the_same():
    # equal schools: the SD pooled within arms by hand, the ICC of the one-way model
    rng = np.random.default_rng(12)
    school = np.repeat(np.arange(20), 30)
    arm = np.where(school < 10, "old", "new")
    y = rng.normal(size=600) + rng.normal(0, 0.5, 20)[school]
    parts = conditional_components(y, school)
    pooled = np.sqrt(sum(y[arm == a].var(ddof=1) * 299 for a in ARMS) / 598)
    data = estimate_clustered(y, arm, school, arms=ARMS, names=["g_total", "g_within"])
    data = data[data["interval"].str.contains("Hedges")].reset_index()
    summary = estimate_clustered_from_summary(
        means=tuple(y[arm == a].mean() for a in ARMS), sd=pooled,
        icc=parts.between / (parts.between + parts.within), sizes=([30] * 10, [30] * 10),
    )  # fmt: skip
    # two estimators of one SD: alike, not equal
    np.testing.assert_allclose(data["estimate"], summary["estimate"], rtol=0.03)
    np.testing.assert_allclose(data["std_error"], summary["std_error"], rtol=0.03)


def test_schools_alike_have_no_variance_between():
    got = conditional_components([1, 3, 1, 3, 1, 3], list("aabbcc"))
    # mean squares: between 0, so that all is within: 6 deviations of 1 over 5 df
    assert got.between == 0 and got.within == pytest.approx(6 / 5)


@pytest.mark.parametrize(
    ("y", "school", "x", "words"),
    [
        ([1, 2, 3, 4], "aaaa", None, "fewer than two schools"),
        ([1, 2, 3, 4], "abcd", None, "one pupil in each"),
        ([1, 1, 1, 1], "aabb", None, "nothing varies"),
        ([1, 1, 2, 2, 4, 4], "aabbcc", None, "nothing varies within"),
        ([1, 2, 3, 5], "aabb", [[0], [0], [1], [1]], "too few schools"),
    ],
)
def test_no_variances_without_a_ground(y, school, x, words):
    got = conditional_components(y, list(school), x)
    assert words in got.reason and np.isnan([got.between, got.within]).all()


def test_constant_scores_and_an_sd_of_nought_give_reasons():
    flat = estimate_clustered([1.0] * 8, list("oonnoonn"), list("aabbccdd"), arms=("o", "n"))
    assert flat["estimate"].isna().all() and (flat["reason"] != "").all()
    none = estimate_clustered_from_summary(means=(1, 2), sd=0, icc=0.1, sizes=([9] * 3, [9] * 3))
    assert none["estimate"].isna().all() and (none["reason"] == "an SD of 0").all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"icc": 1.0}, "intraclass correlation"),
        ({"sizes": ([], [3])}, "at least one pupil"),
        ({"sizes": ([0, 4], [3])}, "at least one pupil"),
        ({"sizes": ([1], [2])}, "three pupils"),
        ({"sd": -1.0}, "SD of at least 0"),
        ({"means": (1.0, float("nan"))}, "all finite"),
        ({"names": ["g_total_conditional"]}, "of a summary"),
    ],
)
def test_a_bad_summary_is_refused(change, words):
    given = {"means": (1.0, 2.0), "sd": 1.0, "icc": 0.1, "sizes": ([5, 5], [5, 5])} | change
    with pytest.raises(ModelInputError, match=words):
        estimate_clustered_from_summary(**given)


def test_bad_data_are_refused():
    with pytest.raises(ModelInputError, match="one of the arms"):
        estimate_clustered([1, 2, 3], list("xyz"), list("aab"), arms=("x", "y"))
    with pytest.raises(ModelInputError, match="not among"):
        estimate_clustered([1, 2], list("xy"), list("ab"), arms=("x", "y"), names=["g_between"])
    with pytest.raises(ModelInputError, match="infinite"):
        estimate_clustered([1, np.inf], list("xy"), list("ab"), arms=("x", "y"))
