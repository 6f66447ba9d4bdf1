"""The register's rows from real exports of one invented story (tests/data/stories/one_story)."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.readers.stories.export import CodedExport, assembled
from resilience_lib.readers.stories.registry import read_coded
from resilience_lib.scaffold.draft_sources import LINKED, draft_sources
from resilience_lib.stories.register import LINKS

ONE = "staff_01_SYNTHETIC.txt"
TWO = "staff_02_SYNTHETIC.txt"
THREE = "staff_03_SYNTHETIC.txt"


@pytest.fixture
def story(repository: Path) -> Path:
    return repository / "tests" / "data" / "stories" / "one_story"


@pytest.mark.parametrize(
    ("file", "reader"), [("qualcoder.qda/data.qda", "qualcoder"), ("refi.qdpx", "refi")]
)
def test_attributes_of_sources_and_of_cases_fill_the_columns_they_are_named_like(
    story: Path, file: str, reader: str
) -> None:
    """story.yml: wave "2" of sources 1 and 2; school S1 and S2 of their cases T01 and T02."""
    made = draft_sources([read_coded(story / file, reader)])
    assert made.rows == [
        {"source": ONE, "role": "", "school": "S1", "asked": "yes", "wave": "2"},
        {"source": TWO, "role": "", "school": "S2", "asked": "yes", "wave": "2"},
        {"source": THREE, "role": "", "school": "", "asked": "yes", "wave": ""},
    ]
    # the third has a text, and nothing in it is coded
    assert (made.untold, made.doubtful) == ([THREE], {})


def test_without_attributes_there_are_four_columns(story: Path) -> None:
    ann, ben = (
        read_coded(story / f"taguette_{coder}" / "all_tags.csv", "taguette_csv")
        for coder in ("ann", "ben")
    )
    made = draft_sources([ann, ben])
    assert made.rows == [
        {"source": name, "role": "", "school": "", "asked": "yes"} for name in (ONE, TWO)
    ]
    assert made.untold == []


def exported(sources: list[str], attributes: list[tuple[str, str, str, str | None]],
             cases: list[tuple[str, str]]) -> CodedExport:  # fmt: skip
    names, columns = ("of", "name", "attribute", "value"), list(zip(*attributes, strict=True))
    return assembled(
        {"source": sources, "quote": ["q"] * len(sources), "code": ["c"] * len(sources)},
        attributes=dict(zip(names, columns, strict=True)),
        cases={"case": [c for c, _ in cases], "source": [s for _, s in cases]},
    )


def test_names_fit_in_any_case_and_a_case_fills_all_its_sources() -> None:
    made = draft_sources([exported(
        ["a", "b"],
        [("case", "Ann", " ROLE", "teacher "), ("source", "a", "Teller", "t1"),
         ("source", "a", "Site", None), ("source", "a", "pupil", "yes"),
         ("source", "b", "age", "40"), ("source", "gone", "school", "S9")],
        [("Ann", "a"), ("Ann", "b"), ("Ann", "b")],
    )])  # fmt: skip
    # site has no value, pupil and age are no columns of the draft
    assert made.rows == [
        {"source": "a", "role": "teacher", "school": "", "asked": "yes", "teller": "t1"},
        {"source": "b", "role": "teacher", "school": "", "asked": "yes", "teller": ""},
    ]


def test_where_exports_do_not_agree_the_cell_is_blank_and_said() -> None:
    first = exported(["a", "b"], [("source", "a", "school", "S1")], [])
    second = exported(
        ["b", "a"], [("source", "a", "School", "S2"), ("source", "b", "role", "x")], []
    )
    made = draft_sources([first, second])
    assert [(row["source"], row["role"], row["school"]) for row in made.rows] == [
        ("a", "", ""),
        ("b", "x", ""),
    ]
    assert made.doubtful == {("a", "school"): ["S1", "S2"]}


def test_every_link_of_the_register_but_the_pupil_can_be_filled() -> None:
    assert {*LINKED, "pupil"} == set(LINKS)
