"""QualCoder's database and its report: levels, old schemas, what was deleted, spoiled offsets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.stories.qualcoder import read_qualcoder
from resilience_lib.readers.stories.qualcoder_report import read_qualcoder_csv

Spoil = Callable[..., Path]
Places = Callable[..., list[tuple[str, int | None, str | None, str | None]]]


@pytest.fixture
def project(one_story: Path) -> Path:
    return one_story / "qualcoder.qda" / "data.qda"


def test_categories_and_parent_codes_are_levels(project: Path, spoiled: Spoil) -> None:
    path = spoiled(
        project,
        "INSERT INTO code_cat (catid, name, supercatid) VALUES (9, 'frames', NULL)",
        "UPDATE code_cat SET supercatid = 9 WHERE name = 'cycle'",
        # mood becomes a sub-code of applied
        "UPDATE code_name SET supercid = 2 WHERE name = 'mood'",
    )
    assert read_qualcoder(path).codes["code"].tolist() == [
        "frames::cycle::immediate",
        "frames::cycle::applied",
        "support::peers",
        "frames::cycle::applied::mood",
    ]


def test_levels_in_a_circle_are_named(project: Path, spoiled: Spoil, places: Places) -> None:
    path = spoiled(
        project,
        "UPDATE code_cat SET supercatid = catid",
        "UPDATE code_name SET supercid = 4 WHERE name = 'mood'",
    )
    assert places(read_qualcoder, path) == [
        ("data.qda", None, "code_name.name", "immediate"),
        ("data.qda", None, "code_name.name", "applied"),
        ("data.qda", None, "code_name.name", "mood"),
    ]


def test_an_old_schema_without_the_newer_columns_and_tables_is_read(
    project: Path, spoiled: Spoil
) -> None:
    views = [f"DROP VIEW {name}_visible" for name in ("code_text", "code_image", "code_av")]
    path = spoiled(
        project,
        *views,
        "DROP VIEW annotation_visible",
        "DROP TABLE coder_names",
        "DROP TABLE cases",
        "DROP TABLE case_text",
        "DROP TABLE attribute",
        "DROP TABLE code_av",
        "ALTER TABLE code_name DROP COLUMN supercid",
        "ALTER TABLE code_text DROP COLUMN important",
        "ALTER TABLE code_text DROP COLUMN memo",
        # ctid came later: then the number of the row is the coding's
        "ALTER TABLE code_text RENAME COLUMN ctid TO other",
    )
    old, new = read_qualcoder(path), read_qualcoder(project)
    columns = ["segment", "source", "start", "end", "quote", "coder", "code", "order", "date"]
    assert old.segments[columns].equals(new.segments[columns])
    assert old.segments["memo"].isna().all() and len(old.cases) == len(old.attributes) == 0


def test_codings_of_deleted_codes_are_dropped_and_logged(project: Path, spoiled: Spoil) -> None:
    path = spoiled(project, "DELETE FROM code_name WHERE name = 'mood'")
    export = read_qualcoder(path)
    assert len(export.segments) == 8
    assert export.log[["what", "count"]].values.tolist() == [["codings of what was deleted", 2]]


def test_hidden_coders_media_and_absent_texts_are_logged(project: Path, spoiled: Spoil) -> None:
    path = spoiled(
        project,
        "INSERT INTO coder_names (name, visibility) VALUES ('ben', 0)",
        "INSERT INTO code_image (imid, id, cid) VALUES (1, 1, 1)",
        "INSERT INTO source (id, name, fulltext) VALUES (9, 'photo.jpg', NULL)",
    )
    export = read_qualcoder(path)
    assert set(export.log["what"]) == {
        "coders hidden in QualCoder",
        "skipped media codings",
        "absent texts",
    }
    assert "ben" in set(export.segments["coder"])
    assert export.sources["source"].tolist()[-1] == "photo.jpg"


def test_all_spoiled_codings_are_named_at_once(
    project: Path, spoiled: Spoil, places: Places
) -> None:
    path = spoiled(
        project,
        "UPDATE code_text SET pos1 = 9999 WHERE ctid = 1",
        "UPDATE code_text SET pos0 = 'abc' WHERE ctid = 3",
        "UPDATE code_text SET seltext = 'Other' WHERE ctid = 5",
        "UPDATE code_text SET pos0 = pos1 WHERE ctid = 7",
    )
    assert [(place[2], place[3]) for place in places(read_qualcoder, path)] == [
        ("code_text.pos0", "coding 3: abc to 92"),
        ("code_text.pos1", "coding 1: 0 to 9999"),
        ("code_text.seltext", "coding 5: Other"),
        ("code_text.pos1", "coding 7: 35 to 35"),
    ]


def test_offsets_that_count_utf16_are_told_by_the_stored_texts(
    project: Path, spoiled: Spoil
) -> None:
    # as a program of Qt counts: the emoji before them makes each later offset one more
    path = spoiled(
        project,
        "UPDATE code_text SET pos0 = pos0 + 1 WHERE fid = 1 AND pos0 > 56",
        "UPDATE code_text SET pos1 = pos1 + 1 WHERE fid = 1 AND pos1 > 57",
    )
    export, plain = read_qualcoder(path), read_qualcoder(project)
    columns = ["source", "start", "end", "quote", "coder", "code", "order"]
    assert export.segments[columns].equals(plain.segments[columns])
    assert export.log["what"].tolist() == ["offsets counted otherwise"]


def test_another_tool_s_database_is_named(one_story: Path, tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="name the reader taguette"):
        read_qualcoder(one_story / "taguette_ann" / "project.sqlite3")
    with pytest.raises(FaultsError, match="a file of this name is there"):
        read_qualcoder(tmp_path)  # a folder without data.qda


REPORT = '"File","Coder","Coded","Id","Codename","Coded_Memo"'


def report(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "report.csv"
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return path


def test_a_report_s_rows_that_are_not_filled_up_keep_their_variables(tmp_path: Path) -> None:
    path = report(
        tmp_path,
        REPORT + ',"Category","Category","FileVar_wave","FileVar_role"',
        '"s","ann","a","ctid:1","deep","","near","far","2","head"',
        '"s","ann","b","ctid:2","flat","","2","head"',
    )
    export = read_qualcoder_csv(path)
    # the nearest category stands first
    assert export.segments["code"].tolist() == ["far::near::deep", "flat"]
    assert [tuple(row) for row in export.attributes.itertuples(index=False)] == [
        ("source", "s", "wave", "2"),
        ("source", "s", "role", "head"),
    ]


def test_a_report_of_cases_names_them(tmp_path: Path) -> None:
    path = report(
        tmp_path,
        '"Case","Filename","Coder","Coded","Id","Codename","Coded_Memo","CaseVar_school"',
        '"T1","s","ann","a","ctid:1","x","why","A"',
        '"T2","s","ann","a","ctid:1","x","why","B"',
    )
    export = read_qualcoder_csv(path)
    assert len(export.segments) == 1
    assert export.cases[["case", "source"]].values.tolist() == [["T1", "s"], ["T2", "s"]]
    assert export.attributes["value"].tolist() == ["A", "B"]


def test_a_report_in_another_language_and_with_media_is_read(tmp_path: Path) -> None:
    path = report(
        tmp_path,
        REPORT.replace("File", "Datei"),
        '"s","ann","a","ctid:1","x",""',
        '"s","ann","image","imid:1","x",""',
    )
    export = read_qualcoder_csv(path)
    assert export.segments["quote"].tolist() == ["a"]
    assert export.log["what"].tolist() == ["skipped media codings"]


def test_a_report_s_faults_are_all_named(tmp_path: Path, places: Places) -> None:
    path = report(
        tmp_path,
        REPORT + ',"Category","FileVar_wave"',
        '"s","ann","","ctid:1","x","","near","2"',
        '"s","ann","b","ctid:2","","","near","2"',
        '"s","ann","c","ctid:3","x"',
        '"s","ann","d","ctid:4","x","","near","3"',
        '"s","ann","e","ctid:5","x","","near","2","more"',
    )
    assert places(read_qualcoder_csv, path) == [
        ("report.csv", 2, "Coded", None),
        ("report.csv", 3, "Codename", None),
        ("report.csv", 4, None, "s,ann,c,ctid:3,x"),
        ("report.csv", 5, "FileVar_wave", "3"),
        ("report.csv", 6, None, "s,ann,e,ctid:5,x,,near,2,more"),
    ]


def test_what_is_no_report_is_named(one_story: Path, places: Places) -> None:
    assert places(read_qualcoder_csv, one_story / "segments.csv") == [
        ("segments.csv", 1, None, "source,start,end,quote,coder,code,memo")
    ]
    with pytest.raises(FaultsError, match="name the reader qualcoder"):
        read_qualcoder_csv(one_story / "qualcoder.qda" / "data.qda")


def test_files_of_qualcoder_that_hold_no_codings_are_refused(shared_data: Path) -> None:
    # real examples of QualCoder: a survey for its import, and cases
    for name in ("survey456.csv", "cases123.csv"):
        with pytest.raises(FaultsError, match="QualCoder's report of codings begins with"):
            read_qualcoder_csv(shared_data / "qualcoder_examples" / name)
