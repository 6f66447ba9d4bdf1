"""The one door to all readers."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.readers.registry import READERS, read_raw


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("id,wave\n1,T1\n", encoding="utf-8")
    return path


def test_all_kinds_of_the_study_file() -> None:
    assert list(READERS) == [
        *["csv", "xlsx", "sav", "qualtrics", "redcap"],
        *["microsoft_forms", "google_forms", "school_records"],
    ]


def test_options_that_a_reader_does_not_take_or_lacks(table: Path, places) -> None:
    assert places(read_raw, table, "csv", sheet="x") == [("a.csv", None, "sheet", None)]
    assert places(read_raw, table, "redcap", sheet="x") == [
        ("a.csv", None, "sheet", None),
        ("a.csv", None, "dictionary", None),
    ]


@pytest.mark.parametrize("reader", [name for name, spec in READERS.items() if not spec.needs])
def test_no_reader_meets_another_kind_with_a_traceback(reader: str, tmp_path: Path, places) -> None:
    path = tmp_path / "a.bin"
    for content in (
        b"",
        b"\x00\x01\x02",
        b"%PDF-1.7",
        b"PK\x03\x04" + bytes(99),
        b"$FL2" + bytes(9),
    ):
        path.write_bytes(content)
        assert {place[0] for place in places(read_raw, path, reader)} == {"a.bin"}
