"""Cleaning on a file small enough to read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.cleaning.waves import clean_waves
from resilience_lib.codebook import load_codebook
from resilience_lib.errors import FaultsError
from resilience_lib.readers.tables import read_csv
from resilience_lib.study.load import load_study

HEADER = (
    "rownames,id,sch,gr,cltype,hdeg,clad,exp,trace,read,math,ses,schtype,sx,eth,birthq,birthy,"
    "yrs,tch"
)


def row(pupil: str, grade: str, read: str = "500.0", sex: str = "F", cltype: str = "small") -> str:
    return (
        f"1,{pupil},7,{grade},{cltype},BS/BA,1,3.0,W,{read},501.0,F,rural,{sex},B,1980:1,1980.0,"
        "0,44"
    )


def clean(tmp_path: Path, *rows: str):
    path = tmp_path / "star.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    study = load_study("project_star")
    return clean_waves(read_csv(path), study, load_codebook("project_star"), "star.csv")


def faults(tmp_path: Path, *rows: str) -> list[str]:
    with pytest.raises(FaultsError) as caught:
        clean(tmp_path, *rows)
    return [str(fault) for fault in caught.value.faults]


def test_names_waves_groups_and_arms(tmp_path: Path) -> None:
    cleaned = clean(tmp_path, row("007", "1", sex="M", cltype="reg+A"), row("007", "K", read=""))
    waves = cleaned.waves
    assert waves["wave"].tolist() == ["T1", "T2"]
    assert waves["pupil"].tolist() == ["007", "007"]
    assert waves["arm"].tolist() == ["small", "regular with aide"]
    assert waves["gender"].tolist() == ["girls", "boys"]
    assert pd.isna(waves["reading"].iloc[0])
    assert waves["reading"].iloc[1] == 500.0
    assert "birthq" not in waves
    dropped = cleaned.log.loc[cleaned.log["step"] == "drop column", "column"].tolist()
    assert dropped == ["rownames", "birthq", "birthy"]


def test_every_fault_with_line_and_rule(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        row("1", "K", read="1500"),
        row("2", "5"),
        row("3", "K", read="many", sex="X"),
    )
    assert said[0].startswith("star.csv, line 3, gr: '5': allowed are K, 1, 2, 3")
    assert "star.csv, line 4, read: 'many': the cell is a number" in said[1]
    assert "star.csv, line 2, read: '1500': the value lies in 200 to 900" in said[2]
    assert said[3].startswith("star.csv, line 4, sx: 'X': allowed are M, F")


def test_many_like_faults_are_counted(tmp_path: Path) -> None:
    said = faults(tmp_path, *[row(str(i), "K", read="-1") for i in range(10)])
    assert len(said) == 4
    assert "7 more cells like these" in said[3]


def test_a_pupil_twice_in_one_wave_is_refused(tmp_path: Path) -> None:
    said = faults(tmp_path, row("1", "K"), row("2", "K"), row("1", "K"))
    assert said == [
        "star.csv, line 2, pupil: '1': a pupil stands once in a wave; lines 2, 4 are all T1. "
        "keep one row"
    ]


def test_a_row_without_pupil_is_refused(tmp_path: Path) -> None:
    assert "line 2, pupil" in faults(tmp_path, row(" ", "K"))[0]


def test_codes_without_a_name_are_not_made_missing(tmp_path: Path) -> None:
    path = tmp_path / "star.csv"
    path.write_text("\n".join([HEADER, row("1", "K")]) + "\n", encoding="utf-8")
    study = load_study("project_star")
    narrower = study.model_copy(
        update={"arms": study.arms.model_copy(update={"values": {"reg": "regular"}})}
    )
    with pytest.raises(FaultsError, match=r"'small': the study file's arms.values has no name"):
        clean_waves(read_csv(path), narrower, load_codebook("project_star"), "star.csv")


def test_undescribed_identifying_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "star.csv"
    path.write_text(f"{HEADER},surname\n{row('1', 'K')},Smith\n", encoding="utf-8")
    with pytest.raises(FaultsError, match="looks as if it identified a pupil"):
        clean_waves(
            read_csv(path), load_study("project_star"), load_codebook("project_star"), "star.csv"
        )


def test_file_and_codebook_that_disagree_on_columns(tmp_path: Path) -> None:
    path = tmp_path / "star.csv"
    path.write_text("id,sch\n1,2\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        clean_waves(
            read_csv(path), load_study("project_star"), load_codebook("project_star"), "star.csv"
        )
    said = "\n".join(map(str, caught.value.faults))
    assert "the codebook describes a column that the file does not have" in said
    assert "the study file's gender.column names a column" in said
