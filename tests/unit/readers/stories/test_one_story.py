"""The same invented story comes out the same from every format, on the columns it carries.

What is expected is written out here by hand from one_story/story.yml.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.readers.stories.export import (
    ATTRIBUTE_COLUMNS,
    CASE_COLUMNS,
    CODE_COLUMNS,
    LOG_COLUMNS,
    SEGMENT_COLUMNS,
    SOURCE_COLUMNS,
    CodedExport,
)
from resilience_lib.readers.stories.registry import STORY_READERS, read_coded

ONE, TWO, THREE = (f"staff_0{number}_SYNTHETIC.txt" for number in (1, 2, 3))
CAFE = "We tried the café corner."
TALK = "the pupils talk 😀 more. They breathe before a test."
BREATHE = "They breathe before a test"

# source, start, end, quote, coder, code, order; offsets in paragraphs joined by one line's end
EXPECTED = [
    (ONE, 0, 25, CAFE, "ann", "cycle::immediate", 1),
    (ONE, 0, 25, CAFE, "ann", "mood", 1),
    (ONE, 0, 25, CAFE, "ben", "cycle::immediate", 1),
    (ONE, 41, 92, TALK, "ann", "cycle::applied", 2),
    (ONE, 41, 92, TALK, "ann", "cycle::immediate", 2),
    (ONE, 93, 119, BREATHE, "ann", "cycle::applied", 3),
    (ONE, 93, 119, BREATHE, "ann", "support::peers", 3),
    (ONE, 93, 119, BREATHE, "ben", "cycle::applied", 3),
    (TWO, 24, 35, "small steps", "ann", "support::peers", 1),
    (TWO, 24, 35, "small steps", "ben", "mood", 1),
]
UNTAGGED = (TWO, 44, 53, "the cards", "ann", "", 2)

# kind, file: what the format carries beside source, quote, code and order
FORMATS: dict[tuple[str, str], set[str]] = {
    ("qualcoder", "qualcoder.qda"): {"spans", "coder", "texts", "cases", "attributes", "memo"},
    ("refi", "refi.qdpx"): {"spans", "coder", "texts", "cases", "attributes", "memo", "untagged"},
    ("qualcoder_csv", "qualcoder_report.csv"): {"coder", "memo"},
    ("segments", "segments.csv"): {"spans", "coder", "memo"},
    ("segments", "segments.xlsx"): {"spans", "coder", "memo"},
    ("dedoose", "dedoose.csv"): {"spans", "coder"},
    ("nvivo", "nvivo.csv"): {"coder"},
    ("nvivo", "nvivo.xlsx"): {"coder"},
}


def rows(export: CodedExport, *, spans: bool = True) -> list[tuple[object, ...]]:
    """The segments as tuples in the order of `EXPECTED`; offsets None where not asked for."""
    columns = ["source", "start", "end", "quote", "coder", "code", "order"]
    frame = export.segments[columns]
    made = [
        tuple(None if pd.isna(value) else value for value in row)
        for row in frame.itertuples(index=False)
    ]
    if not spans:
        made = [(row[0], None, None, *row[3:]) for row in made]
    return sorted(made, key=lambda row: (row[0], row[6], row[4], row[5]))


def logged(export: CodedExport) -> dict[str, int]:
    """Count by what was logged."""
    return dict(zip(export.log["what"], export.log["count"].astype(int), strict=True))


@pytest.mark.parametrize(("kind", "file"), FORMATS)
def test_the_story_is_the_same_from_every_format_with_both_coders(
    one_story: Path, kind: str, file: str
) -> None:
    carried = FORMATS[kind, file]
    export = read_coded(one_story / file, kind, nested_by=".")
    expected: list[tuple[object, ...]] = list(EXPECTED)
    if "untagged" in carried:
        expected.append(UNTAGGED)
    if "spans" not in carried:
        expected = [(row[0], None, None, *row[3:]) for row in expected]
    assert rows(export) == sorted(expected, key=lambda row: (row[0], row[6], row[4], row[5]))
    assert export.segments["start"].notna().all() == ("spans" in carried)
    memos = export.segments.loc[export.segments["memo"].notna(), ["quote", "coder", "memo"]]
    wanted = [(CAFE, "ann", "Told with pride.")] * 2 if "memo" in carried else []
    assert [tuple(row) for row in memos.itertuples(index=False)] == wanted
    assert export.sources["text"].notna().all() == ("texts" in carried)
    assert (len(export.cases) == 3) == ("cases" in carried)


@pytest.mark.parametrize(("kind", "file"), FORMATS)
def test_every_table_has_its_columns_and_types(one_story: Path, kind: str, file: str) -> None:
    export = read_coded(one_story / file, kind)
    for table, columns in (
        (export.sources, SOURCE_COLUMNS),
        (export.segments, SEGMENT_COLUMNS),
        (export.codes, CODE_COLUMNS),
        (export.attributes, ATTRIBUTE_COLUMNS),
        (export.cases, CASE_COLUMNS),
        (export.log, LOG_COLUMNS),
    ):
        assert tuple(table.columns) == columns
        for name in columns:
            whole = name in ("start", "end", "order", "count")
            assert str(table[name].dtype) == ("Int64" if whole else "str"), name
    for name in ("segment", "source", "code", "order"):
        assert export.segments[name].notna().all()


def test_segments_of_two_coders_of_one_place_are_one_segment(one_story: Path) -> None:
    for kind, file in FORMATS:
        export = read_coded(one_story / file, kind, nested_by=".")
        places = export.segments.groupby("segment")[["source", "quote"]].nunique()
        assert (places == 1).all(axis=None)
        tagged = export.segments[export.segments["code"] != ""]
        assert tagged["segment"].nunique() == 4, kind


@pytest.mark.parametrize("coder", ["ann", "ben"])
def test_taguette_s_database_has_the_coder_s_rows_and_the_untagged_one(
    one_story: Path, coder: str
) -> None:
    export = read_coded(
        one_story / f"taguette_{coder}" / "project.sqlite3", "taguette", coder=coder, nested_by="."
    )
    mine = [row for row in [*EXPECTED, UNTAGGED] if row[4] == coder]
    # paragraphs are joined without a break there: behind the first all stands one earlier
    joined = {(41, 92): (41, 91), (93, 119): (92, 118), (44, 53): (43, 52)}
    moved = [(row[0], *joined.get(row[1:3], row[1:3]), *row[3:6]) for row in mine]
    assert [row[:6] for row in rows(export)] == moved
    assert export.sources["source"].tolist() == [ONE, TWO, THREE]
    assert "talk 😀 more.They breathe before" in export.sources["text"].iloc[0]
    assert logged(export).get("untagged highlights", 0) == (1 if coder == "ann" else 0)
    assert export.segments["date"].str.match(r"\d{4}-\d\d-\d\d ").all()


@pytest.mark.parametrize(
    ("kind", "name"), [("taguette_csv", "all_tags.csv"), ("taguette_xlsx", "all_tags.xlsx")]
)
def test_taguette_s_tables_have_the_coder_s_tagged_rows(
    one_story: Path, kind: str, name: str
) -> None:
    export = read_coded(one_story / "taguette_ann" / name, kind, coder="ann", nested_by=".")
    mine = [(row[0], None, None, *row[3:]) for row in EXPECTED if row[4] == "ann"]
    assert rows(export) == mine
    assert export.segments["segment"].tolist() == ["1", "1", "2", "2", "3", "3", "4"]
    assert export.sources["text"].isna().all() and export.segments["date"].isna().all()
    assert logged(export) == {"coder filled in": 7}


def test_a_filtered_export_counts_doubled_rows_once(one_story: Path) -> None:
    path = one_story / "taguette_ann" / "filtered_tags.csv"
    # as Taguette wrote it: the highlight with two fitting tags stands there twice over
    assert path.read_text(encoding="utf-8").count("\n2,") == 4
    export = read_coded(path, "taguette_csv", coder="ann", nested_by=".")
    mine = [(row[0], None, None, *row[3:]) for row in EXPECTED if row[0] == ONE and row[4] == "ann"]
    assert rows(export) == mine
    assert logged(export) == {"dropped duplicate rows": 2, "coder filled in": 6}


def test_a_real_refi_export_has_one_coder_s_rows(one_story: Path) -> None:
    export = read_coded(one_story / "exegete.qdpx", "refi")
    mine = [(*row[:4], *row[5:]) for row in EXPECTED if row[4] == "ann"]
    assert [(*row[:4], *row[5:]) for row in rows(export)] == mine
    assert export.segments["coder"].unique().tolist() == ["AI Coding Assistant"]


def test_cases_attributes_and_descriptions_come_along(one_story: Path) -> None:
    length = {ONE: 133, TWO: 54, THREE: 23}
    known = [
        ("case", "T01", "school", "S1"),
        ("case", "T02", "school", "S2"),
        ("source", ONE, "wave", "2"),
        ("source", TWO, "wave", "2"),
    ]
    for kind, file in (("qualcoder", "qualcoder.qda/data.qda"), ("refi", "refi.qdpx")):
        export = read_coded(one_story / file, kind)
        cases = [tuple(row) for row in export.cases.itertuples(index=False)]
        assert cases == [
            ("T01", ONE, 0, length[ONE]),
            ("T02", TWO, 0, length[TWO]),
            ("T03", THREE, 0, length[THREE]),
        ]
        filled = export.attributes[export.attributes["value"].notna()]
        assert sorted(tuple(row) for row in filled.itertuples(index=False)) == known
        codes = export.codes.set_index("code")["description"]
        assert codes["cycle::immediate"] == "What it was like.\nIn the moment."
        assert codes.index.tolist() == [
            "cycle::immediate",
            "cycle::applied",
            "support::peers",
            "mood",
        ]
        assert pd.isna(codes["mood"])


def test_text_between_offsets_is_the_quote_in_formats_that_carry_texts(one_story: Path) -> None:
    for kind, file in (("qualcoder", "qualcoder.qda"), ("refi", "refi.qdpx")):
        export = read_coded(one_story / file, kind)
        texts = export.sources.set_index("source")["text"]
        for row in export.segments.itertuples(index=False):
            assert texts[row.source][row.start : row.end].replace("\n", " ") == row.quote


def test_every_kind_has_a_reader() -> None:
    assert set(STORY_READERS) == {
        *(kind for kind, _file in FORMATS),
        "taguette",
        "taguette_csv",
        "taguette_xlsx",
    }
