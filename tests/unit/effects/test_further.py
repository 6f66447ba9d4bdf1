"""Further questions through the study file: what is asked, on whom it rests, what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.further import further_declared
from resilience_lib.errors import FaultsError
from resilience_lib.study.further import Further


def plan_of(made_up, arms=(), **further):
    block = Further.model_validate(further)
    return made_up.study(arms=arms).model_copy(update={"further": block})


def pupils(school: str, first: list[float], later: list[float], arm=None) -> pd.DataFrame:
    """Rows of one school, a pupil's first and later score in turn."""
    rows = [
        (f"{school}{number}", school, school, "c", wave, "girls", arm, "reading", score)
        for number, pair in enumerate(zip(first, later, strict=True))
        for wave, score in zip(("T1", "T2"), pair, strict=True)
    ]
    places = ["pupil", "school", "school_attended", "classroom", "wave", "gender", "arm"]
    return pd.DataFrame(rows, columns=[*places, "outcome", "score"])


@pytest.fixture
def analysis() -> pd.DataFrame:
    return pd.concat(
        [pupils("a", [1, 4, 6], [3, 4, 7]), pupils("b", [2, 5, 7], [3, 7, 7]),
         pupils("c", [8, 9, 2], [8, 9, 5])],
        ignore_index=True,
    )  # fmt: skip


def test_nothing_asked_is_no_row_with_every_column(made_up, analysis):
    got = further_declared(analysis, {}, plan_of(made_up))
    assert got.empty and got.columns[-2:].tolist() == ["smaller", "smaller_clusters"]


def test_picked_pupils_of_one_group_cannot_be_told_apart_from_regression(made_up, analysis):
    asked = {"picked": [{"outcome": "reading", "change": ["T1", "T2"], "cut": 2}]}
    got = further_declared(analysis, {}, plan_of(made_up, **asked))
    assert got["reason"].str.startswith("cannot be separated").all()
    assert got["estimate"].isna().all()
    # 1 of a, 2 of b and 2 of c began at 2 or below; six others are in the same three schools
    assert got[["n", "smaller", "smaller_clusters"]].iloc[0].tolist() == [3, 3, 3]
    assert got["subgroup"].unique().tolist() == ["picked: at most 2 at T1"]


def test_a_reliability_gives_what_regression_alone_would(made_up, analysis):
    asked = {"outcome": "reading", "change": ["T1", "T2"], "cut": 2, "reliability": 0.8,
             "source": "a manual"}  # fmt: skip
    got = further_declared(analysis, {}, plan_of(made_up, picked=[asked])).set_index("estimand")
    # mean of all at T1 44/9, of the picked 5/3; a fifth of the gap returns by itself; they rose by
    # 2, 1 and 3
    expected = 0.2 * (44 / 9 - 5 / 3)
    assert got.loc["expected_regression", "estimate"] == pytest.approx(expected)
    assert got.loc["picked_change", "estimate"] == pytest.approx(2 - expected)


def test_with_arms_picked_pupils_are_compared_with_the_comparison(made_up):
    frame = pd.concat(
        [
            pupils(school, [1, 2, 3, 9], [by + 1, by + 2, by + 3, 9], arm)
            for schools, arm, by in (("ab", "plain", 0), ("cd", "more", 2))
            for school in schools
        ],
        ignore_index=True,
    )
    asked = {"picked": [{"outcome": "reading", "change": ["T1", "T2"], "cut": 3}]}
    got = further_declared(frame, {}, plan_of(made_up, ("plain", "more"), **asked))
    # at the same first score pupils of the programme end 2 higher
    assert got["estimand"].item() == "picked_difference"
    assert got["estimate"].item() == pytest.approx(2.0)
    assert got["contrast"].item() == "more - plain at T2"
    assert got["smaller"].item() == 4


RATE = {"name": "absence", "label": "Absence", "holds": "school_records", "events": "missed",
        "exposure": "possible", "school": "where", "by": "term",
        "compare": ["summer", "autumn"]}  # fmt: skip


@pytest.fixture
def records() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "where": [*"aabbcc", "a"],
            "term": [*["autumn", "summer"] * 3, "spring"],
            "missed": [4.0, 6, 2, 5, 6, 1, 90],
            "possible": [100.0, 100, 100, 100, 200, 200, 100],
        }
    )


def test_rates_are_sums_over_sums_and_other_terms_stay_out(made_up, records):
    got = further_declared(pupils("a", [1], [2]), {"school_records": records},
                           plan_of(made_up, rates=[RATE]))  # fmt: skip
    rates = got[got["estimand"] == "rate"].set_index("subgroup")["estimate"]
    assert rates["summer"] == pytest.approx(12 / 400)
    assert rates["autumn"] == pytest.approx(12 / 400)
    ratio = got[got["estimand"] == "rate_ratio"]
    assert ratio["estimate"].item() == pytest.approx(1.0)
    assert ratio["contrast"].item() == "summer / autumn"
    assert ratio["n"].item() == 24 and (got.loc[got["estimand"] == "rate", "n"] == 12).all()
    assert {"rate_ratio_poisson", "rate_ratio_negbin"} <= set(got["estimand"])
    assert got["smaller"].unique().tolist() == [12] and (got["smaller_clusters"] == 3).all()


def test_columns_and_terms_that_are_not_there_are_all_named(made_up, records):
    wrong = [RATE | {"events": "mised"}, RATE | {"compare": ["summer", "winter"]}]
    with pytest.raises(FaultsError) as error:
        further_declared(pupils("a", [1], [2]), {"school_records": records},
                         plan_of(made_up, rates=wrong))  # fmt: skip
    found = {(fault.column, fault.value) for fault in error.value.faults}
    assert found == {
        ("further.rates.0.events", "mised"),
        ("further.rates.1.compare", "winter"),
    }
    assert "autumn, spring, summer" in error.value.faults[1].remedy


def test_sites_stand_first_and_rest_on_the_smallest(made_up):
    frame = pd.concat(
        [pupils("a", [1, 2], [2, 4]), pupils("b", [3, 4], [4, 6]), pupils("c", [1, 5], [4, 9]),
         pupils("d", [2, 2, 2], [5, 6, 6])],
        ignore_index=True,
    )  # fmt: skip
    plan = plan_of(made_up, sites={"north": ["a", "b"], "south": ["c", "d"]})
    got = further_declared(frame, {}, plan)
    means = got[got["estimand"] == "site_mean"].set_index("subgroup")["estimate"]
    # changes: 1, 2, 1, 2 in the north; 3, 4, 3, 4, 4 in the south
    assert means.to_dict() == pytest.approx({"north": 1.5, "south": 3.6})
    assert got["smaller"].unique().tolist() == [4]
    assert got["n_clusters"].tolist()[:3] == [2, 2, 4]


def test_a_school_without_a_site_is_a_fault(made_up, analysis):
    plan = plan_of(made_up, sites={"north": ["a"], "south": ["b"]})
    with pytest.raises(FaultsError) as error:
        further_declared(analysis, {}, plan)
    assert [fault.value for fault in error.value.faults] == ["c"]


def test_teachers_are_the_clusters_of_two_reports(made_up):
    mine = pd.concat([pupils(s, [1, 2, 4], [0, 0, 0]) for s in "abcd"], ignore_index=True)
    theirs = mine.assign(outcome="writing", score=mine["score"] + np.tile([2.0, 0, 1, 0, 0, 0], 4))
    plan = plan_of(
        made_up, raters=[{"pupil": "reading", "teacher": "writing", "wave": "T1",
                          "rater": "school"}],
    )  # fmt: skip
    got = further_declared(pd.concat([mine, theirs], ignore_index=True), {}, plan)
    bias = got[got["estimand"] == "rater_bias"]
    # teachers say 2, 1 and 0 more of the three pupils of each class
    assert bias["estimate"].item() == pytest.approx(1.0)
    assert bias[["n", "n_clusters", "smaller"]].iloc[0].tolist() == [12, 4, 12]
    assert got["estimand"].is_unique
