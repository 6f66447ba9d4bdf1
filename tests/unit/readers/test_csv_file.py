"""CSV files as they come: encodings, delimiters, and every way to spoil one."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resilience_lib.errors import FaultsError
from resilience_lib.readers.csv_file import read


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


SPOILED: dict[str, tuple[bytes, list[tuple[int | None, str | None, str | None]], str]] = {
    # content, (row, column, value) of every fault, words of the first rule
    "empty": (b"", [(None, None, None)], "it is empty"),
    "mark only": (b"\xef\xbb\xbf", [(1, None, None)], "first line holds"),
    "blank lines only": (b"\r\n\n  \n", [(1, None, None)], "first line holds"),
    "header only": (b"id,q1\n", [(1, None, None)], "lines of data"),
    "header twice": (
        b"id,q1,q1,id\n1,2,3,4\n",
        [(1, "column 3", "q1"), (1, "column 4", "id")],
        "column 2 has it too",
    ),
    "header twice but for a space": (b"id,id \n1,2\n", [(1, "column 2", "id")], "stands once"),
    "header cell empty": (b"id,,q2\n1,2,3\n", [(1, "column 2", None)], "has a name"),
    "trailing comma": (b"id,q1,\n1,2,\n", [(1, "column 3", None)], "has a name"),
    "no header": (b"1,2,3\n4,5,6\n", [(1, None, "1, 2, 3")], "these are numbers"),
    "too many cells": (b"id,q1\n1,2,3\n4,5\n", [(2, None, "1,2,3")], "has 3"),
    "too few and too many": (
        b'id,q1,q2\n1,"two\nlines",3\n4,5\n6,7,8,9\n0,0,0\n',
        [(4, None, "4,5"), (5, None, "6,7,8,9")],
        "has 2",
    ),
    "cut off in a line": (b"id,q1,q2\n1,2,3\n4,5", [(3, None, "4,5")], "was cut off"),
    "cut off in a quote": (b'id,q1\n1,2\n3,"four\n', [(3, None, '3,"four')], "ends inside one"),
    "quote inside a cell": (b'id,q1\n1,"a" b\n2,c\n', [(2, None, '1,"a" b')], "closing quote"),
    "two broken quotes": (
        b'id,q1\n1,"a" b\n2,c\n3,"d" e\n',
        [(2, None, '1,"a" b'), (4, None, '3,"d" e')],
        "closing quote",
    ),
    "a quote that swallows the file": (
        b'id,q1\n1,"a\n' + b"2,b\n" * 40_000,
        [(2, None, '1,"a')],
        "131,072",
    ),
    "NUL bytes": (b"id,q1\n1,\x00\n", [(2, None, None)], "NUL"),
    "UTF-16 without mark": ("id,q1\n1,2\n".encode("utf-16-le"), [(1, None, None)], "UTF-16"),
    "UTF-16 cut off": (
        "id,q1\n1,2\n".encode("utf-16")[:-1],
        [(2, None, None)],
        "UTF-16 to its end",
    ),
    "UTF-32": ("id,q1\n1,2\n".encode("utf-32"), [(None, None, None)], "UTF-32"),
    "marked UTF-8, but is not": (b"\xef\xbb\xbfid,q1\n1,caf\xe9\n", [(2, None, None)], "UTF-8"),
    "two encodings": ("id,q\n1,é\n".encode() + b"2,\xe9\n", [(3, None, "byte 0xe9")], "'é' is"),
    "UTF-8 cut inside a letter": ("id,q\n1,né\n2,né".encode()[:-1], [(3, None, "byte 0xc3")], "é"),
    "no encoding": (b"id,q\n1,a\x81\n", [(2, None, "byte 0x81")], "neither"),
    "from an old Mac": ("id,q\n1,café\n".encode("mac-roman"), [(2, None, "fŽ")], "Mac"),
    "from an old Mac, ó": ("id,q\n1,Leónie\n".encode("mac-roman"), [(2, None, "e—n")], "Mac"),
    "a dash without spaces": (b"id,q\n1,well\x97being\n", [(2, None, "l—b")], "one encoding fits"),
    "from DOS": ("id,q\n1,Müller\n2,Jörg\n".encode("cp850"), [(2, None, "byte 0x81")], "neither"),
    "from DOS, é": ("id,q\n1,René\n".encode("cp850"), [(2, None, "n‚")], "DOS"),
    "a workbook called csv": (b"PK\x03\x04rest", [(None, None, None)], "a zip file"),
    "an old workbook called csv": (b"\xd0\xcf\x11\xe0rest", [(None, None, None)], "old Excel"),
    "SPSS called csv": (b"$FL2@(#)", [(None, None, None)], "SPSS"),
    "pipes": (b"id|q1\n1|2\n", [(1, None, "id|q1")], "here it is |"),
    "sep= with a pipe": (b"sep=|\nid|q1\n1|2\n", [(1, None, "sep=|")], "comma, semicolon"),
    "two delimiters fit": (b"a;b,c\n1;2,3\n4;5,6\n", [(1, None, "a;b,c")], "equally well"),
    "no delimiter fits": (b"a;b,c\n1\n2\n3\n", [(1, None, "a;b,c")], "equally well"),
    "header lost its cells": (b"id\n1;2\n3;4\n", [(1, None, "id")], "2 by semicolon"),
    "decimal commas, comma between": (
        b"id,x\n1,2,5\n2,3,5\n",
        [(2, None, "1,2,5"), (3, None, "2,3,5")],
        "3",
    ),
}


@pytest.mark.parametrize("kind", SPOILED)
def test_spoiled(kind: str, tmp_path: Path, places) -> None:
    content, expected, words = SPOILED[kind]
    path = written(tmp_path, content)
    assert places(read, path) == [("a.csv", *place) for place in expected]
    with pytest.raises(FaultsError) as caught:
        read(path)
    assert words in caught.value.faults[0].rule


READ_RIGHTLY: dict[str, tuple[bytes, dict[str, list[str]], list[int], str]] = {
    # content, columns, lines, words of a note ("" = no note)
    "plain": (b"id,q\n007,NA\n08,\n", {"id": ["007", "08"], "q": ["NA", ""]}, [2, 3], ""),
    "mark and CRLF": (b"\xef\xbb\xbfid,q\r\n1,2\r\n", {"id": ["1"], "q": ["2"]}, [2], ""),
    "CR alone": (b"id,q\r1,2\r3,4\r", {"id": ["1", "3"], "q": ["2", "4"]}, [2, 3], ""),
    "a record over two lines": (
        b'id,note\r\n007,"two\r\nlines"\r\n\r\n08,NA\r\n',
        {"id": ["007", "08"], "note": ["two\r\nlines", "NA"]},
        [2, 5],
        "",
    ),
    "a separator of Unicode is no line end": (
        "id,q\n1,a\u2028b\x0bc\x85d\n".encode(),
        {"id": ["1"], "q": ["a\u2028b\x0bc\x85d"]},
        [2],
        "",
    ),
    "UTF-16": ("id\tq\n1\té\n".encode("utf-16"), {"id": ["1"], "q": ["é"]}, [2], "UTF-16"),
    "Windows-1252": (
        "id,q\n1,café, it’s\n".replace("café, it’s", '"café, it’s – £5"').encode("cp1252"),
        {"id": ["1"], "q": ["café, it’s – £5"]},
        [2],
        "Windows-1252, since it is not UTF-8: 4 signs beyond ASCII, the first 'é' in line 2",
    ),
    "semicolons, decimal commas": (
        b"id;x\n1;2,5\n2;3\n",
        {"id": ["1", "2"], "x": ["2,5", "3"]},
        [2, 3],
        "1 cells hold a decimal comma and stay text, the first '2,5' in line 2, x",
    ),
    "semicolons, a comma in the header": (
        b"id;name, first\n1;Ann\n",
        {"id": ["1"], "name, first": ["Ann"]},
        [2],
        "parted by semicolon",
    ),
    "tabs, a comma in every cell": (
        b"id\tname, first\n1\tA, B\n2\tC\n",
        {"id": ["1", "2"], "name, first": ["A, B", "C"]},
        [2, 3],
        "parted by tab",
    ),
    "sep=": (b"sep=;\r\na;b\r\n1;2,3\r\n", {"a": ["1"], "b": ["2,3"]}, [3], "semicolon"),
    "one column": (b"id\n1\n2; and 3\n", {"id": ["1", "2; and 3"]}, [2, 3], ""),
    "hollow lines at the end": (
        b"id,q\n1,2\n,\n3,4\n,\n,\n",
        {"id": ["1", "", "3"], "q": ["2", "", "4"]},
        [2, 3, 4],
        "2 lines without any content",
    ),
    "no end to the last line": (b"id,q\n1,23", {"id": ["1"], "q": ["23"]}, [2], "no end"),
    "spaces in names": (b"id, q \n1,2\n", {"id": ["1"], "q": ["2"]}, [2], "taken off: q"),
    "letters lost before": (
        "id,q\n1,caf\ufffd\n".encode(),
        {"id": ["1"], "q": ["caf\ufffd"]},
        [2],
        "garbled",
    ),
    "garbled before": ("id,q\n1,cafÃ©\n".encode(), {"id": ["1"], "q": ["cafÃ©"]}, [2], "garbled"),
}


@pytest.mark.parametrize("kind", READ_RIGHTLY)
def test_read_rightly(kind: str, tmp_path: Path) -> None:
    content, columns, lines, words = READ_RIGHTLY[kind]
    table = read(written(tmp_path, content))
    assert table.frame.to_dict(orient="list") == columns
    assert table.frame.index.tolist() == lines and table.frame.index.name == "line"
    notes = " / ".join(table.notes)
    assert words in notes and bool(words) == bool(notes)
    assert table.removed == ()


def test_excels_lock_file_and_a_file_held_open(tmp_path: Path, places, monkeypatch) -> None:
    path = tmp_path / "~$a.csv"
    path.write_bytes(b"x")
    assert places(read, path) == [("~$a.csv", None, None, "~$a.csv")]

    def held(self: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", held)
    with pytest.raises(FaultsError, match="close it in Excel"):
        read(tmp_path / "a.csv")


def test_a_real_survey(shared_data: Path) -> None:
    """476 answers in 75 columns; 362 used Git (the survey's own report, see its README)."""
    table = read(shared_data / "carpentries_longterm_2017" / "longterm_October2017.csv")
    assert table.frame.shape == (476, 75)
    assert (table.frame == "Git").any(axis=1).sum() == 362
    assert table.notes == ()


SAFE = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]))
NAMES = st.lists(
    st.from_regex(r"[a-z][a-z ,;é]{0,4}[a-z]", fullmatch=True), min_size=2, max_size=4, unique=True
)


def as_csv(rows: list[list[str]], delimiter: str, end: str) -> str:
    out = io.StringIO(newline="")
    # with another line end than CRLF it leaves the other half of that unquoted inside a cell
    quoting = csv.QUOTE_MINIMAL if end == "\r\n" else csv.QUOTE_ALL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.data(),
    names=NAMES,
    delimiter=st.sampled_from([",", ";", "\t"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_python_writes_is_read_back(
    tmp_path: Path, data, names, delimiter, end, encoding
) -> None:
    """Equal, or refused because two delimiters fit or a letter's origin cannot be told."""
    width = len(names)
    rows = data.draw(st.lists(st.lists(SAFE, min_size=width, max_size=width), min_size=1))
    while len(rows) > 1 and not any(rows[-1]):
        rows.pop()
    text = as_csv([names, *rows], delimiter, end)
    path = written(tmp_path, text.encode(encoding))
    try:
        table = read(path)
    except FaultsError as error:
        [fault] = error.faults
        assert "equally well" in fault.rule or (len(rows) == 1 and "lines of data" in fault.rule)
        return
    assert table.frame.columns.tolist() == names
    assert table.frame.to_numpy().tolist() == rows


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.lists(st.text("abcxyz ,;'éèüñçß"), min_size=2, max_size=9))
def test_western_letters_in_windows_1252(tmp_path: Path, words) -> None:
    """Small letters with accents are told: they are never read as anything else."""
    text = as_csv([["id", "word"], *[["1", word] for word in words]], ",", "\r\n")
    table = read(written(tmp_path, text.encode("cp1252")))
    assert table.frame["word"].tolist() == words


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_cut_anywhere(encoding: str, tmp_path: Path) -> None:
    """A file cut after any byte: faults, or what stands before the cut; never a wrong cell."""
    whole = [["id", "word"], *[[f"{n:03d}", "é, so\nit is"] for n in range(5)]]
    content = as_csv(whole, ",", "\r\n").encode(encoding)
    for end in range(len(content)):
        try:
            table = read(written(tmp_path, content[:end]))
        except FaultsError:
            continue
        rows = table.frame.to_numpy().tolist()
        assert rows[:-1] == whole[1 : len(rows)]
        cut = any("no end" in note for note in table.notes)
        assert rows[-1] == whole[len(rows)] or cut


def test_a_cell_s_limit_holds_whatever_another_package_has_set(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,q1\n1," + "x" * 140_000 + "\n2,b\n", encoding="utf-8")
    before = csv.field_size_limit(1_000_000)  # as frictionless does where it is imported
    try:
        with pytest.raises(FaultsError, match="a cell has at most 131,072 signs"):
            read(path)
        assert csv.field_size_limit() == 1_000_000
    finally:
        csv.field_size_limit(before)
