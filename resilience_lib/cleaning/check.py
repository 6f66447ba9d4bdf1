"""A raw file against its codebook: every fault, with line, value, rule and remedy."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from resilience_lib.codebook import Codebook, Variable, looks_identifying
from resilience_lib.errors import Fault

EXAMPLES = 3
"""How many lines of the same fault are listed one by one before they are only counted."""


def check_file(raw: pd.DataFrame, codebook: Codebook, file: str, place: str) -> list[Fault]:
    """All disagreements between a raw file and its codebook.

    Parameters
    ----------
    raw : DataFrame
        All text, index = line in the file.
    codebook : Codebook
    file : str
        Name of the raw file in the codebook.
    place : str
        Its path, for messages.

    Returns
    -------
    list of Fault
        Empty where file and codebook agree.
    """
    variables = codebook.of(file)
    described = {variable.variable for variable in variables}
    faults = []
    for variable in variables:
        if variable.variable not in raw.columns:
            rule = "the codebook describes a column that the file does not have"
            faults.append(
                Fault(
                    codebook.path,
                    rule,
                    f"check its name against {place}",
                    variable.row,
                    "variable",
                    variable.variable,
                )
            )
    for column in raw.columns:
        if column not in described:
            rule = "every column is described in the codebook"
            remedy = f"add a row to {codebook.path}"
            if looks_identifying(column):
                rule = "the column looks as if it identified a pupil"
                remedy = f"describe it in {codebook.path} with role dropped"
            faults.append(Fault(place, rule, remedy, 1, column))
    for variable in variables:
        if variable.variable in raw.columns and variable.role != "dropped":
            faults += _check_column(raw[variable.variable], variable, place)
    return faults


def _check_column(cells: pd.Series, variable: Variable, place: str) -> Iterator[Fault]:
    given = cells[(cells != "") & ~cells.isin(variable.missing_codes)]
    if variable.type == "category":
        wrong = given[~given.isin(variable.allowed)]
        rule = f"allowed are {', '.join(variable.allowed)}"
        yield from _listed(wrong, variable, place, rule)
    elif variable.type in ("number", "integer"):
        numbers = pd.to_numeric(given, errors="coerce")
        wrong = given[numbers.isna()]
        yield from _listed(wrong, variable, place, "the cell is a number")
        if variable.type == "integer":
            fraction = given[numbers.notna() & (numbers % 1 != 0)]
            yield from _listed(fraction, variable, place, "the cell is a whole number")
        if variable.limits is not None:
            low, high = variable.limits
            outside = given[numbers.notna() & ~numbers.between(low, high)]
            yield from _listed(outside, variable, place, f"the value lies in {low:g} to {high:g}")


def _listed(wrong: pd.Series, variable: Variable, place: str, rule: str) -> Iterator[Fault]:
    remedy = "mend the cell, or add its value to allowed or missing_codes of the codebook"
    for position, (line, value) in enumerate(wrong.items()):
        if position == EXAMPLES and len(wrong) > EXAMPLES + 1:
            more = len(wrong) - EXAMPLES
            yield Fault(
                place, f"{more:,} more cells like these: {rule}", remedy, None, variable.variable
            )
            return
        yield Fault(place, rule, remedy, int(str(line)), variable.variable, str(value))
