"""pandera: checks every cell of a table, all at once.

Its failure cases come by frame index and once for each check, and coercion faults come twice;
here nothing is coerced, and a cell is reported for the first check that it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

Rule = Callable[[pd.Series], pd.Series]


@dataclass(frozen=True)
class CellRule:
    """What the cells of a column must hold: a name, and the function that says where it does."""

    name: str
    holds: Rule


@dataclass(frozen=True)
class Failure:
    """A cell that breaks a rule."""

    column: str
    line: int
    value: str
    rule: str


def failures(cells: pd.DataFrame, rules: Mapping[str, Sequence[CellRule]]) -> list[Failure]:
    """Cells that break a rule, each named once, for the first rule of its column that it breaks.

    Parameters
    ----------
    cells : DataFrame
        Text; index = line of the file, each once; missing cells (NaN) are not looked at.
    rules : mapping of str to sequence of CellRule
        By column; columns of `cells` that are not named are not looked at.

    Returns
    -------
    list of Failure
        By column in the order of `rules`, then by line.

    Examples
    --------
    >>> cells = pd.DataFrame({"a": ["1", "x", "7"]}, index=[2, 3, 4])
    >>> number = CellRule("number", lambda s: s.str.isdigit())
    >>> small = CellRule("small", lambda s: s.str.len() + (s == "7") <= 1)
    >>> [(f.line, f.value, f.rule) for f in failures(cells, {"a": [number, small]})]
    [(3, 'x', 'number'), (4, '7', 'small')]
    """
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    columns = {
        column: pa.Column(
            checks=[pa.Check(rule.holds, name=rule.name) for rule in listed], nullable=True
        )
        for column, listed in rules.items()
    }
    try:
        pa.DataFrameSchema(columns).validate(cells, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    order = {column: number for number, column in enumerate(rules)}
    cases = cases.assign(_order=cases["column"].map(order))
    cases = cases.sort_values(["_order", "index", "check_number"], kind="stable")
    cases = cases.drop_duplicates(["column", "index"])
    return [
        Failure(str(column), int(line), str(value), str(rule))
        for column, line, value, rule in zip(
            cases["column"], cases["index"], cases["failure_case"], cases["check"], strict=True
        )
    ]
