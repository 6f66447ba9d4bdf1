"""Which reader a file is guessed to need."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.guess import guess_reader

QUALTRICS = (
    'StartDate,Q1\nStart Date,How?\n"{""ImportId"":""startDate""}","{""ImportId"":""QID1""}"\n'
)


@pytest.mark.parametrize(
    ("name", "text", "reader"),
    [
        ("a.csv", "id,score\n1,2\n", "csv"),
        ("a.TSV", "id\tscore\n1\t2\n", "csv"),
        ("a.csv", QUALTRICS + "2021-03-01,5\n", "qualtrics"),
        ("a.csv", "V1,V2\nResponseID,Status\nR_1,0\n", "qualtrics"),
        # a column called V1 is not yet Qualtrics
        ("a.csv", "V1,V2\n1,0\n2,0\n", "csv"),
        ("a.csv", "study_id,redcap_event_name,q\n1,before,2\n", "redcap"),
        ("a.csv", "Timestamp,How?\n2021/03/01 9:00:00 am GMT,Well\n", "google_forms"),
        ("a.csv", "time_period,time_identifier,geographic_level,x\n202122,Year,School,1\n",
         "school_records"),
    ],
)  # fmt: skip
def test_what_a_text_file_shows(tmp_path: Path, name: str, text: str, reader: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert guess_reader(path)[0] == reader


@pytest.mark.parametrize(
    ("header", "reader"),
    [
        (["ID", "Start time", "Completion time", "Email", "Name", "q"], "microsoft_forms"),
        (["ID", "school", "q"], "xlsx"),
    ],
)
def test_a_workbook_of_microsoft_forms(tmp_path: Path, header: list[str], reader: str) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(header)
    book.active.append(["x"] * len(header))
    book.save(tmp_path / "a.xlsx")
    assert guess_reader(tmp_path / "a.xlsx")[0] == reader


def test_an_spss_file_is_known_by_its_name(tmp_path: Path) -> None:
    assert guess_reader(tmp_path / "a.sav") == ("sav", "its name ends in .sav")


def test_an_unknown_ending_is_refused_with_all_readers(tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as caught:
        guess_reader(tmp_path / "a.dta")
    said = str(caught.value)
    assert "'a.dta': a raw file's name ends in .csv, .tsv, .txt, .xlsx, .sav, .zsav" in said
    assert "say READER= and one of csv, xlsx, sav, qualtrics, redcap" in said
