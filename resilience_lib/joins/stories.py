"""Stories joined to schools, classes, pupils, waves, roles and sites, with what matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative, study_file
from resilience_lib.stories.lists import NAMED

if TYPE_CHECKING:
    from resilience_lib.study.joins import Join
    from resilience_lib.study.schema import Study

COUNTED: tuple[str, ...] = ("only_left", "only_right", "fan_out", "fan_out_right")
"""What the study file expects of a join."""
JOIN_COLUMNS: tuple[str, ...] = (
    *("left", "right", "by", "matched", *COUNTED, "relation"),
    *(f"expected_{name}" for name in COUNTED),
    *("holds", "asked", "keyed", "detail"),
)
_SHOWN = 5


def join_stories(
    study: Study, sources: pd.DataFrame, right: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """How the sources asked match what they are joined to.

    Parameters
    ----------
    study : Study
        With `joins`.
    sources : DataFrame
        The register; only sources asked count.
    right : dict of str to DataFrame
        By what is joined (`Join.beside`): its keys, in columns named as the register's. A join to
        what is not in it has no row.

    Returns
    -------
    DataFrame
        `JOIN_COLUMNS`: `matched`, `only_left` and `only_right` count keys; a source with a blank
        key counts as one on the left alone. `fan_out` is the most sources with one key,
        `fan_out_right` the most rows of a list with one; all else has a row for each key.
        `relation` is "one to one", "many to one", "one to many" or "many to many", left to right:
        many where the fan-out is above 1. `holds` is 1 where the study file's expectation does;
        `asked` counts the sources and `keyed` those with a key; `detail` names what does not match.
        On the number of the join in the study file.

    Examples
    --------
    >>> from resilience_lib.study.joins import Join
    >>> class S:
    ...     joins = (Join(left="stories", right="schools", by=("school",)),)
    >>> told = pd.DataFrame({"source": ["a", "b", "c"], "asked": "yes", "school": ["1", "1", "9"]})
    >>> got = join_stories(S, told, {"schools": pd.DataFrame({"school": ["1", "2"]})})
    >>> got[["matched", "only_left", "only_right", "fan_out", "relation"]].to_numpy().tolist()
    [[1, 1, 1, 2, 'many to one']]
    """
    asked = sources[sources["asked"] == "yes"]
    rows = {
        number: _report(join, asked, right[join.beside])
        for number, join in enumerate(study.joins)
        if join.beside in right
    }
    place = pd.Index(list(rows), dtype="int64")
    return pd.DataFrame(list(rows.values()), place, list(JOIN_COLUMNS))


def _report(join: Join, asked: pd.DataFrame, right: pd.DataFrame) -> dict[str, object]:
    by = list(join.by)
    blank = (asked[by] == "").any(axis=1)
    keys = asked.loc[~blank].groupby(by).size()
    left = {_key(one) for one in keys.index}
    rows = right.groupby(by).size()
    there = {_key(one) for one in rows.index}
    only_left, only_right = sorted(left - there), sorted(there - left)
    fan_out = int(keys.max()) if len(keys) else 0
    # classes joined by school alone stand once for each school, as they are counted
    fan_out_right = int(rows.max()) if join.list is not None and len(rows) else 1
    counts = (len(only_left) + int(blank.sum()), len(only_right), fan_out, fan_out_right)
    found = dict(zip(COUNTED, counts, strict=True))
    holds = all(_holds(name, many, getattr(join, name)) for name, many in found.items())
    said = [
        _listed("only among stories", only_left),
        _listed("blank", sorted(asked.loc[blank, "source"])),
        _listed(f"only among {join.right}", _labelled(only_right, join, right)),
    ]
    return {
        "left": join.left,
        "right": join.right,
        "by": ", ".join(by),
        "matched": len(left & there),
        **found,
        "relation": f"{_many(fan_out)} to {_many(fan_out_right)}",
        **{f"expected_{name}": getattr(join, name) for name in COUNTED},
        "holds": int(holds),
        "asked": len(asked),
        "keyed": int(keys.sum()),
        "detail": "; ".join(text for text in said if text),
    }


def _key(values: object) -> str:
    return ", ".join(map(str, values)) if isinstance(values, tuple) else str(values)


def _many(rows: int) -> str:
    return "many" if rows > 1 else "one"


def _labelled(keys: list[str], join: Join, right: pd.DataFrame) -> list[str]:
    """Keys of a list with the label that it gives them."""
    if join.by != (NAMED.get(join.right),):
        return keys
    labels = dict(zip(right[join.by[0]], right["label"], strict=True))
    return [f"{key} ({labels[key]})" if labels[key] else key for key in keys]


def _listed(what: str, keys: list[str]) -> str:
    if not keys:
        return ""
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return f"{what}: {', '.join(keys[:_SHOWN])}{more}"


def check_joins(study: Study, report: pd.DataFrame) -> None:
    """Fail the build where a join is not as the study file expects.

    Raises
    ------
    FaultsError
        Each join that does not hold, with what was found and expected, and the keys.
    """
    faults = []
    for number, row in report[report["holds"] == 0].iterrows():
        join = study.joins[int(str(number))]
        found = {
            name: f"{name} {row[name]}, expected {getattr(join, name)}"
            for name in COUNTED
            if not _holds(name, row[name], getattr(join, name))
        }
        right = ", ".join(f"{name}: {row[name]}" for name in found)
        rule = (f"stories join {row['right']} by {row['by']} as declared: "
                f"{'; '.join(found.values())}")  # fmt: skip
        remedy = f"mend the keys, or write {right} into joins"
        detail = f" ({row['detail']})" if row["detail"] else ""
        faults.append(Fault(relative(study_file(study.study)), rule + detail, remedy,
                            column=f"joins.{number}"))  # fmt: skip
    if faults:
        raise FaultsError(faults)


def _holds(name: str, found: int, expected: int | None) -> bool:
    """Whether a count is as expected: keys on one side alone exactly, rows of a key at most."""
    if expected is None:
        return True
    return found <= expected if name.startswith("fan_out") else found == expected
