"""A good study changed at random: refused with its faults, or every cell reads as it now stands.

What stands there is worked out from the changed text by the csv module alone, never by the library.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases_workbook import part, workbook
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_study import (
    BOOK,
    CHECK,
    GRID,
    HEADER,
    ITEMS,
    STUDY,
    Waves,
    codebook,
    everything,
    lay,
    listed_faults,
    source,
    table,
    waves_of_grid,
    waves_read,
)
from openpyxl.worksheet.worksheet import Worksheet

from resilience_lib.build.verbs import main

FEW = settings(max_examples=20, derandomize=True, deadline=None, database=None)
Rows = list[list[str]]
DAMAGED = ("\u200b", "\ufeff", "a\nb", "\x07", "“2”", '="2"', "'2", '"', "2021-02-30", "1e2",
           "1e999", "1e-5", "9.0", "999.0", "2.0")  # fmt: skip
CHANGES = ("cell", "cell", "cell", "swap", "across", "cut", "double", "line", "lines")


def writable(text: str) -> bool:
    """Whether a workbook can hold it."""
    return text.isprintable()


ODD_VALUES = (
    "", " ", "0", "2", "9", "9.0", "999", "999.0", "-1", "1e2", "1e999", "3", "2.0", "41,5", "NA",
    "nan", "inf", "٤", "²", "F", "M", "f", "A", "B", "a", "before", "after", "2021-02-30", "44256",
    "0101", "101", "0102 ", "\u200b", "\xa0", "\ufeff", "“2”", '="2"', "'2", '"', "a\nb", ";",
    "\t", "x" * 300, "TRUE", "#N/A", "\x07", "é", "1_0", "+2", "-0", ".5", "5.", "0x1", "1e-5",
)  # fmt: skip
ODD = st.sampled_from(ODD_VALUES)
WORDS = st.sampled_from(
    ["", "item", "outcome", "pupil", "school", "wave", "gender", "kept", "dropped", "arm",
     "code_part", "classroom", "text", "number", "integer", "category", "date", "0|2", "0|100",
     "1|5", "2|0", "a|b", "0=0|1=1|2=2", "0=2|1=1|2=0", "0=nan", "nan|inf", "F=girl|M=boy", "9|8",
     "999", "T1", "T2", "T9", "mmf", "sdq_self", "11", "12", "x y", "=", "|", "||", "yes",
     "pseudonymise", "TO FILL IN", "\xa0", "١|٢", "1_0|2_0", "surname", "pupils.csv", "score"]
)  # fmt: skip
TOKENS = st.sampled_from(
    ["null", "true", "[]", "{}", "- a", ": ", "T1", "T2", "'", '"', "2021-13-45", "1e999", "&a",
     "*a", "!!int x", "!x", "#", "\t", "\n", "---\n", "? ", "| ", "> ", "%", "@", "`", "[", "]",
     "{", "}", ",", "9" * 400, "\x00", "\x85", "é", "redcap", "0", "-1", ".nan", "pupils.csv",
     "csv", "score"]
)  # fmt: skip


XML = st.sampled_from(
    ["<c/>", "<v>", "</v>", "<row>", "</row>", ' r="A1"', ' r="ZZZZ9"', ' r="A0"', ' t="s"',
     ' t="d"',
     ' t="b"', "<f>1</f>", "&lt;", "&x;", "<!-- -->", "<![CDATA[", "99999999999", "-1", "nan",
     "1e400", "é", "\x00", '"', ">", "<", "xml:space", 's="999"', "<mergeCell ref='A1'/>",
     "2021-03-01"]
)  # fmt: skip
PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml",
         "xl/_rels/workbook.xml.rels", "[Content_Types].xml")  # fmt: skip
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 120), st.integers(), ODD.filter(writable),
    st.floats(allow_nan=False, allow_infinity=False), st.dates(dt.date(1900, 3, 1)),
    st.times(), st.sampled_from(["=1+1", "#DIV/0!", "#N/A"]),
)  # fmt: skip


def spreadsheet(content: bytes) -> dict[str, object]:
    return {
        "files": {"pupils.xlsx": content},
        "entries": {"pupils.xlsx": "reader: xlsx"},
        "codebook": codebook(file="pupils.xlsx"),
    }


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("fuzz")
        patch.setenv("RESILIENCE_ROOT", str(folder))
        yield folder


def verdict(root: Path, case: dict[str, object]) -> Waves | None:
    """What is read of a study, None where it is refused; an exception is a fault of the library."""
    shutil.rmtree(root)
    lay(root, case)
    before = everything(root)
    status = main(["check", "--study", "toy"])
    assert status in (0, 1)
    after = everything(root)
    if status == 1:
        assert listed_faults(root)
        del after[CHECK]
    after.pop("data/raw/toy/pseudonyms.key", None)
    assert after == before
    return None if status else waves_read()


def meant(rows: Rows) -> Waves:
    """What rows with the header in front mean by the toy's codebook."""
    header = [name.translate({0xA0: " ", 0xAD: None, 0x200B: None, 0xFEFF: None}).strip()
              for name in rows[0]]  # fmt: skip
    assert sorted(header) == sorted(HEADER)
    found: Waves = {}
    for row in rows[1:]:
        assert len(row) == len(header)
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        pupil = unicodedata.normalize("NFKC", cells["pupil"]).upper()
        wave = {"before": "T1", "after": "T2"}[cells["wave"]]
        assert (pupil, wave) not in found
        numbers = {"score": (cells["score"], 999), **{
            f"mmf_{item}": (cells[f"q{item}"], 9) for item in ITEMS
        }}  # fmt: skip
        found[pupil, wave] = {
            "school": cells["school"],
            "gender": {"F": "girls", "M": "boys", "": None}[cells["gender"]],
            **{name: number(text, missing) for name, (text, missing) in numbers.items()},
        }
    return found


def number(text: str, missing: int) -> float | None:
    return None if text == "" or float(text) == missing else float(text)


@st.composite
def changed_rows(draw: st.DrawFn) -> Rows:
    """The good table with one or two cells, lines or columns changed."""
    rows = [list(HEADER), *map(list, GRID)]
    for _ in range(draw(st.integers(1, 2))):
        row, other = (draw(st.integers(0, len(rows) - 1)) for _ in range(2))
        column = draw(st.integers(0, min(map(len, rows)) - 1))
        second = draw(st.integers(0, min(map(len, rows)) - 1))
        what = draw(
            st.sampled_from(
                ["cell", "cell", "cell", "swap", "across", "cut", "double", "line", "lines"]
            )
        )
        if what == "cell":
            rows[row][column] = draw(ODD)
        elif what == "swap":
            rows[row][column], rows[row][second] = rows[row][second], rows[row][column]
        elif what == "across":
            rows[row][column], rows[other][column] = rows[other][column], rows[row][column]
        elif what == "cut":
            for each in rows if draw(st.booleans()) else rows[row : row + 1]:
                del each[column]
        elif what == "double":
            for each in rows if draw(st.booleans()) else rows[row : row + 1]:
                each.insert(column, each[second])
        elif what == "line" and len(rows) > 3:
            del rows[row]
        elif what == "lines":
            rows.insert(row, list(rows[other]))
        if min(map(len, rows)) == 0:
            break
    return rows


@st.composite
def changed_bytes(draw: st.DrawFn, good: bytes, tokens: st.SearchStrategy[str]) -> bytes:
    """Bytes flipped, cut, doubled, swapped or written between, once or twice."""
    content = good
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        upto = at + draw(st.integers(1, 12))
        what = draw(st.sampled_from(["flip", "cut", "drop", "double", "between", "line"]))
        if what == "flip":
            flipped = bytes(byte ^ draw(st.integers(1, 255)) for byte in content[at : at + 1])
            content = content[:at] + flipped + content[at + 1 :]
        elif what == "cut":
            content = content[:at]
        elif what == "drop":
            content = content[:at] + content[upto:]
        elif what == "double":
            content = content[:upto] + content[at:]
        elif what == "between":
            content = content[:at] + draw(tokens).encode() + content[upto - 1 :]
        else:
            lines = content.splitlines(keepends=True)
            one, two = (draw(st.integers(0, max(len(lines) - 1, 0))) for _ in range(2))
            if lines:
                lines[one], lines[two] = lines[two], lines[one]
            content = b"".join(lines)
    return content


def is_right(column: str, text: str) -> bool:
    """Whether a cell of the toy holds to its codebook; of ids, whether nothing damaged them."""
    digits = re.fullmatch(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?", text)
    if column == "pupil":
        return text not in DAMAGED
    if column in ("school", "wave", "gender"):
        codes = {"school": ("A", "B"), "wave": ("before", "after"), "gender": ("F", "M")}
        return text in codes[column]
    if column == "seen":
        return re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and is_a_day(text)
    if column == "score":
        return digits is not None and (0 <= float(text) <= 100 or float(text) == 999)
    return digits is not None and float(text) in (0, 1, 2, 9)


def is_a_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("column", HEADER)
def test_every_odd_value_in_every_column(root: Path, column: str) -> None:
    """All in one file: the cells that are refused are those that are wrong, and no other."""
    rows, wrong, line = list(GRID), [], len(GRID) + 2
    for n, text in enumerate(ODD_VALUES):
        cells = dict(zip(HEADER, (f"9{n:03}", *GRID[0][1:]), strict=True)) | {column: text}
        rows.append(tuple(cells.values()))
        if text.strip() and not is_right(column, text.strip()):
            # a workbook cannot hold the bell
            wrong.append((line, column, text.strip().replace("\x07", "\ufffd")))
        line += 1 + text.count("\n")
    assert verdict(root, {"files": {"pupils.csv": table(rows)}}) is None
    assert sorted(fault[1:4] for fault in listed_faults(root)) == sorted(wrong)


@FEW
@given(rows=changed_rows())
def test_cells_lines_and_columns(root: Path, rows: Rows) -> None:
    read = verdict(root, {"files": {"pupils.csv": table(rows[1:], rows[0])}})
    if read is not None:
        # lines of nothing but commas at the end are left out
        while len(rows) > 1 and not any(rows[-1]):
            rows = rows[:-1]
        assert read == meant(rows)


@FEW
@given(content=changed_bytes(table().encode(), ODD))
def test_bytes_of_the_raw_file(root: Path, content: bytes) -> None:
    read = verdict(root, {"files": {"pupils.csv": content}})
    if read is not None:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252")
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
        while len(rows) > 1 and not any(rows[-1]):
            rows.pop()
        while not any(cell.strip() for cell in rows[0]):
            rows.pop(0)
        assert read == meant(rows)


@FEW
@given(
    change=st.sampled_from([("study.yml", STUDY.format(
                                files="  - {name: pupils.csv, reader: csv}")),
                            ("source.yml", source({"pupils.csv": table().encode()}))])
    .flatmap(lambda file: st.tuples(st.just(file[0]), changed_bytes(file[1].encode(), TOKENS)))
)  # fmt: skip
def test_study_file_and_source_file(root: Path, change: tuple[str, bytes]) -> None:
    read = verdict(root, {"also": dict([change])})
    # no edit so small gives the codes of the file another meaning
    assert read is None or read == waves_of_grid()


@FEW
@given(row=st.integers(1, len(HEADER)), column=st.integers(0, len(BOOK) - 1), text=WORDS)
def test_cells_of_the_codebook(root: Path, row: int, column: int, text: str) -> None:
    rows = list(csv.reader(io.StringIO(codebook())))
    rows[row][column] = text
    read = verdict(root, {"codebook": table(rows[1:], rows[0])})
    if read is None:
        return
    good = waves_of_grid()
    if BOOK[column] in ("label", "unit", "source_question"):
        assert read == good
    if text != "pseudonymise":
        # the column of that row may mean something else now; no other does
        touched = column_in_waves(HEADER[row - 1])
        assert without(read, touched) == without(good, touched)


@FEW
@given(data=st.data(), member=st.sampled_from(PARTS))
def test_bytes_of_the_parts_of_a_workbook(root: Path, data: st.DataObject, member: str) -> None:
    """Inside the zip, whose own sums would find any change of its bytes."""

    def change(text: bytes) -> bytes:
        return data.draw(changed_bytes(text, XML).filter(lambda now: now != text))

    content = part(workbook(), member, change)
    verdict(root, spreadsheet(content))


@FEW
@given(row=st.integers(2, 13), column=st.integers(1, 12), value=VALUES)
def test_cells_of_a_workbook(root: Path, row: int, column: int, value: object) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.cell(row, column).value = value

    read = verdict(root, spreadsheet(workbook(change)))
    if read is None:
        return
    rows = [list(cells) for cells in GRID]
    # Excel knows one kind of number, and shows 2.0 as 2
    whole = isinstance(value, float) and value.is_integer()
    rows[row - 2][column - 1] = "" if value is None else str(int(value) if whole else value)
    if isinstance(value, dt.date):
        assert HEADER[column - 1] == "seen"
    assert read == meant([list(HEADER), *rows])


def column_in_waves(name: str) -> str:
    return f"mmf_{name.removeprefix('q')}" if name.startswith("q") else name


def without(waves: Waves, column: str) -> Waves:
    return {key: {c: v for c, v in row.items() if c != column} for key, row in waves.items()}


@FEW
@given(content=changed_bytes(codebook().encode(), WORDS))
def test_bytes_of_the_codebook(root: Path, content: bytes) -> None:
    verdict(root, {"codebook": content})
