"""Change against clubSandwich (whitened rows; with complete data pupils as dummies), hard cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.change import estimate_change
from resilience_lib.effects.subgroups import cell_columns
from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, fit_cr2

GENDER = ("girls", "boys")
STAR_PAIRS = [("T1", "T2"), ("T2", "T3"), ("T3", "T4")]
PAIRS = [("T1", "T2"), ("T1", "T3"), ("T2", "T3")]


@pytest.mark.reference
@pytest.mark.parametrize("outcome", ["read", "math"])
def test_star_equals_clubsandwich(star, reference, agree, outcome):
    ours = estimate_change(
        star[star["outcome"] == outcome],
        waves=("T1", "T2", "T3", "T4"), changes=STAR_PAIRS, gender=GENDER,
    )  # fmt: skip
    r = reference("cr2.csv").query("data == 'star' and outcome == @outcome")
    assert agree(ours, r, 1e-6) == 24


@pytest.mark.reference
@pytest.mark.parametrize(("route", "tolerance"), [("synthetic", 1e-6), ("synthetic gls", 1e-4)])
def test_synthetic_equals_clubsandwich_on_rows_whitened_in_r(
    synthetic, reference, agree, route, tolerance
):
    data = synthetic[synthetic["outcome"] == "wellbeing"]
    ours = estimate_change(data, waves=("T1", "T2", "T3"), changes=PAIRS, gender=GENDER)
    assert ours["method"].str.contains("; free covariance of a pupil's scores").all()
    r = reference("cr2.csv").query("data == @route and estimand == 'mean_change'")
    assert agree(ours, r, tolerance) == 12
    g = reference("cr2.csv").query("data == @route and estimand == 'g_change_model'")
    assert agree(ours, g, 1e-6) == (12 if route == "synthetic" else 0)


def complete(data: pd.DataFrame) -> pd.DataFrame:
    """Pupils with a score of wellbeing at every wave."""
    data = data[(data["outcome"] == "wellbeing") & data["score"].notna() & data["gender"].notna()]
    return data[data.groupby("pupil")["wave"].transform("size") == 3]


@pytest.mark.reference
def test_complete_pupils_give_clubsandwich_with_pupils_as_dummies(synthetic, reference, agree):
    ours = estimate_change(
        complete(synthetic), waves=("T1", "T2", "T3"), changes=PAIRS, gender=GENDER
    )
    r = reference("cr2.csv").query("data == 'synthetic complete'")
    assert agree(ours, r, 1e-9, ["estimate", "std_error", "df"]) == 12


def test_complete_pupils_give_the_regression_with_pupil_effects_absorbed(synthetic):
    data = complete(synthetic)
    ours = estimate_change(data, waves=("T1", "T2", "T3"), changes=PAIRS, gender=GENDER)
    x, where = cell_columns(data["wave"] + "|" + data["gender"])
    absorbed = fit_cr2(data["score"], x, data["school"], absorb=data["pupil"])
    for first, later in PAIRS:
        for subgroup, weights in (
            ("girls", {"girls": 1.0}), ("girls - boys", {"girls": 1.0, "boys": -1.0}),
        ):  # fmt: skip
            line = np.zeros(len(where))
            for level, weight in weights.items():
                line[where[f"{later}|{level}"]], line[where[f"{first}|{level}"]] = weight, -weight
            expected = contrast_cr2(absorbed, line)
            row = ours.query(
                "estimand == 'mean_change' and contrast == @contrast and subgroup == @subgroup",
                local_dict={"contrast": f"{later} - {first}", "subgroup": subgroup},
            ).iloc[0]
            for name in ("estimate", "std_error", "df"):
                assert row[name] == pytest.approx(getattr(expected, name), rel=1e-9), name


@pytest.mark.reference
def test_g_is_the_change_over_the_total_sd_of_the_first_wave(synthetic, reference):
    data = synthetic[synthetic["outcome"] == "wellbeing"]
    ours = estimate_change(data, waves=("T1", "T2", "T3"), changes=PAIRS, gender=GENDER)
    r = reference("plain.csv").query("outcome == 'wellbeing' and contrast == 'T1'")
    sd, j = (r.loc[r["estimand"] == e, "estimate"].item() for e in ("total_sd", "J"))
    raw = ours[ours["estimand"] == "mean_change"].reset_index()
    g = ours[ours["estimand"] == "g_change_model"].reset_index()
    np.testing.assert_allclose(g["estimate"], j * raw["estimate"] / sd, rtol=1e-6)
    np.testing.assert_array_equal(g["p_value"], raw["p_value"])


def test_counts_are_of_pupils_seen_at_both_waves(synthetic):
    data = synthetic[(synthetic["outcome"] == "wellbeing") & synthetic["score"].notna()]
    ours = estimate_change(data, waves=("T1", "T2", "T3"), changes=PAIRS, gender=GENDER)
    row = ours.query("contrast == 'T3 - T2' and subgroup == 'girls'").iloc[0]
    wide = data[data["gender"] == "girls"].pivot(index="pupil", columns="wave", values="score")
    assert row["n"] == (wide["T2"].notna() & wide["T3"].notna()).sum()


def tiny(scores: list[list[float]], schools: str) -> pd.DataFrame:
    rows = [
        (f"p{i}", s, w, "girls", "x", v)
        for i, (s, pair) in enumerate(zip(schools, scores, strict=True))
        for w, v in zip(("T1", "T2"), pair, strict=True)
    ]
    return pd.DataFrame(rows, columns=["pupil", "school", "wave", "gender", "outcome", "score"])


def test_balanced_schools_give_the_t_test_of_school_means_by_hand():
    # changes 1 3 | 2 4 | 6 8: school means 2, 3, 7; mean 4, SD 2.6458, error SD / sqrt 3
    frame = tiny([[0, 1], [0, 3], [0, 2], [0, 4], [0, 6], [0, 8]], "aabbcc")
    row = estimate_change(frame, waves=("T1", "T2"), changes=[("T1", "T2")]).iloc[0]
    assert row["estimate"] == pytest.approx(4)
    assert row["std_error"] == pytest.approx(np.sqrt(7 / 3))
    assert row["df"] == pytest.approx(2)
    assert "fewer than 4 df" in row["reason"]


@pytest.mark.parametrize(
    ("scores", "schools", "words"),
    [
        ([[0, 1], [0, 3], [0, 2]], "aaa", "one school"),
        ([[2, 2], [2, 2], [2, 2]], "abc", "nothing varies"),
        ([[0, 1], [1, 2], [5, 6]], "abc", "nothing varies"),
        ([[0, np.nan], [1, np.nan]], "ab", "no pupils of this group"),
        ([[0, np.nan], [1, np.nan], [np.nan, 2], [np.nan, 4]], "abab", "at both T1 and T2"),
        ([[np.nan, np.nan], [np.nan, np.nan]], "ab", "at both T1 and T2"),
    ],
)
def test_degenerate_data_give_a_reason_and_no_standard_error(scores, schools, words):
    got = estimate_change(tiny(scores, schools), waves=("T1", "T2"), changes=[("T1", "T2")])
    row = got[got["estimand"] == "mean_change"].iloc[0]
    assert np.isnan([row["std_error"], row["conf_low"], row["p_value"]]).all()
    assert words in row["reason"]


def test_a_gender_in_one_school_only_has_no_error_but_a_reason():
    frame = tiny([[0, 1], [0, 3], [0, 2], [0, 4.5]], "aabb")
    frame.loc[frame["pupil"] == "p0", "gender"] = "boys"
    got = estimate_change(frame, waves=("T1", "T2"), changes=[("T1", "T2")], gender=GENDER)
    boys = got.query("subgroup == 'boys' and estimand == 'mean_change'").iloc[0]
    assert boys["estimate"] == pytest.approx(1)
    assert np.isnan(boys["std_error"])
    assert "one school alone" in boys["reason"]


def test_two_scores_at_a_wave_and_infinite_scores_are_refused():
    frame = tiny([[0, 1], [0, 3]], "ab")
    with pytest.raises(ModelInputError, match="two scores"):
        estimate_change(pd.concat([frame, frame]), waves=("T1", "T2"), changes=[("T1", "T2")])
    with pytest.raises(ModelInputError, match="infinite"):
        estimate_change(
            frame.replace({"score": {3.0: np.inf}}), waves=("T1", "T2"), changes=[("T1", "T2")]
        )


def test_few_pupils_with_gaps_take_a_fixed_correlation():
    # five pupils seen twice, one only at each wave: V is [[1, .5], [.5, 1]], and GLS by hand is
    # sums of 4/3 [[1, -.5], [-.5, 1]]: T1 and T2 means solve
    # [[5 * 4/3 + 1, -10/3], [-10/3, 5 * 4/3 + 1]] m = 4/3 (s1 - s2 / 2, s2 - s1 / 2) + (9, 1)
    scores = [[1, 2], [2, 4], [3, 3], [4, 6], [5, 9], [9, np.nan], [np.nan, 1]]
    row = estimate_change(tiny(scores, "aabbcdd"), waves=("T1", "T2"), changes=[("T1", "T2")]).iloc[
        0
    ]
    mean = np.linalg.solve(
        [[23 / 3, -10 / 3], [-10 / 3, 23 / 3]], [4 / 3 * 3 + 9, 4 / 3 * 16.5 + 1]
    )
    assert row["estimate"] == pytest.approx(mean[1] - mean[0], rel=1e-12)
    assert row["n"] == 5
    assert "set to 0.5 (fewer than 10 pupils with both of two waves)" in row["method"]


def test_a_change_that_is_the_same_for_all_is_not_told_of_pupils_who_were_not_seen():
    # everybody seen twice changed by exactly 2; with a made-up correlation it would be 1.9 of all
    first = np.arange(24.0) % 12
    rows = pd.DataFrame({"pupil": np.arange(24).astype(str), "school": np.arange(24) % 6})
    later = rows.assign(wave="T2", score=first + 2)[first < 9]
    frame = pd.concat([rows.assign(wave="T1", score=first), later]).assign(outcome="x")
    frame["school"] = frame["school"].astype(str)
    got = estimate_change(frame, waves=("T1", "T2"), changes=[("T1", "T2")])
    assert got[["estimate", "conf_low", "p_value"]].isna().all(axis=None)
    assert got["reason"].str.endswith("and scores are missing").all()
    whole = pd.concat([frame[frame["wave"] == "T1"], rows.assign(wave="T2", score=first + 2)])
    whole = whole.assign(outcome="x", school=whole["school"].astype(str))
    told = estimate_change(whole, waves=("T1", "T2"), changes=[("T1", "T2")])
    assert told["estimate"].iloc[0] == pytest.approx(2.0, abs=1e-9)
