"""Text files: cut, in other encodings, with other signs between cells, with odd headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from intake_study import GRID, HEADER, ITEMS, codebook, shown, table

FILE, BOOK = shown("pupils.csv"), shown("codebook.csv")
GOOD = table()
LINES = GOOD.splitlines()
NO_TYPE = "the file is text; this is "
NUL = "the file is text; it holds NUL bytes (binary, or UTF-16 without its mark)"
NUMBER = "the cell is a number"
LOOKS = "an id is as it was given out; this one looks damaged: "
QUOTED = LOOKS + "in quotes, or behind the sign that makes a cell text or a formula"
UNSEEN = LOOKS + "signs in it that cannot be seen, or stand for lost ones"
UNKNOWN = "every column is described in the codebook"
LACKING = "the codebook describes a column that the file does not have"
UNNAMED = "every column has a name"
SCHOOLS, WAVES, GENDERS = "allowed are A, B", "allowed are before, after", "allowed are F, M"
DAY = "the cell is a date such as 2026-11-24"
FREE_SCHOOL = codebook(changed={"school": {"type": "text", "allowed": ""}})
Fault = tuple[str, int | None, str | None, str | None, str]


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    """The first `old` of the good file, which has it, becomes `new`."""

    def change(good: bytes) -> bytes:
        assert old.encode() in good
        return good.replace(old.encode(), new.encode(), 1)

    return change


def file(content: Any, *faults: Fault, **more: Any) -> dict[str, Any]:
    return {"files": {"pupils.csv": content}, "faults": list(faults), **more}


def cell(old: str, new: str, row: int, column: str, value: str | None, rule: str) -> dict[str, Any]:
    """One cell is changed, and it is the one fault."""
    return file(swap(old, new), (FILE, row, column, value, rule))


def whole(content: Any, rule: str, row: int | None = None, value: str | None = None) -> Any:
    """One fault of the file or of one of its lines."""
    return file(content, (FILE, row, None, value, rule))


def good(content: Any, says: str = "", reads: Any = None, **more: Any) -> dict[str, Any]:
    """Read rightly: as the good file, but for the cells of `reads`."""
    return {"files": {"pupils.csv": content}, "reads": reads or {}, "says": says, **more}


def column_of(name: str, rule: str) -> list[Fault]:
    """A fault in every cell of a column of the good file, under its new name."""
    at = HEADER.index(name)
    return [(FILE, n, "", row[at], rule) for n, row in enumerate(GRID, start=2)]


def named(faults: list[Fault], column: str) -> list[Fault]:
    return [(f, row, column, value, rule) for f, row, _, value, rule in faults]


OFF_BY_ONE = table((*row[:6], *(str(int(a) + 1) for a in row[6:])) for row in GRID)
NOT_A_TABLE = [
    *((BOOK, n, "variable", name, LACKING) for n, name in enumerate(HEADER, start=2)),
]  # fmt: skip

CASES: dict[str, dict[str, Any]] = {
    # cut off, empty
    "empty file": whole(b"", "the file has content; it is empty"),
    "header only": whole(LINES[0] + "\n", "there are lines of data below the columns' names", 1),
    "cut off inside a line": whole(
        GOOD[:-9], "every line has 12 cells like the header; this one has 8 and no end: the file "
        "was cut off", 13, "0206,B,after,M,95,2021-07-03,1,0",
    ),
    "cut off inside a quote": whole(
        GOOD.replace("0206,B,after", '"0206,B,after'),
        "every opened quote is closed; the file ends inside one",
        13, '"0206,B,after,M,95,2021-07-03,1,0,1,0,1,1',
    ),
    "last line without an end": good(GOOD[:-1], "the last line has no end"),
    # encodings
    "UTF-16 without its mark": whole(GOOD.encode("utf-16-le"), NUL, 1),
    "UTF-16 with its mark": good(GOOD.encode("utf-16"), "read as UTF-16"),
    "UTF-32": whole(
        GOOD.encode("utf-32"), "the file is UTF-8, UTF-16 or Windows-1252; this is UTF-32"
    ),
    "NUL bytes": whole(swap("0101", "01\x0001"), NUL, 2),
    "Windows-1252": good(
        GOOD.replace("A,", "École,").encode("cp1252"),
        "read as Windows-1252, since it is not UTF-8: 6 signs beyond ASCII, the first 'É' in line",
        {(row[0], wave): {"school": "École"} for row in GRID[:3] for wave in ("T1", "T2")},
        codebook=FREE_SCHOOL,
    ),
    "latin-1 with control bytes": whole(
        GOOD.replace("0101", "01\x8101").encode("latin-1"),
        "the file is UTF-8 or Windows-1252; this byte is in neither", 2, "byte 0x81",
    ),
    "two encodings": whole(
        GOOD.replace(",A,", ",É,", 1).encode() + "0207,É,after,M,9,,1,0,1,0,1,1\n".encode("cp1252"),
        "one encoding from start to end: 'É' is UTF-8, but this line is not", 14, "byte 0xc9",
    ),
    "from an old Mac": whole(
        GOOD.replace(",A,", ",Renée,", 1).encode("mac-roman"),
        "one encoding fits; this is not UTF-8, and what it would be in Windows-1252 may be another "
        "letter of an old Mac, DOS or another country", 2, "nŽ",
    ),
    "encoded twice, a code": cell(",A,", ",Ã©cole,", 2, "school", "Ã©cole", SCHOOLS),
    "encoded twice, free text": good(
        GOOD.replace(",A,", ",Ã©cole,"), "line 2 holds 'Ã©': an earlier program may have garbled",
        {(row[0], wave): {"school": "Ã©cole"} for row in GRID[:3] for wave in ("T1", "T2")},
        codebook=FREE_SCHOOL,
    ),
    "mark twice": good(b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD.encode(), "were taken off: pupil"),
    "mark in the middle": cell(
        "0101,A,after", "\ufeff0101,A,after", 8, "pupil", "\ufeff0101", UNSEEN
    ),
    "a lost letter in an id": cell("0101", "01\ufffd1", 2, "pupil", "01\ufffd1", UNSEEN),
    # not a table at all
    "a page of the web": whole("<!DOCTYPE html>\n<html><body>Log in</body>\n", NO_TYPE
                               + "a page of the web"),
    "a table of HTML": whole("<table><tr><td>pupil</td></tr></table>\n", NO_TYPE
                             + "a page of the web"),
    "JSON": whole('[{"pupil": "0101", "school": "A"}]\n', NO_TYPE + "a JSON file"),
    "XML": whole('<?xml version="1.0"?>\n<rows/>\n', NO_TYPE + "an XML file"),
    "a PDF": whole(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", NO_TYPE + "a PDF"),
    "a picture": whole(b"\x89PNG\r\n\x1a\n", NO_TYPE + "a picture"),
    "a workbook named .csv": whole(b"PK\x03\x04....", NO_TYPE + "a zip file, as .xlsx files are"),
    "an old workbook named .csv": whole(
        b"\xd0\xcf\x11\xe0....", NO_TYPE + "an old Excel or a password-protected Office file"
    ),
    "Excel's lock file": {
        "files": {"~$pupils.csv": b"\x05user"},
        "codebook": codebook(file="~$pupils.csv"),
        "faults": [(shown("~$pupils.csv"), None, None, "~$pupils.csv", "this is not data: Excel "
                    "lays such a file beside the one it has open")],
    },
    # what parts the cells
    "tabs": good(GOOD.replace(",", "\t"), "cells are parted by tab"),
    "semicolons and decimal commas": file(
        GOOD.replace(",", ";").replace(".5", ",5"),
        (FILE, 3, "score", "52,5", NUMBER), (FILE, 9, "score", "51,5", NUMBER),
    ),
    "semicolons, one of them a comma": whole(
        GOOD.replace(",", ";").replace("0101;A", "0101,A", 1),
        "every line has 12 cells like the header; this one has 11",
        2, "0101,A;before;F;41;2021-03-01;2;1;2;1;0;2",
    ),
    "pipes": whole(GOOD.replace(",", "|"), "comma, semicolon or tab parts the cells; here it is |",
                   1, LINES[0].replace(",", "|")),
    "300 columns that lack their commas": whole(
        ",".join(f"c{n}" for n in range(300)) + "\n" + "1" * 300 + "\n",
        "every line has 300 cells like the header; this one has 1", 2, "1" * 60,
    ),
    "300 columns in one": file(
        " ".join(f"c{n}" for n in range(300)) + "\n" + " ".join("1" * 300) + "\n",
        *NOT_A_TABLE, (FILE, None, " ".join(f"c{n}" for n in range(300)), None, UNKNOWN),
    ),
    "a very long cell": whole(
        swap("0101", "x" * 140_000), "a cell has at most 131,072 signs", 2, "x" * 60
    ),
    "every cell quoted": good("\n".join('"' + line.replace(",", '","') + '"' for line in LINES)
                              + "\n"),
    "three kinds of line ends": good(
        LINES[0] + "\r" + "\r\n".join(LINES[1:6]) + "\n" + "\n".join(LINES[6:]) + "\n"
    ),
    "trailing commas": file(
        GOOD.replace("\n", ",\n"), (FILE, 1, "column 13", None, UNNAMED)
    ),
    "trailing commas below the header": file(
        LINES[0] + "\n" + "".join(line + ",\n" for line in LINES[1:]),
        *((FILE, n, None, f"{line},"[:60], "every line has 12 cells like the header; this one "
           "has 13") for n, line in enumerate(LINES[1:], start=2)),
    ),
    "lines of commas at the end": good(GOOD + "," * 11 + "\n", "1 lines without any content"),
    "blank lines in front": good("\n \n" + GOOD),
    "a comment in front": whole(
        "# exported\n" + GOOD, "the header has as many cells as the lines: 1, and 12 by comma",
        1, "# exported",
    ),
    "a comment at the end": whole(
        GOOD + "# end\n", "every line has 12 cells like the header; this one has 1", 14, "# end"
    ),
    "a title in front": file(
        "Survey" + "," * 11 + "\n" + GOOD,
        *((FILE, 1, f"column {n}", None, UNNAMED) for n in range(2, 13)),
    ),
    "a quote inside a cell": whole(
        swap("0101", '"01" 01'), "after a closing quote the next cell begins",
        2, '"01" 01,A,before,F,41,2021-03-01,2,1,2,1,0,2',
    ),
    # headers
    "a name twice": file(swap("score,seen", "score,score"), (FILE, 1, "column 6", "score",
                         "a column's name stands once; column 5 has it too")),
    "no names": whole(
        "\n".join(",".join("1" * 12) for _ in GRID) + "\n",
        "the first line holds the columns' names; these are numbers", 1, ", ".join("1" * 12),
    ),
    "another name": file(
        swap("score", "points"), (BOOK, 6, "variable", "score", LACKING),
        (FILE, None, "points", None, UNKNOWN),
    ),
    "a line break in a name": file(
        swap("score", '"sco\nre"'), (BOOK, 6, "variable", "score", LACKING),
        (FILE, None, "sco\nre", None, UNKNOWN),
    ),
    "a line break behind a name": good(swap("score", '"score\n"'), "were taken off: score"),
    "a zero-width space in a name": good(swap("score", "sc\u200bore"), "were taken off: score"),
    "a non-breaking space before a name": good(swap("score", "\xa0score"), "taken off: score"),
    "a name of a pupil's name": file(
        table(GRID, [c.replace("seen", "Surname") for c in HEADER]),
        (FILE, None, "Surname", None, "the column looks as if it identified a pupil"),
        codebook=codebook([c for c in HEADER if c != "seen"]),
    ),
    "names again in the middle": file(
        "\n".join([*LINES[:7], LINES[0], *LINES[7:]]) + "\n",
        (FILE, 8, "school", "school", SCHOOLS), (FILE, 8, "wave", "wave", WAVES),
        (FILE, 8, "gender", "gender", GENDERS), (FILE, 8, "score", "score", NUMBER),
        (FILE, 8, "seen", "seen", DAY),
        *((FILE, 8, f"q{item}", f"q{item}", NUMBER) for item in ITEMS),
    ),
    # columns that changed places
    "gender and score changed places": file(
        swap("gender,score", "score,gender"),
        *named(column_of("score", GENDERS), "gender"), *named(column_of("gender", NUMBER), "score"),
    ),
    "school and pupil changed places": file(
        swap("pupil,school", "school,pupil"), *named(column_of("pupil", SCHOOLS), "school")
    ),
    "school and pupil changed places, schools not listed": file(
        swap("pupil,school", "school,pupil"),
        *((FILE, row, "pupil", f"{school} at {wave}, also in {FILE} line {row + 1}, {FILE} line "
           f"{row + 2}", "a pupil stands once in a wave")
          for row, school, wave in ((2, "A", "T1"), (5, "B", "T1"), (8, "A", "T2"),
                                    (11, "B", "T2"))),
        codebook=FREE_SCHOOL,
    ),
    "answers from 1 where the key has 0": file(
        OFF_BY_ONE,
        *((FILE, n, f"q{item}", "3", "the value lies in 0 to 2") for at, item in enumerate(ITEMS)
          for n, row in enumerate(GRID, start=2) if row[6 + at] == "2"),
    ),
    "one cell too far left": file(
        swap("F,41", "41,F"), (FILE, 2, "gender", "41", GENDERS), (FILE, 2, "score", "F", NUMBER)
    ),
}  # fmt: skip
