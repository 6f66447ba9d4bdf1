"""Lists that stories are joined to: roles with the people who hold them, sites with their schools.

A row without school stands for the whole role or site; one that has schools has a row for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import decision, relative
from resilience_lib.store.decisions import NOT_BLANK, read_decisions
from resilience_lib.stories.register import persons_of

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

NAMED: dict[str, str] = {"roles": "role", "sites": "site"}
"""The column that each kind of list is of."""
LIST_COLUMNS: tuple[str, ...] = ("right", "list", "role", "site", "school", "label", "people")


def no_lists() -> pd.DataFrame:
    """Lists of a study that has none.

    Examples
    --------
    >>> len(no_lists()), no_lists()["people"].dtype
    (0, dtype('float64'))
    """
    return pd.DataFrame(columns=list(LIST_COLUMNS), dtype="str").astype({"people": "float64"})


def read_lists(study: Study) -> pd.DataFrame:
    """The lists of roles and sites that a study file names in its joins.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        `LIST_COLUMNS`: the rows of all lists, one below the other, `right` and `list` saying whose
        they are; "" where blank, `people` NaN. The index is the line of the file.

    Raises
    ------
    FaultsError
        Everything that is wrong with any of them.
    """
    faults: list[Fault] = []
    parts = [no_lists()]
    wanted: dict[tuple[str, str], set[str]] = {}
    for join in study.joins:
        if join.list is not None:
            wanted.setdefault((join.right, join.list), set()).update(join.by)
    for (right, name), keys in wanted.items():
        path = decision(study.study, name)
        try:
            rows = read_decisions(path, right)
        except FaultsError as error:
            faults += error.faults
            continue
        faults += _faults(path, rows, NAMED[right], by_school="school" in keys)
        people = rows.get("people", float("nan"))
        rows = rows.assign(right=right, list=name).reindex(
            columns=list(LIST_COLUMNS), fill_value=""
        )
        parts.append(rows.assign(people=people).astype(no_lists().dtypes))
    if faults:
        raise FaultsError(faults)
    return pd.concat(parts)


def _faults(path: Path, rows: pd.DataFrame, named: str, *, by_school: bool) -> Iterator[Fault]:
    whole = rows["school"] == ""
    file, several = relative(path), rows.groupby(named)[named].transform("size") > 1
    for line, name in rows.loc[whole & (several | by_school), named].items():
        place = int(str(line))
        if by_school:
            yield Fault(file, NOT_BLANK, "the study file joins by school: write it", place,
                        "school")  # fmt: skip
        else:
            rule = f"a {named} has one row without school, or a row for each of its schools"
            yield Fault(file, rule, "fill in school, or delete the row", place, "school", str(name))
    labels = rows[rows["label"] != ""]
    first = labels.groupby(named)["label"].transform("first")
    for line, label in labels.loc[labels["label"] != first, "label"].items():
        yield Fault(file, f"all rows of one {named} have one label", "write the same in each",
                    int(str(line)), "label", str(label))  # fmt: skip


def check_people(study: Study, lists: pd.DataFrame, register: pd.DataFrame) -> None:
    """Refuse lists of roles with fewer people than were asked.

    Parameters
    ----------
    study : Study
    lists : DataFrame
        As `read_lists` gives them.
    register : DataFrame
        As people wrote it, with schools as the lists have them.

    Raises
    ------
    FaultsError
        Each row with fewer people than the register has tellers asked of that role (and school).
    """
    faults = []
    asked = register[register["asked"] != "no"]
    asked = asked.assign(person=persons_of(asked))
    for (name, role), rows in lists[lists["right"] == "roles"].groupby(["list", "role"]):
        held = asked[asked["role"] == role]
        there = [held[held["school"] == school] if school else held for school in rows["school"]]
        many = [part["person"].nunique() for part in there]
        found = zip(rows.index, many, rows["people"], strict=True)
        over = [one for one in found if one[1] > one[2]]
        # tellers of schools that have no row count for the whole role, told at its first row
        total = rows["people"].sum(min_count=len(rows))
        if not over and held["person"].nunique() > total:
            over = [(rows.index[0], held["person"].nunique(), total)]
        for line, count, people in over:
            rule = f"{count:,} people of this role were asked, says the register"
            remedy = "write how many hold the role, or mend the register"
            faults.append(Fault(relative(decision(study.study, str(name))), rule, remedy,
                                int(str(line)), "people", f"{people:g}"))  # fmt: skip
    if faults:
        raise FaultsError(faults)
