"""Lists of roles and sites: each fault with its place, all of them at once."""

from __future__ import annotations

from pathlib import Path

import made_up_told
import pandas as pd
import pytest

from resilience_lib.build import fingerprints
from resilience_lib.errors import FaultsError
from resilience_lib.stories.lists import check_people, no_lists, read_lists
from resilience_lib.study.joins import Join
from resilience_lib.study.load import load_study
from resilience_lib.study.schema import Study

FILES = {
    "roles.csv": "role,people,label,school,note\nteacher,42,Teachers,,invented\nhead,,,,\n",
    "sites.csv": "site,school\nnorth,S1\nnorth,S2\nsouth,S2\n",
}
Place = tuple[str, int | None, str | None, str | None]


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """Joined to roles, and to sites by site, with good lists in a root of its own."""
    found = load_study("bounce_forward").model_copy(
        update={
            "joins": (
                Join(left="stories", right="roles", by=("role",), list="roles.csv"),
                Join(left="stories", right="sites", by=("site",), list="sites.csv"),
                Join(left="stories", right="schools", by=("school",)),
            )
        }
    )
    monkeypatch.setenv("RESILIENCE_ROOT", str(tmp_path))
    lay(tmp_path)
    return found


def lay(root: Path, **changed: str | None) -> None:
    folder = root / "studies" / "bounce_forward"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**FILES, **{f"{n}.csv": t for n, t in changed.items()}}.items():
        (folder / name).unlink(missing_ok=True)
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")


def places(error: FaultsError) -> list[Place]:
    assert all(fault.rule and fault.remedy for fault in error.faults)
    return [(Path(f.file).name, f.row, f.column, f.value) for f in error.faults]


def test_lists_are_read_one_below_the_other(study: Study) -> None:
    got = read_lists(study)
    assert got[["right", "role", "site", "school", "label"]].to_numpy().tolist() == [
        ["roles", "teacher", "", "", "Teachers"],
        ["roles", "head", "", "", ""],
        ["sites", "", "north", "S1", ""],
        ["sites", "", "north", "S2", ""],
        ["sites", "", "south", "S2", ""],
    ]
    assert got["people"].fillna(-1).tolist() == [42, -1, -1, -1, -1]
    assert got["list"].tolist() == ["roles.csv"] * 2 + ["sites.csv"] * 3
    assert got.index.tolist() == [2, 3, 2, 3, 4]
    assert got.dtypes.equals(no_lists().dtypes)
    assert read_lists(study.model_copy(update={"joins": ()})).empty


CASES: dict[str, tuple[dict[str, str | None], list[Place]]] = {
    "both absent": (
        {"roles": None, "sites": None},
        [("roles.csv", None, None, None), ("sites.csv", None, None, None)],
    ),
    "other columns": (
        {"roles": "roll,people\nteacher,4\n", "sites": "site,people\nnorth,3\n"},
        [("roles.csv", 1, "role", None), ("roles.csv", 1, "roll", None),
         ("sites.csv", 1, "people", None)],
    ),
    "blank, not whole, below 0, no number": (
        {"roles": "role,people\n,4\nhead,1.5\nteacher,-2\naide,many\n"},
        [("roles.csv", 2, "role", None), ("roles.csv", 3, "people", "1.5"),
         ("roles.csv", 4, "people", "-2"), ("roles.csv", 5, "people", "many")],
    ),
    "twice": (
        {"roles": "role\nhead\nhead\n", "sites": "site,school\nnorth,S1\nsouth,S1\nnorth,S1\n"},
        [("roles.csv", 3, "role", "head"), ("sites.csv", 4, "site", "north, S1")],
    ),
    "with and without a school": (
        {"roles": "role,school\nhead,S1\nhead,\naide,\n",
         "sites": "site,school\nnorth,\nnorth,S1\n"},
        [("roles.csv", 3, "school", "head"), ("sites.csv", 2, "school", "north")],
    ),
    "two labels": (
        {"sites": "site,school,label\nnorth,S1,North\nnorth,S2,\nnorth,S3,The north\nsouth,S1,S\n"},
        [("sites.csv", 4, "label", "The north")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_told_with_its_place(name: str, study: Study, tmp_path: Path) -> None:
    changed, expected = CASES[name]
    lay(tmp_path, **changed)
    with pytest.raises(FaultsError) as caught:
        read_lists(study)
    assert places(caught.value) == expected


def test_a_join_by_school_needs_the_schools(study: Study, tmp_path: Path) -> None:
    lay(tmp_path, sites="site,school\nnorth,\nsouth,S1\n")
    assert len(read_lists(study)) == 4
    by_school = study.joins[1].model_copy(update={"by": ("school",)})
    with pytest.raises(FaultsError) as caught:
        read_lists(study.model_copy(update={"joins": (*study.joins, by_school)}))
    assert places(caught.value) == [("sites.csv", 2, "school", None)]


def told(**columns: list[str]) -> pd.DataFrame:
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return made_up_told.register([{"source": f"s{n}"} | row for n, row in enumerate(rows)])


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        # ann, ben and one without a teller: three of four sources; a fourth was not asked
        ("role,people\nteacher,3\nhead,1\n", []),
        ("role,people\nteacher,2\nhead,0\n", [(2, "2"), (3, "0")]),
        ("role,people\nteacher,\nhead,\n", []),
        # two in S1 and one in S2
        ("role,school,people\nteacher,S1,2\nteacher,S2,1\n", []),
        ("role,school,people\nteacher,S1,1\nteacher,S2,9\n", [(2, "1")]),
        # one in a school without a row: two of one
        ("role,school,people\nteacher,S1,2\nteacher,S3,0\n", [(2, "2")]),
        ("role,school,people\nteacher,S1,2\nteacher,S3,\n", []),
    ],
)
def test_no_more_are_asked_than_there_are(
    roles: str, expected: list[tuple[int, str]], study: Study, tmp_path: Path
) -> None:
    lay(tmp_path, roles=roles)
    register = told(
        role=["teacher", "teacher", "teacher", "teacher", "teacher", "head"],
        teller=["ann", "ann", "ben", "", "dan", "eve"],
        school=["S1", "S1", "S1", "S2", "S1", "S1"],
        asked=["yes", "", "yes", "yes", "no", "yes"],
    )
    lists = read_lists(study)
    if not expected:
        check_people(study, lists, register)
        return
    with pytest.raises(FaultsError) as caught:
        check_people(study, lists, register)
    found = sorted(places(caught.value))
    assert found == [("roles.csv", line, "people", value) for line, value in expected]


def test_lists_are_inputs_of_the_stages_of_stories(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from resilience_lib import paths

    name = "bounce_forward"
    text = paths.study_file(name).read_text(encoding="utf-8")
    monkeypatch.setenv("RESILIENCE_ROOT", str(tmp_path))
    lay(tmp_path)
    paths.study_file(name).write_text(text, encoding="utf-8")
    for stage in ("1_stories", "4_mix"):
        path = paths.notebook(stage)
        path.parent.mkdir(exist_ok=True)
        path.write_text('{"cells": []}', encoding="utf-8")
    assert "roles.csv" in fingerprints.declared(name).decisions
    for stage in ("1_stories", "4_mix"):
        lay(tmp_path)
        before = fingerprints.Fingerprints().inputs(name, stage, {}, {})
        lay(tmp_path, roles=FILES["roles.csv"].replace("42", "43"))
        after = fingerprints.Fingerprints().inputs(name, stage, {}, {})
        assert [one for one in before if before[one] != after[one]] == ["roles.csv"]
        assert fingerprints.key(before) != fingerprints.key(after)
