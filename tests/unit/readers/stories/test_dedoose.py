"""Dedoose's excerpts: yes and no in all spellings, ranges that are offsets, lists that disagree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.stories.dedoose import read_dedoose

Places = Callable[..., list[tuple[str, int | None, str | None, str | None]]]
HEAD = "Media Title,Excerpt Copy,Code: hope Applied,Code: hope\\lost Applied"


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def make(*lines: str) -> Path:
        path = tmp_path / "dedoose.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return make


Table = Callable[..., Path]


def test_yes_and_no_are_read_in_every_spelling(table: Table) -> None:
    path = table(HEAD, "s,a,TRUE,FALSE", "s,b,1,0", "s,c,yes,No", "s,d,True,", "s,e,0,tRuE")
    frame = read_dedoose(path).segments
    assert list(zip(frame["quote"], frame["code"], strict=True)) == [
        ("a", "hope"),
        ("b", "hope"),
        ("c", "hope"),
        ("d", "hope"),
        ("e", "hope::lost"),
    ]
    assert frame["coder"].isna().all() and frame["date"].isna().all()


def test_an_excerpt_without_a_code_is_kept_and_logged(table: Table) -> None:
    export = read_dedoose(table(HEAD, "s,a,0,0", "s,b,1,1"), coder="ann")
    assert export.segments["code"].tolist() == ["", "hope", "hope::lost"]
    assert export.codes["code"].tolist() == ["hope", "hope::lost"]
    assert dict(zip(export.log["what"], export.log["count"], strict=True)) == {
        "coder filled in": 3,
        "untagged highlights": 1,
    }


def test_ranges_are_offsets_only_where_they_are_as_long_as_the_excerpt(table: Table) -> None:
    head = "Media Title,Excerpt Range,Excerpt Copy,Code: x Applied"
    export = read_dedoose(table(head, "s,10-14,late,1", "s,0-5,early,1"))
    assert export.segments["start"].tolist() == [10, 0]
    assert export.segments["order"].tolist() == [2, 1]
    # a range on a page of a PDF, or one that counts otherwise, is none
    export = read_dedoose(table(head, "s,Page 1: 10-14,late,1", "s,0-5,early,1"))
    assert export.segments["start"].isna().all()
    assert export.segments["order"].tolist() == [1, 2]
    assert export.log["what"].tolist() == ["offsets not read"]


def test_other_words_than_yes_and_no_are_all_named(table: Table, places: Places) -> None:
    path = table(HEAD, "s,a,maybe,0", "s,b,2,x", " ,c,1,0")
    assert places(read_dedoose, path) == [
        ("dedoose.csv", 2, "Code: hope Applied", "maybe"),
        ("dedoose.csv", 3, "Code: hope Applied", "2"),
        ("dedoose.csv", 3, "Code: hope\\lost Applied", "x"),
        ("dedoose.csv", 4, "Media Title", None),
    ]


def test_a_combined_list_that_says_otherwise_is_named(table: Table, places: Places) -> None:
    head = (
        "Media Title,Excerpt Copy,Codes Applied Combined,Code: hope Applied,Code: hope lost Applied"
    )
    path = table(
        head,
        's,a,"hope, hope lost",1,1',
        "s,b,hope lost,1,0",
        "s,c,hope,1,1",
        "s,d,,0,0",
        "s,e,,1,0",
    )
    assert places(read_dedoose, path) == [
        ("dedoose.csv", 3, "Codes Applied Combined", "hope lost"),
        ("dedoose.csv", 4, "Codes Applied Combined", "hope"),
        ("dedoose.csv", 6, "Codes Applied Combined", ""),
    ]


def test_an_export_without_columns_of_codes_is_refused(table: Table, one_story: Path) -> None:
    with pytest.raises(FaultsError, match="with their codes as columns"):
        read_dedoose(table("Media Title,Excerpt Copy,Codes Applied Combined", "s,a,x"))
    with pytest.raises(FaultsError, match="name the reader segments"):
        read_dedoose(one_story / "segments.csv")
