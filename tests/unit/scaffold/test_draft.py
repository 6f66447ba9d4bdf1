"""Drafted rows of a codebook, every cell of them worked out by hand from a small file."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.codebook.variable import COLUMNS
from resilience_lib.instruments.load import key_names, load_key
from resilience_lib.readers.registry import read_raw
from resilience_lib.scaffold.draft import draft_variables

SOURCE = "TO FILL IN: question or manual page"
OWN = "the file's own label"


def drafted(path: Path, reader: str) -> list[list[str]]:
    """The draft as the lines of a CSV, without the column file."""
    keys = [load_key(name) for name in key_names()]
    rows = draft_variables(read_raw(path, reader), path.name, keys)
    assert all(list(row) == list(COLUMNS) and row["file"] == path.name for row in rows)
    return [[row[column] for column in COLUMNS[1:]] for row in rows]


def test_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "wave_1.csv"
    path.write_text(
        "Pupil ID,School,sex,class,age,Surname,contact,day,mark,note,mood\n"
        "001,A,1,5a,9,Smith,a@x.org,2021-03-01,3.5,likes maths,low\n"
        "002,A,2,5a,10,Jones,b@x.org,2021-03-01,7,new,high\n"
        "003,B,1,5b,9,Kaya,c@x.org,2021-03-02,12.25,,low\n"
        "004,B,2,5b,99,Ng,d@x.org,2021-03-02,NA,absent twice,high\n",
        encoding="utf-8",
    )
    ask, guessed = "TO FILL IN: what it holds", "is guessed from its name"
    codes = "1=TO FILL IN: its meaning|2=TO FILL IN: its meaning"
    hidden = "looks as if it identified a person, by its"
    seen = "TO FILL IN: unit and range (seen:"
    assert drafted(path, "csv") == [
        ["Pupil ID", f"{ask}; the role pupil {guessed}", "text", "", "", "", "", "", "", SOURCE,
         "yes", "pupil"],
        ["School", f"{ask}; the role school {guessed}", "text", "", "", "", "", "", "", SOURCE,
         "yes", "school"],
        ["sex", f"{ask}; the role gender {guessed}", "category", "", codes, "", "", "", "",
         SOURCE, "no", "gender"],
        ["class", f"{ask}; the role classroom {guessed}", "text", "", "", "", "", "", "", SOURCE,
         "yes", "classroom"],
        ["age", ask, "integer", f"{seen} 9 to 10)", "9|10", "99=TO FILL IN: likely missing?", "",
         "", "", SOURCE, "no", "kept"],
        ["Surname", f"{hidden} name", "text", "", "", "", "", "", "", "", "yes", "dropped"],
        ["contact", f"{hidden} values (e-mail addresses)", "text", "", "", "", "", "", "", "",
         "yes", "dropped"],
        ["day", ask, "date", "", "", "", "", "", "", SOURCE, "no", "kept"],
        ["mark", ask, "number", f"{seen} 3.5 to 12.25)", "3.5|12.25",
         "NA=TO FILL IN: likely missing?", "", "", "", SOURCE, "no", "kept"],
        ["note", ask, "text", "", "", "", "", "", "", SOURCE, "yes", "kept"],
        ["mood", ask, "category", "", "high|low", "", "", "", "", SOURCE, "no", "kept"],
    ]  # fmt: skip


def test_a_qualtrics_export(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    names = ["StartDate", "IPAddress", "Q1", "Q2", "Q3_1", "Q3_2", "Q3_3"]
    texts = ["Start Date", "IP Address", "Which school?", "What is your surname?",
             "How is it? - a", "How is it? - b", "How is it? - c"]  # fmt: skip
    answers = [
        ["2021-03-01 09:00:00", "10.0.0.1", "A", "Smith", "Never", "Always", "Sometimes"],
        ["2021-03-01 09:01:00", "10.0.0.2", "A", "Jones", "Sometimes", "Always", "Never"],
        ["2021-03-01 09:02:00", "10.0.0.3", "B", "Kaya", "Always", "Never", ""],
        ["2021-03-01 09:03:00", "10.0.0.4", "B", "Ng", "Never", "Sometimes", "Never"],
    ]
    ids = [f'{{"ImportId":"{name}"}}' for name in names]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([names, texts, ids, *answers])
    words = "|".join(f"{w}=TO FILL IN: its number" for w in ("Never", "Sometimes", "Always"))
    run = "TO FILL IN: which instrument? (3 columns Q3)"
    platform = "what the survey platform notes of a response"
    hidden = "looks as if it identified a person, by its label"
    # the reader takes IPAddress away itself; an item's label is not its question's wording
    assert drafted(path, "qualtrics") == [
        ["StartDate", platform, "text", "", "", "", "", "", "", "", "no", "dropped"],
        ["Q1", "Which school?", "category", "", "A|B", "", "", "", "", OWN, "no", "kept"],
        ["Q2", hidden, "text", "", "", "", "", "", "", "", "yes", "dropped"],
        *(
            [f"Q3_{n}", f"item {n}", "integer", "", words, "", run, str(n), "", "", "no", "item"]
            for n in (1, 2, 3)
        ),
    ]


def test_an_spss_file(tmp_path: Path) -> None:
    import pyreadstat

    path = tmp_path / "all.sav"
    frame = pd.DataFrame(
        {
            "id": ["a1", "a2", "a3", "a4"],
            "sex": [1.0, 2.0, 1.0, 9.0],
            "mood": [1.0, 2.0, 3.0, -9.0],
            "agree": [1.0, 4.0, 7.0, 88.0],
            **{f"mmf_{n}": [0.0, 1.0, 2.0, 99.0] for n in range(1, 17)},
        }
    )
    pyreadstat.write_sav(
        frame,
        path,
        column_labels={"sex": "Sex of the pupil", "mood": "Mood | today"},
        variable_value_labels={
            "sex": {1.0: "boy", 2.0: "girl", 9.0: "not given"},
            "mood": {1.0: "low", 2.0: "so|so", 3.0: "high"},
            "agree": {1.0: "not at all", 7.0: "wholly"},
            "mmf_1": {0.0: "Never", 1.0: "Sometimes", 2.0: "Always"},
        },
        missing_ranges={"mood": [-9.0], "mmf_2": [99.0]},
    )
    likely = "99=TO FILL IN: likely missing?"
    missing = {1: likely, 2: "99=declared missing in the file"}
    run = "TO FILL IN: mmf? (16 columns mmf, as many items and answers)"
    ask = "TO FILL IN: what it holds"
    assert drafted(path, "sav") == [
        ["id", f"{ask}; the role pupil is guessed from its name", "text", "", "", "", "", "", "",
         SOURCE, "yes", "pupil"],
        ["sex", "Sex of the pupil (TO FILL IN: the role gender is guessed from its name)",
         "category", "", "1=boy|2=girl", "9=not given (TO FILL IN: missing?)", "", "", "", OWN,
         "no", "gender"],
        # a bar parts codes, so that none may stand in a label of a code
        ["mood", "Mood | today", "category", "", "1=low|2=so/so|3=high",
         "-9=declared missing in the file", "", "", "", OWN, "no", "kept"],
        # only its ends are labelled: a number
        ["agree", ask, "integer",
         "TO FILL IN: unit and range (seen: 1 to 7); 1=not at all; 7=wholly", "1|7",
         "88=TO FILL IN: likely missing?", "", "", "", SOURCE, "no", "kept"],
        *(
            [f"mmf_{n}", f"item {n}", "integer",
             "0=Never, 1=Sometimes, 2=Always" if n == 1 else "", "0|2", missing.get(n, likely),
             run, str(n), "", "", "no", "item"]
            for n in range(1, 17)
        ),
    ]  # fmt: skip


def test_a_workbook_with_waves_side_by_side(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (
        ["pupil", "school name", "read_t1", "read_t2", "q1_t1", "q2_t1", "q3_t1", "gender"],
        ["p1", "Hill", 21, 25, 1, 2, 5, "girl"],
        ["p2", "Hill", 30, 31, 2, 3, 4, "boy"],
        ["p3", "Dale", 44, 12, 3, 4, 1, "girl"],
        ["p4", "Dale", 18, 999, 4, 5, 2, "boy"],
    ):
        book.active.append(row)
    path = tmp_path / "wide.xlsx"
    book.save(path)
    ask = "TO FILL IN: what it holds"
    guessed = "is guessed from its name"
    run = "TO FILL IN: which instrument? (3 columns q)"
    assert drafted(path, "xlsx") == [
        ["pupil", f"{ask}; the role pupil {guessed}", "text", "", "", "", "", "", "", SOURCE,
         "yes", "pupil"],
        # a name of a school is what says the school here; the codebook wants it pseudonymised
        ["school name", f"{ask}; the role school {guessed}", "text", "", "", "", "", "", "",
         SOURCE, "pseudonymise", "school"],
        ["read_t1", f"{ask}; the wave T1 {guessed}", "integer",
         "TO FILL IN: unit and range (seen: 18 to 44)", "18|44", "", "", "read", "T1", SOURCE,
         "no", "kept"],
        ["read_t2", f"{ask}; the wave T2 {guessed}", "integer",
         "TO FILL IN: unit and range (seen: 12 to 31)", "12|31", "999=TO FILL IN: likely missing?",
         "", "read", "T2", SOURCE, "no", "kept"],
        *(
            [f"q{n}_t1", f"item {n}", "integer", "", "1|5", "", run, str(n), "T1", "", "no",
             "item"]
            for n in (1, 2, 3)
        ),
        ["gender", f"{ask}; the role gender {guessed}", "category", "", "boy|girl", "", "", "",
         "", SOURCE, "no", "gender"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cells", "wanted"),
    [
        # an id with zeros in front is text, not a number
        ("x", ["007", "012"], {"type": "text", "sensitive": "yes"}),
        ("x", ["", ""],
         {"type": "text", "label": "TO FILL IN: what it holds; it is empty in this file"}),
        ("x", ["4", "4"], {"type": "integer", "allowed": "",
                           "unit": "TO FILL IN: unit and range (seen: always 4)"}),
        # words that hold the sign between codes cannot be a list of codes
        ("x", ["a|b", "c", "a|b", "c"], {"type": "text", "allowed": ""}),
        ("x", ["a=b", "c", "a=b", "c"], {"type": "text", "allowed": ""}),
        # words that hardly come back are free text
        ("x", ["a", "b", "c", "a"], {"type": "text", "sensitive": "yes"}),
        ("UPN", ["H801200001001", "H801200001002"],
         {"role": "dropped", "label": "looks as if it identified a person, by its name; to link "
                                      "waves by it: role pupil, sensitive pseudonymise"}),
        ("which", ["Boy", "Girl", "Girl", "Boy"], {"role": "gender", "allowed": "Boy|Girl"}),
        ("when", ["pre", "post", "pre", "post"], {"role": "wave", "allowed": "post|pre"}),
    ],
)  # fmt: skip
def test_a_single_column(
    tmp_path: Path, column: str, cells: list[str], wanted: dict[str, str]
) -> None:
    from resilience_lib.readers.raw_table import RawTable

    table = RawTable(pd.DataFrame({column: cells}, dtype="str"))
    (row,) = draft_variables(table, "a.csv")
    assert {key: row[key] for key in wanted} == wanted


def test_one_column_a_role_and_the_others_are_kept() -> None:
    from resilience_lib.readers.raw_table import RawTable

    cells = {"school_id": ["1", "2"], "school_name": ["Hill", "Dale"], "school_no": ["4", "5"]}
    rows = draft_variables(RawTable(pd.DataFrame(cells, dtype="str")), "a.csv")
    assert [(row["variable"], row["role"]) for row in rows] == [
        ("school_id", "school"),
        ("school_name", "dropped"),
        ("school_no", "kept"),
    ]
