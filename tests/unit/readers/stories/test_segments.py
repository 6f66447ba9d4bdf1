"""The plain template: what it fills in, what it refuses, and how fast it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.readers.stories.segments import read_segments

Places = Callable[..., list[tuple[str, int | None, str | None, str | None]]]


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def make(*lines: str) -> Path:
        path = tmp_path / "told.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return make


Table = Callable[..., Path]


def test_the_three_columns_are_enough(table: Table) -> None:
    export = read_segments(
        table("Source,Quote,Code", "s2,b,x", "s1,a,y", "s2,c,x", "s2,b,y"), coder="ann"
    )
    frame = export.segments
    assert frame[["segment", "source", "quote", "code", "order"]].values.tolist() == [
        ["1", "s2", "b", "x", 1],
        ["2", "s1", "a", "y", 1],
        ["3", "s2", "c", "x", 2],
        ["1", "s2", "b", "y", 1],
    ]
    assert frame["start"].isna().all() and set(frame["coder"]) == {"ann"}


def test_offsets_give_the_order_and_blank_coders_are_filled(table: Table) -> None:
    path = table(
        "source,quote,code,start,end,coder",
        "s,late,x,50,54,",
        "s,early,x,2,7,ben",
        "s,early and more,x,2,16,ben",
    )
    frame = read_segments(path, coder="ann").segments
    assert frame["order"].tolist() == [3, 1, 2]
    assert frame["coder"].tolist() == ["ann", "ben", "ben"]


def test_a_given_order_goes_before_offsets(table: Table) -> None:
    path = table(
        "source,quote,code,start,end,order", "s,a,x,0,1,20", "s,b,x,5,6,10", "s,b,y,5,6,10"
    )
    assert read_segments(path).segments["order"].tolist() == [2, 1, 1]


def test_columns_beyond_the_template_are_logged(table: Table) -> None:
    log = read_segments(table("source,quote,code,school", "s,a,x,1")).log
    assert log[["what", "detail"]].values.tolist() == [["columns not read", "school"]]


def test_semicolons_and_windows_letters_are_read_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "told.csv"
    path.write_bytes("source;quote;code\r\ns;un café;x\r\n".encode("cp1252"))
    export = read_segments(path)
    assert export.segments["quote"].tolist() == ["un café"]
    assert len(export.log) == 2


def test_empty_cells_are_all_named(table: Table, places: Places) -> None:
    path = table("source,quote,code", "s,a,", ",b,x", "s, ,x", "s,c,x")
    assert places(read_segments, path) == [
        ("told.csv", 2, "code", None),
        ("told.csv", 3, "source", None),
        ("told.csv", 4, "quote", None),
    ]


def test_offsets_that_are_no_offsets_are_all_named(table: Table, places: Places) -> None:
    path = table(
        "source,quote,code,start,end,order",
        "s,a,x,abc,1,1",
        "s,b,x,-3,4,1.5",
        "s,c,x,2,3e2,1",
    )
    assert places(read_segments, path) == [
        ("told.csv", 2, "start", "abc"),
        ("told.csv", 3, "start", "-3"),
        ("told.csv", 3, "order", "1.5"),
        ("told.csv", 4, "end", "3e2"),
    ]


def test_spans_that_are_none_are_all_named(table: Table, places: Places) -> None:
    path = table("source,quote,code,start,end", "s,a,x,5,5", "s,b,x,9,4", "s,c,x,7,", "s,d,x,,8")
    assert places(read_segments, path) == [
        ("told.csv", 2, "end", "5"),
        ("told.csv", 3, "end", "4"),
        ("told.csv", 4, "end", "7"),
        ("told.csv", 5, "start", "8"),
    ]


def test_a_source_with_offsets_in_some_rows_only_is_named(table: Table, places: Places) -> None:
    path = table("source,quote,code,start,end", "s,a,x,0,1", "s,b,x,,", "t,c,x,,")
    assert places(read_segments, path) == [("told.csv", 3, "start", "s")]


def test_start_without_a_column_end_is_named(table: Table, places: Places) -> None:
    assert places(read_segments, table("source,quote,code,start", "s,a,x,0")) == [
        ("told.csv", 1, "start", None)
    ]


def test_one_place_has_one_quote_and_one_order(table: Table, places: Places) -> None:
    path = table("source,quote,code,start,end,order", "s,a,x,0,1,1", "s,b,y,0,1,1", "s,a,z,0,1,2")
    assert places(read_segments, path) == [
        ("told.csv", 3, "quote", "b"),
        ("told.csv", 4, "order", "2"),
    ]


def test_missing_columns_are_all_named(table: Table, places: Places) -> None:
    assert places(read_segments, table("source,text", "s,a")) == [
        ("told.csv", 1, "quote", None),
        ("told.csv", 1, "code", None),
    ]


def test_doubled_rows_count_once(table: Table) -> None:
    export = read_segments(table("source,quote,code", "s,a,x", "s,a,x", "s,a,y"))
    assert export.segments["code"].tolist() == ["x", "y"]
    assert export.log[["what", "count"]].values.tolist() == [["dropped duplicate rows", 1]]


def test_words_that_other_programs_take_for_missing_are_words(table: Table) -> None:
    frame = read_segments(table("source,quote,code", "NA,null,None", "001,1.0,true")).segments
    assert frame["source"].tolist() == ["NA", "001"]
    assert frame["quote"].tolist() == ["null", "1.0"]
    assert frame["code"].tolist() == ["None", "true"]


def test_formulas_in_a_workbook_are_named(tmp_path: Path, places: Places) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Source", "Quote", "Code"])
    book.active.append(["s", "fine", "x"])
    book.active.append(["s", "=sum of small steps", "x"])
    path = tmp_path / "told.xlsx"
    book.save(path)
    with pytest.raises(FaultsError, match="formula"):
        read_segments(path)


def test_a_hundred_thousand_segments_of_ten_thousand_sources_take_seconds(
    tmp_path: Path,
) -> None:
    count = 100_000
    numbers = pd.Series(range(count))
    frame = pd.DataFrame(
        {
            "source": "source " + (numbers % 10_000).astype(str),
            "quote": "what was told in segment " + numbers.astype(str) + ", at some length",
            "code": "cycle.code" + (numbers % 40).astype(str),
            "start": (numbers // 10_000) * 100,
            "end": (numbers // 10_000) * 100 + 60,
            "coder": "ann",
        }
    )
    path = tmp_path / "many.csv"
    frame.to_csv(path, index=False)
    began = time.perf_counter()
    export = read_segments(path, nested_by=".")
    took = time.perf_counter() - began
    assert len(export.segments) == count and len(export.sources) == 10_000
    assert export.segments["order"].max() == 10
    assert export.segments["segment"].nunique() == count
    assert took < 10, f"{took:.1f} s"
