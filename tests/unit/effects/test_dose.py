"""Dose goes with change, and is never said to cause it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.dose import dose_declared, estimate_dose
from resilience_lib.effects.registry import ESTIMANDS
from resilience_lib.errors import FaultsError
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.dose import associate_dose
from resilience_lib.study.dose import Dose


@pytest.fixture
def classes(synthetic) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three classes a school; sessions 0 to 10 by the rule of tests/references/missing.R."""
    frame = synthetic[synthetic["outcome"] == "wellbeing"].copy()
    frame["classroom"] = (frame["pupil"].str[1:].astype(int) % 3).astype(str)
    dose = pd.DataFrame(
        [
            (f"s{place:02d}", str(room), float((room * 7 + place * 3) % 11))
            for place in range(1, 12)
            for room in range(3)
        ],
        columns=["school", "classroom", "dose"],
    )
    return frame, dose


def asked(frame, dose, **keys):
    options = {"changes": [("T1", "T2")], "name": "sessions", "unit": "session"} | keys
    return estimate_dose(frame, dose, **options)


def test_equals_clubsandwich_within_and_between_schools(classes, reference, agree):
    rows = reference("missing.csv")
    got = asked(*classes)
    assert agree(got, rows[rows["data"] == "dose"], 1e-6) == 3
    assert (got["n"] == 367).all() and (got["n_clusters"] == 11).all()
    assert got["method"].str.contains("associated").all()
    for name in got["estimand"]:
        entry = ESTIMANDS[name]
        said = f"{entry.label} {entry.direction} {entry.source}"
        assert "effect" not in said and "cause" not in said


def test_one_value_a_school_has_no_part_within(classes):
    frame, dose = classes
    by_school = dose.groupby("school", as_index=False)["dose"].mean()
    got = asked(frame, by_school)
    assert got["estimand"].tolist() == ["dose_slope"]
    # the school's mean given to each class: nothing varies within, and between is the whole slope
    same = dose[["school", "classroom"]].merge(by_school, on="school")
    both = asked(frame, same).set_index("estimand")
    assert both.loc["dose_slope_within", "reason"] == (
        "the dose is the same for all pupils of each school"
    )
    assert both.loc["dose_slope_between", "estimate"] == pytest.approx(got["estimate"].iloc[0])


def test_refused_with_one_school_or_a_constant_dose(classes):
    frame, dose = classes
    one = asked(frame[frame["school"] == "s01"], dose)
    assert one["estimate"].isna().all()
    assert set(one["reason"]) == {"one school: no association can be told from it"}
    constant = asked(frame, dose.assign(dose=5.0))
    assert constant["estimate"].isna().all()
    assert set(constant["reason"]) == {"the dose is the same for every pupil"}
    nobody = asked(frame, dose.assign(school=dose["school"] + "x"))
    assert set(nobody["reason"]) == {"no pupils with a change and a dose"}


def test_pupils_without_a_dose_are_left_out_and_counted(classes):
    frame, dose = classes
    less = dose.assign(dose=dose["dose"].where(dose["school"] != "s03"))
    got = asked(frame, less)
    early, late = (frame[frame["wave"] == w].set_index("pupil")["score"] for w in ("T1", "T2"))
    seen = (early + late).dropna().index
    here = frame.drop_duplicates("pupil").set_index("pupil").loc[seen, "school"]
    lost = int((here == "s03").sum())
    assert (got["n"] == 367 - lost).all() and (got["n_clusters"] == 10).all()
    assert got["method"].str.endswith(f"; {lost} pupils without a dose left out").all()


def test_input_that_is_none(classes):
    frame, dose = classes
    with pytest.raises(ModelInputError, match="one dose for each school and classroom"):
        asked(frame, pd.concat([dose, dose]))
    with pytest.raises(ModelInputError, match="finite dose"):
        associate_dose([1.0, 2.0], [1.0, np.inf], ["a", "b"], by_class=False)
    with pytest.raises(ModelInputError, match="1 changes and 2 doses"):
        associate_dose([1.0], [1.0, 2.0], ["a", "b"], by_class=False)


def declared(made_up, **keys):
    block = {
        "name": "sessions",
        "label": "Sessions led",
        "unit": "session",
        "holds": "staff",
        "column": "led",
        "school": "School",
    } | keys
    plan = made_up.study(outcomes=("wellbeing",), waves=("a", "b", "c"))
    return plan.model_copy(update={"dose": (Dose.model_validate(block),)})


def test_declared_dose_sums_staff_of_one_school(made_up, classes):
    frame, _ = classes
    schools = sorted(frame["school"].unique())
    staff = pd.DataFrame({"School": schools * 2, "led": [*range(11), *range(0, 22, 2)]})
    got = dose_declared(frame, {"staff": staff}, declared(made_up, summary="sum"))
    by_hand = pd.DataFrame({"school": schools, "dose": [3.0 * i for i in range(11)]})
    changes = [("T1", "T2"), ("T2", "T3"), ("T1", "T3")]
    want = asked(frame, by_hand, changes=changes)
    pd.testing.assert_frame_equal(
        got.drop(columns=["study", "outcome"]), want.drop(columns=["study", "outcome"])
    )
    assert set(got["outcome"]) == {"wellbeing"} and set(got["study"]) == {"made_up"}


def test_columns_that_are_not_there_are_all_named(made_up, classes):
    plan = declared(made_up, classroom="Class", column="sessions")
    staff = pd.DataFrame({"School": ["s01"], "led": ["many"]})
    with pytest.raises(FaultsError) as caught:
        dose_declared(classes[0], {"staff": staff}, plan)
    said = [str(fault) for fault in caught.value.faults]
    assert len(said) == 2
    assert "dose.0.classroom" in said[0] and "dose.0.column" in said[1]
    with pytest.raises(FaultsError, match="a dose is a number"):
        dose_declared(classes[0], {"staff": staff}, declared(made_up))
