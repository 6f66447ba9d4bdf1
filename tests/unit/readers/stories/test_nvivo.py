"""The template for NVivo: names with their folders, attributes from either place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.stories.nvivo import read_nvivo

Places = Callable[..., list[tuple[str, int | None, str | None, str | None]]]
Rows = list[list[object]]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def make(**sheets: Rows) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "nvivo.xlsx"
        book.save(path)
        return path

    return make


REFERENCES: Rows = [
    ["Source", "Code", "Reference"],
    ["Files\\\\s1", "Nodes\\\\cycle\\applied", "a"],
    ["s2", "cycle::immediate", "b"],
]


def test_folders_are_taken_off_and_backslashes_part_levels(workbook: Callable[..., Path]) -> None:
    frame = read_nvivo(workbook(references=REFERENCES)).segments
    assert frame["source"].tolist() == ["s1", "s2"]
    assert frame["code"].tolist() == ["cycle::applied", "cycle::immediate"]


def test_the_classification_is_merged_by_source(workbook: Callable[..., Path]) -> None:
    sheet = [["Source", "School", "Role"], ["Files\\\\s1", "A", "teacher"], ["s3", "B", None]]
    export = read_nvivo(workbook(references=REFERENCES, classification=sheet))
    assert [tuple(row) for row in export.attributes.fillna("-").itertuples(index=False)] == [
        ("source", "s1", "School", "A"),
        ("source", "s3", "School", "B"),
        ("source", "s1", "Role", "teacher"),
        ("source", "s3", "Role", "-"),
    ]
    assert export.sources["source"].tolist() == ["s1", "s2", "s3"]
    assert "sources without a reference" in set(export.log["what"])


def test_a_source_that_stands_twice_in_the_classification_is_named(
    workbook: Callable[..., Path], places: Places
) -> None:
    sheet = [["Source", "School"], ["s1", "A"], ["s1", "B"], [None, "C"]]
    found = places(read_nvivo, workbook(references=REFERENCES, classification=sheet))
    assert ("nvivo.xlsx", 4, "source", None) in found
    assert ("nvivo.xlsx", 3, "source", "s1") in found
    assert ("nvivo.xlsx", 3, "School", "B") in found


def test_an_attribute_with_two_values_is_named(tmp_path: Path, places: Places) -> None:
    path = tmp_path / "nvivo.csv"
    path.write_text("source,code,reference,school\ns,x,a,1\ns,y,b,2\n", encoding="utf-8")
    assert places(read_nvivo, path) == [("nvivo.csv", 3, "school", "2")]


def test_missing_columns_and_blank_codes_are_named(tmp_path: Path, places: Places) -> None:
    path = tmp_path / "nvivo.csv"
    path.write_text("source,code\ns,x\n", encoding="utf-8")
    assert places(read_nvivo, path) == [("nvivo.csv", 1, "quote", None)]
    path.write_text("source,code,reference\ns,,a\ns,Codes\\\\,\n", encoding="utf-8")
    assert places(read_nvivo, path) == [
        ("nvivo.csv", 2, "code", None),
        ("nvivo.csv", 3, "quote", None),
    ]


def test_a_classification_without_sources_is_refused(workbook: Callable[..., Path]) -> None:
    sheet = [["Name", "School"], ["s1", "A"]]
    with pytest.raises(FaultsError, match="the sheet classification has the columns source"):
        read_nvivo(workbook(references=REFERENCES, classification=sheet))
