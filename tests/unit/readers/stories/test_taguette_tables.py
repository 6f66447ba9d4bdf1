"""Taguette's tables: the trap of formulas in Excel, rows that contradict, other tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.stories.taguette_tables import read_taguette_csv, read_taguette_xlsx

Places = Callable[..., list[tuple[str, int | None, str | None, str | None]]]
HEAD = "id,document,tag,content\r\n"


def written(tmp_path: Path, text: str, name: str = "all_tags.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def test_a_text_that_excel_took_for_a_formula_is_refused_and_the_csv_named(
    stories: Path, places: Places
) -> None:
    # as Taguette wrote it: the cell's stored value is 0, its text is gone
    path = stories / "formula" / "all_tags.xlsx"
    assert places(read_taguette_xlsx, path) == [
        ("all_tags.xlsx", 2, "content (D)", "=1+1 wrote a pupil.")
    ]
    with pytest.raises(FaultsError, match="use the CSV export"):
        read_taguette_xlsx(path)


def test_the_csv_of_the_same_project_keeps_that_text(stories: Path) -> None:
    export = read_taguette_csv(stories / "formula" / "all_tags.csv")
    assert export.segments["quote"].tolist() == ["=1+1 wrote a pupil.", "It helped."]


def test_a_cell_that_excel_could_not_hold_is_not_an_empty_quote(
    tmp_path: Path, places: Places
) -> None:
    # Taguette leaves a text of more than 32,767 characters out of its workbook
    book = openpyxl.Workbook()
    book.active.title = "highlights"
    book.active.append(["id", "document", "tag", "content"])
    book.active.append(["1", "a", "x", "short"])
    book.active.append(["2", "a", "x", None])
    path = tmp_path / "all_tags.xlsx"
    book.save(path)
    assert places(read_taguette_xlsx, path) == [("all_tags.xlsx", 3, "content", None)]


def test_all_faults_come_at_once_by_line(tmp_path: Path, places: Places) -> None:
    text = HEAD + "1,a,x,one\r\n,a,x,two\r\n3,,x,three\r\n1,b,y,other\r\n4,a,x, \r\n"
    assert places(read_taguette_csv, written(tmp_path, text)) == [
        ("all_tags.csv", 3, "id", None),
        ("all_tags.csv", 4, "document", None),
        ("all_tags.csv", 5, "document", "b"),
        ("all_tags.csv", 5, "content", "other"),
        ("all_tags.csv", 6, "content", None),
    ]


def test_an_empty_tag_is_kept_as_untagged_and_logged(tmp_path: Path) -> None:
    export = read_taguette_csv(written(tmp_path, HEAD + "1,a,,one\r\n2,a,x,two\r\n"))
    assert export.segments["code"].tolist() == ["", "x"]
    assert export.codes["code"].tolist() == ["x"]
    assert export.log["what"].tolist() == ["untagged highlights"]


def test_two_highlights_of_one_text_stay_two(tmp_path: Path) -> None:
    export = read_taguette_csv(written(tmp_path, HEAD + "7,a,x,same\r\n9,a,x,same\r\n"))
    assert export.segments["segment"].tolist() == ["7", "9"]
    assert export.segments["order"].tolist() == [1, 2]


def test_missing_columns_are_named_with_the_reader_that_fits(
    one_story: Path, tmp_path: Path
) -> None:
    with pytest.raises(FaultsError, match="name the reader segments"):
        read_taguette_csv(one_story / "segments.csv")
    with pytest.raises(FaultsError, match="Taguette's codebook, without segments"):
        read_taguette_csv(one_story / "taguette_ann" / "codebook.csv")
    with pytest.raises(FaultsError, match="content: Taguette's table of highlights has"):
        read_taguette_csv(written(tmp_path, "id,document,tag\r\n1,a,x\r\n"))


def test_a_workbook_is_not_a_csv_and_the_other_way_round(one_story: Path) -> None:
    folder = one_story / "taguette_ann"
    with pytest.raises(FaultsError, match="zip file"):
        read_taguette_csv(folder / "all_tags.xlsx")
    with pytest.raises(FaultsError, match=r"the workbook is \.xlsx"):
        read_taguette_xlsx(folder / "all_tags.csv")
    with pytest.raises(FaultsError, match=r"name the reader taguette$"):
        read_taguette_csv(folder / "project.sqlite3")
    with pytest.raises(FaultsError, match="name the reader refi"):
        read_taguette_xlsx(one_story / "refi.qdpx")
