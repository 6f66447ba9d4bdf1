"""Workbooks made by openpyxl, read rightly or refused with every reason."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.xlsx import read

Change = Callable[[openpyxl.worksheet.worksheet.Worksheet], object]
SHEET = "xl/worksheets/sheet1.xml"


def workbook(folder: Path, change: Change | None = None, rows: list | None = None) -> Path:
    """id, q1, q2 and two pupils, then whatever `change` does to the sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Wave 1"
    for row in [["id", "q1", "q2"], ["007", 1, 2], ["008", 3, 4]] if rows is None else rows:
        sheet.append(row)
    if change is not None:
        change(sheet)
    path = folder / "a.xlsx"
    book.save(path)
    return path


def rewritten(path: Path, member: str, change: Callable[[str], str]) -> Path:
    """The same workbook with one part of it changed, as other programs might write it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[member] = change(parts[member].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def put(cell: str, value: object, number_format: str | None = None) -> Change:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet[cell] = value
        if number_format is not None:
            sheet[cell].number_format = number_format

    return change


SPOILED: dict[str, tuple[Change, list[tuple[int | None, str | None, str | None]], str]] = {
    "an error": (put("B2", "#N/A"), [(2, "q1 (B)", "#N/A")], "error of Excel"),
    "two errors": (
        lambda s: (put("B2", "#DIV/0!")(s), put("C3", "#REF!")(s)),
        [(2, "q1 (B)", "#DIV/0!"), (3, "q2 (C)", "#REF!")],
        "error of Excel",
    ),
    "a formula never worked out": (
        put("C2", "=B2+1"),
        [(2, "q2 (C)", "=B2+1")],
        "never worked out",
    ),
    "digits lost": (
        put("A2", 1234567890123456789),
        [(2, "id (A)", "1234567890123457024")],
        "15 digits",
    ),
    "a date before all": (
        put("B3", -5, "yyyy-mm-dd"),
        [(3, "q1 (B)", "1899-12-25")],
        "from 1900 on",
    ),
    "a date after all": (put("B3", 10**7, "yyyy-mm-dd"), [(3, "q1 (B)", "#VALUE!")], "error"),
    "merged rows": (lambda s: s.merge_cells("A2:A3"), [(2, "A", "007")], "A2:A3 are"),
    "merged names": (
        lambda s: s.merge_cells("B1:C1"),
        [(1, "C", None), (1, "B", "q1")],
        "has a name",
    ),
    "a title above": (
        lambda s: (s.insert_rows(1), put("A1", "Survey")(s)),
        [(1, None, "Survey")],
        "title",
    ),
    "a merged title above": (
        lambda s: (s.insert_rows(1), put("A1", "Survey")(s), s.merge_cells("A1:C1")),
        [(1, None, "Survey"), (1, "A", "Survey")],
        "title",
    ),
    "no names": (
        lambda s: (s.delete_rows(1), put("A1", 7)(s)),
        [(1, None, "7 | 1 | 2")],
        "numbers",
    ),
    "dates for names": (
        lambda s: [put(f"{c}1", dt.date(2024, 1, n))(s) for n, c in enumerate("ABC", 1)],
        [(1, None, "2024-01-01 | 2024-01-02 | 2024-01-03")],
        "numbers or dates",
    ),
    "a name twice": (put("C1", "q1"), [(1, "C", "q1")], "B has it too"),
    "a column without name": (put("D3", "x"), [(1, "D", None)], "has a name"),
    "names only": (lambda s: s.delete_rows(2, 2), [(1, None, None)], "rows of data"),
    "empty": (lambda s: s.delete_rows(1, 3), [(None, None, None)], "Wave 1 is empty"),
    "spaces only": (
        lambda s: (s.delete_rows(1, 3), put("A1", " ")(s)),
        [(None, None, None)],
        "is empty",
    ),
    "two sheets": (
        lambda s: s.parent.create_sheet("Wave 2"),
        [(None, None, None)],
        "there are Wave 1, Wave 2",
    ),
}


@pytest.mark.parametrize("kind", SPOILED)
def test_spoiled(kind: str, tmp_path: Path, places) -> None:
    change, expected, words = SPOILED[kind]
    path = workbook(tmp_path, change)
    assert places(read, path) == [("a.xlsx", *place) for place in expected]
    with pytest.raises(FaultsError) as caught:
        read(path)
    assert words in caught.value.faults[0].rule


def test_text_as_the_sheet_shows_it(tmp_path: Path) -> None:
    rows = [
        ["id", "n", "x", "day", "at", "clock", "share", "yes", "padded", "words"],
        [
            *["007", 3.0, 2.5, dt.date(2024, 1, 31), dt.datetime(2024, 1, 31, 9, 30)],
            *[dt.time(8, 5), 0.25, True, 42, " two\nlines "],
        ],
        ["008", 10**14, 1e-5, None, None, None, 0, False, 123456, "é – “”"],
    ]
    path = workbook(tmp_path, lambda s: (put("G2", 0.25, "0%")(s), put("I2", 42, "00000")(s)), rows)
    table = read(path)
    assert table.frame.loc[2].tolist() == [
        *["007", "3", "2.5", "2024-01-31", "2024-01-31T09:30:00", "08:05:00"],
        *["0.25", "TRUE", "00042", " two\nlines "],
    ]
    assert table.frame.loc[3].tolist() == [
        *["008", "100000000000000", "1e-05", "", "", "", "0", "FALSE", "123456", "é – “”"]
    ]
    assert table.notes == ()


def with_cell(xml: str, reference: str, cell: str) -> str:
    start = xml.index(f'<c r="{reference}"')
    end = xml.index("</c>", start) + len("</c>")
    return xml[:start] + cell + xml[end:]


def test_a_formulas_stored_value_is_read_and_said(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    for row, value in ((2, 2), (3, 4)):
        cell = f'<c r="C{row}"><f>B{row}+1</f><v>{value}</v></c>'
        rewritten(path, SHEET, lambda xml, row=row, cell=cell: with_cell(xml, f"C{row}", cell))
    table = read(path)
    assert table.frame["q2"].tolist() == ["2", "4"]
    assert table.notes == ("2 cells are formulas, read as Excel last worked them out (C2, C3)",)


def test_a_formulas_stored_error_is_a_fault(tmp_path: Path, places) -> None:
    cell = '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    path = rewritten(workbook(tmp_path), SHEET, lambda xml: with_cell(xml, "C2", cell))
    assert places(read, path) == [("a.xlsx", 2, "q2 (C)", "#DIV/0!")]


def test_hidden_and_hollow_rows_and_columns(tmp_path: Path) -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet["F9"].number_format = "0.00"  # styled, but empty
        sheet["A5"], sheet["B5"] = "009", 5

    table = read(workbook(tmp_path, change))
    assert table.frame.index.tolist() == [2, 3, 5]
    assert table.frame["q2"].tolist() == ["2", "4", ""]
    assert table.notes == (
        "hidden rows were read like the others: 3",
        "hidden columns were read like the others: C",
        "1 rows without any content were left out",
    )


def test_a_sheet_is_read_by_its_name(tmp_path: Path, places) -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        second = sheet.parent.create_sheet("Wave 2")
        second.append(["id"])
        second.append(["9"])

    path = workbook(tmp_path, change)
    assert read(path, sheet="Wave 2").frame["id"].tolist() == ["9"]
    assert read(path, sheet="Wave 1").frame["id"].tolist() == ["007", "008"]
    assert places(read, path, sheet="wave 3") == [("a.xlsx", None, None, "wave 3")]


def test_a_dimension_that_claims_everything_costs_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    table = read(
        rewritten(path, SHEET, lambda xml: xml.replace('ref="A1:C3"', 'ref="A1:XFD1048576"'))
    )
    assert table.frame.shape == (2, 3)


def test_a_last_cell_in_the_last_corner(tmp_path: Path, places) -> None:
    assert places(read, workbook(tmp_path, put("XFD1048576", "x"))) == [("a.xlsx", 1, "XFD", None)]


@pytest.mark.parametrize("reference", ["ZZZZZZ2", "A99999999999"])
def test_a_cell_beyond_excel(reference: str, tmp_path: Path, places) -> None:
    path = rewritten(
        workbook(tmp_path), SHEET, lambda xml: xml.replace('r="C2"', f'r="{reference}"')
    )
    assert places(read, path) == [("a.xlsx", None, None, None)]
    with pytest.raises(FaultsError, match="1,048,576 rows"):
        read(path)


def test_a_text_that_is_not_there(tmp_path: Path) -> None:
    cell = '<c r="C2" t="s"><v>99</v></c>'
    path = rewritten(workbook(tmp_path), SHEET, lambda xml: with_cell(xml, "C2", cell))
    with pytest.raises(FaultsError, match="parts fit together"):
        read(path)


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


OTHER_FILES: dict[str, tuple[bytes | dict[str, bytes], str | None, str]] = {
    "CSV": (b"id,q1\n1,2\n", None, "perhaps text"),
    "nothing": (b"", None, "is empty"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), None, ".xls)"),
    "a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        None,
        "password",
    ),
    "a zip of something else": ({"a.txt": b"1"}, None, "no Excel workbook"),
    "Word": ({"word/document.xml": b"<a/>"}, None, "Word"),
    "binary workbook": ({"xl/workbook.bin": b"x"}, None, ".xlsb"),
    "OpenDocument": ({"content.xml": b"<a/>"}, None, "OpenDocument"),
    "a bomb": (
        {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": bytes(30_000_000)},
        "xl/worksheets/sheet1.xml: 1,0",
        "zip bomb",
    ),
    "too many parts": (
        {"xl/workbook.xml": b"<a/>"} | {f"{n}": b"" for n in range(5_001)},
        "0 MB in 5002 parts",
        "5000 parts",
    ),
    "entities": (
        {"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'},
        "xl/workbook.xml",
        "entities",
    ),
    "entities in UTF-16": (
        {"xl/workbook.xml": '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16")},
        "xl/workbook.xml",
        "entities",
    ),
    "an empty workbook": ({"xl/workbook.xml": b"<a/>"}, None, "parts fit together"),
}


@pytest.mark.parametrize("kind", OTHER_FILES)
def test_not_a_workbook(kind: str, tmp_path: Path, places) -> None:
    content, value, words = OTHER_FILES[kind]
    path = tmp_path / "a.xlsx"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        zipped(path, content)
    [(file, row, column, found)] = places(read, path)
    assert (file, row, column) == ("a.xlsx", None, None)
    assert (found or "").startswith(value or "")
    with pytest.raises(FaultsError) as caught:
        read(path)
    assert words in caught.value.faults[0].rule


def test_a_part_with_a_password(tmp_path: Path, places) -> None:
    path = workbook(tmp_path)
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at != -1:  # the flag of encryption, in each entry of the zip's directory
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 1)
    path.write_bytes(bytes(content))
    assert places(read, path) == [("a.xlsx", None, None, None)]


def test_excels_lock_file(tmp_path: Path, places) -> None:
    path = tmp_path / "~$a.xlsx"
    path.write_bytes(b"\x05Maya")
    assert places(read, path) == [("~$a.xlsx", None, None, "~$a.xlsx")]


@pytest.mark.parametrize("how", ["cut", "overwritten"])
def test_damaged_anywhere(how: str, tmp_path: Path) -> None:
    """A workbook cut or overwritten at any of 150 places: faults or the same cells."""
    path = workbook(tmp_path)
    content, whole = path.read_bytes(), read(path).frame
    refused = 0
    for at in range(0, len(content), len(content) // 150):
        path.write_bytes(
            content[:at] if how == "cut" else content[:at] + b"\x00\xff" + content[at + 2 :]
        )
        try:
            table = read(path)
        except FaultsError:
            refused += 1
        else:
            assert table.frame.equals(whole)
    assert refused > (149 if how == "cut" else 75)
