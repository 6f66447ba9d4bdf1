"""Shares of answers, by hand and against R."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.responses import RESPONSES_COLUMNS, responses_declared
from resilience_lib.instruments.load import load_key
from resilience_lib.study.load import load_study

REFERENCES = Path(__file__).parents[2] / "references"


@pytest.fixture(scope="module")
def given():
    """Three pupils of school 1, three of 2, two of 3; one item of a ten-item scale differs."""
    study, key = load_study("bounce_forward"), load_key("mmf")
    items = key.part("emotional").items
    pupils = pd.DataFrame(
        {"pupil": list("abcdefgh"), "school": list("11122233"),
         "gender": ["girls"] * 3 + ["boys"] * 3 + ["girls", None]}
    )  # fmt: skip
    answers = pd.DataFrame({"pupil": list("abcdefgh"), "wave": "T1"})
    answers = answers.assign(**{f"mmf_{item}": 0.0 for item in items})
    answers[f"mmf_{items[0]}"] = [2, 2, 0, 1, 2, np.nan, 0, 2]
    return study, key, items, pupils, answers


@pytest.fixture(scope="module")
def responses(given):
    study, key, _, pupils, answers = given
    return responses_declared(answers, pupils, study, {"mmf": key})


def rows_of(responses, item, subgroup="all", wave="T1"):
    rows = responses[
        (responses["item"] == item)
        & (responses["subgroup"] == subgroup)
        & (responses["wave"] == wave)
        & (responses["subscale"] == "emotional_difficulties")
    ]
    return rows.set_index("category")


def test_answers_to_an_item_by_hand(responses, given):
    _, _, items, _, _ = given
    one = rows_of(responses, items[0])
    assert one["counted"].to_dict() == {0.0: 2, 1.0: 1, 2.0: 4}
    assert (one["n"] == 7).all() and (one["answering"] == 7).all()
    assert one["share"].to_dict() == pytest.approx({0.0: 2 / 7, 1.0: 1 / 7, 2.0: 4 / 7})
    assert one["schools"].to_dict() == {0.0: 2, 1.0: 1, 2.0: 3}
    # codes 0 to 2: above the middle is 2
    assert one["above"].to_dict() == pytest.approx({0: np.nan, 1: np.nan, 2: 4 / 7}, nan_ok=True)
    assert rows_of(responses, items[0], "girls")["counted"].to_dict() == {0.0: 2, 1.0: 0, 2.0: 2}


@pytest.mark.reference
def test_the_interval_is_that_of_the_mean_of_an_indicator(responses, given):
    _, _, items, _, _ = given
    two = rows_of(responses, items[0]).loc[2.0]
    (theirs,) = pd.read_csv(REFERENCES / "responses.csv").itertuples()
    ours = [two["above"], two["low"], two["high"]]
    assert ours == pytest.approx([theirs.share, theirs.low, theirs.high], rel=1e-6)


def test_a_scale_counts_the_answers_to_all_its_items(responses, given):
    whole = rows_of(responses, "")
    # 8 pupils x 10 items less one left out
    assert whole["n"].tolist() == [79.0] * 3
    assert whole["counted"].to_dict() == {0.0: 74, 1.0: 1, 2.0: 4}
    assert whole["pupils"].to_dict() == {0.0: 8, 1.0: 1, 2.0: 4}
    assert (whole["answering"] == 8).all()


def test_where_all_answer_the_same_there_is_no_interval(responses, given):
    _, _, items, _, _ = given
    flat = rows_of(responses, items[1]).loc[2.0]
    assert flat["above"] == 0 and np.isnan(flat["low"]) and np.isnan(flat["high"])


def test_a_wave_or_a_gender_without_answers_has_counts_of_nought(responses, given):
    _, _, items, _, _ = given
    later = rows_of(responses, items[0], wave="T2")
    assert (later["n"] == 0).all() and later["share"].isna().all()


def test_other_outcomes_and_studies_without_items_have_no_row(responses, given):
    _, _, _, pupils, answers = given
    assert set(responses["subscale"]) == {"emotional_difficulties"}
    star = load_study("project_star")
    got = responses_declared(answers, pupils, star, {})
    assert got.empty and list(got.columns) == list(RESPONSES_COLUMNS)
