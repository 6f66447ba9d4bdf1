"""make codebook: all of a draft or nothing, beside what people wrote, and good once filled in."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
from pathlib import Path

import pytest

from resilience_lib.build import verbs
from resilience_lib.codebook.load import load_codebook
from resilience_lib.codebook.variable import COLUMNS
from resilience_lib.errors import FaultsError
from resilience_lib.scaffold.codebook import draft_codebook
from resilience_lib.scaffold.new import new_study

WAVE = "pupil,school,gender,q1,q2,q3,q4\n" + "".join(
    f"p{n},s{n % 2},{'girl' if n % 3 else 'boy'},{1 + n % 5},{1 + n * 2 % 5},{5 - n % 5},3\n"
    for n in range(1, 13)
)


@pytest.fixture
def hope(empty_root: Path) -> Path:
    """The raw folder of a new study, with a file that nothing describes yet."""
    new_study("hope")
    folder = empty_root / "data" / "raw" / "hope"
    (folder / "wave_1.csv").write_text(WAVE, encoding="utf-8")
    return folder


def state(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def rows_of(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def faults(*arguments: str) -> str:
    with pytest.raises(FaultsError) as caught:
        draft_codebook("hope", *arguments)
    return str(caught.value)


def test_rows_and_entry_are_added_behind_what_is_there(hope: Path) -> None:
    before = state(hope)
    said = draft_codebook("hope", "wave_1.csv")
    after = state(hope)
    assert after["codebook.csv"].startswith(before["codebook.csv"])
    assert after["source.yml"].startswith(before["source.yml"])
    added = rows_of(after["codebook.csv"].decode())[9:]
    assert [row["variable"] for row in added] == WAVE.split("\n")[0].split(",")
    sha = hashlib.sha256(WAVE.encode()).hexdigest()
    assert after["source.yml"].decode().endswith(f"    sha256: '{sha}'\n")
    # everything else is as it was, the study file too
    assert {n: c for n, c in after.items() if n not in ("codebook.csv", "source.yml")} == {
        n: c for n, c in before.items() if n not in ("codebook.csv", "source.yml")
    }
    assert said[:2] == [
        "data/raw/hope/codebook.csv: 7 rows written for wave_1.csv",
        "data/raw/hope/source.yml: its entry written, with the checksum",
    ]
    assert said[2:9] == [
        "Guessed, for you to look at:",
        "  the reader csv: its name ends in .csv",
        "  the role pupil: pupil",
        "  the role school: school",
        "  the role gender: gender",
        "  items: invented? (4 columns q, as many items and answers)",
        "Left open for you (they say TO FILL IN, and make check refuses them):",
    ]
    # 3 labels and 3 questions, 4 instruments
    assert said[9] == "  data/raw/hope/codebook.csv: 10 cells"
    assert said[-3:-1] == [
        "Add to files in studies/hope/study.yml:",
        "  - {name: wave_1.csv, reader: csv, wave: T1}",
    ]


def test_what_is_described_already_is_not_described_again(hope: Path) -> None:
    draft_codebook("hope", "wave_1.csv")
    before = state(hope)
    assert faults("wave_1.csv") == (
        "data/raw/hope/codebook.csv, file: 'wave_1.csv': the file is described already, and "
        "nothing was changed. to draft it anew, delete its rows first"
    )
    assert state(hope) == before
    # a second file goes beside the first, although that still says TO FILL IN
    (hope / "wave_2.csv").write_text(WAVE, encoding="utf-8")
    draft_codebook("hope", str(hope / "wave_2.csv"))
    files = {row["file"] for row in rows_of((hope / "codebook.csv").read_text(encoding="utf-8"))}
    assert files == {"pupils_synthetic.csv", "wave_1.csv", "wave_2.csv"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("wave_2.csv",), "'wave_2.csv': the file lies in data/raw/hope/. did you mean wave_1"),
        (("x.sav",), "FILE: 'x.sav': the file lies in data/raw/hope/. Put it into data/raw/hope/"),
        (("",), "FILE: FILE names the file. Say e.g. make codebook STUDY=hope FILE=wave_1.csv"),
        (("../../../studies/hope/study.yml",), "the file lies in data/raw/hope/"),
        (("wave_1.csv", "cvs"), "READER: 'cvs': READER is one of csv, xlsx, sav"),
        (("wave_1.csv", "redcap"), "the reader redcap needs the option dictionary"),
        (("wave_1.csv", "qualtrics"), "a Qualtrics export has three header rows"),
    ],
)  # fmt: skip
def test_what_cannot_be_drafted_changes_nothing(
    hope: Path, arguments: tuple[str, ...], words: str
) -> None:
    before = state(hope)
    assert words in faults(*arguments)
    assert state(hope) == before


def test_an_entry_with_another_checksum_is_refused_and_its_own_is_kept(hope: Path) -> None:
    source = hope / "source.yml"
    own = source.read_text(encoding="utf-8")
    entry = "  - {name: wave_1.csv, sha256: 'SUM'}\n"
    source.write_text(own + entry, encoding="utf-8")
    sha = hashlib.sha256(WAVE.encode()).hexdigest()
    assert f"source.yml has the checksum SUM for it; the file has {sha}" in faults("wave_1.csv")
    right = own + entry.replace("SUM", sha)
    source.write_text(right, encoding="utf-8")
    said = draft_codebook("hope", "wave_1.csv")
    assert "data/raw/hope/source.yml: its entry is there already" in said
    assert source.read_text(encoding="utf-8") == right


@pytest.mark.parametrize(
    ("encoding", "delimiter", "end"),
    [
        ("utf-8", ";", "\r\n"),
        ("utf-8-sig", ",", "\n"),
        ("cp1252", ";", "\n"),
        ("utf-16", "\t", "\n"),
    ],
)  # fmt: skip
def test_a_codebook_that_excel_saved_stays_as_it_is(
    hope: Path, encoding: str, delimiter: str, end: str
) -> None:
    book = hope / "codebook.csv"
    order = [*reversed(COLUMNS)]
    row = {"file": "pupils_synthetic.csv", "variable": "pupil", "label": "élève", "type": "text"}
    lines = [delimiter.join(order), delimiter.join(row.get(column, "") for column in order)]
    # the last line has no end
    before = end.join(lines).encode(encoding)
    book.write_bytes(before)
    draft_codebook("hope", "wave_1.csv")
    content = book.read_bytes()
    assert content.startswith(before)
    text = content.decode(encoding)
    # of the names, of the row that had none, and of 7 rows
    assert text.count("\r\n") == (9 if end == "\r\n" else 0)
    read = rows_of(text.replace("\r\n", "\n"), delimiter)
    assert [one["variable"] for one in read] == ["pupil", *WAVE.split("\n")[0].split(",")]
    assert read[1]["label"] == "TO FILL IN: what it holds; the role pupil is guessed from its name"


def test_a_sign_that_the_codebook_s_encoding_has_not_is_refused(hope: Path) -> None:
    (hope / "wave_1.csv").write_text(WAVE.replace("q4", "q→"), encoding="utf-8")
    (hope / "codebook.csv").write_bytes((",".join(COLUMNS) + "\n\xe9" + "," * 12).encode("cp1252"))
    assert "'→': the codebook is Windows-1252" in faults("wave_1.csv")


def test_a_codebook_with_other_columns_is_refused(hope: Path) -> None:
    (hope / "codebook.csv").write_text("file,variable\na,b\n", encoding="utf-8")
    assert "codebook.csv, line 1: columns are file, variable, label" in faults("wave_1.csv")


def test_a_study_whose_codebook_is_a_workbook_gets_a_draft_beside_it(hope: Path) -> None:
    from openpyxl import Workbook

    (hope / "codebook.csv").unlink()
    book = Workbook()
    book.active.append(list(COLUMNS))
    book.active.append(["pupils_synthetic.csv", "pupil", *["x"] * 11])
    book.save(hope / "codebook.xlsx")
    workbook = (hope / "codebook.xlsx").read_bytes()
    said = draft_codebook("hope", "wave_1.csv")
    assert said[:2] == [
        "data/raw/hope/codebook.draft.csv: 7 rows written for wave_1.csv",
        "  copy them into codebook.xlsx, then delete codebook.draft.csv",
    ]
    # with a mark, so that Excel reads it as UTF-8
    assert (hope / "codebook.draft.csv").read_bytes().startswith(b"\xef\xbb\xbffile,variable,")
    assert (hope / "codebook.xlsx").read_bytes() == workbook
    assert "codebook.draft.csv, file: 'wave_1.csv': the file is described already" in faults(
        "wave_1.csv"
    )
    # what the workbook describes is described
    (hope / "pupils_synthetic.csv").write_text(WAVE, encoding="utf-8")
    assert "codebook.xlsx, file: 'pupils_synthetic.csv'" in faults("pupils_synthetic.csv")
    (hope / "codebook.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    assert "codebook.csv and codebook.xlsx are both there" in faults("wave_1.csv")


@pytest.mark.parametrize("failing", ["codebook.csv", "source.yml"])
def test_a_stop_half_way_leaves_both_files_as_they_were(
    hope: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    before = state(hope)
    replace = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if target.name == failing:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(OSError, match="No space"):
        draft_codebook("hope", "wave_1.csv")
    assert state(hope) == before


def test_a_codebook_that_is_open_in_excel_is_said(
    hope: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", refused)
    assert verbs.main(["codebook", "--study", "hope", "--file", "wave_1.csv"]) == 1
    assert capsys.readouterr().err == "data/raw/hope/codebook.csv is open: close it in Excel\n"


def test_the_verb_asks_for_a_study(hope: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verbs.main(["codebook", "--file", "wave_1.csv"]) == 1
    assert "STUDY: STUDY names the study. Say e.g. make codebook" in capsys.readouterr().err


def test_a_draft_once_filled_in_passes_make_check(
    hope: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Draft two waves, answer every question, name the files in study.yml, check."""
    (hope / "wave_2.csv").write_text(WAVE.replace("p12,", "p13,"), encoding="utf-8")
    for name in ("codebook.csv", "source.yml"):
        (hope / name).unlink()
    study = hope.parent.parent.parent / "studies" / "hope" / "study.yml"
    text = study.read_text(encoding="utf-8")
    begin, end = text.index("  - name: pupils_synthetic.csv"), text.index("# How rows of several")
    entries = []
    for name, wave in (("wave_1.csv", "T1"), ("wave_2.csv", "T2")):
        said = draft_codebook("hope", name)
        entries.append(said[-2].replace("T1", wave) + "\n")
    study.write_text(text[:begin] + "".join(entries) + "\n" + text[end:], encoding="utf-8")
    assert verbs.main(["check", "--study", "hope"]) == 1
    assert "a person fills in what a draft leaves open" in capsys.readouterr().err

    book = hope / "codebook.csv"
    filled = []
    for row in rows_of(book.read_text(encoding="utf-8-sig")):
        row = {
            column: "known" if "TO FILL IN" in cell and column != "instrument" else cell
            for column, cell in row.items()
        }
        # q1 to q4 are the template's own instrument of four items with answers 1 to 5
        row["instrument"] = "invented" if row["instrument"] else ""
        filled.append(row)
    with book.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(filled)
    source = hope / "source.yml"
    source.write_text(source.read_text(encoding="utf-8").replace("TO FILL IN", "known"))
    assert len(load_codebook("hope").variables) == 14
    assert verbs.main(["check", "--study", "hope"]) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "waves: T1 12, T2 12" in said
    assert "pupils: 13 in 2 schools" in said
