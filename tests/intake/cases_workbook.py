"""Workbooks: merged, with formulas, cut off, other formats by their name, and harmful ones."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from cases_text import GENDERS, GOOD, LOOKS, NUMBER, UNKNOWN
from intake_study import GRID, HEADER, codebook, shown
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

NAME = "pupils.xlsx"
FILE, BOOK, STUDY = shown(NAME), shown("codebook.csv"), shown("study.yml")
SHEET = "xl/worksheets/sheet1.xml"
Fault = tuple[str, int | None, str | None, str | None, str]


def workbook(change: Callable[[Worksheet], Any] | None = None) -> bytes:
    """The good rows as Excel holds them: ids text, numbers numbers, dates dates."""
    book = Workbook()
    sheet = book.active
    sheet.title = "data"
    sheet.append(HEADER)
    for pupil, school, wave, gender, score, seen, *answers in GRID:
        sheet.append(
            [pupil, school, wave, gender, float(score), dt.date.fromisoformat(seen),
             *map(int, answers)]
        )  # fmt: skip
    if change is not None:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(**cells: Any) -> Callable[[Worksheet], None]:
    """Other values in some cells: put(A2="x")."""

    def change(sheet: Worksheet) -> None:
        for place, value in cells.items():
            sheet[place] = value

    return change


def part(
    content: bytes, name: str, change: Callable[[bytes], bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A workbook with another text in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", method) as new:
        for member in old.namelist():
            text = old.read(member)
            if member == name:
                other = change(text)
                assert other != text
                text = other
            new.writestr(member, text)
    return out.getvalue()


def computed(place: str, formula: str, value: str, kind: str = "") -> bytes:
    """A workbook in which a cell is a formula with a stored value."""
    spelled = f'<c r="{place}"{kind}><f>{formula}</f>{value}</c>'.encode()
    pattern = re.compile(rf'<c r="{place}"[^>]*>.*?</c>'.encode())
    return part(workbook(), SHEET, lambda text: pattern.sub(spelled, text, count=1))


def case(content: bytes, *faults: Fault, name: str = NAME, **more: Any) -> dict[str, Any]:
    return {
        "files": {name: content},
        "entries": {name: f"reader: xlsx{more.pop('entry', '')}"},
        "codebook": codebook(file=name),
        **({"faults": list(faults)} if faults else {"reads": {}}),
        **more,
    }


def whole(content: bytes, rule: str, value: str | None = None, **more: Any) -> dict[str, Any]:
    return case(content, (FILE, None, None, value, rule), **more)


def two_sheets(sheet: Worksheet) -> None:
    sheet.parent.create_sheet("notes").append(["read me"])


def merged(sheet: Worksheet) -> None:
    sheet["B3"] = sheet["B4"] = None
    sheet.merge_cells("B2:B4")


def titled(sheet: Worksheet) -> None:
    sheet.insert_rows(1)
    sheet["A1"] = "Our survey"


def emptied(sheet: Worksheet) -> None:
    sheet.delete_rows(1, sheet.max_row)


def bomb() -> tuple[bytes, int]:
    """A workbook whose sheet unpacks to 40 MB of blanks, and how many times its size that is."""
    content = part(workbook(), SHEET, lambda text: text + b" " * 40_000_000)
    info = zipfile.ZipFile(io.BytesIO(content)).getinfo(SHEET)
    return content, round(info.file_size / info.compress_size)


def other_zip(member: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member, "x")
    return out.getvalue()


def dated(*, epoch_1904: bool = False, **cells: dt.date) -> bytes:
    def change(sheet: Worksheet) -> None:
        for place, value in cells.items():
            sheet[place] = value
            sheet[place].number_format = "yyyy-mm-dd"

    return workbook(change)


def as_workbook(text: str) -> bytes:
    """CSV text as a workbook of text cells."""
    book = Workbook()
    for row in csv.reader(io.StringIO(text)):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ERROR = "a cell holds a value; this one is an error of Excel"
NEVER = "a formula's value is stored in the file; this one was never worked out"
BOMB = bomb()
CUT = "the workbook is whole; it cannot be unpacked (File is not a zip file)"
NOT_ONE = "the workbook is .xlsx, that is a zip file; this is "

CASES: dict[str, dict[str, Any]] = {
    "a good workbook": case(workbook()),
    "numbers shown with leading zeros": case(
        workbook(lambda s: [setattr(s.cell(row, 1), "value", int(s.cell(row, 1).value)) or
                            setattr(s.cell(row, 1), "number_format", "0000")
                            for row in range(2, 14)])
    ),
    "merged cells": case(
        workbook(merged), (FILE, 2, "B", "A", "no cells are merged in the data; B2:B4 are"),
    ),
    "a formula with an error": case(
        computed("E2", "1/0", "<v>#DIV/0!</v>", ' t="e"'), (FILE, 2, "score (E)", "#DIV/0!", ERROR)
    ),
    "an error without a formula": case(
        workbook(put(E3="#N/A")), (FILE, 3, "score (E)", "#N/A", ERROR)
    ),
    "a formula that was never worked out": case(
        workbook(put(E2="=40+1")), (FILE, 2, "score (E)", "=40+1", NEVER)
    ),
    "a formula with its value": case(
        computed("E2", "40+1", "<v>41</v>"), says="1 cells are formulas, read as Excel last"
    ),
    "a date where a number belongs": case(
        dated(E2=dt.date(1900, 2, 10)), (FILE, 2, "score", "1900-02-10", NUMBER)
    ),
    "a number where a date belongs": case(
        workbook(lambda s: (put(F2=44256)(s), setattr(s["F2"], "number_format", "General"))),
        (FILE, 2, "seen", "44256", "the cell is a date such as 2026-11-24"),
    ),
    "an id that became a date": case(
        dated(A2=dt.date(2021, 3, 1)),
        (FILE, 2, "pupil", "2021-03-01", LOOKS + "turned into a date"),
    ),
    "an id of 17 digits": case(
        workbook(put(A2=12345678901234567)),
        (FILE, 2, "pupil (A)", "12345678901234570",
         "a number has at most 15 digits; Excel has lost the rest"),
    ),
    "a code of TRUE": case(workbook(put(D2=True)), (FILE, 2, "gender", "TRUE", GENDERS)),
    "a name twice": case(
        workbook(put(F1="score")),
        (FILE, 1, "F", "score", "a column's name stands once; E has it too"),
    ),
    "a column without a name": case(
        workbook(put(M3="x")), (FILE, 1, "M", None, "every column has a name")
    ),
    "a column more": case(
        workbook(put(M1="note", M3="x")), (FILE, None, "note", None, UNKNOWN)
    ),
    "a title in front": case(
        workbook(titled), (FILE, 1, None, "Our survey", "the first row with content holds the "
                           "columns' names; this looks like a title"),
    ),
    "blank rows in front": case(
        workbook(lambda s: s.insert_rows(1, 2)), says="the names stand in row 3"
    ),
    "a blank row in the middle": case(
        workbook(lambda s: s.insert_rows(5)), says="1 rows without any content were left out"
    ),
    "a hidden row": case(
        workbook(lambda s: setattr(s.row_dimensions[3], "hidden", True)),
        says="hidden rows were read like the others: 3",
    ),
    "an empty sheet": whole(workbook(emptied), "the sheet has content; data is empty"),
    "names alone": case(
        workbook(lambda s: s.delete_rows(2, 20)),
        (FILE, 1, None, None, "there are rows of data below the names"),
    ),
    "two sheets": whole(
        workbook(two_sheets), "the study file says which sheet to read; there are data, notes"
    ),
    "two sheets, one named": case(workbook(two_sheets), entry=", sheet: data"),
    "a sheet that is not there": whole(
        workbook(), "the sheet is in the workbook; there are data", "Data", entry=", sheet: Data"
    ),
    "a sheet that claims a million columns": case(
        part(workbook(), SHEET, lambda text: re.sub(
            rb'<dimension ref="[^"]*"', b'<dimension ref="A1:BDWGN1048576"', text))
    ),
    "a cell beyond Excel's columns": whole(
        part(workbook(), SHEET, lambda text: text.replace(b'r="L13"', b'r="BDWGN13"')),
        "cells lie within Excel's 1,048,576 rows and 16,384 columns",
    ),
    "a zip bomb": whole(
        BOMB[0], "no part unpacks to more than 300 times its size (a zip bomb does)",
        f"{SHEET}: {BOMB[1]} times",
    ),
    "entities": whole(
        part(workbook(), SHEET, lambda text: b'<!DOCTYPE x [<!ENTITY a "b">]>' + text),
        "no part declares a document type or entities (they can name other files)", SHEET,
    ),
    "cut off": whole(workbook()[:-200], CUT),
    "a byte that changed": whole(
        part(workbook(), SHEET, lambda text: text + b" ", zipfile.ZIP_STORED).replace(
            b"<v>52.5</v>", b"<v>92.5</v>"),
        f"the workbook is whole; it cannot be unpacked (Bad CRC-32 for file '{SHEET}')",
    ),
    "CSV named .xlsx": whole(GOOD.encode(), NOT_ONE + "something else, perhaps text"),
    "a page of the web named .xlsx": whole(
        b"<html><table><tr><td>pupil</td></tr></table></html>", NOT_ONE + "a page of the web"
    ),
    "an old workbook named .xlsx": whole(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "the workbook is .xlsx; this is the old format of Excel (.xls)",
    ),
    "a password": whole(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "the workbook opens without a password",
    ),
    "an OpenDocument file": whole(
        other_zip("content.xml"),
        "the file holds an Excel workbook; this is an OpenDocument file (.ods or .odt)",
    ),
    "a Word document": whole(
        other_zip("word/document.xml"), "the file holds an Excel workbook; this is a Word document"
    ),
    "an empty file": whole(b"", "the file has content; it is empty"),
    "a workbook read as CSV": {
        **case(workbook(), (FILE, None, None, None,
                            "the file is text; this is a zip file, as .xlsx files are")),
        "entries": {NAME: "reader: csv"},
    },
    "a codebook as a workbook": {
        "also": {"codebook.csv": None, "codebook.xlsx": as_workbook(codebook())}, "reads": {},
    },
    "a codebook as a workbook with a fault": {
        "also": {
            "codebook.csv": None,
            "codebook.xlsx": as_workbook(codebook(changed={"q11": {"type": "int"}})),
        },
        "faults": [(shown("codebook.xlsx"), 8, "type", "int",
                    "type is one of text, number, integer, category, date")],
    },
}  # fmt: skip
