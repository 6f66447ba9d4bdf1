"""Codebooks are refused with every fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.codebook import COLUMNS, load_codebook
from resilience_lib.errors import FaultsError


def write(root: Path, *rows: str, header: str = ",".join(COLUMNS)) -> None:
    folder = root / "data" / "raw" / "toy"
    folder.mkdir(parents=True)
    (folder / "codebook.csv").write_text("\n".join([header, *rows]), encoding="utf-8")


def test_reads_limits_and_categories(empty_root: Path) -> None:
    write(
        empty_root,
        "a.csv,score,Score,number,points,1|5,-9|99,no,outcome,manual",
        "a.csv,sex,Sex,category,,F|M,,no,gender,manual",
    )
    score, sex = load_codebook("toy").variables
    assert score.limits == (1.0, 5.0)
    assert score.missing_codes == ("-9", "99")
    assert sex.allowed == ("F", "M")
    assert sex.limits is None


def test_all_faults_at_once(empty_root: Path) -> None:
    write(
        empty_root,
        "a.csv,score,Score,nummer,points,5|1,,no,outcome,manual",
        "a.csv,surname,Surname,text,,,,yes,kept,manual",
        "a.csv,surname,Surname,text,,,,maybe,dropped,manual",
    )
    with pytest.raises(FaultsError) as caught:
        load_codebook("toy")
    said = [(fault.row, fault.column) for fault in caught.value.faults]
    assert said == [(2, "type"), (3, "variable"), (4, "sensitive"), (4, "variable")]


def test_wrong_columns_are_named(empty_root: Path) -> None:
    write(empty_root, header="file,variable,label,typ")
    with pytest.raises(FaultsError, match=r"add: type, unit.*remove: typ"):
        load_codebook("toy")


def test_absent(empty_root: Path) -> None:
    with pytest.raises(FaultsError, match="has no codebook"):
        load_codebook("toy")
