"""What leaves by make export, held against rows, labels and constraints written by hand."""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from resilience_lib.codebook.load import load_codebook
from resilience_lib.codebook.variable import Codebook, Role, Variable
from resilience_lib.errors import FaultsError, ResilienceError
from resilience_lib.export.excel_text import marked
from resilience_lib.export.fields import export_fields
from resilience_lib.export.make import export_study
from resilience_lib.export.names import RESERVED, spss_names
from resilience_lib.export.raw_files import raw_resources
from resilience_lib.study.load import load_study
from resilience_lib.study.schema import RawFile

# wellbeing: mean of item 1 and 2 - item 2. @A1 before (0 + 2) / 2, after (1 + 1) / 2; P2 before
# item 1 alone, 2, after item 2 alone, 2 - 2; P3 item 1 alone. The outcome called "with" has to be
# called something else in SPSS. A pupil has the school, gender and arm of their first wave.
SCORED = """\
pupil,wave,school,school_attended,classroom,gender,arm,invented_1,invented_2,wellbeing,with_2
'@A1,T1,Hill,Hill,'03-04,girls,'=control,0,0,1.0,3.5
'@A1,T2,Hill,Hill,'03-04,girls,'=control,1,1,1.0,
P2,T1,Hill,Hill,5b,boys,new,2,,2.0,20.0
P2,T2,Hill,Dale,,boys,new,,2,0.0,7.0
P3,T1,Dale,Dale,5a,another,new,1,,1.0,12.25
"""
WIDE = """\
pupil,school,gender,arm,school_attended_T1,classroom_T1,invented_1_T1,invented_2_T1,wellbeing_T1,\
with_2_T1,school_attended_T2,classroom_T2,invented_1_T2,invented_2_T2,wellbeing_T2,with_2_T2
'@A1,Hill,girls,'=control,Hill,'03-04,0,0,1.0,3.5,Hill,'03-04,1,1,1.0,
P2,Hill,boys,new,Hill,5b,2,,2.0,20.0,Dale,,,2,0.0,7.0
P3,Dale,another,new,Dale,5a,1,,1.0,12.25,,,,,,
"""


def unmarked(cell: str) -> str:
    """What README.txt says: take one apostrophe away."""
    return cell.removeprefix("'")


def frictionless_faults(folder: Path) -> list[str]:
    import frictionless

    report = frictionless.validate(str(folder / "datapackage.json"))
    return [f"{row[0]} {row[1]}" for row in report.flatten(["title", "message"])]


def test_rows_of_both_files(exported) -> None:
    exported.make()
    assert exported.text("scored.csv") == SCORED
    assert exported.text("scored_wide.csv") == WIDE
    assert (exported.folder / "scored.csv").read_bytes().startswith(b"\xef\xbb\xbfpupil,")


def test_the_spss_file_says_the_same_with_labels(exported) -> None:
    import pyreadstat

    exported.make()
    path = exported.folder / "scored.sav"
    frame, meta = pyreadstat.read_sav(path, apply_value_formats=False)
    lines = list(csv.DictReader(io.StringIO(SCORED)))
    assert frame.columns.tolist() == list(lines[0])
    words = {
        "wave": {1.0: "T1", 2.0: "T2"},
        "gender": {1.0: "girls", 2.0: "boys", 3.0: "another"},
        "arm": {1.0: "=control", 2.0: "new"},
        "invented_1": {0.0: "Never", 1.0: "Sometimes", 2.0: "Always"},
    }
    assert meta.variable_value_labels == words
    for number, line in enumerate(lines):
        for column, cell in line.items():
            value = frame.loc[number, column]
            if column in ("wave", "gender", "arm"):
                assert words[column][value] == unmarked(cell)
            elif column in ("pupil", "school", "school_attended", "classroom"):
                assert value == unmarked(cell)
            else:
                assert (pd.isna(value) and cell == "") or value == float(cell)
    labels = meta.column_names_to_labels
    assert labels["school"] == "School of the pupil's first wave, the cluster of every model"
    assert labels["wave"] == "Wave (T1 Before; T2 After)"
    assert labels["invented_2"] == "second, reversed (answer)"
    assert labels["with_2"] == "Mark (points)"
    assert meta.variable_measure["gender"] == "nominal"
    assert meta.variable_measure["wellbeing"] == "scale"
    assert meta.original_variable_types["invented_1"] == "F8.0"
    assert meta.file_label == "Toy's study."


def test_two_exports_are_the_same_bytes(exported, monkeypatch: pytest.MonkeyPatch) -> None:
    exported.make()
    first = {p.name: p.read_bytes() for p in exported.folder.iterdir()}
    # the header of a .sav file counts in seconds
    time.sleep(1.1)
    export_study("toy")
    assert {p.name: p.read_bytes() for p in exported.folder.iterdir()} == first
    assert first["scored.sav"][92:109] == b"01 Jan 7000:00:00"
    assert set(first) == {
        "README.txt", "codebook.csv", "datapackage.json", "mixed.sps", "scored.csv", "scored.sav",
        "scored_wide.csv",
    }  # fmt: skip


def test_the_data_package_is_valid_and_says_what_may_stand_where(exported) -> None:
    exported.make()
    package = json.loads(exported.text("datapackage.json"))
    assert frictionless_faults(exported.folder) == []
    assert package["title"] == "Toy's study."
    assert package["description"].startswith("Does it export? CONFIDENTIAL: every row is a pupil's")
    assert package["licenses"] == [{"name": "other-closed", "title": "only for this test"}]
    assert package["sources"] == [{"title": "Toy (2026)"}]
    assert "contributors" not in package
    schema = package["resources"][0]["schema"]
    assert schema["primaryKey"] == ["pupil", "wave"] and schema["missingValues"] == [""]
    fields = {field["name"]: field for field in schema["fields"]}
    assert list(fields) == SCORED.splitlines()[0].split(",")
    assert fields["pupil"]["constraints"] == {"required": True}
    assert fields["wave"]["constraints"] == {"required": True, "enum": ["T1", "T2"]}
    # as it stands in the file, with its apostrophe
    assert fields["arm"]["constraints"] == {"enum": ["'=control", "new"]}
    assert {n: f["type"] for n, f in fields.items() if f["type"] != "string"} == {
        "invented_1": "integer", "invented_2": "integer", "wellbeing": "number", "with_2": "number"
    }  # fmt: skip
    assert fields["invented_1"]["constraints"] == {"minimum": 0, "maximum": 2}
    assert fields["with_2"] == {
        "name": "with_2",
        "type": "number",
        "title": "Mark",
        "description": "Unit: points.",
        "constraints": {"minimum": 0, "maximum": 20},
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("girls", "boi", '"boi" in row at position "2" and field "gender"'),
        (",20.0", ",20.5", '"20.5" in row at position "4" and field "with_2"'),
        (",2,,2.0", ",2.5,,2.0", '"2.5" in row "4" and field "invented_1"'),
        ("P2,T2", "P2,T1", 'position "5" violates the primary key'),
    ],
)
def test_a_spoiled_file_is_no_longer_valid(exported, old: str, new: str, told: str) -> None:
    """The schema above is not empty talk: checksum and rule are both broken."""
    exported.make()
    path = exported.folder / "scored.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    package = exported.folder / "datapackage.json"
    kept = json.loads(package.read_text(encoding="utf-8"))
    for resource in kept["resources"]:
        del resource["hash"], resource["bytes"]
    package.write_text(json.dumps(kept), encoding="utf-8")
    found = frictionless_faults(exported.folder)
    assert [told in one for one in found] == [True], found


def test_a_synthetic_study_says_so_in_every_row_and_title(exported) -> None:
    import pyreadstat

    exported.make(synthetic=True)
    for name in ("scored.csv", "scored_wide.csv"):
        header, *rows = exported.text(name).splitlines()
        assert header.startswith("data,pupil,")
        assert all(row.startswith("SYNTHETIC,") for row in rows)
    frame, meta = pyreadstat.read_sav(exported.folder / "scored.sav", apply_value_formats=True)
    assert set(frame["data"]) == {"SYNTHETIC"}
    assert meta.file_label == "SYNTHETIC DATA: Toy's study."
    package = json.loads(exported.text("datapackage.json"))
    assert package["title"] == "SYNTHETIC DATA: Toy's study."
    assert "SYNTHETIC DATA, no real pupils. Written for a test." in package["description"]
    assert "SYNTHETIC DATA: the pupils in these files were invented." in exported.text("README.txt")
    assert "* SYNTHETIC DATA: the pupils in scored.sav were invented." in exported.text("mixed.sps")
    assert frictionless_faults(exported.folder) == []


def test_a_confidential_folder_says_that_it_holds_pupils(exported, repository: Path) -> None:
    exported.make()
    assert "CONFIDENTIAL: this folder holds pupils' rows." in exported.text("README.txt")
    assert exported.said[-1] == "CONFIDENTIAL: the folder holds pupils' rows and stays here."
    assert not (exported.folder / "raw").exists()
    ignored = (repository / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "data/processed/*" in ignored


def test_open_data_go_with_their_raw_file_and_its_schema(exported) -> None:
    open_ = "{open_data: true, reason: Invented.}"
    exported.make(disclosure=open_, licence="CC BY 4.0")
    package = json.loads(exported.text("datapackage.json"))
    assert package["licenses"] == [{"name": "CC-BY-4.0", "title": "CC BY 4.0"}]
    raw = package["resources"][2]
    assert (raw["name"], raw["path"]) == ("raw-answers", "raw/answers.csv")
    fields = {field["name"]: field for field in raw["schema"]["fields"]}
    assert fields["q2"] == {
        "name": "q2",
        "type": "integer",
        "title": "second, reversed",
        "description": "99 = refused (missing)",
        "constraints": {"minimum": 0, "maximum": 2},
        "missingValues": ["", "99"],
    }
    assert fields["q1"]["type"] == "string"
    assert fields["q1"]["constraints"] == {"enum": ["Never", "Sometimes", "Always"]}
    assert frictionless_faults(exported.folder) == []
    assert "CONFIDENTIAL" not in exported.text("README.txt")


def test_a_raw_file_with_columns_that_are_dropped_stays_here(exported) -> None:
    line = "answers.csv,mark,mark,number,points,0|20,,,,,none,no,outcome\n"
    hidden = "answers.csv,Surname,name,text,,,,,,,none,yes,dropped\n"
    answers = exported.make.__kwdefaults__["answers"].splitlines()
    spoiled = "".join(f"{one},{'Surname' if n == 0 else 'Kaya'}\n" for n, one in enumerate(answers))
    book = exported.make.__kwdefaults__["book"]
    assert line in book
    exported.make(
        book=book + hidden, answers=spoiled, disclosure="{open_data: true, reason: Invented.}"
    )
    files = sorted(p.relative_to(exported.folder).as_posix() for p in exported.folder.rglob("*.*"))
    assert "raw/answers.csv" not in files and "raw/answers.csv.schema.json" in files
    assert not any(b"Kaya" in p.read_bytes() for p in exported.folder.rglob("*.*"))
    told = "answers.csv is not here, since it holds Surname; raw/answers.csv.schema.json describes"
    assert any(told in sentence for sentence in exported.said)


def open_raw(header: str, roles: dict[str, Role]) -> tuple[bool, list[str]]:
    """Whether a Google form of open data goes into the package, and what is said of it."""
    file = RawFile.model_validate({"name": "form.csv", "reader": "google_forms"})
    study = SimpleNamespace(files=(file,), disclosure=SimpleNamespace(open_data=True))
    rows = tuple(
        Variable(2, "form.csv", name, "x", "text", "", (), (), "", "", "", "", "no", role)
        for name, role in roles.items()
    )
    contents = {"form.csv": f"{header}\n{header}\n".encode()}
    made, _, said = raw_resources(study, Codebook("codebook.csv", rows), contents)
    return "form.csv" in made, said


def test_what_a_reader_drops_keeps_a_raw_file_of_open_data_at_home() -> None:
    roles: dict[str, Role] = {"Timestamp": "dropped", "q": "kept"}
    went, said = open_raw("Timestamp,Email Address,q", roles)
    assert not went and said[0].startswith("form.csv is not here, since it holds Email Address;")
    # dropped by its name, whatever the codebook says of sensitive
    went, said = open_raw("Timestamp,Name,q", {**roles, "Name": "dropped"})
    assert not went and said[0].startswith("form.csv is not here, since it holds Name;")
    assert open_raw("Timestamp,q", roles) == (True, [])


def test_labels_of_items_are_those_of_pupils_and_not_of_staff(exported) -> None:
    exported.make()
    study, book = load_study("toy"), load_codebook("toy")
    staff = replace(book.with_role("answers.csv", "item")[0], file="staff.csv", label="of staff")
    both = replace(book, variables=(*book.variables, staff))
    labels = {f.source: f.label for f in export_fields(study, both, ["invented_1"])}
    assert labels["invented_1"] == "first"


def test_the_exported_codebook_lets_this_project_read_the_file_again(exported) -> None:
    exported.make()
    raw = exported.root / "data" / "raw" / "again"
    raw.mkdir()
    lines = exported.text("codebook.csv").splitlines(keepends=True)
    (raw / "codebook.csv").write_text("".join(lines), encoding="utf-8")
    book = load_codebook("again")
    roles = {v.variable: v.role for v in book.of("scored.csv")}
    assert roles == {
        "pupil": "pupil", "wave": "wave", "school": "school", "school_attended": "kept",
        "classroom": "classroom", "gender": "gender", "arm": "arm", "invented_1": "item",
        "invented_2": "item", "wellbeing": "outcome", "with_2": "outcome",
    }  # fmt: skip
    wide = {v.variable: (v.name, v.wave, v.limits) for v in book.of("scored_wide.csv")}
    assert wide["invented_2_T2"] == ("invented_2", "T2", (0.0, 2.0))
    assert wide["with_2_T1"] == ("with", "T1", (0.0, 20.0))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=cmd()", "'=cmd()"), ("+44", "'+44"), ("-", "'-"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("'x", "''x"), ("007", "'007"), ("0", "0"), ("10", "10"), ("1E10", "'1E10"),
        ("1.50", "'1.50"), ("12345678901", "12345678901"), ("123456789012", "'123456789012"),
        ("3-4", "'3-4"), ("2021-03-01", "'2021-03-01"), ("1/2", "'1/2"), ("10:30", "'10:30"),
        ("SEPT1", "'SEPT1"), ("1-Mar", "'1-Mar"), ("true", "'true"), ("5%", "'5%"),
        ("1,000", "'1,000"), ("Year 5", "Year 5"), ("A-1", "A-1"), ("May", "May"), ("S0", "S0"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_change_is_marked_and_comes_back(cell: str, shown: str) -> None:
    assert marked(cell) == shown
    assert unmarked(shown) == cell or cell == shown


def test_names_are_what_spss_takes() -> None:
    names = ["pupil", "PUPIL", *RESERVED, "9lives", "é", "a.b", "x" * 64 + "1", "x" * 64 + "2"]
    made = spss_names(names)
    assert len({name.lower() for name in made}) == len(names)
    assert all(
        len(name.encode()) <= 64 and name[0].isascii() and name[0].isalpha() for name in made
    )
    assert not {name.lower() for name in made} & RESERVED
    assert made[0] == "pupil"


def test_an_export_needs_the_stages_and_leaves_the_old_one_where_it_stops(
    exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported.make()
    before = exported.text("scored.csv")
    replace = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if self.name == ".export.writing":
            raise PermissionError(13, "Permission denied", str(self))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(ResilienceError, match="no permission to write"):
        export_study("toy")
    assert exported.text("scored.csv") == before
    monkeypatch.undo()
    monkeypatch.setenv("RESILIENCE_ROOT", str(exported.root))
    (exported.root / "data" / "processed" / "toy" / "2_scored" / "scores.csv").unlink()
    with pytest.raises(FaultsError, match=r"scores\.csv: the table does not exist"):
        export_study("toy")
