"""Stories joined to schools, classes, pupils, waves, roles and sites: values worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.joins.lists import count_roles, listed_sides
from resilience_lib.joins.stories import check_joins, join_stories
from resilience_lib.stories.lists import LIST_COLUMNS, no_lists
from resilience_lib.study.joins import Join
from resilience_lib.study.load import load_study
from resilience_lib.study.schema import Study

COUNTS = ["matched", "only_left", "only_right", "fan_out", "fan_out_right", "relation", "holds"]


def studied(*joins: Join) -> Study:
    return load_study("bounce_forward").model_copy(update={"joins": joins})


def to(right: str, *by: str, **more: object) -> Join:
    listed = {"list": f"{right}.csv"} if right in ("roles", "sites") else {}
    return Join.model_validate({"left": "stories", "right": right, "by": by, **listed, **more})


def listed(right: str, *rows: dict[str, object]) -> pd.DataFrame:
    """A list as it is read."""
    full = [dict.fromkeys(LIST_COLUMNS, "") | {"people": np.nan} | row for row in rows]
    frame = pd.DataFrame(full, columns=list(LIST_COLUMNS)).assign(right=right, list=f"{right}.csv")
    return frame.astype({"people": "float64"})


def register(**columns: list[str]) -> pd.DataFrame:
    many = len(next(iter(columns.values())))
    return pd.DataFrame({"source": [f"s{n}" for n in range(many)], "asked": "yes", **columns})


TOLD = register(
    school=["S1", "S1", "S2", "", "S9"],
    classroom=["a", "b", "a", "", "a"],
    pupil=["p1", "p2", "p3", "p4", "p4"],
    wave=["T1", "T1", "T2", "T2", "T2"],
    role=["teacher", "teacher", "head", "aide", "aide"],
    site=["north", "north", "south", "south", "east"],
)
SITES = listed("sites", {"site": "north", "school": "S1"}, {"site": "north", "school": "S2"},
               {"site": "south", "school": "S2"}, {"site": "west", "school": "S4"})  # fmt: skip
RIGHT = {
    "schools": pd.DataFrame({"school": ["S1", "S2", "S3"]}),
    "classrooms": pd.DataFrame({"school": ["S1", "S1", "S2"], "classroom": ["a", "b", "b"]}),
    "pupils": pd.DataFrame({"pupil": ["p1", "p2", "p3", "p4", "p5"]}),
    "waves": pd.DataFrame({"wave": ["T1", "T2", "T3"]}),
    "roles roles.csv": listed("roles", {"role": "teacher"}, {"role": "head"}, {"role": "lead"}),
    "sites sites.csv": SITES,
}


@pytest.mark.parametrize(
    ("join", "expected"),
    [
        # S1 twice, S2 matched; S9 and the blank on the left alone; S3 on the right
        (to("schools", "school"), [2, 2, 1, 2, 1, "many to one"]),
        # S1 a and S1 b matched; S2 a, S9 a and the blank left; S2 b right
        (to("classrooms", "school", "classroom"), [2, 3, 1, 1, 1, "one to one"]),
        # classes by school alone: a row for each school
        (to("classrooms", "school"), [2, 2, 0, 2, 1, "many to one"]),
        (to("pupils", "pupil"), [4, 0, 1, 2, 1, "many to one"]),
        (to("waves", "wave"), [2, 0, 1, 3, 1, "many to one"]),
        # teacher and head matched, aide left, lead right
        (to("roles", "role"), [2, 1, 1, 2, 1, "many to one"]),
        # north has two rows on both sides; east left, west right
        (to("sites", "site", fan_out_right=2), [2, 1, 1, 2, 2, "many to many"]),
        # S2 is of two sites: S1 and S2 matched, S9 and the blank left, S4 right
        (to("sites", "school", fan_out_right=2), [2, 2, 1, 2, 2, "many to many"]),
        # (north, S1) twice and (south, S2) matched; (east, S9) and a blank left; two right
        (to("sites", "site", "school"), [2, 2, 2, 2, 1, "many to one"]),
    ],
)
def test_every_right_side(join: Join, expected: list[object]) -> None:
    row = join_stories(studied(join), TOLD, RIGHT).iloc[0]
    assert row[COUNTS[:-1]].tolist() == expected
    assert row["asked"] == 5
    assert row["keyed"] == 4 if "school" in join.by else row["keyed"] == 5


@pytest.mark.parametrize(
    ("told", "rows", "relation"),
    [
        (["a", "b"], ["a", "b"], "one to one"),
        (["a", "a"], ["a", "b"], "many to one"),
        (["a", "b"], ["a", "a"], "one to many"),
        (["a", "a"], ["a", "a"], "many to many"),
    ],
)
def test_how_many_to_how_many(told: list[str], rows: list[str], relation: str) -> None:
    right = listed("sites", *({"site": site, "school": f"S{n}"} for n, site in enumerate(rows)))
    join = to("sites", "site", fan_out_right=None)
    got = join_stories(studied(join), register(site=told), {join.beside: right})
    assert got["relation"].tolist() == [relation]


@pytest.mark.parametrize(("allowed", "holds"), [(1, 0), (2, 1), (3, 1), (None, 1)])
def test_a_key_doubled_on_the_right_is_said_on_purpose(allowed: int | None, holds: int) -> None:
    join = to("sites", "site", only_left=1, only_right=1, fan_out_right=allowed)
    report = join_stories(studied(join), TOLD, RIGHT)
    assert report["holds"].tolist() == [holds]
    if holds:
        check_joins(studied(join), report)
        return
    with pytest.raises(FaultsError, match="fan_out_right 2, expected 1") as caught:
        check_joins(studied(join), report)
    assert [fault.column for fault in caught.value.faults] == ["joins.0"]
    # what is as declared is not told, and the remedy is what to write
    assert "only_left" not in str(caught.value)
    assert caught.value.faults[0].remedy.endswith("write fan_out_right: 2 into joins")


def test_a_join_to_what_is_not_known_yet_has_no_row() -> None:
    plan = studied(to("schools", "school"), to("sites", "site"))
    report = join_stories(plan, TOLD, {"sites sites.csv": SITES})
    assert report["right"].tolist() == ["sites"]
    with pytest.raises(FaultsError, match=r"joins\.1"):
        check_joins(plan, report)


def test_one_row_a_key_is_what_a_study_file_expects_without_a_word() -> None:
    assert to("sites", "site").fan_out_right == 1


# names of the keys, the column that is spoilt, and the right side of eleven
SEEDED: dict[str, tuple[Join, Callable[[list[str]], pd.DataFrame]]] = {
    "schools": (to("schools", "school"), lambda keys: pd.DataFrame({"school": keys})),
    "roles": (
        to("roles", "role"),
        lambda keys: listed("roles", *({"role": key, "label": f"The {key}"} for key in keys)),
    ),
    "sites": (
        to("sites", "site", fan_out_right=2),
        lambda keys: listed("sites", *({"site": key, "school": school} for key in keys
                                       for school in ("a", "b"))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("right", SEEDED)
@pytest.mark.parametrize("seed", range(5))
def test_spoilt_keys_are_reported_exactly(seed: int, right: str) -> None:
    join, make = SEEDED[right]
    (by,) = join.by
    random = np.random.default_rng(seed)
    told = register(**{by: [f"K{n % 11 + 1:02d}" for n in range(19)]})
    spoilt = sorted(random.choice(19, size=4, replace=False))
    wrong, blank = spoilt[:3], spoilt[3]
    told.loc[wrong, by] = [f"X{n}" for n in range(3)]
    told.loc[blank, by] = ""
    left = set(told.loc[~told.index.isin(spoilt), by])
    keys = [f"K{n:02d}" for n in range(1, 12)]
    study = studied(join)
    report = join_stories(study, told, {join.beside: make(keys)})
    row = report.iloc[0]
    assert row[["matched", "only_left", "only_right"]].tolist() == [len(left), 4, 11 - len(left)]
    assert "only among stories: X0, X1, X2" in row["detail"]
    assert f"blank: s{blank}" in row["detail"]
    gone = [key for key in keys if key not in left]
    shown = [f"{key} (The {key})" for key in gone] if right == "roles" else gone
    assert all(key in row["detail"] for key in shown[:5])
    assert row["fan_out"] == told.loc[told[by] != "", by].value_counts().max()
    assert row["fan_out_right"] == (2 if right == "sites" else 1)
    with pytest.raises(FaultsError, match=r"only_left 4, expected 0.*X0, X1, X2"):
        check_joins(study, report)


def test_two_lists_of_sites_are_two_right_sides() -> None:
    joins = (to("sites", "site"), to("sites", "site", list="more.csv"))
    more = SITES.assign(list="more.csv").iloc[3:]
    sides = listed_sides(studied(*joins), pd.concat([SITES, more]))
    assert {name: len(rows) for name, rows in sides.items()} == {
        "sites sites.csv": 4, "sites more.csv": 1,
    }  # fmt: skip


def test_people_asked_are_counted_and_not_their_stories() -> None:
    told = register(
        role=["teacher", "teacher", "teacher", "head", "", "aide"],
        teller=["ann", "ann", "", "ben", "", "cat"],
    )
    told.loc[5, "asked"] = "no"
    lists = listed(
        "roles",
        {"role": "teacher", "school": "S1", "people": 20.0, "label": "Teachers"},
        {"role": "teacher", "school": "S2", "people": 4.0},
        {"role": "head", "people": np.nan},
        {"role": "aide", "people": 8.0},
    )
    got = count_roles(told, lists)
    # ann told two stories; one teller is not named; nobody says how many heads there are
    assert got.fillna(-1).to_numpy().tolist() == [
        ["teacher", "Teachers", 3, 2, 24.0],
        ["head", "head", 1, 1, -1.0],
        ["aide", "aide", 0, 0, 8.0],
        ["not said", "not said", 1, 1, -1.0],
    ]
    assert count_roles(told, no_lists()).empty
