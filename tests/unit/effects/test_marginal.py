"""Marginal means against emmeans (tests/references/mixed.R), and when there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.marginal import estimate_marginal_means
from resilience_lib.effects.mixed import estimate_change_mixed, fit_wave_model
from resilience_lib.models.cr2 import ModelInputError

GENDER = ("girls", "boys")
COLUMNS = ["estimate", "std_error", "df", "conf_low", "conf_high"]


def with_covariates(synthetic: pd.DataFrame) -> pd.DataFrame:
    """As mixed.R makes them up: a number that some lack, and a yes or no."""
    number = synthetic["pupil"].str[1:].astype(int)
    age = number % 7 + np.where(synthetic["gender"] == "girls", 0.5, 0.0)
    meals = np.where(number % 3 == 0, "yes", "no")
    return synthetic.assign(age=age.where(number % 29 != 0), meals=meals)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("data", "outcome", "waves"),
    [("synthetic", "wellbeing", 3), ("synthetic", "flat", 3), ("star", "read", 4)],
)
def test_marginal_means_equal_emmeans(request, reference, agree, data, outcome, waves):
    frame = request.getfixturevalue(data)
    ours = estimate_marginal_means(
        frame[frame["outcome"] == outcome], waves=[f"T{i + 1}" for i in range(waves)],
        gender=GENDER,
    )  # fmt: skip
    r = reference("marginal.csv").query("data == @data and outcome == @outcome")
    assert agree(ours, r, 1e-4, COLUMNS) == 3 * waves
    assert ours["p_value"].isna().all() and (ours["n_clusters"] > 1).all()


@pytest.mark.reference
def test_means_at_the_means_of_covariates_equal_emmeans(synthetic, reference, agree):
    data = with_covariates(synthetic[synthetic["outcome"] == "wellbeing"])
    given = {"waves": ("T1", "T2", "T3"), "gender": GENDER, "covariates": ("age", "meals")}
    case = "data == 'synthetic covariates'"
    ours = estimate_marginal_means(data, **given)
    assert agree(ours, reference("marginal.csv").query(case), 1e-4, COLUMNS) == 9
    changes = [("T1", "T2"), ("T1", "T3"), ("T2", "T3")]
    change = estimate_change_mixed(data, changes=changes, **given)
    assert agree(change, reference("mixed.csv").query(case), 1e-4, COLUMNS) == 12
    said = "; age, meals as covariates, at their means; 16 pupils with a covariate missing left out"
    assert ours["method"].str.contains(said, regex=False).all()
    assert change["method"].str.contains(said, regex=False).all()


def test_one_fit_serves_changes_and_means(synthetic):
    data = synthetic[synthetic["outcome"] == "wellbeing"]
    given = {"waves": ("T1", "T2", "T3"), "gender": GENDER}
    model = fit_wave_model(data, **given)
    for estimate, more in [(estimate_marginal_means, {}),
                           (estimate_change_mixed, {"changes": [("T1", "T3")]})]:  # fmt: skip
        alone, shared = (
            estimate(data, **given, **more),
            estimate(data, **given, **more, model=model),
        )
        pd.testing.assert_frame_equal(alone, shared)
    # who is "all" is the same: the change of everybody seen twice differs from that of all
    # pupils of the model only in the shares of the genders
    means = estimate_marginal_means(data, **given, model=model).set_index(["contrast", "subgroup"])
    change = estimate_change_mixed(data, **given, changes=[("T1", "T3")], model=model)
    girls = means.loc[("T3", "girls"), "estimate"] - means.loc[("T1", "girls"), "estimate"]
    assert change.set_index("subgroup").loc["girls", "estimate"] == pytest.approx(girls, rel=1e-9)


def balanced(scores: list[list[float]]) -> pd.DataFrame:
    """One wave; a list of scores for each school."""
    rows = [(f"{s}-{i}", str(s), "T1", "x", score)
            for s, school in enumerate(scores) for i, score in enumerate(school)]  # fmt: skip
    return pd.DataFrame(rows, columns=["pupil", "school", "wave", "outcome", "score"]).astype(
        {"score": float, "wave": "str"}
    )


def test_one_wave_of_equal_schools_is_the_mean_of_school_means():
    # school means 2 6 7, mean 5: between 7 per school, its error sqrt(7 / 3), df 3 - 1
    got = estimate_marginal_means(balanced([[1, 3], [5, 7], [6, 8]]), waves=("T1",)).iloc[0]
    assert (got["estimate"], got["std_error"], got["df"]) == pytest.approx(
        (5, np.sqrt(7 / 3), 2), rel=1e-3
    )
    assert got["contrast"] == "T1" and got["subgroup"] == "all" and got["n"] == 6


@pytest.mark.parametrize(
    "frame",
    [balanced([[1, 2, 3, 4, 5, 6]]), balanced([[3, 3], [3, 3], [3, 3]]), balanced([[1], [2], [4]])],
    ids=["one school", "constant", "three pupils"],
)
def test_no_number_without_a_model(frame):
    got = estimate_marginal_means(frame, waves=("T1",))
    assert got[["estimate", "std_error", "conf_low"]].isna().all(axis=None)
    assert (got["method"] == "mixed model: not fitted").all() and (got["reason"] != "").all()


def test_nobody_at_all_has_a_reason():
    got = estimate_marginal_means(balanced([]), waves=("T1", "T2"))
    assert got["estimate"].isna().all() and (got["reason"] != "").all() and len(got) == 2


def test_tied_scores_without_variance_between_schools_say_singular_in_method():
    got = estimate_marginal_means(balanced([[1, 2, 2, 3]] * 6), waves=("T1",)).iloc[0]
    said = "singular: no variance estimated for school"
    assert said in got["method"] and said in got["reason"]
    # 24 pupils, variance 12 / 23: the error of a mean of independent pupils
    assert got["estimate"] == pytest.approx(2.0)
    assert got["std_error"] == pytest.approx(np.sqrt(12 / 23 / 24), rel=1e-4)


def test_a_covariate_that_repeats_the_cells_or_is_none_is_refused(synthetic):
    data = synthetic[synthetic["outcome"] == "wellbeing"].assign(
        girl=lambda d: (d["gender"] == "girls").astype(float), far=np.inf
    )
    for name, rule in [("girl", "a combination of"), ("wave", "not covariates"),
                       ("shoe", "not covariates"), ("far", "infinite")]:  # fmt: skip
        with pytest.raises(ModelInputError, match=rule):
            estimate_marginal_means(data, waves=("T1", "T2"), gender=GENDER, covariates=(name,))
