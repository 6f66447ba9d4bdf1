"""Cleaning on files small enough to read; what comes out was worked out by hand."""

from __future__ import annotations

import pandas as pd

from resilience_lib.paths import study_file
from resilience_lib.store.pseudonyms import key_path, lay_key

HEADER = "pupil,school,wave,gender,score\n"


def long_file(*rows: str) -> dict[str, str]:
    return {"a.csv": HEADER + "".join(f"{row}\n" for row in rows)}


def test_waves_groups_numbers_and_missing_codes(toy) -> None:
    cleaned = toy(
        long_file("007,s1,after,F,50", "007,s1,before,girl,999", "08,s1,before,M, 7.5 ")
    ).clean()
    assert cleaned.waves[["pupil", "wave", "gender"]].to_numpy().tolist() == [
        ["007", "T1", "girls"],
        ["007", "T2", "girls"],
        ["08", "T1", "boys"],
    ]
    assert cleaned.waves["score"].isna().tolist() == [True, False, False]
    assert cleaned.waves["score"].tolist()[1:] == [50.0, 7.5]


def test_the_log_names_what_was_done_how_often_and_from_what_to_what(toy) -> None:
    made = toy(
        {"a.csv": "pupil,school,wave,gender,score,dob\n1,s,before,F,999,2010\n"
                  "1,s,after,,4 ,2010\n2,s,before,M,3,\n"},
        columns={"dob": {"role": "dropped"}},
    )  # fmt: skip
    log = made.clean().log.set_index(["step", "column"])
    columns = ["rule", "before", "after", "changed"]
    assert log.loc[("drop column", "dob"), columns].tolist() == [
        "codebook: role dropped", "values", "no column", 2]  # fmt: skip
    assert log.loc[("missing code", "score"), columns].tolist() == [
        "codebook: gone", "999", "missing", 1]  # fmt: skip
    assert log.loc[("cut blanks", "score"), "changed"] == 1
    assert log.loc[("recode", "gender"), ["before", "after", "changed"]].to_numpy().tolist() == [
        ["F", "girl", 1],
        ["M", "boy", 1],
    ]
    assert log.loc[("left missing", "gender"), "changed"] == 1
    assert (log["rows_before"] == 3).all() and (log["rows_after"] == 3).all()


def test_the_log_names_no_pupil_and_no_school(toy) -> None:
    made = toy(
        {"a.csv": "pupil,school,wave,gender,score\nP101,1,before,F,3\n"
                  "P101,2,after,F,4\nP102,1,before,M,3\n"},
        columns={"school": {"role": "school", "type": "category",
                            "allowed": "1=Hillside|2=Park View"}},
    )  # fmt: skip
    log = made.clean().log
    school = log[log["column"] == "school"]
    values = ["before", "after", "changed"]
    assert school[values].to_numpy().tolist() == [["codes", "their labels", 3]]
    words = " ".join(log.astype("str").to_numpy().ravel())
    assert not any(name in words for name in ("P101", "P102", "Hillside", "Park View"))
    # both schools stand behind the rows of the file
    assert log["schools"].unique().tolist() == [2.0]


def test_a_wide_file_becomes_one_row_per_wave_with_anything_filled(toy) -> None:
    made = toy(
        {"wide.csv": "pupil,school,gender,s1,s2\n1,a,F,10,20\n2,a,M,,30\n"},
        columns={
            "s1": {"role": "outcome", "type": "number", "item": "score", "wave": "T1"},
            "s2": {"role": "outcome", "type": "number", "item": "score", "wave": "T2"},
        },
    )
    waves = made.clean().waves
    assert waves[["pupil", "wave", "score"]].to_numpy().tolist() == [
        ["1", "T1", 10.0],
        ["1", "T2", 20.0],
        ["2", "T2", 30.0],
    ]


def test_a_file_per_wave_with_columns_of_other_names(toy) -> None:
    made = toy(
        {"t1.csv": "pupil,school,gender,score\n1,a,F,10\n", "t2.csv": "ID,school,points\n1,a,20\n"},
        columns={
            "ID": {"role": "pupil"},
            "points": {"role": "outcome", "type": "number", "item": "score"},
        },
        entries={"t1.csv": "reader: csv, wave: T1", "t2.csv": "reader: csv, wave: T2"},
    )
    waves = made.clean().waves
    assert waves[["pupil", "wave", "score"]].to_numpy().tolist() == [
        ["1", "T1", 10.0],
        ["1", "T2", 20.0],
    ]
    assert waves["gender"].tolist()[0] == "girls" and pd.isna(waves["gender"].tolist()[1])


def test_answers_in_words_become_numbers_under_their_instrument_s_name(toy) -> None:
    made = toy(
        {"a.csv": "pupil,school,wave,gender,score,Q3\n1,a,before,F,1,Never\n"
                  "1,a,after,F,1,Always\n"},
        columns={"Q3": {"role": "item", "type": "integer", "instrument": "mmf", "item": "3",
                        "allowed": "Never=0|Sometimes=1|Always=2"}},
    )  # fmt: skip
    assert made.clean().waves["mmf_3"].tolist() == [0.0, 2.0]


def test_pseudonyms_stand_in_every_file_for_the_same_id_and_hide_it(toy) -> None:
    made = toy(
        {"a.csv": "upn,school,wave,gender,score\nA123,a,before,F,1\nA123,a,after,F,2\n"},
        columns={"upn": {"role": "pupil", "sensitive": "pseudonymise"}},
    )
    said = made.faults()
    assert len(said) == 1 and "their key is not there. run: make fetch STUDY=toy" in said[0]
    key_path("toy").write_text("00" * 32 + "\n")
    assert lay_key("toy") == []
    waves = made.clean().waves
    # OpenSSL 3.0: printf A123 | openssl dgst -sha256 -hmac $(printf '00%.0s' $(seq 32))
    assert waves["pupil"].tolist() == ["P63E03C86B3859AAC"] * 2


def test_an_id_in_other_case_or_width_has_one_pseudonym_as_linking_has_one_pupil(toy) -> None:
    made = toy(
        {"a.csv": "upn,school,wave,gender,score\na123,a,before,F,1\nＡ123,a,after,F,2\n"},
        columns={"upn": {"role": "pupil", "sensitive": "pseudonymise"}},
    )
    key_path("toy").write_text("00" * 32 + "\n")
    # the sum of A123, as above
    assert made.clean().waves["pupil"].tolist() == ["P63E03C86B3859AAC"] * 2


def test_answers_of_staff_are_no_pupil_s(toy) -> None:
    answer = {"role": "item", "type": "integer", "instrument": "mmf", "allowed": "0|2"}
    made = toy(
        {
            "a.csv": HEADER.rstrip() + ",q3\n1,s1,before,F,1,2\n1,s1,after,F,2,0\n",
            "staff.csv": "q1,Q3\n1,1\n",
        },
        columns={"q1": {**answer, "item": "1"}, "q3": {**answer, "item": "3"},
                 "Q3": {**answer, "item": "3"}},
        entries={"staff.csv": "reader: csv, holds: staff"},
    )  # fmt: skip
    cleaned = made.clean()
    assert list(cleaned.waves.columns)[6:] == ["score", "mmf_3"]
    assert cleaned.waves["mmf_3"].tolist() == [2.0, 0.0]
    assert cleaned.others["staff"].to_numpy().tolist() == [[1.0, 1.0]]


def test_an_outcome_is_its_column_whatever_other_columns_are_called(toy) -> None:
    made = toy(
        {"a.csv": "pupil,school,wave,gender,x,score\n1,s,before,F,10,99\n1,s,after,F,5,98\n"},
        columns={"x": {"role": "outcome", "type": "number"}},
    )
    path = study_file("toy")
    text = path.read_text(encoding="utf-8")
    first = text[text.index("  - {name: score") : text.index("families:")]
    second = first.replace("name: score", "name: again")
    text = text.replace(first, first + second).replace("column: score", "column: x")
    path.write_text(text, encoding="utf-8")
    waves = made.clean().waves
    assert list(waves.columns)[6:] == ["score", "again"]
    assert waves["score"].tolist() == waves["again"].tolist() == [10.0, 5.0]


def test_staff_and_school_records_are_typed_and_kept_apart(toy) -> None:
    made = toy(
        {
            "a.csv": HEADER + "1,s1,before,F,1\n1,s1,after,F,2\n",
            "staff.csv": "who,led\nT1,4\nT2,x\n",
        },
        columns={"led": {"type": "integer", "allowed": "0|10", "missing_codes": "x=not said"}},
        entries={"staff.csv": "reader: csv, holds: staff"},
    )
    staff = made.clean().others["staff"]
    assert staff["who"].tolist() == ["T1", "T2"]
    assert staff["led"].tolist()[0] == 4.0 and pd.isna(staff["led"].tolist()[1])


def test_rows_without_an_id_stop_the_build_or_are_set_aside_and_counted(toy) -> None:
    rows = long_file("1,s,before,F,1", " ,s,before,F,2", "1,s,after,F,3")
    assert toy(rows).faults() == [
        "a.csv, line 3, pupil: every row has a pupil. fill it in, or say linking: without_id: "
        "set_aside in the study file, which leaves such rows out"
    ]
    cleaned = toy(rows, more="linking: {without_id: set_aside}").clean()
    assert len(cleaned.waves) == 2
    aside = cleaned.log[cleaned.log["step"] == "set rows aside"]
    assert aside[["changed", "rows_before", "rows_after"]].to_numpy().tolist() == [[1, 3, 2]]


def test_a_pupil_twice_in_a_wave_stops_the_build_or_the_declared_row_counts(toy) -> None:
    rows = long_file("1,s,before,F,", "2,s,before,M,5", "1,s,before,F,7", "1,s,after,F,9")
    said = toy(rows).faults()
    assert len(said) == 1
    assert "line 2, pupil: '1 at T1, also in a.csv line 4': a pupil stands once" in said[0]
    waves = toy(rows, more="linking: {keep: most_answered}").clean().waves
    assert waves.loc[waves["pupil"] == "1", "score"].tolist() == [7.0, 9.0]


def test_a_wave_without_rows_is_named(toy) -> None:
    said = toy(long_file("1,s,before,F,1")).faults()
    assert said == [
        "studies/toy/study.yml, waves.1: 'after': every wave has rows in the raw files; T2 has "
        "none. add its file, mend its value, or take the wave out"
    ]
