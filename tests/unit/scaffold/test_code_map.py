"""make code-map: both files or none, beside what people wrote, and good once filled in.

The exports are real ones of one invented story (tests/data/stories/one_story), coded in Taguette by
ann: 2 documents, the codes cycle.immediate, cycle.applied, support::peers and mood.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from resilience_lib.build import verbs
from resilience_lib.errors import FaultsError
from resilience_lib.scaffold.code_map import draft_code_map
from resilience_lib.store.stages import read_table

STUDY = """study: hope
title: Hope
question: What do staff tell of?
synthetic: true
synthetic_because: Every word is invented.
citations: []
seed: 1
stories:
  exports:
    - {name: highlights.csv, reader: taguette_csv, nested_by: ".", codebook: tags.csv}
  sources: told_by.csv
  order: narrated
  frames: [value_creation_2011]
  minimum_sources: 1
disclosure: {open_data: true, reason: Every word is invented.}
figures: []
tables: [stories_told]
"""
OPEN = "not suggested: fill in frame and frame_code, or leave blank to map it to nothing on purpose"
SURE = "suggested by its name: confirm"
CODES = [
    ["code", "frame", "frame_code", "label", "note"],
    ["cycle::immediate", "value_creation_2011", "immediate", "", SURE],
    ["cycle::applied", "value_creation_2011", "applied", "", SURE],
    ["support::peers", "", "", "", OPEN],
    ["mood", "", "", "", OPEN],
]
SOURCES = [
    ["source", "role", "school", "asked"],
    ["staff_01_SYNTHETIC.txt", "", "", "yes"],
    ["staff_02_SYNTHETIC.txt", "", "", "yes"],
]
REGISTER, CODE_MAP = "data/raw/hope/told_by.csv", "studies/hope/code_map.csv"
SOURCE_YML, EXPORT = "data/raw/hope/source.yml", "data/raw/hope/highlights.csv"
MADE = [SOURCE_YML, REGISTER, CODE_MAP]


@pytest.fixture
def hope(empty_root: Path, repository: Path) -> Path:
    """A root with a study file and an export, as a team brings them, and nothing else."""
    ann = repository / "tests" / "data" / "stories" / "one_story" / "taguette_ann"
    (empty_root / "data" / "raw" / "hope").mkdir(parents=True)
    (empty_root / "studies" / "hope").mkdir(parents=True)
    shutil.copy(ann / "all_tags.csv", empty_root / EXPORT)
    shutil.copy(ann / "codebook.csv", empty_root / "data" / "raw" / "hope" / "tags.csv")
    (empty_root / "studies" / "hope" / "study.yml").write_text(STUDY, encoding="utf-8")
    return empty_root


def state(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def refused(root: Path) -> str:
    """What the verb says where it changes nothing."""
    before = state(root)
    with pytest.raises(FaultsError) as caught:
        draft_code_map("hope")
    assert state(root) == before
    return str(caught.value)


def test_both_files_and_the_entries_are_drafted(hope: Path) -> None:
    before = state(hope)
    said = draft_code_map("hope")
    after = state(hope)
    assert sorted(after.keys() - before.keys()) == MADE
    assert before.items() <= after.items()
    assert rows(hope / CODE_MAP) == CODES
    assert rows(hope / REGISTER) == SOURCES
    # with a mark, so that Excel reads it as UTF-8
    assert after[CODE_MAP].startswith(b"\xef\xbb\xbfcode,")
    signed = after[SOURCE_YML].decode()
    assert hashlib.sha256(after[EXPORT]).hexdigest() in signed
    assert "sha256: 'TO FILL IN: run make code-map again once the register is filled in'" in signed
    assert said[:4] == [
        f"{REGISTER}: 2 rows written",
        f"{CODE_MAP}: 4 rows written, 2 with a suggestion",
        f"{SOURCE_YML}: entries written for highlights.csv, tags.csv, told_by.csv",
        "Next:",
    ]
    assert "asked and told nothing" in said[4] and "denominators" in said[4]
    assert said[-1] == "  make check STUDY=hope"


def test_triads_have_an_entry_once_they_are_there(hope: Path) -> None:
    edit(hope / "studies/hope/study.yml", "  order:", "  triads: where.csv\n  order:")
    draft_code_map("hope")
    assert "where.csv" not in (hope / SOURCE_YML).read_text(encoding="utf-8")
    (hope / "data/raw/hope/where.csv").write_bytes(b"source,triad\n")
    assert f"{SOURCE_YML}: entries written for where.csv" in draft_code_map("hope")
    signed = (hope / SOURCE_YML).read_text(encoding="utf-8")
    assert hashlib.sha256(b"source,triad\n").hexdigest() in signed


def test_codes_that_no_segment_has_are_drafted_too(hope: Path) -> None:
    book = hope / "data" / "raw" / "hope" / "tags.csv"
    book.write_text(book.read_text(encoding="utf-8") + "cycle.Realized,,0,0\n", encoding="utf-8")
    draft_code_map("hope")
    assert rows(hope / CODE_MAP) == [
        *CODES,
        ["cycle::Realized", "value_creation_2011", "realised", "", SURE],
    ]


def test_attributes_and_silent_sources_of_qualcoder(hope: Path, repository: Path) -> None:
    project = repository / "tests/data/stories/one_story/qualcoder.qda/data.qda"
    shutil.copy(project, hope / "data" / "raw" / "hope")
    edit(hope / "studies/hope/study.yml",
         '{name: highlights.csv, reader: taguette_csv, nested_by: ".", codebook: tags.csv}',
         "{name: data.qda, reader: qualcoder}")  # fmt: skip
    said = draft_code_map("hope")
    assert rows(hope / REGISTER) == [
        ["source", "role", "school", "asked", "wave"],
        ["staff_01_SYNTHETIC.txt", "", "S1", "yes", "2"],
        ["staff_02_SYNTHETIC.txt", "", "S2", "yes", "2"],
        ["staff_03_SYNTHETIC.txt", "", "", "yes", ""],
    ]
    at = said.index("Look at:")
    assert said[at + 1].startswith(
        "  without a coded segment: staff_03_SYNTHETIC.txt: keep who was"
    )


def test_levels_that_the_study_file_does_not_tell_of_are_noticed(hope: Path) -> None:
    edit(hope / "studies/hope/study.yml", ' nested_by: ".",', "")
    said = draft_code_map("hope")
    # nothing is guessed of a code as it stands
    assert rows(hope / CODE_MAP)[1] == ["cycle.immediate", "", "", "", OPEN]
    assert (
        "  cycle.immediate seems to have levels: if so, write nested_by: '.' beside"
        in "\n".join(said)
    )


def test_what_people_wrote_stays_byte_for_byte_and_what_it_lacks_can_be_pasted(
    hope: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register = "source;role;asked\r\nstaff_02_SYNTHETIC.txt;teacher;yes\r\nstaff_09;teacher;\r\n"
    mapped = "note,code,frame_code,frame\n,mood,,\nown words,gone,,"
    (hope / REGISTER).write_bytes(register.encode())
    (hope / CODE_MAP).write_bytes(mapped.encode())
    before = state(hope)
    assert verbs.main(["code-map", "--study", "hope"]) == 0
    said = capsys.readouterr().out.splitlines()
    after = state(hope)
    assert after.keys() - before.keys() == {SOURCE_YML}
    assert before.items() <= after.items()
    assert said[:10] == [
        f"{REGISTER} is there, and stays as it is",
        "  rows that name a source no export has: 1 (people who told nothing, or names that are "
        "mistyped)",
        "  sources of the exports without a row: 1; paste at its end, below the columns "
        "source;role;asked",
        "staff_01_SYNTHETIC.txt;;yes",
        f"{CODE_MAP} is there, and stays as it is",
        "  rows that name a code no export has: 1 (mistyped, or gone from the exports; only those "
        "of a consensus are accepted)",
        "  codes of the exports without a row: 3; paste at its end, below the columns "
        "note,code,frame_code,frame",
        f"{SURE},cycle::immediate,immediate,value_creation_2011",
        f"{SURE},cycle::applied,applied,value_creation_2011",
        f'"{OPEN}",support::peers,,',
    ]
    # the register has roles, so that it is signed at once
    assert hashlib.sha256(register.encode()).hexdigest() in after[SOURCE_YML].decode()


def test_a_code_map_without_notes_is_given_the_column(hope: Path) -> None:
    """Pasted without their note, drafted rows would pass for decisions."""
    (hope / CODE_MAP).write_text("code,frame,frame_code\nmood,,\n", encoding="utf-8")
    said = draft_code_map("hope")
    assert any(line.endswith("below the columns code,frame,frame_code,note") for line in said)
    assert f"cycle::applied,value_creation_2011,applied,{SURE}" in said


def test_one_file_that_is_there_leaves_the_other_to_be_drafted(hope: Path) -> None:
    (hope / REGISTER).write_text("source,role\nstaff_01_SYNTHETIC.txt,x\n", encoding="utf-8")
    before = (hope / REGISTER).read_bytes()
    draft_code_map("hope")
    assert (hope / REGISTER).read_bytes() == before
    assert rows(hope / CODE_MAP) == CODES


def test_faults_of_exports_are_listed_and_nothing_is_written(
    hope: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(hope / "studies/hope/study.yml", "  sources: told",
         "    - {name: absent.csv, reader: segments}\n"
         "    - {name: other.csv, reader: segments}\n  sources: told")  # fmt: skip
    (hope / "data/raw/hope/other.csv").write_text("source,code\na,b\n", encoding="utf-8")
    before = state(hope)
    assert verbs.main(["code-map", "--study", "hope"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "data/raw/hope/absent.csv: the raw file does not exist. put it there" in said.err
    assert "data/raw/hope/other.csv, line 1, quote" in said.err
    assert state(hope) == before


def test_faults_of_what_people_wrote_are_listed_together(hope: Path) -> None:
    (hope / REGISTER).write_text("source,roll\na,b\n", encoding="utf-8")
    (hope / CODE_MAP).write_text("code,frame\nmood,\n", encoding="utf-8")
    said = refused(hope)
    assert f"{REGISTER}, line 1, roll: there is no such column. did you mean role?" in said
    assert f"{CODE_MAP}, line 1, frame_code: the column frame_code is there" in said


def test_an_export_that_is_no_longer_the_signed_one_is_refused(hope: Path) -> None:
    draft_code_map("hope")
    (hope / CODE_MAP).unlink()
    with (hope / EXPORT).open("a", encoding="utf-8") as stream:
        stream.write("5,staff_02_SYNTHETIC.txt,mood,steps\n")
    assert f"{EXPORT}: the raw data differ: source.yml has sha256 " in refused(hope)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("sources: told_by.csv", "sources: told_by.xlsx",
         "told_by.xlsx: the file is a CSV. name it told_by.csv in the study file"),
        ("nested_by", "nestedby", "did you mean nested_by?"),
    ],
)  # fmt: skip
def test_a_study_file_that_will_not_do_is_refused(
    hope: Path, old: str, new: str, words: str
) -> None:
    edit(hope / "studies/hope/study.yml", old, new)
    assert words in refused(hope)


@pytest.mark.parametrize("failing", ["told_by.csv", "code_map.csv", "source.yml"])
def test_a_stop_half_way_leaves_nothing(
    hope: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    before, replace = state(hope), Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == failing:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        draft_code_map("hope")
    assert state(hope) == before


def test_a_draft_that_nobody_filled_in_is_not_signed(hope: Path) -> None:
    draft_code_map("hope")
    before = state(hope)
    said = draft_code_map("hope")
    assert state(hope) == before
    assert said[:4] == [
        f"{REGISTER} is there, and stays as it is",
        "  every source of the exports has a row",
        f"{CODE_MAP} is there, and stays as it is",
        "  every code of the exports has a row",
    ]
    # the same steps are still to be done
    assert [line.split(": ")[0].strip() for line in said[4:]] == [
        "Next:",
        REGISTER,
        CODE_MAP,
        SOURCE_YML,
        "make code-map STUDY=hope",
        "make check STUDY=hope",
    ]


def test_a_changed_register_is_never_signed_over(hope: Path) -> None:
    """Its checksum was true once: only a person takes it back."""
    (hope / REGISTER).write_text("source,role\nstaff_01_SYNTHETIC.txt,x\n", encoding="utf-8")
    draft_code_map("hope")
    before = (hope / SOURCE_YML).read_bytes()
    edit(hope / REGISTER, "txt,x", "txt,y")
    now = hashlib.sha256((hope / REGISTER).read_bytes()).hexdigest()
    said = draft_code_map("hope")
    assert (hope / SOURCE_YML).read_bytes() == before
    assert (
        f"{SOURCE_YML} has another checksum for told_by.csv; if you changed the file on purpose, "
        f"write sha256: '{now}'"
    ) in said


def test_the_verb_asks_for_a_study_and_for_stories(
    empty_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from resilience_lib.scaffold.new import new_study

    assert verbs.main(["code-map"]) == 1
    assert (
        "STUDY names the study. Say e.g. make code-map STUDY=hope_2026" in capsys.readouterr().err
    )
    new_study("pupils")
    assert verbs.main(["code-map", "--study", "pupils"]) == 1
    assert capsys.readouterr().err == (
        "studies/pupils/study.yml, stories: the study file names exports of coded stories. "
        "see docs/stories.md\n"
    )


def test_a_strangers_path_from_an_export_to_a_built_stage(
    hope: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """code-map, fill in, code-map again for the checksum, check, build."""
    assert verbs.main(["code-map", "--study", "hope"]) == 0
    assert verbs.main(["check", "--study", "hope"]) == 1
    said = capsys.readouterr().err
    # all that is open is told at once
    for line in (2, 3, 4, 5):
        assert f"{CODE_MAP}, line {line}, note: " in said
    assert "sha256: 'TO FILL IN: run make code-map again" in said
    assert "licence: 'TO FILL IN: " in said

    # a drafted code map alone is refused, however good all else is
    register = (hope / REGISTER).read_text(encoding="utf-8-sig")
    register = register.replace(".txt,,,yes", ".txt,teacher,,yes")
    # somebody who was asked and told nothing
    (hope / REGISTER).write_text(register + "staff_03_SYNTHETIC.txt,aide,,yes\n", encoding="utf-8")
    for question in ("how and when it was", "under which", "what pupils", "how to cite"):
        edit(hope / SOURCE_YML, f"TO FILL IN: {question}", "known")
    assert verbs.main(["code-map", "--study", "hope"]) == 0
    assert f"{SOURCE_YML}: the checksum of told_by.csv written" in capsys.readouterr().out
    assert verbs.main(["check", "--study", "hope"]) == 1
    said = capsys.readouterr().err
    assert said.count("a drafted row counts once a person has decided on it") == 4
    assert "hope: 4 faults. Nothing was built." in said

    edit(hope / CODE_MAP, SURE, "")
    edit(hope / CODE_MAP, f'"{OPEN}"', "on purpose")
    assert verbs.main(["code-map", "--study", "hope"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == ["Next:", "  make check STUDY=hope"]
    assert verbs.main(["check", "--study", "hope"]) == 0
    said = capsys.readouterr().out
    # ann marked 4 places; of 3 people asked one told nothing
    assert "  stories: 2 of 3 sources asked told something; 4 segments, 1 coder\n" in said
    assert "look at: code mood: mapped to nothing: on purpose (1 segments)" in said

    shutil.copytree(repository / "notebooks", hope / "notebooks")
    shutil.copy(repository / "requirements.lock", hope)
    done = subprocess.run(
        [sys.executable, "-m", "resilience_lib", "build", "--study", "hope", "--before", "4_mix"],
        cwd=repository,
        env={**os.environ, "RESILIENCE_ROOT": str(hope)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = read_table("hope", "1_stories", "segments")
    # immediate twice (places 1 and 2), applied twice (places 2 and 3)
    mapped = told[told["frame"] != ""]
    assert mapped.groupby("code", observed=True)["segment"].nunique().to_dict() == {
        "immediate": 2,
        "applied": 2,
    }
