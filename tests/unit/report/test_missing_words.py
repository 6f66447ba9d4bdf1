"""What the report says of missing scores follows the study file."""

from __future__ import annotations

import pytest

from resilience_lib.effects.answers import ANSWERS
from resilience_lib.report.dose import describe_dose
from resilience_lib.report.missing import describe_missing
from resilience_lib.study.dose import Dose
from resilience_lib.study.sensitivity import Sensitivity


def told(made_up, arms=(), incomparable=(), **keys) -> str:
    plan = made_up.study(arms=arms, incomparable=incomparable)
    block = Sensitivity.model_validate(keys)
    return " ".join(describe_missing(plan.model_copy(update={"sensitivity": block})))


def test_shifts_and_auxiliaries_are_those_of_the_study_file(made_up):
    said = told(made_up, imputations=7, deltas=[-0.3, -0.1, 0.3], auxiliaries=["reading"])
    assert "filled 7 times" in said and "and of Reading, with means by gender and" in said
    assert "(0.3 lower, 0.1 lower and 0.3 higher, in total" in said
    assert "tipping point" in said


@pytest.mark.parametrize("name", ["wild_bootstrap", "jackknife", "unflagged_items"])
def test_an_answer_is_told_where_it_is_asked_for(made_up, name):
    assert ANSWERS[name].sentence in told(made_up, answers=["cr2", name])
    assert ANSWERS[name].sentence not in told(made_up, answers=["cr2", "mixed_model"])


def test_without_imputation_nothing_is_said_of_it(made_up):
    said = told(made_up, answers=["cr2", "jackknife"])
    assert "imputation" not in said and "tipping" not in said
    # a difference of arms has no pairs to take differences of
    arms = told(made_up, arms=("a", "b"), incomparable=("reading",), answers=["cr2", "jackknife"])
    assert ANSWERS["jackknife"].sentence not in arms and "school, gender and arm" in arms


def test_no_contrast_needs_no_words(made_up):
    assert told(made_up, incomparable=("reading",)) == ""


def test_dose_is_told_as_an_association(made_up):
    block = {"name": "led", "label": "Sessions led", "unit": "session", "holds": "staff"}
    block |= {"column": "led", "school": "School", "classroom": "Class"}
    plan = made_up.study().model_copy(update={"dose": (Dose.model_validate(block),)})
    said = " ".join(describe_dose(plan))
    assert "associated with one more session" in said and "between classes of one school" in said
    assert "no cause is shown" in said and "effect" not in said
    assert describe_dose(made_up.study()) == []
