"""The same story, coded in each tool, is the same Story frame on what the format carries."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_up_told import code_map, register

from resilience_lib.readers.stories.registry import read_coded
from resilience_lib.stories.make import STORY_COLUMNS, StorySet, make_stories
from resilience_lib.study.load import load_study
from resilience_lib.study.stories import Export, Stories

FOLDER = Path(__file__).resolve().parents[2] / "data" / "stories" / "one_story"
FORMATS: dict[str, list[tuple[str, str, str | None]]] = {
    "QualCoder": [("qualcoder", "qualcoder.qda", None)],
    "REFI-QDA": [("refi", "refi.qdpx", None)],
    "QualCoder's report": [("qualcoder_csv", "qualcoder_report.csv", None)],
    "segments": [("segments", "segments.csv", None)],
    "segments, workbook": [("segments", "segments.xlsx", None)],
    "Dedoose": [("dedoose", "dedoose.csv", None)],
    "NVivo": [("nvivo", "nvivo.csv", None)],
    "Taguette": [
        ("taguette", "taguette_ann/project.sqlite3", "ann"),
        ("taguette", "taguette_ben/project.sqlite3", "ben"),
    ],
    "Taguette, CSV": [
        ("taguette_csv", "taguette_ann/all_tags.csv", "ann"),
        ("taguette_csv", "taguette_ben/all_tags.csv", "ben"),
    ],
}
ONE, TWO = "one", "two"
# source, coder, frame, code, order in the story: written out from one_story/story.yml
EXPECTED = [
    (ONE, "ann", "value_creation_2011", "immediate", 1),
    (ONE, "ann", "own", "mood", 1),
    (ONE, "ben", "value_creation_2011", "immediate", 1),
    (ONE, "ann", "value_creation_2011", "applied", 2),
    (ONE, "ann", "value_creation_2011", "immediate", 2),
    (ONE, "ann", "value_creation_2011", "applied", 3),
    (ONE, "ann", "own", "peers", 3),
    (ONE, "ben", "value_creation_2011", "applied", 3),
    (TWO, "ann", "own", "peers", 1),
    (TWO, "ben", "own", "mood", 1),
]


def stories(name: str) -> StorySet:
    """The Story frames of the one story from one tool."""
    files = FORMATS[name]
    exports = {
        file: read_coded(FOLDER / file, kind, coder=coder, nested_by=".")
        for kind, file, coder in files
    }
    plan = load_study("wheelchair_curling")
    block = Stories(
        exports=tuple(Export.model_validate({"name": f, "reader": k}) for k, f, _ in files),
        sources="asked.csv",
        order="narrated",
        frames=("value_creation_2011", "own"),
        minimum_sources=1,
    )
    rows = [("cycle::immediate", "value_creation_2011", "immediate"),
            ("cycle::applied", "value_creation_2011", "applied"),
            ("mood", "own", "mood"), ("support::peers", "own", "peers")]  # fmt: skip
    named = sorted({source for export in exports.values() for source in export.segments["source"]})
    asked = register([{"source": source, "role": "staff"} for source in named])
    written = {"sources": asked, "code_map": code_map(rows)}
    return make_stories(plan.model_copy(update={"stories": block}), exports, written)


@pytest.mark.parametrize("name", FORMATS)
def test_codings_are_the_same_from_every_tool(name: str) -> None:
    found = stories(name).codings
    assert tuple(found.columns) == STORY_COLUMNS
    coded = found[found["code"] != ""]
    source = coded["source"].map(lambda text: ONE if "01" in text else TWO)
    rows = coded.assign(source=source)[["source", "coder", "frame", "code", "order"]]
    key = sorted(rows.itertuples(index=False, name=None))
    assert key == sorted(EXPECTED)
    assert (coded["quote"] != "").all()


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_format_does_not_carry_is_missing_and_typed(name: str) -> None:
    found = stories(name).codings
    assert str(found["start"].dtype) == str(found["end"].dtype) == "Int64"
    spans = name not in ("QualCoder's report", "NVivo", "Taguette, CSV")
    assert found["start"].notna().all() == spans
    named = found["segment"].str.contains("#", regex=False)
    assert (named != spans).all()


def test_without_a_name_taguette_s_csv_says_no_coder() -> None:
    export = read_coded(FOLDER / "taguette_ann/all_tags.csv", "taguette_csv", nested_by=".")
    assert export.segments["coder"].isna().all() and str(export.segments["coder"].dtype) == "str"
    assert pd.isna(export.segments["start"]).all()
