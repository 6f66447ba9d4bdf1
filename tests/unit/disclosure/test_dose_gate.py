"""The school that alone led sessions is not known by a slope."""

import numpy as np
import pandas as pd
import pytest

from resilience_lib.disclosure.dose import clear_dose
from resilience_lib.disclosure.gates import to_compare
from resilience_lib.effects.dose import estimate_dose
from resilience_lib.frames import ESTIMATE_COLUMNS


@pytest.fixture
def confidential(made_up):
    return made_up.study(open_data=False, scale=(1, 5))


def study_of(doses, *, pupils=20, name="sessions"):
    """Slopes for schools of 20 pupils each; the first school's change by 3, others' about 0."""
    rows = [
        (f"{s}-{i}", s, wave, later * (3.0 * (s == 0) + (i % 5 - 2) / 2), "reading")
        for s in range(len(doses))
        for i in range(pupils)
        for wave, later in (("T1", 0.0), ("T2", 1.0))
    ]
    frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    frame["school_attended"] = frame["school"]
    dose = pd.DataFrame({"school": range(len(doses)), "dose": [float(one) for one in doses]})
    got = estimate_dose(frame, dose, changes=[("T1", "T2")], name=name, unit="session")
    return got.assign(outcome="reading")


def test_a_dose_of_one_school_would_be_its_change(confidential):
    found = study_of([1, *[0] * 10])
    # the slope and the change of all, 3 / 11, give the change of the one school
    assert 3 / 11 + 10 / 11 * found["estimate"].item() == pytest.approx(3.0)
    assert found[["smaller", "smaller_clusters"]].values.tolist() == [[20.0, 1.0]]
    shown = clear_dose(found, confidential).frame
    assert shown["estimate"].isna().all() and shown["p_value"].isna().all()
    assert shown["reason"].item() == "suppressed: fewer than 3 schools"
    # so are all but one, and two schools beside a commonest dose
    assert clear_dose(study_of([0, *[1] * 10]), confidential).frame["estimate"].isna().all()
    assert clear_dose(study_of([1, 2, *[0] * 9]), confidential).frame["estimate"].isna().all()


def test_three_schools_of_ten_pupils_may_be_seen_and_of_nine_not(confidential):
    assert clear_dose(study_of([1, 1, 1, *[0] * 8]), confidential).frame["estimate"].notna().all()
    few = study_of([1, 1, 1, *[0] * 8], pupils=3)
    assert few["smaller"].item() == 9
    shown = clear_dose(few, confidential).frame
    assert shown["reason"].item() == "suppressed: fewer than 10 pupils"


def test_a_dose_of_each_school_and_words_are_kept_and_the_counts_are_not(confidential, made_up):
    found = study_of(range(11))
    shown = clear_dose(found, confidential).frame
    assert tuple(shown.columns) == ESTIMATE_COLUMNS
    assert shown["subgroup"].tolist() == ["sessions, per session"]
    assert shown["estimate"].item() == round(found["estimate"].item(), 2)
    assert tuple(clear_dose(found, made_up.study()).frame.columns) == ESTIMATE_COLUMNS


def test_one_dose_that_is_hidden_hides_no_other(confidential):
    both = [study_of([1, *[0] * 10]), study_of(range(11), name="fidelity")]
    shown = clear_dose(pd.concat(both, ignore_index=True), confidential).frame
    assert np.isnan(shown["estimate"][0]) and shown["estimate"].notna()[1]


def test_a_study_of_two_schools_shows_no_slope(confidential):
    shown = clear_dose(study_of([1, 2]), confidential).frame
    assert shown["estimate"].isna().all()
    nothing = clear_dose(study_of([1, 1, 1]), confidential).frame
    assert nothing["reason"].item() == "the dose is the same for every pupil"


def test_a_number_of_the_paper_is_compared_by_all_digits_of_what_may_be_seen(confidential):
    shown = to_compare("dose", study_of(range(11)), confidential)
    assert shown["estimate"].item() == study_of(range(11))["estimate"].item()
    assert shown["subgroup"].item() == "sessions, per session"
    hidden = to_compare("dose", study_of([1, *[0] * 10]), confidential)
    assert hidden["estimate"].isna().all()


def test_without_rows_there_is_nothing_to_hide(confidential):
    assert clear_dose(study_of(range(11)).iloc[:0], confidential).frame.empty
