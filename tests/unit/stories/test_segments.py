"""Exports of several coders as one list, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_up_told import code_map, export, register

from resilience_lib.errors import FaultsError
from resilience_lib.stories.code_map import (
    apply_code_map,
    check_code_map,
    frame_codes,
    unmapped_codes,
)
from resilience_lib.stories.consensus import settled_codes
from resilience_lib.stories.final import final_codings
from resilience_lib.stories.register import check_register, complete_register
from resilience_lib.stories.segments import combine_exports
from resilience_lib.stories.spans import find_segments
from resilience_lib.stories.units import check_units

A = [("one", 0, 5, "Hello", "x"), ("one", 10, 14, "pace", "y"), ("two", 3, 9, "second", "x")]
B = [("one", 0, 5, "Hello", "y"), ("one", 10, 14, "pace", "y"), ("one", 20, 24, "more", "")]


def both() -> pd.DataFrame:
    return combine_exports({"a.db": export(A, "a"), "b.db": export(B, "b")}).codings


def test_a_segment_has_one_name_in_both_exports() -> None:
    rows = both()[["segment", "coder", "study_code", "order"]]
    assert rows.to_numpy().tolist() == [
        ["one 0-5", "a", "x", 1],
        ["one 0-5", "b", "y", 1],
        ["one 10-14", "a", "y", 2],
        ["one 10-14", "b", "y", 2],
        ["one 20-24", "b", "", 3],
        ["two 3-9", "a", "x", 1],
    ]


def test_without_offsets_the_quote_is_the_segment() -> None:
    first = export([("one", None, None, "pace", "x"), ("one", None, None, "Hello", "y")], "a")
    second = export([("one", None, None, "Hello", "x")], "b")
    rows = combine_exports({"a.csv": first, "b.csv": second}).codings
    assert rows[["segment", "coder", "study_code"]].to_numpy().tolist() == [
        ["one #1", "a", "x"],
        ["one #2", "a", "y"],
        ["one #2", "b", "x"],
    ]


@pytest.mark.parametrize("narrated", [True, False])
def test_who_left_segments_out_does_not_move_the_others(narrated: bool) -> None:
    first = [
        ("one", 0, 5, "Hello", "x"),
        ("one", 10, 14, "pace", "y"),
        ("one", 20, 24, "more", "x"),
    ]
    # b counts the third segment as its first
    exports = {"a.db": export(first, "a"), "b.db": export(first[2:], "b")}
    rows = combine_exports(exports, narrated=narrated).codings
    assert rows[["segment", "coder", "order"]].to_numpy().tolist() == [
        ["one 0-5", "a", 1],
        ["one 10-14", "a", 2],
        ["one 20-24", "a", 3],
        ["one 20-24", "b", 3],
    ]


def test_as_narrated_is_as_offsets_say() -> None:
    first = [*A[:2], ("one", 30, 34, "last", "x")]
    exports = {"a": export(first, "a"), "b": export([("one", 20, 24, "more", "x"), first[2]], "b")}
    rows = combine_exports(exports).codings.drop_duplicates("segment")
    assert rows["start"].tolist() == [0, 10, 20, 30] and rows["order"].tolist() == [1, 2, 3, 4]


def test_a_quote_without_place_is_the_segment_that_has_it() -> None:
    # the format of b carries no offsets
    second = export([("one", None, None, "pace", "x"), ("one", None, None, "else", "y")], "b")
    rows = combine_exports({"a.db": export(A, "a"), "b.csv": second}).codings
    assert rows.loc[rows["coder"] == "b", ["segment", "quote"]].to_numpy().tolist() == [
        ["one 10-14", "pace"],
        ["one #1", "else"],
    ]


def test_a_doubled_row_counts_once_and_is_logged() -> None:
    told = combine_exports({"a.db": export([*A, A[0]], "a")})
    assert len(told.codings) == 3
    assert told.log[["what", "count"]].to_numpy().tolist() == [
        ["the same coding stands more than once and counts once", 1]
    ]


def test_two_coders_with_other_ends_are_named() -> None:
    check_units(both())
    wider = export([("one", 0, 12, "Hello, pac", "y")], "b")
    rows = combine_exports({"a.db": export(A, "a"), "b.db": wider}).codings
    with pytest.raises(FaultsError) as caught:
        check_units(rows)
    said = [(fault.file, fault.rule) for fault in caught.value.faults]
    assert said == [
        ("b.db", "two coders with different units: one 0-5 overlaps one 0-12"),
        ("a.db", "two coders with different units: one 0-12 overlaps one 10-14"),
    ]


def test_union_one_coder_and_consensus(tmp_path: Path) -> None:
    rows = both()
    union = final_codings(rows, "union", None)
    assert union[["segment", "study_code"]].to_numpy().tolist() == [
        ["one 0-5", "x"],
        ["one 0-5", "y"],
        ["one 10-14", "y"],
        ["two 3-9", "x"],
    ]
    only = final_codings(rows, "b", None)
    assert only[["segment", "study_code"]].to_numpy().tolist() == [
        ["one 0-5", "y"],
        ["one 10-14", "y"],
    ]
    written = pd.DataFrame(
        {"source": ["one", "one"], "start": [0.0, 20.0], "end": [5.0, 24.0], "quote": ["", ""],
         "code": ["x", "y"]}, index=[2, 3],
    )  # fmt: skip
    settled = settled_codes(tmp_path / "c.csv", written, rows, ())
    final = final_codings(rows, "consensus", settled)
    # `two` has one coder, whose coding stands
    assert final[["segment", "study_code", "coder"]].to_numpy().tolist() == [
        ["one 0-5", "x", "consensus"],
        ["one 20-24", "y", "consensus"],
        ["two 3-9", "x", "consensus"],
    ]


def test_a_consensus_leaves_no_doubly_coded_source_out(tmp_path: Path) -> None:
    written = pd.DataFrame(
        {"source": ["two"], "start": [3.0], "end": [9.0], "quote": [""], "code": ["z"]}, index=[2]
    )
    with pytest.raises(FaultsError) as caught:
        settled_codes(tmp_path / "c.csv", written, both(), ())
    said = [(fault.row, fault.rule, fault.value) for fault in caught.value.faults]
    assert said == [
        (2, "no coder gave this code, and the code map does not have it", "z"),
        (None, "two coders coded this source, and what they settled on is not here", "one"),
    ]


def test_places_that_no_coder_marked_are_named(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "source": ["one", "one", "three", "one"],
            "start": [0.0, 1.0, 0.0, float("nan")],
            "end": [5.0, 5.0, 5.0, float("nan")],
            "quote": ["Goodbye", "", "", "pace"],
        },
        index=[2, 3, 4, 5],
    )
    with pytest.raises(FaultsError) as caught:
        find_segments(tmp_path / "q.csv", rows, both())
    said = [(f.row, f.column, f.rule.partition(" (")[0]) for f in caught.value.faults]
    assert said == [
        (2, "quote", "the quote is not what stands at its offsets"),
        (3, "start", "no coder marked this segment"),
        (4, "source", "no export has this source"),
    ]
    assert find_segments(tmp_path / "q.csv", rows.loc[[5]], both()).tolist() == ["one 10-14"]


def test_a_quote_is_found_as_the_tool_shows_it(tmp_path: Path) -> None:
    said = [("one", 0, 9, "They read", "x"), ("one", 10, 14, "stop", "x"),
            ("one", 20, 24, "stop", "x")]  # fmt: skip
    units = combine_exports({"a.db": export(said, "a")}).codings
    place = {"start": [float("nan")] * 3, "end": [float("nan")] * 3}
    quotes = ["They \r\nread", "stop", "no such"]
    rows = pd.DataFrame({"source": "one", **place, "quote": quotes}, index=[2, 3, 4])
    assert find_segments(tmp_path / "q.csv", rows.loc[[2]], units).tolist() == ["one 0-9"]
    with pytest.raises(FaultsError) as caught:
        find_segments(tmp_path / "q.csv", rows, units)
    # which of the two was meant is not guessed
    assert [(f.row, f.column, f.rule, f.value) for f in caught.value.faults] == [
        (3, "quote", "several segments of this source have this quote", "stop"),
        (4, "quote", "no coder marked this segment", "no such"),
    ]
    placed = rows.loc[[3]].assign(start=20.0, end=24.0)
    assert find_segments(tmp_path / "q.csv", placed, units).tolist() == ["one 20-24"]


def test_code_map_faults_are_all_told(tmp_path: Path) -> None:
    rows = code_map(
        [("x", "value_creation_2011", "imediate"), ("z", "own", "time"), ("y", "nowhere", "a")]
    )
    known = frame_codes(["value_creation_2011", "own"], rows, None)
    with pytest.raises(FaultsError) as caught:
        check_code_map(tmp_path / "m.csv", rows, known, ("value_creation_2011", "own"), {"x", "y"})
    said = [(f.row, f.column, f.value, f.remedy) for f in caught.value.faults]
    assert said[0][:3] == (3, "code", "z")
    assert said[1] == (2, "frame_code", "imediate", "did you mean immediate?")
    assert said[2][:3] == (4, "frame", "nowhere")


def test_unmapped_codes_are_listed_not_dropped() -> None:
    rows = code_map([("x", "own", "time"), ("y", "", "")])
    codings = pd.DataFrame(
        {
            "segment": ["s1", "s2", "s2", "s3"],
            "source": ["a", "a", "a", "b"],
            "study_code": ["x", "y", "w", "w"],
        }
    )
    assert unmapped_codes(codings, rows).to_numpy().tolist() == [
        ["w", "not in the code map", 2, 2],
        ["y", "mapped to nothing: why not", 1, 1],
    ]
    applied = apply_code_map(codings, rows)
    assert applied[["study_code", "frame", "code"]].to_numpy().tolist() == [
        ["x", "own", "time"],
        ["y", "", ""],
        ["w", "", ""],
        ["w", "", ""],
    ]


def test_a_register_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    rows = register(
        [
            {"source": "one", "role": "teacher", "pupil": "P7"},
            {"source": "two", "role": "pupil", "pupil": "P8", "asked": "no"},
            {"source": "three", "role": "head", "story": "s", "school": "1"},
            {"source": "four", "role": "head", "story": "s", "school": "2"},
        ]
    )
    with pytest.raises(FaultsError) as caught:
        check_register(tmp_path / "r.csv", rows, {"two", "onne"})
    said = [(f.row, f.column, f.value, f.remedy) for f in caught.value.faults]
    assert said[0] == (None, "source", "onne", "did you mean one?")
    assert [(row, column, value) for row, column, value, _ in said[1:]] == [
        (2, "pupil", "P7"),
        (3, "asked", "no"),
        (None, "story", "s"),
    ]


def test_who_told_nothing_was_still_asked() -> None:
    rows = register([{"source": "one", "role": "head"}, {"source": "two", "role": "head"}])
    whole = complete_register(rows, {"one"})
    assert whole[["source", "asked", "told"]].to_numpy().tolist() == [
        ["one", "yes", "yes"],
        ["two", "yes", "no"],
    ]
