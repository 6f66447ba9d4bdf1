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
    return made_up.study(open_data=False, arms=("regular", "small"))


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
    assert cleared(
        rows({"all": 202}, estimand="share_lost", contrast="lost by T2", estimate=16 / 202),
        confidential,
    )["estimate"].tolist() == [0.08]


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


def test_numbers_of_suppressed_rows_are_refused_and_named(confidential):
    verdict = pd.DataFrame(
        {
            "id": ["girls_mean", "all_mean"],
            "found": [3.0, 4.0],
            "reason": ["suppressed: fewer than 10 pupils", ""],
        }
    )
    with pytest.raises(DisclosureError, match="girls_mean"):
        clear_numbers(verdict, confidential)
    verdict.loc[0, "found"] = float("nan")
    assert len(clear_numbers(verdict, confidential).frame) == 2
