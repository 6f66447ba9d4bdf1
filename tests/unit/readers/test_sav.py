"""SPSS files: real ones, made ones, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.sav import read


def made(folder: Path, frame: pd.DataFrame | None = None, **options: object) -> Path:
    path = folder / "a.sav"
    if frame is None:
        frame = pd.DataFrame({"id": ["007", "008"], "q1": [1.0, 2.0]})
    pyreadstat.write_sav(frame, str(path), **options)
    return path


def test_a_real_file(shared_data: Path) -> None:
    table = read(shared_data / "spss_sav" / "sample.sav")
    assert table.frame.loc[2].tolist() == [
        *["b", "1.2", "1880-05-06", "1880-05-06T10:10:10", "2", "2", "23:10:10"]
    ]
    assert table.frame.loc[5].tolist() == ["e", "1000.3", "", "", "1", "1", ""]
    assert table.value_labels["myord"] == {"1": "low", "2": "medium", "3": "high"}
    assert table.labels["mydate"] == "date"
    assert table.missing == {}
    assert table.notes == ("texts are windows-1252, as the file says",)


def test_missing_values_that_a_real_file_declares(shared_data: Path) -> None:
    """Singly (-1) and by a range (2000 to 3000); the codes stay in the cells."""
    table = read(shared_data / "spss_sav" / "sample_missing.sav")
    assert table.frame["mynum"].tolist()[-2:] == ["-1", "2500"]
    assert table.frame["myord"].tolist()[-2:] == ["-1", "-3"]
    assert table.frame["mylabl"].tolist()[-2:] == ["-1", ""]
    said = "declared missing in the file"
    assert table.missing == {
        "mynum": {"-1": said, "2500": said},
        "mylabl": {"-1": "undetermined"},
        "myord": {"-3": said, "-2": said, "-1": "missing"},
    }


def test_labels_missing_texts_and_codes(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"id": ["007", "008", "é"], "q1": [1.0, -9.0, None], "why": ["", "ZZ", "x "]}
    )
    path = made(
        tmp_path,
        frame,
        column_labels={"q1": "the first item"},
        variable_value_labels={"q1": {1.0: "low", -9.0: "refused"}},
        missing_ranges={"q1": [-9.0, {"lo": 90.0, "hi": 99.0}], "why": ["ZZ"]},
    )
    table = read(path)
    assert table.frame["id"].tolist() == ["007", "008", "é"]
    assert table.frame["q1"].tolist() == ["1", "-9", ""]
    assert table.frame["why"].tolist() == ["", "ZZ", "x"]
    assert table.labels == {"q1": "the first item"}
    assert table.value_labels == {"q1": {"1": "low", "-9": "refused"}}
    assert table.missing == {
        "q1": {"-9": "refused"},
        "why": {"ZZ": "declared missing in the file"},
    }
    assert table.frame.index.tolist() == [1, 2, 3]
    assert table.notes == ()


def test_a_missing_code_in_a_date_stays_a_code(tmp_path: Path) -> None:
    frame = pd.DataFrame({"day": [13744944000.0, 99.0]})
    options = {"variable_format": {"day": "DATE11"}, "missing_ranges": {"day": [99.0]}}
    assert read(made(tmp_path, frame, **options)).frame["day"].tolist() == ["2018-05-06", "99"]


def test_days_that_are_none_and_lost_digits(tmp_path: Path, places) -> None:
    frame = pd.DataFrame({"day": [13744944000.0, -5.0, 1e13], "upn": [1.0, 2.0, 1e15]})
    path = made(tmp_path, frame, variable_format={"day": "DATE11", "upn": "F16"})
    assert places(read, path) == [
        ("a.sav", 2, "day", "-5"),
        ("a.sav", 3, "day", "10000000000000"),
        ("a.sav", 3, "upn", "1000000000000000"),
    ]


def test_no_cases(tmp_path: Path, places) -> None:
    path = made(tmp_path, pd.DataFrame({"q1": pd.Series([], dtype="float64")}))
    assert places(read, path) == [("a.sav", None, None, None)]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda b: b"", "is empty"),
        (lambda b: b"id,q1\n1,2\n", "perhaps text"),
        (lambda b: b"PK\x03\x04", "a zip file"),
        (lambda b: b[:-20], "is whole"),
        (lambda b: b[: len(b) // 2], "is whole"),
        (lambda b: b[:100], "is whole"),
        (lambda b: b.replace("é".encode(), b"\xff\xfe"), "encoding"),
    ],
    ids=["empty", "CSV", "zip", "cut", "half", "header only", "letters"],
)
def test_damaged(spoil, words: str, tmp_path: Path, places) -> None:
    path = made(tmp_path, pd.DataFrame({"id": ["é", "008"], "q1": [1.0, 2.0]}))
    path.write_bytes(spoil(path.read_bytes()))
    assert places(read, path) == [("a.sav", None, None, None)]
    with pytest.raises(FaultsError) as caught:
        read(path)
    assert words in caught.value.faults[0].rule


def test_a_file_that_brings_the_parser_down(tmp_path: Path, places) -> None:
    """A number's width turned to 1: the parser takes the whole process with it."""
    frame = pd.DataFrame({"q1": [1.0, 2.0, 3.0]})
    path = made(tmp_path, frame, variable_value_labels={"q1": {1.0: "low", 2.0: "high"}})
    content = path.read_bytes()
    path.write_bytes(content[:180] + b"\x01" + content[181:])
    assert places(read, path) == [("a.sav", None, None, None)]
    with pytest.raises(FaultsError, match="cannot be parsed"):
        read(path)
