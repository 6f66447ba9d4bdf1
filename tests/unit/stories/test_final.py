"""What coders settled on, and one coder's word as the last, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_up_told import code_map, export, register

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.mixed.counts import count_stories
from resilience_lib.mixed.quotes import name_quotes
from resilience_lib.mixed.read import Strands
from resilience_lib.readers.stories.export import CodedExport
from resilience_lib.store.decisions import no_rows, read_decisions
from resilience_lib.stories.consensus import LEFT_OUT, log_left_out, settled_codes
from resilience_lib.stories.final import final_codings
from resilience_lib.stories.lists import no_lists
from resilience_lib.stories.make import StorySet, make_stories
from resilience_lib.stories.segments import combine_exports
from resilience_lib.study.load import load_study
from resilience_lib.study.problems import Problem
from resilience_lib.study.schema import Study
from resilience_lib.study.stories import Export, Stories, story_problems

# `one` and `two` have two coders; of `three` b highlighted a line without a code
A = [("one", 0, 5, "Hello", "x"), ("one", 10, 14, "pace", "y"), ("two", 3, 9, "second", "x"),
     ("three", 0, 4, "last", "y")]  # fmt: skip
B = [("one", 0, 5, "Hello", "y"), ("one", 20, 24, "more", ""), ("two", 3, 9, "second", "y"),
     ("three", 6, 9, "end", "")]  # fmt: skip
EXPORTS = {"a.db": export(A, "a"), "b.db": export(B, "b")}
CODINGS = combine_exports(EXPORTS).codings


def written(folder: Path, *lines: str) -> tuple[Path, pd.DataFrame]:
    """A consensus file, read as the build reads it."""
    path = folder / "consensus.csv"
    path.write_text("\n".join(("source,start,end,quote,code", *lines)) + "\n", encoding="utf-8")
    return path, read_decisions(path, "consensus")


def settled(folder: Path, *lines: str, mapped: tuple[str, ...] = ()) -> pd.DataFrame:
    path, rows = written(folder, *lines)
    return settled_codes(path, rows, CODINGS, mapped)


def faults_of(folder: Path, *lines: str, mapped: tuple[str, ...] = ()) -> list[Fault]:
    with pytest.raises(FaultsError) as caught:
        settled(folder, *lines, mapped=mapped)
    return list(caught.value.faults)


def coded(consensus: pd.DataFrame) -> list[list[str]]:
    final = final_codings(CODINGS, "consensus", consensus)
    return final[["segment", "study_code"]].to_numpy().tolist()


def test_a_segment_and_a_source_can_be_settled_on_no_code(tmp_path: Path) -> None:
    # nothing holds for "Hello", meant by its quote, and in the whole of `two`
    found = settled(tmp_path, "one,,,Hello,", "one,10,14,,y", "two,,,,", "three,0,4,,y")
    assert found.to_numpy().tolist() == [
        ["one", "one 0-5", ""],
        ["one", "one 10-14", "y"],
        ["two", "", ""],
        ["three", "three 0-4", "y"],
    ]
    assert coded(found) == [["one 10-14", "y"], ["three 0-4", "y"]]


def test_all_of_a_study_can_be_settled_on_no_code(tmp_path: Path) -> None:
    found = settled(tmp_path, "one,,,,", "two,,,,", "three,,,,")
    final = final_codings(CODINGS, "consensus", found)
    assert final.empty and list(final.columns) == list(CODINGS.columns)


def test_rows_that_gainsay_each_other_are_refused(tmp_path: Path) -> None:
    lines = ("one,0,5,,", "one,,,Hello,x", "two,,,,", "two,3,9,,x", "three,,,,", "four,,,,")
    said = [(f.row, f.column, f.value, f.rule) for f in faults_of(tmp_path, *lines)]
    assert said == [
        (2, "code", "one 0-5", "no code holds for this segment, and another row gives it one"),
        (4, "source", "two", "nothing holds in this source, and other rows of it say otherwise"),
        (7, "source", "four", "no export has this source"),
    ]


def test_half_a_place_is_no_whole_source(tmp_path: Path) -> None:
    said = [(f.row, f.rule) for f in faults_of(tmp_path, "one,0,,,", "two,,,,", "three,,,,")]
    assert said == [(2, "no coder marked this segment")]


def test_double_coded_sources_are_still_asked_for(tmp_path: Path) -> None:
    said = [(f.value, f.rule) for f in faults_of(tmp_path, "one,,,,", "three,,,,")]
    assert said == [("two", "two coders coded this source, and what they settled on is not here")]


def test_a_code_that_nobody_gave_holds_where_the_code_map_has_it(tmp_path: Path) -> None:
    lines = ("one,0,5,,calming", "two,,,,", "three,0,4,,y")
    assert coded(settled(tmp_path, *lines, mapped=("calming",))) == [
        ["one 0-5", "calming"],
        ["three 0-4", "y"],
    ]
    fault = faults_of(tmp_path, *lines, mapped=("calm", "calmly", "hope"))[0]
    assert (fault.row, fault.column, fault.value) == (2, "code", "calming")
    assert fault.remedy.startswith("did you mean calm or calmly?")


def test_what_the_file_leaves_out_is_said_source_by_source(tmp_path: Path) -> None:
    # of `one` "pace" was coded; "more" is an untagged highlight. `two` is settled on nothing
    found = settled(tmp_path, "one,0,5,,x", "two,,,,", "three,6,9,,y")
    assert log_left_out(found, CODINGS, "consensus.csv").to_numpy().tolist() == [
        ["consensus.csv", LEFT_OUT, "one", 1],
        ["consensus.csv", LEFT_OUT, "three", 1],
    ]
    every = settled(tmp_path, "one,0,5,,", "one,10,14,,y", "two,3,9,,", "three,0,4,,y")
    assert log_left_out(every, CODINGS, "consensus.csv").empty


def plan(**changed: object) -> Study:
    block: dict[str, object] = {
        "exports": tuple(Export(name=f"{c}.db", reader="taguette", coder=c) for c in "ab"),
        "sources": "asked.csv",
        "order": "narrated",
        "frames": ("value_creation_2011", "own"),
        "minimum_sources": 1,
    }
    stories = Stories.model_validate(block | changed)
    return load_study("wheelchair_curling").model_copy(update={"stories": stories, "mixed": None})


ROWS = [("x", "value_creation_2011", "immediate"), ("y", "own", "why"), ("z", "own", "zeal")]


def made(study: Study, exports: dict[str, CodedExport] = EXPORTS, **more: pd.DataFrame) -> StorySet:
    asked = register([{"source": name, "role": "staff"} for name in ("one", "two", "three", "no")])
    given = {"sources": asked, "code_map": code_map(ROWS[:2]), "lists": no_lists()}
    return make_stories(study, exports, given | more)


def test_settled_on_nothing_is_coded_and_read_and_counts_nowhere(tmp_path: Path) -> None:
    rows = written(tmp_path, "one,,,,", "two,,,,", "three,,,,")[1]
    study = plan(final="consensus", consensus="consensus.csv")
    told = made(study, consensus=rows)
    assert told.segments.empty and told.unmapped.empty and told.log.empty
    assert told.sources["told"].tolist() == ["yes", "yes", "yes", "no"]
    strands = Strands(
        segments=told.segments, codings=told.codings, sources=told.sources, codes=told.codes,
        indicators=told.indicators, triads=told.triads, named=name_quotes(told.quotes),
        joins=pd.DataFrame(), roles=pd.DataFrame(), estimates=None, school_changes=None,
        pupils=0,
    )  # fmt: skip
    counts = count_stories(study, strands)
    every = counts.coverage[counts.coverage["kind"] == "all"]
    assert set(every["words"]) == {"0 of 4 sources"}
    assert counts.orders.empty and counts.together.empty and counts.flows.empty
    whole = counts.reach[["told", "spoken", "asked"]].drop_duplicates()
    assert whole.to_numpy().tolist() == [[0, 3, 4]]


def test_a_code_of_the_map_and_the_consensus_alone_is_known(tmp_path: Path) -> None:
    rows = written(tmp_path, "one,0,5,,z", "one,10,14,,", "two,,,,", "three,0,4,,")[1]
    study = plan(final="consensus", consensus="consensus.csv")
    told = made(study, consensus=rows, code_map=code_map(ROWS))
    assert told.segments[["segment", "frame", "code"]].to_numpy().tolist() == [
        ["one 0-5", "own", "zeal"]
    ]
    # without the file the row of the code map names what no export has
    with pytest.raises(FaultsError) as caught:
        made(plan(), code_map=code_map(ROWS))
    assert [(f.rule, f.value) for f in caught.value.faults] == [("no export has this code", "z")]


def test_left_out_segments_stand_in_the_log_where_the_consensus_counts(tmp_path: Path) -> None:
    rows = written(tmp_path, "one,0,5,,x", "two,3,9,,x", "three,0,4,,y")[1]
    log = made(plan(final="consensus", consensus="consensus.csv"), consensus=rows).log
    assert log[["file", "detail", "count"]].to_numpy().tolist() == [["consensus.csv", "one", 1]]
    assert made(plan(consensus="consensus.csv"), consensus=rows).log.empty


def test_one_coder_alone_is_final_only_of_what_that_coder_read() -> None:
    # a highlight without a code, as b's in `three`, says that the source was read
    only = made(plan(final="b")).segments
    assert only[["segment", "code"]].to_numpy().tolist() == [["one 0-5", "why"], ["two 3-9", "why"]]
    more = [*A, ("four", 0, 3, "one", "x"), ("five", 0, 3, "two", "")]
    asked = register([{"source": name, "role": "staff"} for name in
                      ("one", "two", "three", "four", "five", "no")])  # fmt: skip
    exports = EXPORTS | {"a.db": export(more, "a")}
    with pytest.raises(FaultsError) as caught:
        made(plan(final="b"), exports=exports, sources=asked)
    said = [(f.column, f.value, f.rule) for f in caught.value.faults]
    rule = "b never coded this source, and others did: it would count as silent"
    assert said == [("stories.final", "four", rule), ("stories.final", "five", rule)]
    assert caught.value.faults[0].file == "studies/wheelchair_curling/study.yml"
    assert "final_read_all: true" in caught.value.faults[0].remedy
    study = plan(final="b", final_read_all=True)
    told = made(study, exports=exports, sources=asked)
    assert told.segments["segment"].tolist() == ["one 0-5", "two 3-9"]
    assert told.sources["told"].tolist() == ["yes"] * 5 + ["no"]


def test_who_read_all_is_asked_of_one_coder_alone() -> None:
    of_one = plan(final="b", final_read_all=True)
    assert list(story_problems(of_one)) == []
    rule = "final_read_all is of one coder, and final is union"
    of_all = plan(final="union", final_read_all=True)
    assert list(story_problems(of_all)) == [Problem(("stories", "final_read_all"), rule, "true")]
    both = plan(final="consensus", consensus="c.csv", final_read_all=True)
    assert [problem.place for problem in story_problems(both)] == [("stories", "final_read_all")]


def test_quotes_and_inferences_hold_no_id_of_a_source() -> None:
    quotes = no_rows("quotes").reindex([2, 3])
    quotes = quotes.assign(source="one", start=0.0, end=[5.0, 5.0], quote="", with_school="",
                           shown_as=["Hello", "Hello, said T-07"], attribution="staff",
                           cleared_by="me", because="may be")  # fmt: skip
    asked = register([{"source": name, "role": "staff", "teller": "T_07"} for name in
                      ("one", "two", "three")])  # fmt: skip
    with pytest.raises(FaultsError) as caught:
        made(plan(quotes="quotes.csv"), quotes=quotes, sources=asked)
    assert [(f.row, f.column, f.value) for f in caught.value.faults] == [(3, "shown_as", "T_07")]
