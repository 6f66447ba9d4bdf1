"""Qualtrics exports: real ones of both formats, and spoiled ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from resilience_lib.readers.qualtrics import read
from resilience_lib.readers.raw_table import Removed

NAMES = ["Status", "IPAddress", "Finished", "RecipientEmail", "DistributionChannel", "school", "q1"]
IDS = ["status", "ipAddress", "finished", "recipientEmail", "distributionChannel", "school", "QID1"]


def export(folder: Path, *rows: list[str], ids: list[str] | None = None) -> Path:
    path = folder / "wave1.csv"
    third = [json.dumps({"ImportId": key}) for key in (IDS if ids is None else ids)]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([NAMES, [f"text of {n}" for n in NAMES], third, *rows])
    return path


def test_a_real_export(shared_data: Path) -> None:
    table = read(shared_data / "qualtrics_sample" / "sample.csv")
    assert table.frame.index.tolist() == [4]
    assert table.frame.loc[4, ["ResponseId", "Q1", "Q2"]].tolist() == [
        "R_2YPOQ602ER1jkf1",
        "2",
        "Hello World!",
    ]
    assert {(gone.column, gone.cells) for gone in table.removed} == {
        ("IPAddress", 1),
        ("RecipientLastName", 0),
        ("RecipientFirstName", 0),
        ("RecipientEmail", 0),
        ("ExternalReference", 0),
        ("LocationLatitude", 1),
        ("LocationLongitude", 1),
    }
    assert "130.92.34.66" not in table.frame.to_string() + repr(table)
    assert table.labels["Q1"] == "This is a multiple choice question."
    assert table.labels["Status"] == "Antworttyp"
    assert table.notes == ()


def test_a_real_export_of_the_legacy_format(shared_data: Path) -> None:
    table = read(shared_data / "qualtrics_sample" / "sample_legacy.csv")
    assert table.frame.columns.tolist() == [
        *["V1", "V2", "V7", "V8", "V9", "V10", "Q1", "Q2", "LocationAccuracy"]
    ]
    assert table.frame.loc[3].tolist() == [
        *["R_2YPOQ602ER1jkf1", "Standard-Antwortsatz", "0", "2017-07-18 08:28:09"],
        *["2017-07-18 08:28:48", "1", "2", "Hello World!", "-1"],
    ]
    assert table.labels["V1"] == "ResponseID"
    assert {(gone.column, gone.cells) for gone in table.removed} == {
        ("V3", 1),
        ("V4", 0),
        ("V5", 0),
        ("V6", 1),
        ("LocationLatitude", 1),
        ("LocationLongitude", 1),
    }


def test_previews_spam_and_unfinished_are_kept_and_named(tmp_path: Path) -> None:
    rows = [
        ["IP Address", "10.0.0.1", "True", "", "anonymous", "A", "1"],
        ["Survey Preview", "10.0.0.2", "True", "a@b.org", "preview", "A", "2"],
        ["0", "", "0", "", "test", "A", "3"],
        ["8", "", "False", "", "anonymous", "A", "4"],
        ["1", "", "1", "", "anonymous", "A", "5"],
    ]
    table = read(export(tmp_path, *rows))
    assert table.frame["q1"].tolist() == ["1", "2", "3", "4", "5"]
    assert table.notes == (
        "previews or tests: 3 rows (5, 6, 8); kept",
        "marked as spam: 1 row (7); kept",
        "unfinished: 2 rows (6, 7); kept",
    )
    assert table.removed == (
        Removed("IPAddress", "an IP address identifies a person", 2),
        Removed("RecipientEmail", "an e-mail address identifies a person", 1),
    )


def test_a_personal_column_under_another_name_is_found_by_its_import_id(tmp_path: Path) -> None:
    path = export(tmp_path, ["0", "10.0.0.1", "1", "", "gl", "A", "1"])
    path.write_text(path.read_text(encoding="utf-8").replace("IPAddress", "Adresse IP"))
    table = read(path)
    assert table.removed[0] == Removed("Adresse IP", "an IP address identifies a person", 1)
    assert "10.0.0.1" not in table.frame.to_string()


def test_question_texts_over_several_lines(tmp_path: Path) -> None:
    path = export(tmp_path, ["0", "", "1", "", "gl", "A", "1"])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("text of q1", '"first\nsecond, third"'), encoding="utf-8")
    table = read(path)
    assert table.labels["q1"] == "first\nsecond, third"
    assert table.frame.index.tolist() == [5]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        # the row of ImportIds was deleted: what stands third is data
        (lambda t: "\n".join(t.splitlines()[:2] + t.splitlines()[3:]), (3, None, "0,1,1,,gl,A,1")),
        # one ImportId was overwritten
        (
            lambda t: t.replace('"{""ImportId"": ""QID1""}"', "x"),
            (3, None, '{"ImportId": "status"}'),
        ),
        # a plain table
        (lambda _t: "id,q1\n1,2\n", (2, None, "1,2")),
        # no response at all
        (lambda t: "\n".join(t.splitlines()[:3]) + "\n", (3, None, None)),
        # one line is short
        (lambda t: t.replace(",gl,A,1", ",gl,1"), (4, None, "0,1,1,,gl,1")),
        # two columns of one name
        (lambda t: t.replace("school", "q1", 1), (1, "column 7", "q1")),
    ],
)
def test_spoiled(spoil, expected, tmp_path: Path, places) -> None:
    path = export(tmp_path, ["0", "1", "1", "", "gl", "A", "1"])
    path.write_text(spoil(path.read_text(encoding="utf-8-sig")), encoding="utf-8")
    [(file, row, column, value)] = places(read, path)
    assert file == "wave1.csv"
    assert (row, column, value and value[: len(str(expected[2]))]) == expected
