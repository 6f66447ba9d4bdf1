"""Answers to Microsoft Forms and Google Forms, made as those programs write them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from resilience_lib.readers.forms import read_google, read_microsoft
from resilience_lib.readers.raw_table import Removed

MICROSOFT = ["ID", "Start time", "Completion time", "Email", "Name"]


def workbook(folder: Path, header: list[str], *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    path = folder / "forms.xlsx"
    book.save(path)
    return path


def test_microsoft(tmp_path: Path) -> None:
    start = dt.datetime(2024, 5, 6, 9, 30, 1)
    path = workbook(
        tmp_path,
        [*MICROSOFT, "Which year are you in?\xa0", "Clubs"],
        [1, start, start, "anonymous", None, "Year 7", "Chess;Football;"],
        [2, start, start, "ash@school.org", "Ash Elm", None, None],
    )
    table = read_microsoft(path)
    assert table.frame.columns.tolist() == [
        *["ID", "Start time", "Completion time", "Which year are you in?", "Clubs"]
    ]
    assert table.frame.loc[2].tolist() == [
        *["1", "2024-05-06T09:30:01", "2024-05-06T09:30:01", "Year 7", "Chess;Football;"]
    ]
    assert table.removed == (
        Removed("Email", "an e-mail address identifies a person", 2),
        Removed("Name", "a name identifies a person", 1),
    )
    assert "Ash" not in table.frame.to_string()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        # Forms in another language
        (
            ["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name", "Jahr"],
            (1, None, "ID, Startzeit, Fertigstellungszeit, E-Mail, Name"),
        ),
        # a column was deleted
        (
            ["ID", "Start time", "Completion time", "Name", "Year"],
            (1, None, "ID, Start time, Completion time, Name, Year"),
        ),
        # the same question twice
        ([*MICROSOFT, "Year", "Year"], (1, "G", "Year")),
    ],
)
def test_not_as_microsoft_writes_it(header, expected, tmp_path: Path, places) -> None:
    path = workbook(tmp_path, header, ["1"] * len(header))
    assert places(read_microsoft, path) == [("forms.xlsx", *expected)]


@pytest.mark.parametrize(
    ("heading", "rule"),
    [
        ("Email Address", "an e-mail address identifies a person"),
        ("Username", "a Google account identifies a person"),
    ],
)
def test_google(heading: str, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "google.csv"
    path.write_text(
        f'"Timestamp","{heading}","How are you, today?"\n'
        '"2024/05/06 9:30:01 am GMT+1","ash@school.org","Good"\n',
        encoding="utf-8",
    )
    table = read_google(path)
    assert table.frame.loc[2].tolist() == ["2024/05/06 9:30:01 am GMT+1", "Good"]
    assert table.removed == (Removed(heading, rule, 1),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zeitstempel,Jahr\nx,7\n", (1, None, "Zeitstempel")),
        ("Timestamp,Year,Year\nx,7,8\n", (1, "column 3", "Year")),
        ("Timestamp,Year\n", (1, None, None)),
        ('Timestamp,Year\nx,"7\n', (2, None, 'x,"7')),
    ],
)
def test_not_as_google_writes_it(text: str, expected, tmp_path: Path, places) -> None:
    path = tmp_path / "google.csv"
    path.write_text(text, encoding="utf-8")
    assert places(read_google, path) == [("google.csv", *expected)]
