"""REDCap exports with their dictionary: a real project of invented people, and spoiled ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.redcap import NOT_THERE, read
from resilience_lib.readers.redcap_dictionary import choices, read_dictionary

DICTIONARY = (
    '"Variable / Field Name","Form Name","Field Type","Field Label",'
    '"Choices, Calculations, OR Slider Labels","Text Validation Type OR Show Slider Number",'
    "Identifier?\n"
    "study_id,start,text,Number,,,\n"
    'club,start,checkbox,Which clubs?,"1, Chess | 2, Football, rugby | -9, None",,\n'
    "surname,start,text,Name,,,y\n"
    "mail,start,text,How to reach you,,email,\n"
    "hint,start,descriptive,Thank you,,,\n"
    'mood,weekly,radio,How are you?,"0, bad | 1, good",,\n'
    "late,weekly,yesno,Late today?,,,\n"
)
DATA = (
    "study_id,redcap_event_name,club___1,club___2,club____9,surname,mail,start_complete,"
    "mood,late,weekly_complete\n"
    "1,t1,1,0,0,Ash,a@b.org,2,,,\n"
    "1,t2,,,,,,,1,,2\n"
    "2,t1,0,1,0,Elm,,2,,,\n"
    "2,t2,,,,,,,,,0\n"
)


def written(folder: Path, data: str = DATA, dictionary: str = DICTIONARY) -> tuple[Path, Path]:
    paths = folder / "data.csv", folder / "dictionary.csv"
    for path, text in zip(paths, (data, dictionary), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def test_what_is_not_at_an_event_and_what_was_not_answered(tmp_path: Path) -> None:
    data, dictionary = written(tmp_path)
    table = read(data, dictionary=dictionary)
    assert table.frame["redcap_event_name"].tolist() == ["t1", "t2", "t1", "t2"]
    assert table.frame["mood"].tolist() == [NOT_THERE, "1", NOT_THERE, ""]
    assert table.frame["late"].tolist() == [NOT_THERE, "", NOT_THERE, ""]
    assert table.frame["club___1"].tolist() == ["1", NOT_THERE, "0", NOT_THERE]
    assert table.frame["weekly_complete"].tolist() == [NOT_THERE, "2", NOT_THERE, "0"]
    assert table.missing["mood"] == {
        NOT_THERE: "nobody has an entry in the form weekly at this event"
    }
    assert "study_id" not in table.missing
    assert table.notes == (
        "the form start is filled in at: t1",
        "the form weekly is filled in at: t2",
    )


def test_labels_and_people(tmp_path: Path) -> None:
    data, dictionary = written(tmp_path)
    table = read(data, dictionary=dictionary)
    assert table.value_labels["mood"] == {"0": "bad", "1": "good"}
    assert table.value_labels["late"] == {"1": "Yes", "0": "No"}
    assert table.value_labels["club___2"] == {"0": "not ticked", "1": "Football, rugby"}
    assert table.labels["club____9"] == "Which clubs?: None"
    assert [(gone.column, gone.cells) for gone in table.removed] == [("surname", 2), ("mail", 1)]
    assert not {"Ash", "Elm", "a@b.org"} & set(table.frame.to_numpy().ravel())


def test_a_marked_record_number_stays_to_link_by(tmp_path: Path) -> None:
    data, dictionary = written(tmp_path, dictionary=DICTIONARY.replace("Number,,,", "Number,,,y"))
    table = read(data, dictionary=dictionary)
    assert table.frame["study_id"].tolist() == ["1", "1", "2", "2"]
    assert "study_id names the rows and stays, though it identifies a person" in table.notes


def test_repeated_forms_leave_the_others_out_of_their_rows(tmp_path: Path) -> None:
    data = (
        "study_id,redcap_repeat_instrument,redcap_repeat_instance,surname,mood,late\n"
        "1,,,Ash,,\n1,weekly,1,,1,\n1,weekly,2,,,1\n"
    )
    path, dictionary = written(tmp_path, data)
    table = read(path, dictionary=dictionary)
    assert table.frame["mood"].tolist() == [NOT_THERE, "1", ""]
    assert table.removed[0].cells == 1


def test_a_real_project(shared_data: Path) -> None:
    """Three invented people; race and the boxes are asked on enrolment only."""
    folder = shared_data / "redcap_longitudinal"
    table = read(folder / "data.csv", dictionary=folder / "dictionary.csv")
    race = table.frame.loc[table.frame["race"] != NOT_THERE, ["redcap_event_name", "race"]]
    assert race.to_numpy().tolist() == [
        ["enrollment_arm_1", "4"],
        ["enrollment_arm_1", "1"],
        ["enrollment_arm_2", "4"],
    ]
    assert len(table.frame) == 18
    assert table.frame["gym___1"].value_counts().to_dict() == {NOT_THERE: 15, "1": 2, "0": 1}
    assert table.value_labels["meds___1"] == {"0": "not ticked", "1": "Lexapro"}
    assert table.value_labels["sex"] == {"0": "Female", "1": "Male"}
    assert {gone.column: gone.cells for gone in table.removed} == {
        **dict.fromkeys(["first_name", "last_name", "telephone_1", "email", "dob"], 3),
        "ec_phone": 0,
        "next_of_kin_contact_phone": 0,
    }


SPOILED_DATA = {
    "labels instead of names": (("mood,late", "How are you?,late"), [(1, "How are you?", None)]),
    "ticks as words": (("1,t1,1,0", "1,t1,Checked,0"), [(2, "club___1", "Checked")]),
    "no record number": (("study_id", "number"), [(1, "study_id", None), (1, "number", None)]),
    "a line too long": (("2,t1,0", "2,t1,0,0"), [(4, None, "2,t1,0,0,1,0,Elm,,2,,,")]),
}


@pytest.mark.parametrize("kind", SPOILED_DATA)
def test_spoiled_data(kind: str, tmp_path: Path, places) -> None:
    change, expected = SPOILED_DATA[kind]
    data, dictionary = written(tmp_path, DATA.replace(*change, 1))
    assert places(read, data, dictionary=dictionary) == [("data.csv", *p) for p in expected]


SPOILED_DICTIONARIES = {
    "a field twice": (("late,weekly", "mood,weekly"), [(8, "Variable / Field Name", "mood")]),
    "a code twice": (
        ("0, bad | 1", "1, bad | 1"),
        [(7, "Choices, Calculations, OR Slider Labels", "1, bad | 1, good")],
    ),
    "a choice without code": (
        ("0, bad", "bad"),
        [(7, "Choices, Calculations, OR Slider Labels", "bad | 1, good")],
    ),
    "another file": (
        ('"Field Type"', '"Type"'),
        [(1, "Field Type", None)],
    ),
}


@pytest.mark.parametrize("kind", SPOILED_DICTIONARIES)
def test_spoiled_dictionary(kind: str, tmp_path: Path, places) -> None:
    change, expected = SPOILED_DICTIONARIES[kind]
    data, dictionary = written(tmp_path, dictionary=DICTIONARY.replace(*change, 1))
    found = places(read, data, dictionary=dictionary)
    assert found == [("dictionary.csv", *place) for place in expected]


def test_headings_of_the_interface_for_programs(tmp_path: Path) -> None:
    text = (
        "field_name,form_name,field_type,field_label,select_choices_or_calculations,identifier\n"
        'mood,weekly,radio,How are you?,"0, bad",y\n'
    )
    _data, path = written(tmp_path, dictionary=text)
    column = read_dictionary(path).columns["mood"]
    assert column.values == {"0": "bad"} and column.personal.startswith("the dictionary marks")


def test_a_dictionary_that_is_not_there(tmp_path: Path) -> None:
    data, _dictionary = written(tmp_path)
    with pytest.raises(FaultsError, match="is there"):
        read(data, dictionary=tmp_path / "none.csv")


def test_choices_by_hand() -> None:
    assert choices("1, a, b | -9, none ") == {"1": "a, b", "-9": "none"}
