"""What of estimates may be seen."""

import pandas as pd
import pytest

from resilience_lib.disclosure.estimates import VALUES, clear_estimates
from resilience_lib.disclosure.gates import clear_numbers
from resilience_lib.errors import DisclosureError
from resilience_lib.frames import ESTIMATE_COLUMNS, estimate_frame


def rows(sizes, *, estimand="mean", contrast="T1", schools=11, estimate=3.0, method="CR2"):
    return [
        {
            "outcome": "reading",
            "contrast": contrast,
            "subgroup": group,
            "estimand": estimand,
            "estimate": estimate,
            "conf_low": 2.0,
            "conf_high": 4.0,
            "n": n,
            "n_clusters": schools,
            "method": method,
        }
        for group, n in sizes.items()
    ]


@pytest.fixture
def confidential(made_up):
    return made_up.study(open_data=False, arms=("regular", "small"), scale=(1, 5))


def cleared(frame_rows, study):
    return clear_estimates(estimate_frame(frame_rows), study).frame.set_index("subgroup")


def test_open_data_pass_untouched(made_up):
    frame = estimate_frame(rows({"all": 3, "girls": 1}))
    pd.testing.assert_frame_equal(clear_estimates(frame, made_up.study()).frame, frame)


def test_nine_girls_take_boys_and_the_difference_with_them(confidential):
    sizes = {"all": 200, "girls": 9, "boys": 191, "girls - boys": 200}
    frame = cleared(rows(sizes, contrast="T2 - T1", estimand="mean_change"), confidential)
    assert frame.loc["all", "estimate"] == 3.0 and frame.loc["all", "n"] == 200
    gone = frame.loc[["girls", "boys", "girls - boys"]]
    assert gone[list(VALUES)].isna().all(axis=None)
    assert frame.loc["girls", "reason"] == "suppressed: fewer than 10 pupils"
    assert gone["reason"].str.startswith("suppressed: ").all()


def test_the_complement_is_found_although_methods_differ_in_their_details(confidential):
    split = rows({"girls": 9}, method="OLS; 4 pupils outside")
    split += rows({"boys": 191}, method="OLS; 31 pupils outside")
    split += rows({"all": 200}, method="OLS; all = 0.955 boys + 0.045 girls")
    frame = cleared(split, confidential)
    assert frame["estimate"].isna().to_dict() == {"girls": True, "boys": True, "all": False}
    assert frame.loc["all", "method"] == "OLS; all weighted by shares of the groups"
    assert frame.loc["boys", "method"] == "OLS; about 30 pupils outside"
    assert frame.loc["girls", "method"] == "OLS; fewer than 10 pupils outside"


def test_ten_pupils_in_three_schools_are_enough_and_two_schools_are_not(confidential):
    assert cleared(rows({"all": 10}, schools=3), confidential)["estimate"].notna().all()
    few = cleared(rows({"all": 100}, schools=2), confidential)
    assert few.loc["all", "reason"] == "suppressed: fewer than 3 schools"
    assert few[list(VALUES)].isna().all(axis=None)


def test_a_row_that_does_not_say_on_how_many_is_suppressed(confidential):
    frame = cleared(rows({"all": None}), confidential)
    assert frame["estimate"].isna().all()


def test_a_share_hides_few_lost_and_few_kept(confidential):
    # 9 of 200 lost; 191 of 200 lost; 20 of 200 lost
    for share, shown in ((9 / 200, False), (191 / 200, False), (20 / 200, True)):
        frame = cleared(
            rows({"all": 200}, estimand="share_lost", contrast="lost by T2", estimate=share),
            confidential,
        )
        assert frame["estimate"].notna().all() == shown
    # 16 of 202 as 20 of 200: what the rounded counts tell already
    assert cleared(
        rows({"all": 202}, estimand="share_lost", contrast="lost by T2", estimate=16 / 202),
        confidential,
    )["estimate"].tolist() == [0.10]


def test_lost_pupils_are_not_compared_where_their_share_is_hidden(confidential):
    both = rows({"all": 200}, estimand="share_lost", contrast="lost by T2", estimate=9 / 200)
    both += rows({"lost - kept": 200}, estimand="baseline_difference", contrast="lost by T2")
    assert cleared(both, confidential)["estimate"].isna().all()


def test_an_effect_goes_with_the_mean_of_its_arm(confidential):
    means = {"all": 200, "girls": 100, "boys": 100, "all, small": 100, "all, regular": 100}
    means |= {"girls, small": 9, "girls, regular": 91, "boys, small": 91, "boys, regular": 9}
    effects = {"all": 200, "girls": 100, "boys": 100, "girls - boys": 200}
    both = rows(means) + rows(effects, contrast="small - regular at T1", estimand="mean_difference")
    frame = clear_estimates(estimate_frame(both), confidential).frame
    effect = frame[frame["estimand"] == "mean_difference"].set_index("subgroup")
    assert effect["estimate"].isna().to_dict() == {
        "all": False,
        "girls": True,
        "boys": True,
        "girls - boys": True,
    }


def test_columns_and_order_stay(confidential):
    frame = estimate_frame(rows({"boys": 191, "all": 200, "girls": 9}))
    shown = clear_estimates(frame, confidential).frame
    assert tuple(shown.columns) == ESTIMATE_COLUMNS
    assert shown["subgroup"].tolist() == frame["subgroup"].tolist()


def verdict(found, **other):
    return pd.DataFrame(
        {
            "id": ["girls_mean", "all_mean"],
            "value": [3.1234, 3.98765],
            "printed_as": ["3.12", "4.0"],
            "found": found,
            "n": [9.0, 203.0],
            "reason": ["", ""],
        }
    ).assign(**other)


def test_numbers_of_suppressed_rows_are_refused_and_named(confidential):
    reasons = ["suppressed: fewer than 10 pupils", ""]
    shown = verdict([float("nan"), 3.99], reason=reasons)
    with pytest.raises(DisclosureError, match="girls_mean"):
        clear_numbers(verdict([3.0, 4.0]), shown, confidential)


def test_a_number_is_shown_as_coarsely_as_its_estimate(confidential):
    exact, shown = verdict([float("nan"), 3.98765]), verdict([float("nan"), 3.99], n=[None, 200.0])
    frame = clear_numbers(exact, shown, confidential).frame
    assert frame["found"].tolist()[1] == 3.99 and frame["n"].tolist()[1] == 200
    assert frame["value"].tolist() == [3.12, 4.0]


def test_nine_pupils_in_no_row_take_the_smaller_gender_with_them(confidential):
    frame = cleared(rows({"all": 200, "girls": 90, "boys": 101}), confidential)
    assert frame["estimate"].isna().to_dict() == {"all": False, "girls": True, "boys": False}
    # ten may be had by subtraction
    assert cleared(rows({"all": 201, "girls": 90, "boys": 101}), confidential)["n"].notna().all()


def test_two_small_groups_that_add_up_to_nine_are_not_left_to_subtraction(confidential):
    frame = cleared(rows({"all": 209, "girls": 5, "others": 4, "boys": 200}), confidential)
    assert frame["estimate"].notna().to_dict() == {
        "all": True, "girls": False, "others": False, "boys": False,
    }  # fmt: skip


def test_the_digits_of_a_mean_do_not_give_the_number_of_pupils(confidential):
    # sums of quarter points: 792.25 / 201 has one n below 300 at six digits, many at two
    frame = cleared(rows({"all": 201}, estimate=792.25 / 201), confidential)
    shown = frame.loc["all", "estimate"]
    fits = [n for n in range(195, 205) if abs(round(shown * n * 4) / n / 4 - shown) <= 0.005]
    assert fits == list(range(195, 205))


def test_p_df_and_error_do_not_give_the_estimate_back(confidential):
    row = rows({"all": 201}, estimate=0.0954321, contrast="T2 - T1", estimand="mean_change")[0]
    row |= {"std_error": 0.0583217, "df": 9.41185, "p_value": 0.134587}
    shown = cleared([row], confidential).loc["all"]
    assert shown[["estimate", "std_error", "df", "p_value"]].tolist() == [0.1, 0.06, 9.4, 0.135]


def test_the_adjusted_p_of_a_shown_test_is_not_the_p_of_a_hidden_one(confidential):
    both = rows({"all": 200}, contrast="T2 - T1") + rows({"all": 9}, contrast="T3 - T1")
    both = [row | {"family": "primary: Holm over 2", "p_adjusted": 0.04} for row in both]
    frame = clear_estimates(estimate_frame(both), confidential).frame
    assert frame["p_adjusted"].isna().all() and frame["estimate"].notna().tolist() == [True, False]


def test_a_group_in_which_all_score_the_same_tells_of_each(confidential):
    both = rows({"all": 200, "girls": 90, "boys": 110})
    spread = rows({"all": 200, "girls": 90, "boys": 110}, estimand="sd", estimate=1.0)
    spread[1]["estimate"] = 0.0
    frame = clear_estimates(estimate_frame(both + spread), confidential).frame
    assert set(frame.loc[frame["estimate"].notna(), "subgroup"]) == {"all"}


def test_a_change_that_gives_nine_lost_by_subtraction_is_coarse(confidential):
    # 200 at T1, the 191 of T2 are the same pupils: (200 m1 - 191 (m2 - change)) / 9
    both = rows({"all": 200}, estimate=3.2549) + rows({"all": 191}, contrast="T2", estimate=3.25)
    both += rows({"all": 191}, contrast="T2 - T1", estimand="mean_change", estimate=0.2349)
    frame = clear_estimates(estimate_frame(both), confidential).frame
    # units of a point over n, and of ten times a quarter of 1 to 5 over n: 0.005 and 0.052
    assert frame["estimate"].tolist() == [3.25, 3.25, 0.2]
    apart = [row | {"n": 180} if row["n"] == 191 else row for row in both]
    frame = clear_estimates(estimate_frame(apart), confidential).frame
    assert frame["estimate"].tolist() == [3.25, 3.25, 0.23]


def test_how_loss_goes_with_an_outcome_goes_with_the_comparison(confidential):
    both = rows({"all": 200}, estimand="share_lost", contrast="lost by T2", estimate=15 / 200)
    both += rows({"lost - kept": 9}, estimand="baseline_difference", contrast="lost by T2")
    both += rows({"per SD of T1 score": 190}, estimand="risk_slope", contrast="lost by T2")
    frame = clear_estimates(estimate_frame(both), confidential).frame
    assert frame["estimate"].notna().tolist() == [True, False, False]


def test_a_difference_is_as_coarse_as_its_smaller_group(confidential):
    # 30 girls and 400 boys: 3.2 and 3.01; a difference of 0.22 would give girls' 3.23
    both = rows({"girls": 30}, estimate=3.2333) + rows({"boys": 400}, estimate=3.0125)
    both += rows({"girls - boys": 430}, estimate=0.2208)
    frame = cleared(both, confidential)
    assert frame.loc[["girls", "boys", "girls - boys"], "estimate"].tolist() == [3.25, 3.01, 0.2]
    # and of arms, whose means stand at the wave
    arms = rows({"all, small": 30, "all, regular": 400}) + rows(
        {"all": 430}, estimate=0.2208, contrast="small - regular at T1", estimand="mean_difference"
    )
    assert cleared(arms, confidential).loc["all", "estimate"] == 0.2


def test_a_joint_test_goes_with_a_contrast_that_is_hidden(confidential):
    # nine girls at T1 and T2, 15 at T1 and another wave
    both = rows({"all": 200, "girls": 9, "boys": 191}, contrast="T2 - T1", estimand="mean_change")
    tests = {"all": 205, "girls": 15, "boys": 190, "girls - boys": 205}
    both += rows(tests, contrast="T2 - T1, T3 - T1", estimand="wald_f", estimate=4.2)
    frame = clear_estimates(estimate_frame(both), confidential).frame
    joint = frame[frame["estimand"] == "wald_f"].set_index("subgroup")
    assert joint["estimate"].notna().to_dict() == {
        "all": True, "girls": False, "boys": False, "girls - boys": False,
    }  # fmt: skip


def test_every_share_of_pupils_is_a_count(confidential):
    frame = cleared(rows({"all": 200}, estimand="proportion", estimate=9 / 200), confidential)
    assert frame["estimate"].isna().all()
    frame = cleared(rows({"all": 202}, estimand="proportion", estimate=16 / 202), confidential)
    assert frame["estimate"].tolist() == [0.10]


def test_marginal_means_do_not_tell_of_the_few_who_left(made_up):
    # six of 206 left before T2. A mixed model leans T2 towards what they scored at T1: its mean
    # there less that of the seen is b x 6 / 206 x (the six - the others), b = 0.6
    study = made_up.study(open_data=False, scale=(0, 20))
    six, others, b = 19.0, 8.0, 0.6
    leant = 9.0 + b * 6 / 206 * (six - others)
    both = rows({"all": 206}, estimate=(6 * six + 200 * others) / 206)
    both += rows({"all": 200}, estimate=9.0, contrast="T2")
    both += rows({"all": 200}, estimate=1.0, contrast="T2 - T1", estimand="mean_change")
    both += rows({"all": 200}, estimate=leant, contrast="T2", estimand="marginal_mean")
    frame = clear_estimates(estimate_frame(both), study).frame
    assert (leant - 9.0) / b / 6 * 206 + others == pytest.approx(six)
    # ten pupils moving by 5 points each, over 200: 0.25, so a unit of 0.5
    assert frame["estimate"].iloc[-1] == 9.0
    reach = 0.25 / b / 6 * 206
    assert reach > 5  # a quarter of the scale and more, to either side
    # where ten and more left it is as fine as the mean
    many = [row | {"n": 190} if row["n"] == 200 else row for row in both]
    assert clear_estimates(estimate_frame(many), study).frame["estimate"].iloc[-1] == 9.19


def test_a_coarse_change_of_girls_is_not_had_from_all_and_boys(confidential):
    # five girls and 30 boys left before T2
    first, later = {"all": 235, "girls": 105, "boys": 130}, {"all": 200, "girls": 100, "boys": 100}
    both = rows(first, estimate=3.2549) + rows(later, contrast="T2", estimate=3.25)
    change = later | {"girls - boys": 200}
    both += rows(change, contrast="T2 - T1", estimand="mean_change", estimate=0.2349)
    frame = clear_estimates(estimate_frame(both), confidential).frame
    shown = frame[frame["estimand"] == "mean_change"].set_index("subgroup")["estimate"]
    # a quarter of 1 to 5 of ten pupils over 200, 0.05, and over 100, 0.1; boys as their mean
    assert shown.to_dict() == {"all": 0.25, "girls": 0.2, "boys": 0.23, "girls - boys": 0.2}
