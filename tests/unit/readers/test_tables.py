"""CSV files as they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.tables import read_csv


def test_text_stays_text_and_lines_are_the_file_s(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'\xef\xbb\xbfid,note\r\n007,"two\r\nlines"\r\n\r\n08,NA\r\n')
    frame = read_csv(path)
    assert frame.columns.tolist() == ["id", "note"]
    assert frame["id"].tolist() == ["007", "08"]
    assert frame["note"].tolist()[1] == "NA"
    assert frame.index.tolist() == [3, 5]


def test_ragged_lines_and_double_columns_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,id\n1,2,3\n1\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        read_csv(path)
    assert [fault.row for fault in caught.value.faults] == [1, 2, 3]


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id\ncaf\xe9\n")
    with pytest.raises(FaultsError, match="not UTF-8"):
        read_csv(path)
