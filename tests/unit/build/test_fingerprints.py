"""Hashes that change with content, and with nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from resilience_lib import paths
from resilience_lib.build import fingerprints, records
from resilience_lib.build.files import ABSENT, file_digest, read_json, replace_file
from resilience_lib.build.fingerprints import _raw_digest, key
from resilience_lib.build.stripped import stripped_cells


def test_key_depends_on_names_and_values() -> None:
    assert key({"a": "1"}) != key({"a": "2"})
    assert key({"a": "1"}) != key({"b": "1"})


def test_a_large_raw_file_is_read_again_only_when_size_or_time_changed(
    empty_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = paths.raw("x") / "big.csv"
    path.parent.mkdir(parents=True)
    path.write_text("a\n")
    os.utime(path, ns=(10**18, 10**18))
    read: list[Path] = []

    def counted(place: Path) -> str:
        read.append(place)
        return file_digest(place)

    monkeypatch.setattr(fingerprints, "file_digest", counted)
    first = _raw_digest("x", "big.csv")
    assert _raw_digest("x", "big.csv") == first == file_digest(path)
    assert len(read) == 1
    path.write_text("b\n")
    os.utime(path, ns=(10**18 + 1, 10**18 + 1))
    assert _raw_digest("x", "big.csv") != first
    assert len(read) == 2
    path.unlink()
    assert _raw_digest("x", "big.csv") == ABSENT


def test_a_file_written_this_moment_is_not_remembered(empty_root: Path) -> None:
    path = paths.raw("x") / "new.csv"
    path.parent.mkdir(parents=True)
    path.write_text("a\n")
    _raw_digest("x", "new.csv")
    assert not (paths.records("x") / "raw_files.json").exists()


def test_stripping_keeps_sources_types_and_tags() -> None:
    cell = {"cell_type": "code", "source": ["a\n", "b"], "metadata": {"tags": ["t"], "x": 1}}
    empty = {"cell_type": "code", "source": " ", "metadata": {}}
    file = json.dumps({"cells": [cell | {"outputs": [1], "id": "q"}, empty]}).encode()
    assert stripped_cells(file) == [{"type": "code", "source": "a\nb", "tags": ["t"]}]
    with pytest.raises(ValueError, match="no cells"):
        stripped_cells(b"{}")


def test_replacing_leaves_no_second_file(tmp_path: Path) -> None:
    replace_file(tmp_path / "a" / "b.json", b"1")
    replace_file(tmp_path / "a" / "b.json", b"2")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.json"]
    assert read_json(tmp_path / "a" / "b.json") == 2
    (tmp_path / "a" / "b.json").write_text("{half")
    assert read_json(tmp_path / "a" / "b.json") is None


def test_a_record_says_what_changed(empty_root: Path) -> None:
    output = paths.stage_output("x", "2_score") / "scores.csv"
    output.parent.mkdir(parents=True)
    output.write_text("1\n")
    inputs = {"notebook": "1", "code a": "1", "code b": "1", "upstream 1_clean": "1"}
    assert records.why("x", "2_score", inputs) == "missing"
    records.write_record("x", "2_score", inputs)
    assert records.why("x", "2_score", inputs) == ""
    changed = {"notebook": "2", "code a": "2", "code c": "1", "upstream 1_clean": "2"}
    assert records.why("x", "2_score", changed) == (
        "notebook changed; code changed: a, b, c; 1_clean changed"
    )
    # another time with the same bytes is the same output
    os.utime(output, ns=(1, 1))
    assert records.why("x", "2_score", inputs) == ""
    output.write_text("2\n")
    shown = "data/processed/x/2_scored/scores.csv"
    assert records.why("x", "2_score", inputs) == f"output {shown} was changed"
    output.unlink()
    assert records.why("x", "2_score", inputs) == f"output {shown} is missing"
