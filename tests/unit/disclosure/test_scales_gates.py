"""What of items and scales may be seen; every count was worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.disclosure.gates import clear
from resilience_lib.disclosure.scales import (
    clear_direction,
    clear_ends,
    clear_functioning,
    clear_items,
)
from resilience_lib.frames import estimate_frame

SIZES = {"all": 200, "girls": 90, "boys": 110}


@pytest.fixture
def confidential(made_up):
    return made_up.study(open_data=False)


def left_out(counted, *, sizes=SIZES, schools=11, schools_counted=11, schools_others=11):
    """Rows of one item at one wave."""
    return pd.DataFrame(
        [
            {"instrument": "mmf", "item": "1", "wave": "T1", "gender": group, "n": sizes[group],
             "counted": counted[group], "share": counted[group] / sizes[group],
             "schools": schools, "schools_counted": schools_counted,
             "schools_others": schools_others}
            for group in sizes
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("counted", "seen"),
    [
        ({"all": 40, "girls": 15, "boys": 25}, ["all", "girls", "boys"]),
        ({"all": 34, "girls": 9, "boys": 25}, ["all"]),  # boys: all less girls
        ({"all": 9, "girls": 4, "boys": 5}, []),
        ({"all": 0, "girls": 0, "boys": 0}, []),  # zero tells of every pupil
        ({"all": 110, "girls": 85, "boys": 25}, ["all"]),  # 5 girls answered
        ({"all": 198, "girls": 90, "boys": 108}, []),
    ],
)
def test_answers_left_out(counted, seen, confidential):
    frame = clear_items(left_out(counted), confidential).frame
    assert frame.loc[~frame["hidden"], "gender"].tolist() == seen
    assert frame.loc[frame["hidden"], ["counted", "share"]].isna().all(axis=None)
    assert frame["few"].tolist() == [counted[group] < 10 for group in SIZES]
    assert frame["n"].tolist() == [200, 90, 110]
    assert not [name for name in frame if name.startswith("schools")]


def test_a_share_is_that_of_the_rounded_counts(confidential):
    frame = clear_items(left_out({"all": 43, "girls": 16, "boys": 27}), confidential).frame
    # 40 of 200, 20 of 90, 30 of 110
    assert frame["share"].tolist() == [0.2, 0.22, 0.27]


@pytest.mark.parametrize("which", ["schools", "schools_counted", "schools_others"])
def test_shares_of_two_schools_are_hidden(which, confidential):
    rows = left_out({"all": 40, "girls": 15, "boys": 25})
    rows.loc[rows["gender"] == "girls", which] = 2
    frame = clear_items(rows, confidential).frame
    assert frame["hidden"].tolist() == [False, True, True]
    # two schools alone do not take n, unless they are all the schools of the girls
    assert frame["n"].isna().tolist() == [False, *[which == "schools"] * 2]


def test_nine_girls_have_no_n_nor_have_the_boys(confidential):
    sizes = {"all": 200, "girls": 9, "boys": 191}
    rows = left_out({"all": 60, "girls": 0, "boys": 60}, sizes=sizes)
    frame = clear_items(rows, confidential).frame
    assert frame["n"].isna().tolist() == [False, True, True]
    assert frame["share"].isna().tolist() == [False, True, True]
    assert not frame["few"].any()


def test_floors_are_kept_apart_from_ceilings(confidential):
    rows = left_out({"all": 40, "girls": 15, "boys": 25}).drop(columns=["instrument", "item"])
    few = left_out({"all": 34, "girls": 9, "boys": 25}).drop(columns=["instrument", "item"])
    both = pd.concat([rows.assign(end="floor"), few.assign(end="ceiling")]).assign(outcome="x")
    frame = clear_ends(both, confidential).frame.set_index(["end", "gender"])
    assert not frame.loc["floor", "hidden"].any()
    assert frame.loc["ceiling", "hidden"].tolist() == [False, True, True]


def test_open_shares_are_exact(made_up):
    rows = left_out({"all": 9, "girls": 0, "boys": 9}, schools=1)
    frame = clear_items(rows, made_up.study()).frame
    assert frame["counted"].tolist() == [9, 0, 9] and frame["share"].tolist()[0] == 0.045
    assert not frame["hidden"].any()


def pointing(n, r, low, high, finding="as keyed", schools=11):
    return pd.DataFrame(
        [{"instrument": "mmf", "subscale": "emotional", "item": "1", "wave": "T1",
          "reversed": False, "n": n, "item_rest": r, "conf_low": low, "conf_high": high,
          "clearly_negative": high < 0, "turned_item_rest": r, "finding": finding,
          "sentence": f"it correlates {r:.2f} (n {n})", "schools": schools}]
    )  # fmt: skip


def test_correlations_are_as_coarse_as_n_is_small(confidential):
    frame = clear_direction(pointing(441, 0.6274, 0.5697, 0.6830), confidential).frame
    assert frame[["item_rest", "conf_low", "conf_high"]].iloc[0].tolist() == [0.63, 0.57, 0.68]
    # of 22 pupils Fisher's interval to two decimals would give n: 1 / 22 is above 0.02
    frame = clear_direction(pointing(22, 0.6274, 0.2820, 0.8280), confidential).frame
    assert frame[["item_rest", "conf_low", "conf_high"]].iloc[0].tolist() == [0.65, 0.3, 0.85]
    assert frame["n"].tolist() == [20]


@pytest.mark.parametrize(
    ("n", "r", "schools"), [(9, -0.6, 11), (200, -0.6, 2), (200, float("nan"), 11)]
)
def test_neither_correlation_nor_finding_of_few_or_of_all_alike(n, r, schools, confidential):
    rows = pointing(n, r, r - 0.1, r + 0.1, "against its scale", schools)
    cleared = clear_direction(rows, confidential)
    one = cleared.frame.iloc[0]
    assert one[["item_rest", "conf_low", "conf_high", "n"]].isna().all()
    assert one["finding"] == "not shown"
    assert "suppressed" in cleared.notes[0]


def test_sentences_of_the_check_hold_exact_n_and_are_not_published(confidential, made_up):
    rows = pointing(431, -0.31, -0.4, -0.2, "against its scale")
    for study in (confidential, made_up.study()):
        frame = clear_direction(rows, study).frame
        assert "431" not in frame.drop(columns="n").to_csv()
        assert "sentence" not in frame and frame["finding"].tolist() == ["against its scale"]


def comparison(smaller, *, n=200, schools=11):
    reason = "answers 1 and 2 merged: one was empty in a group"
    return pd.DataFrame(
        [{"subscale": "x", "item": "q1", "contrast": "T1", "subgroup": "girls - boys",
          "r2_change": 0.1264, "log_odds": 2.2505, "p_adjusted": 0.00004, "p_clustered": 0.0123,
          "size": "large", "flagged": True, "n": n, "n_clusters": schools, "rule": "a rule",
          "method": "proportional odds; 9 pupils with an item missing left out",
          "reason": reason, "smaller": smaller}]
    )  # fmt: skip


def test_an_item_is_compared_in_units_of_the_smaller_group(confidential):
    one = clear_functioning(comparison(90), confidential).frame.iloc[0]
    # 1 / 90 is above 0.01
    assert one[["r2_change", "log_odds"]].tolist() == [0.12, 2.26]
    assert one[["p_adjusted", "p_clustered"]].tolist() == [0.0, 0.012]
    assert one["method"] == "proportional odds; fewer than 10 pupils with an item missing left out"
    # that no girl, or no boy, gave an answer is a count of zero
    assert one["reason"] == "answers that few gave are merged"
    assert "smaller" not in one


@pytest.mark.parametrize(("smaller", "schools"), [(9, 11), (90, 2)])
def test_items_of_nine_girls_or_two_schools_are_not_compared(smaller, schools, confidential):
    cleared = clear_functioning(comparison(smaller, schools=schools), confidential)
    one = cleared.frame.iloc[0]
    values = ["r2_change", "log_odds", "p_adjusted", "p_clustered", "n", "n_clusters"]
    assert one[values].isna().all()
    assert (one["size"], one["flagged"]) == ("not shown", False)
    assert "1 item comparisons" in cleared.notes[0]


def test_open_comparisons_are_exact(made_up):
    one = clear_functioning(comparison(9), made_up.study()).frame.iloc[0]
    assert one["r2_change"] == 0.1264 and "answers 1 and 2" in one["reason"]


def alphas(n_girls, *, reason=""):
    """Alpha with its two intervals for all, girls and boys; all are 200."""
    n = {"all": 200, "girls": n_girls, "boys": 200 - n_girls}
    return estimate_frame(
        {"study": "s", "outcome": "reading", "contrast": "T1", "subgroup": group,
         "estimand": "alpha", "estimate": float("nan") if reason and group == "girls" else 0.8123,
         "interval": interval, "n": n[group], "n_clusters": 11,
         "method": f"variances of items and total; {left} pupils with an item missing left out",
         "reason": reason if group == "girls" else ""}
        for group, left in (("all", 26), ("girls", 4), ("boys", 22))
        for interval in ("95% Feldt, pupils independent", "95% draws of schools")
    )  # fmt: skip


def test_alpha_of_nine_girls_takes_that_of_the_boys_with_both_its_intervals(confidential):
    frame = clear("reliability", alphas(9), confidential).frame
    shown = frame.groupby("subgroup", sort=False)["estimate"].count().to_dict()
    assert shown == {"all": 2, "girls": 0, "boys": 0}
    assert frame.loc[frame["subgroup"] == "all", "estimate"].tolist() == [0.81, 0.81]
    assert "fewer than 10 pupils" in frame.loc[frame["subgroup"] == "girls", "method"].iloc[0]


def test_an_answer_that_all_girls_give_is_not_told(confidential):
    rows = alphas(90, reason="everyone gives the same answer: mmf_3")
    frame = clear("reliability", rows, confidential).frame
    assert not frame["reason"].str.contains("mmf_3").any()
    hidden = frame["subgroup"].isin(["girls", "boys"])
    assert frame.loc[hidden, "reason"].str.startswith("suppressed: ").all()
    assert frame.loc[hidden, "n"].isna().all()
