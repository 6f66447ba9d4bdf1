"""Stories joined to schools, classes, pupils and waves by declared keys, with what matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative, study_file

if TYPE_CHECKING:
    from resilience_lib.study.mixed import Join
    from resilience_lib.study.schema import Study

JOIN_COLUMNS: tuple[str, ...] = (
    *("left", "right", "by", "matched", "only_left", "only_right", "fan_out"),
    *("expected_only_left", "expected_only_right", "expected_fan_out", "holds", "detail"),
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
        By what is joined: its keys, in columns named as the register's.

    Returns
    -------
    DataFrame
        `JOIN_COLUMNS`: `matched`, `only_left` and `only_right` count keys; a source with a blank
        key counts as one on the left alone. `fan_out` is the most sources with one key. `holds` is
        1 where the study file's expectation does; `detail` names what does not match.

    Examples
    --------
    >>> from resilience_lib.study.mixed import Join
    >>> class S:
    ...     joins = (Join(left="stories", right="schools", by=("school",)),)
    >>> told = pd.DataFrame({"source": ["a", "b", "c"], "asked": "yes", "school": ["1", "1", "9"]})
    >>> got = join_stories(S, told, {"schools": pd.DataFrame({"school": ["1", "2"]})})
    >>> got[["matched", "only_left", "only_right", "fan_out"]].to_numpy().tolist()
    [[1, 1, 1, 2]]
    """
    asked = sources[sources["asked"] == "yes"]
    rows = [_report(join, asked, right[join.right]) for join in study.joins]
    return pd.DataFrame(rows, columns=list(JOIN_COLUMNS))


def _report(join: Join, asked: pd.DataFrame, right: pd.DataFrame) -> dict[str, object]:
    by = list(join.by)
    blank = (asked[by] == "").any(axis=1)
    keys = asked.loc[~blank].groupby(by).size()
    left = {_key(one) for one in keys.index}
    there = {_key(one) for one in right[by].drop_duplicates().itertuples(index=False, name=None)}
    only_left, only_right = sorted(left - there), sorted(there - left)
    fan_out = int(keys.max()) if len(keys) else 0
    holds = (
        len(only_left) + int(blank.sum()) == join.only_left
        and join.only_right in (None, len(only_right))
        and (join.fan_out is None or fan_out <= join.fan_out)
    )
    said = [
        _listed("only among stories", only_left),
        _listed("blank", sorted(asked.loc[blank, "source"])),
        _listed(f"only among {join.right}", only_right),
    ]
    return {
        "left": join.left,
        "right": join.right,
        "by": ", ".join(by),
        "matched": len(left & there),
        "only_left": len(only_left) + int(blank.sum()),
        "only_right": len(only_right),
        "fan_out": fan_out,
        "expected_only_left": join.only_left,
        "expected_only_right": join.only_right,
        "expected_fan_out": join.fan_out,
        "holds": int(holds),
        "detail": "; ".join(text for text in said if text),
    }


def _key(values: object) -> str:
    return ", ".join(map(str, values)) if isinstance(values, tuple) else str(values)


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
    for number, row in enumerate(report.to_dict("records")):
        if row["holds"]:
            continue
        parts = [
            f"{name} {row[name]}, expected {_said(row[f'expected_{name}'])}"
            for name in ("only_left", "only_right", "fan_out")
        ]
        rule = f"stories join {row['right']} by {row['by']} as declared: {'; '.join(parts)}"
        remedy = "mend the keys, or write what is right into joins"
        detail = f" ({row['detail']})" if row["detail"] else ""
        faults.append(Fault(relative(study_file(study.study)), rule + detail, remedy,
                            column=f"joins.{number}"))  # fmt: skip
    if faults:
        raise FaultsError(faults)


def _said(expected: object) -> str:
    return "any" if expected is None or expected != expected else f"{expected}"
