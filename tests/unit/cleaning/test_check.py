"""Files that disagree with their codebook: each cell once, by the file's own line."""

from __future__ import annotations

import pytest

from resilience_lib.errors import FaultsError, condense

HEADER = "pupil,school,wave,gender,score\n"
LAST = "9,s,after,M,5\n"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("1,s,5,F,5", "line 2, wave: '5': allowed are before, after. mend the cell, or add its"),
        ("1,s,before,X,5", "line 2, gender: 'X': allowed are F, M, girl, boy. mend the cell"),
        ("1,s,before,f,5", "line 2, gender: 'f': allowed are F, M, girl, boy. mend the cell"),
        ("1,s,before,F,many", "line 2, score: 'many': the cell is a number. mend the cell"),
        ("1,s,before,F,inf", "line 2, score: 'inf': the cell is a number. mend the cell"),
        ("1,s,before,F,nan", "line 2, score: 'nan': the cell is a number. mend the cell"),
        ("1,s,before,F,0x1F", "line 2, score: '0x1F': the cell is a number. mend the cell"),
        ('1,s,before,F,"3,5"', "line 2, score: '3,5': the cell is a number. write decimals with"),
        ('1,s,before,F,"1,000"', "line 2, score: '1,000': the cell is a number. write it without"),
        ("1,s,before,F,101", "line 2, score: '101': the value lies in 0 to 100. mend the cell"),
        ("1,s,before,F,-1", "line 2, score: '-1': the value lies in 0 to 100. mend the cell"),
        (",s,before,F,5", "line 2, pupil: every row has a pupil. fill it in, or say linking:"),
        ("1,,before,F,5", "line 2, school: every row has a school. fill it in"),
        ("1,s,,F,5", "line 2, wave: every row has a wave. fill it in, or declare its value"),
    ],
)
def test_a_cell_breaks_one_rule(toy, row: str, fault: str) -> None:
    said = toy({"a.csv": f"{HEADER}{row}\n{LAST}8,s,before,F,1\n"}).faults()
    assert [one.startswith(f"a.csv, {fault}") for one in said] == [True], said


def test_a_cell_is_named_once_though_it_breaks_two_rules(toy) -> None:
    made = toy(
        {"a.csv": f"{HEADER}1,s,before,F,250.5\n{LAST}"},
        columns={"score": {"role": "outcome", "type": "integer", "allowed": "0|100"}},
    )
    assert made.faults() == [
        "a.csv, line 2, score: '250.5': the cell is a whole number. mend the cell, or add its "
        "value to allowed or missing_codes of the codebook"
    ]


def test_a_date_is_iso_and_a_spreadsheet_s_number_is_recognised(toy) -> None:
    made = toy(
        {"a.csv": "pupil,school,wave,gender,score,when\n1,s,before,F,1,44197\n"
                  "1,s,after,F,1,1/3/21\n2,s,after,F,1,2021-03-01\n"},
        columns={"when": {"type": "date"}},
    )  # fmt: skip
    first, second = made.faults()
    assert "line 2, when: '44197': the cell is a date such as 2026-11-24. a spreadsheet's" in first
    # day 1 is 1900-01-01 in a spreadsheet, which takes 1900 for a leap year: 44197 = 2021-01-01
    assert "serial number of 2021-01-01" in first
    assert "line 3, when: '1/3/21': the cell is a date such as 2026-11-24. write year-" in second


def test_faults_of_all_files_and_of_the_study_file_come_at_once(toy) -> None:
    made = toy(
        {"t1.csv": "pupil,school,gender,score\n1,a,X,10\n",
         "t2.csv": "pupil,school,gender,score,extra\n1,a,F,200,1\n", "t3.csv": "a,a\n1,2\n"},
        columns={"extra": {"file": "other.csv"}},
        entries={"t1.csv": "reader: csv, wave: T1", "t2.csv": "reader: csv, wave: T2",
                 "t3.csv": "reader: csv, holds: staff"},
    )  # fmt: skip
    path = made.raw / "codebook.csv"
    text = path.read_text(encoding="utf-8").splitlines()
    # the doubled column of t3.csv stands twice in the codebook too
    path.write_text("\n".join(text[:-1]) + "\n", encoding="utf-8")
    said = "\n".join(made.faults())
    for words in (
        "codebook.csv, line 10, file: 'other.csv': every file of the codebook is one of the study",
        "t1.csv, line 2, gender: 'X': allowed are",
        "t2.csv, extra: every column is described in the codebook",
        "t2.csv, line 2, score: '200': the value lies in 0 to 100",
        "t3.csv, line 1",
    ):
        assert words in said


def test_identifying_columns_are_refused_until_the_codebook_hides_them(toy) -> None:
    made = toy({"a.csv": f"pupil,school,wave,gender,score\n{LAST}1,s,before,F,1\n"})
    (made.raw / "codebook.csv").read_text()
    made.lay({"a.csv": "pupil,school,wave,gender,score,Surname\n9,s,after,M,5,Smith\n"
                       "9,s,before,M,5,Smith\n"})  # fmt: skip
    said = made.faults()
    assert len(said) == 1
    assert (
        "codebook.csv, line 7, variable: 'Surname': the column looks as if it identified" in said[0]
    )
    made.lay({"a.csv": "pupil,school,wave,gender,score,Surname\n9,s,after,M,5,Smith\n"
                       "9,s,before,M,5,Smith\n"},
             columns={"Surname": {"role": "dropped"}})  # fmt: skip
    assert len(made.clean().waves) == 2


@pytest.mark.parametrize(
    ("columns", "entry", "words"),
    [
        ({"pupil": {"role": "kept"}}, "reader: csv", "a column of a.csv has role pupil"),
        ({"school": {"role": "kept"}}, "reader: csv", "a column of a.csv has role school"),
        ({"gender": {"role": "kept"}}, "reader: csv", "a column of a pupils' file has role gender"),
        ({"score": {"role": "kept", "type": "number"}}, "reader: csv",
         "outcomes.0.column: 'score': an outcome's column has role outcome in the codebook"),
        ({}, "reader: csv, wave: T1", "the wave of a row of a.csv is said once"),
        ({"wave": {"role": "kept"}}, "reader: csv", "the wave of a row of a.csv is said once"),
        ({"gender": {"role": "school"}}, "reader: csv", "one column of a.csv has role school"),
    ],
)  # fmt: skip
def test_roles_that_a_study_needs(toy, columns, entry: str, words: str) -> None:
    made = toy({"a.csv": HEADER + "1,s,before,F,1\n" + LAST}, columns=columns,
               entries={"a.csv": entry})  # fmt: skip
    assert any(words in one for one in made.faults())


def test_a_score_of_a_wide_file_without_its_wave_is_not_the_score_of_every_wave(toy) -> None:
    made = toy(
        {"a.csv": "pupil,school,gender,o1,o2,score\n1,s,F,10,5,77\n"},
        columns={
            "o1": {"role": "outcome", "type": "number", "item": "other", "wave": "T1"},
            "o2": {"role": "outcome", "type": "number", "item": "other", "wave": "T2"},
        },
    )
    assert made.faults() == [
        "codebook.csv, line 7, wave: 'score': in a wide file every answer and score has its wave. "
        "write T1, T2, ... and the name it has at every wave into item"
    ]


@pytest.mark.parametrize("name", ["school", "id", "pupil", "file", "part_1"])
def test_a_score_called_like_a_column_of_every_record_takes_nobody_s_place(toy, name: str) -> None:
    columns = {"who": {"role": "pupil"}, "where": {"role": "school"},
               name: {"role": "outcome", "type": "number"}}  # fmt: skip
    rows = f"who,where,wave,gender,score,{name}\n1,s,before,F,10,3\n1,s,after,F,5,4\n"
    assert toy({"a.csv": rows}, columns=columns).faults() == [
        f"codebook.csv, line 7, variable: '{name}': an answer or score is not called like a column "
        f"that every record has. write another name for it into item, e.g. score_{name}"
    ]
    columns[name]["item"] = f"score_{name}"
    waves = toy({"a.csv": rows}, columns=columns).clean().waves
    assert waves[["pupil", "school", "score"]].to_numpy().tolist() == [
        ["1", "s", 10.0],
        ["1", "s", 5.0],
    ]


def test_codes_without_a_name_in_the_study_file_are_not_made_missing(toy) -> None:
    made = toy(
        {"a.csv": HEADER + "1,s,before,Z,1\n2,s,after,Z,1\n" + LAST},
        columns={"gender": {"role": "gender", "type": "category", "allowed": "M=boy|F=girl|Z"}},
    )
    assert made.faults() == [
        "a.csv, gender: 'Z': the study file's gender.values has no name for this code (2 cells). "
        "add it to gender.values of studies/toy/study.yml, or to missing_codes of the codebook"
    ]


def test_a_column_that_nobody_answered_is_no_measure(toy) -> None:
    said = toy({"a.csv": HEADER + "1,s,before,F,\n2,s,after,M,999\n"}).faults()
    assert said == ["a.csv, score: somebody answered it. check the export, or give it role dropped"]


def test_all_faults_are_kept_and_the_message_shows_the_first_of_each_kind(toy) -> None:
    rows = "".join(f"{n},s,before,F,-1\n" for n in range(10))
    made = toy({"a.csv": HEADER + rows + "1,s,after,F,1\n"})
    with pytest.raises(FaultsError) as caught:
        made.clean()
    assert [fault.row for fault in caught.value.faults] == list(range(2, 12))
    lines = condense(caught.value.faults)
    assert len(lines) == 4
    assert "score: 7 more cells like these: the value lies in 0 to 100" in lines[3]


@pytest.mark.parametrize("bad", ["1.0E+05", "10234.0", "12-Mar"])
def test_ids_that_a_spreadsheet_has_damaged_are_refused(toy, bad: str) -> None:
    said = toy({"a.csv": f"{HEADER}{bad},s,before,F,1\n10235,s,after,F,1\n"}).faults()
    assert len(said) == 1
    assert f"a.csv, line 2, pupil: '{bad}': " in said[0]
    assert "take the ids from where they were given out, and keep them as text" in said[0]


def test_shorter_ids_are_pointed_at_and_kept(toy) -> None:
    rows = "".join(f"{n},s,before,F,1\n" for n in (10234, 10235, 10236, 987))
    log = toy({"a.csv": f"{HEADER}{rows}10234,s,after,F,1\n"}).clean().log
    pointed = log[log["step"] == "look at ids"]
    assert pointed[["column", "changed", "after"]].to_numpy().tolist() == [
        ["pupil", 1, "as they are"]
    ]


def test_a_code_has_the_same_parts_in_every_file(toy) -> None:
    made = toy(
        {
            "t1.csv": "month,school,gender,score\n5,a,F,10\n",
            "t2.csv": "Month,school,score\n5,a,20\n",
        },
        columns={"month": {"role": "code_part"}, "Month": {"role": "code_part"}},
        entries={"t1.csv": "reader: csv, wave: T1", "t2.csv": "reader: csv, wave: T2"},
        more="linking: {by: code, agree: 1}",
    )  # fmt: skip
    assert made.faults() == [
        f"codebook.csv, item: '{lacking}': the code has the same parts in every pupils' file; "
        f"{file} lacks some. write into item the name that a part has in every file"
        for file, lacking in (("t1.csv", "Month"), ("t2.csv", "month"))
    ]
