"""Codebooks by themselves, as Taguette wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.stories.codebooks import read_codebook, with_codebook
from resilience_lib.readers.stories.registry import read_coded

CODES = ["cycle.immediate", "cycle.applied", "support::peers", "mood"]


@pytest.mark.parametrize("name", ["codebook.csv", "codebook.xlsx"])
def test_tables_have_codes_and_descriptions(one_story: Path, name: str) -> None:
    book = read_codebook(one_story / "taguette_ann" / name)
    assert book["code"].tolist() == CODES
    assert book["description"].tolist()[:2] == [
        "What it was like.\nIn the moment.",
        "What they did with it.",
    ]
    assert book["description"].isna().tolist() == [False, False, True, True]


def test_taguette_s_qdc_has_no_descriptions(one_story: Path) -> None:
    book = read_codebook(one_story / "taguette_ann" / "codebook.qdc")
    assert book["code"].tolist() == CODES and book["description"].isna().all()
    assert book.dtypes.astype(str).tolist() == ["str", "str"]


def test_nested_codes_of_a_qdc_are_paths_and_categories_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "book.qdc"
    path.write_text(
        '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="1" name="cycle" '
        'isCodable="false"><Code guid="2" name="applied" isCodable="true"><Description>why'
        "</Description></Code></Code></Codes></CodeBook>",
        encoding="utf-8",
    )
    assert read_codebook(path).values.tolist() == [["cycle::applied", "why"]]


def test_what_is_no_codebook_is_refused(one_story: Path, tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="Taguette's codebook has the columns"):
        read_codebook(one_story / "taguette_ann" / "all_tags.csv")
    path = tmp_path / "book.qdc"
    path.write_text('<!DOCTYPE a [<!ENTITY b "c">]><CodeBook/>', encoding="utf-8")
    with pytest.raises(FaultsError, match="declares no document type"):
        read_codebook(path)
    path.write_text('<CodeBook><Codes><Code name="x"/></Codes></CodeBook>', encoding="utf-8")
    with pytest.raises(FaultsError, match="a code has a name and a guid"):
        read_codebook(path)


def test_a_row_without_a_tag_is_named(tmp_path: Path) -> None:
    path = tmp_path / "codebook.csv"
    path.write_text("tag,description\n,why\n", encoding="utf-8")
    with pytest.raises(FaultsError, match="line 2, tag"):
        read_codebook(path)


def test_a_code_that_no_segment_has_is_known_by_the_codebook(one_story: Path) -> None:
    folder = one_story / "taguette_ben"
    bare = read_coded(folder / "all_tags.csv", "taguette_csv", nested_by=".")
    with_book = with_codebook(bare, folder / "codebook.csv", ".")
    # ben gave no code for peers; his project has the tag
    assert "support::peers" not in set(bare.codes["code"])
    assert "support::peers" in set(with_book.codes["code"])
    assert set(bare.codes["code"]) < set(with_book.codes["code"])
    assert with_book.codes["code"].is_unique
