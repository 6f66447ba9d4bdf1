"""Taguette's database: offsets, snippets, who tagged, and databases that are none of its."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.stories.sqlite_file import whose_tables
from resilience_lib.readers.stories.taguette import read_taguette
from resilience_lib.readers.stories.taguette_tables import read_taguette_csv

Spoil = Callable[..., Path]
Places = Callable[..., list[tuple[str, int | None, str | None, str | None]]]


@pytest.fixture
def project(one_story: Path) -> Path:
    return one_story / "taguette_ann" / "project.sqlite3"


def database(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def test_offsets_count_bytes_in_taguette_and_characters_here(project: Path) -> None:
    with closing(sqlite3.connect(project)) as connection:
        stored = connection.execute("SELECT end_offset FROM highlights WHERE id = 1").fetchone()
    # "We tried the café corner." is 25 characters, and é is two bytes
    assert stored == (26,)
    first = read_taguette(project).segments.iloc[0]
    assert (first["start"], first["end"], first["quote"]) == (0, 25, "We tried the café corner.")


def test_a_break_of_paragraphs_in_a_quote_is_a_space_and_none_in_the_text(project: Path) -> None:
    export = read_taguette(project)
    quote = export.segments.loc[export.segments["segment"] == "2", "quote"].iloc[0]
    assert quote == "the pupils talk 😀 more. They breathe before a test."
    assert "more.They" in export.sources["text"].iloc[0]


def test_without_a_name_the_coder_is_the_login_and_the_log_says_it_is_everybody(
    project: Path,
) -> None:
    export = read_taguette(project)
    assert set(export.segments["coder"]) == {"admin"}
    assert "coder is not told" in set(export.log["what"])


def test_of_several_users_each_highlight_is_its_last_tagger_s(
    project: Path, spoiled: Spoil
) -> None:
    # a server's project, made of the single user's: ben marked the second highlight, and ann
    # later set the tags of the third, which ben had marked
    highlight = "json_extract(payload, '$.highlight_id')"
    again = (
        "INSERT INTO commands (date, user_login, project_id, document_id, payload) "
        "SELECT '2030-01-01 00:00:00', 'ann', project_id, document_id, payload FROM commands "
        f"WHERE {highlight} = 3"
    )
    path = spoiled(
        project,
        "UPDATE commands SET user_login = 'ann'",
        f"UPDATE commands SET user_login = 'ben' WHERE {highlight} IN (2, 3)",
        again,
    )
    export = read_taguette(path)
    by_segment = export.segments.groupby("segment")[["coder", "date"]].first()
    assert by_segment["coder"].to_dict() == {
        "1": "ann",
        "2": "ben",
        "3": "ann",
        "4": "ann",
        "5": "ann",
    }
    assert by_segment.at["3", "date"] == "2030-01-01 00:00:00"
    assert "several coders in one project" in set(export.log["what"])
    # the study file's coder goes before all of them, and the log says so
    named = read_taguette(path, coder="cara")
    assert set(named.segments["coder"]) == {"cara"}
    assert "coder replaced" in set(named.log["what"])


def test_a_highlight_that_no_command_names_has_no_coder(project: Path, spoiled: Spoil) -> None:
    path = spoiled(project, "DELETE FROM commands", "UPDATE users SET login = 'x'")
    export = read_taguette(path)
    assert export.segments["coder"].isna().all() and export.segments["date"].isna().all()


def test_a_snippet_that_is_another_text_is_named(
    project: Path, spoiled: Spoil, places: Places
) -> None:
    path = spoiled(project, "UPDATE highlights SET snippet = '<p>Other</p>' WHERE id = 4")
    assert places(read_taguette, path) == [
        ("project.sqlite3", None, "highlights.snippet", "highlight 4: Other")
    ]


def test_offsets_moved_without_their_snippet_are_named(
    project: Path, spoiled: Spoil, places: Places
) -> None:
    path = spoiled(project, "UPDATE highlights SET start_offset = 1 WHERE id = 1")
    assert places(read_taguette, path) == [
        ("project.sqlite3", None, "highlights.snippet", "highlight 1: We tried the café corner.")
    ]


def test_all_wrong_offsets_are_named_at_once(project: Path, spoiled: Spoil, places: Places) -> None:
    path = spoiled(
        project,
        "UPDATE highlights SET end_offset = 9999 WHERE id = 1",
        "UPDATE highlights SET start_offset = 'abc' WHERE id = 2",
        "UPDATE highlights SET start_offset = -1 WHERE id = 3",
        "UPDATE highlights SET end_offset = start_offset WHERE id = 4",
    )
    found = places(read_taguette, path)
    assert [(place[2], str(place[3]).partition(":")[0]) for place in found] == [
        ("highlights.end_offset", "highlight 1"),
        ("highlights.start_offset", "highlight 2"),
        ("highlights.end_offset", "highlight 3"),
        ("highlights.end_offset", "highlight 4"),
    ]


def test_two_documents_of_one_name_are_named(project: Path, spoiled: Spoil, places: Places) -> None:
    path = spoiled(project, "UPDATE documents SET name = 'same' WHERE id < 3")
    assert places(read_taguette, path) == [("project.sqlite3", None, "documents.name", "same")]


def test_a_database_of_several_projects_is_refused(
    project: Path, spoiled: Spoil, places: Places
) -> None:
    statement = "INSERT INTO projects (name, description, created) VALUES ('Mine', '', '')"
    path = spoiled(project, statement)
    assert places(read_taguette, path) == [
        ("project.sqlite3", None, None, "SYNTHETIC one story, Mine")
    ]


def test_another_tool_s_database_is_named_with_its_reader(one_story: Path) -> None:
    with pytest.raises(FaultsError, match=r"looks like QualCoder's\. name the reader qualcoder"):
        read_taguette(one_story / "qualcoder.qda" / "data.qda")


def test_rqda_is_sent_to_qualcoder(tmp_path: Path) -> None:
    tables = [f"CREATE TABLE {name} (id)" for name in ("freecode", "coding", "source")]
    path = database(tmp_path / "a.rqda", *tables)
    with pytest.raises(FaultsError, match=r"looks like RQDA's\. import it into QualCoder"):
        read_taguette(path)
    assert whose_tables({"freecode": (), "coding": (), "source": ()}) == ("RQDA's", "")


def test_an_unknown_database_shows_its_tables(tmp_path: Path, places: Places) -> None:
    path = database(tmp_path / "a.sqlite3", "CREATE TABLE pupils (id)")
    assert places(read_taguette, path) == [("a.sqlite3", None, None, "tables: pupils")]


def test_missing_tables_and_columns_are_named_together(
    project: Path, spoiled: Spoil, places: Places
) -> None:
    path = spoiled(
        project, "DROP TABLE commands", "ALTER TABLE highlights RENAME COLUMN snippet TO words"
    )
    assert [place[2] for place in places(read_taguette, path)] == [
        "highlights.snippet",
        "commands",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id,document,tag,content\r\n", "perhaps a text"),
        (b"PK\x03\x04rest", "zip"),
        (b"%PDF-1.7", "PDF"),
        (b"SQLite format 3\x00", "84 of its bytes are missing"),
    ],
)
def test_what_is_no_database_says_what_it_looks_like(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "a.sqlite3"
    path.write_bytes(content)
    with pytest.raises(FaultsError, match=said):
        read_taguette(path)


def test_a_database_cut_off_says_so(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.sqlite3"
    path.write_bytes(project.read_bytes()[:100_000])
    with pytest.raises(FaultsError, match="of its bytes are missing"):
        read_taguette(path)


def test_a_damaged_page_is_noticed(project: Path, tmp_path: Path) -> None:
    content = bytearray(project.read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    path = tmp_path / "damaged.sqlite3"
    path.write_bytes(content)
    with pytest.raises(FaultsError, match="sqlite says"):
        read_taguette(path)


def test_a_database_that_is_still_open_elsewhere_is_refused(project: Path, spoiled: Spoil) -> None:
    path = spoiled(project)
    path.with_name(path.name + "-wal").write_bytes(b"not written back yet")
    with pytest.raises(FaultsError, match=r"project\.sqlite3-wal beside it"):
        read_taguette(path)


def test_reading_changes_nothing_and_leaves_nothing_beside(project: Path, spoiled: Spoil) -> None:
    path = spoiled(project)
    before = path.read_bytes()
    read_taguette(path)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_name_with_signs_of_addresses_can_be_opened(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "a?mode=rwc#50%25 é.sqlite3"
    path.write_bytes(project.read_bytes())
    assert len(read_taguette(path).segments) == 8


def test_levels_are_told_apart_only_where_asked(project: Path) -> None:
    plain = read_taguette(project)
    assert "cycle.applied" in set(plain.segments["code"])
    nested = read_taguette(project, nested_by=".")
    assert set(nested.segments["code"]) == {
        "cycle::applied",
        "cycle::immediate",
        "support::peers",
        "mood",
        "",
    }
    assert nested.codes["code"].tolist()[:2] == ["cycle::immediate", "cycle::applied"]


def test_a_project_without_a_highlight_is_empty_and_typed(project: Path, spoiled: Spoil) -> None:
    path = spoiled(project, "DELETE FROM highlight_tags", "DELETE FROM highlights")
    export = read_taguette(path)
    assert len(export.segments) == 0 and len(export.sources) == 3
    assert str(export.segments["start"].dtype) == "Int64"
    assert str(export.segments["code"].dtype) == "str"
    assert pd.isna(export.codes.loc[export.codes["code"] == "mood", "description"]).all()


def test_the_committed_database_holds_no_password_and_no_address(one_story: Path) -> None:
    for coder in ("ann", "ben"):
        path = one_story / f"taguette_{coder}" / "project.sqlite3"
        with closing(sqlite3.connect(path)) as connection:
            users = connection.execute("SELECT login, hashed_password, email FROM users")
            assert users.fetchall() == [("admin", None, None)]


def test_what_taguette_cuts_anywhere_in_rich_markup_is_what_the_reader_cuts(
    stories: Path,
) -> None:
    # 80 highlights at random bytes, also inside a character, set in the real tool; each snippet
    # was checked against the text in reading, and here against Taguette's own export
    export = read_taguette(stories / "rich" / "project.sqlite3")
    exported = read_taguette_csv(stories / "rich" / "all_tags.csv").segments
    quotes = export.segments.set_index("segment")["quote"]
    theirs = exported.set_index("segment")["quote"]
    assert len(quotes) == len(theirs) == 80
    for segment, quote in theirs.items():
        # the export parts every element by a space, also inside a word: "A bo ld"
        assert "".join(quotes[segment].split()) == "".join(quote.split())
    text = export.sources["text"].iloc[0]
    assert "A bold & it’s nice" in text and "gone()" not in text and "pre  text\n more" in text
