"""A raw file against its codebook: every fault, with line, value, rule and remedy."""

from __future__ import annotations

import pandas as pd

from resilience_lib.adapters.pandera import failures
from resilience_lib.cleaning.rules import cell_rules, remedy_for
from resilience_lib.codebook.identifying import looks_identifying
from resilience_lib.codebook.variable import MEASURES, NUMBER, NUMERIC, Codebook, Variable
from resilience_lib.errors import Fault
from resilience_lib.readers.damage import LOST_ZEROS, damaged_ids
from resilience_lib.readers.raw_table import RawTable

IDS: tuple[str, ...] = ("pupil", "school", "classroom")
_AS_GIVEN = "an id is as it was given out; this one looks damaged"
_RESTORE = "take the ids from where they were given out, and keep them as text"


def check_file(table: RawTable, codebook: Codebook, file: str, place: str) -> list[Fault]:
    """All disagreements between a raw file and its codebook.

    Parameters
    ----------
    table : RawTable
        The file as read: all text, index = line in the file.
    codebook : Codebook
    file : str
        Name of the raw file in the codebook.
    place : str
        Its path, for messages.

    Returns
    -------
    list of Fault
        Empty where file and codebook agree; one a cell, for the first rule that it breaks.
    """
    variables = codebook.of(file)
    faults = _column_faults(table, codebook, variables, place)
    used = [v for v in variables if v.role != "dropped" and v.variable in table.frame.columns]
    if not len(table.frame):
        return faults
    given = pd.DataFrame({v.variable: given_cells(table, v) for v in used})
    rules = {v.variable: cell_rules(v) for v in used}
    broken: set[tuple[str, int]] = set()
    for failure in failures(given, {name: listed for name, listed in rules.items() if listed}):
        broken.add((failure.column, failure.line))
        remedy = remedy_for(failure.value, failure.rule)
        faults.append(
            Fault(place, failure.rule, remedy, failure.line, failure.column, failure.value)
        )
    for variable in used:
        cells = given[variable.variable]
        if variable.role in MEASURES and cells.isna().all():
            rule, remedy = "somebody answered it", "check the export, or give it role dropped"
            faults.append(Fault(place, rule, remedy, None, variable.variable))
        if variable.role in IDS:
            faults += [
                Fault(
                    place,
                    f"{_AS_GIVEN}: {why}",
                    _RESTORE,
                    int(str(line)),
                    variable.variable,
                    cells[line],
                )
                for line, why in damaged_ids(cells.dropna()).items()
                if not str(why).startswith(LOST_ZEROS) and (variable.variable, line) not in broken
            ]
    return faults


def given_cells(table: RawTable, variable: Variable) -> pd.Series:
    """Cells of a column without blanks at the ends; empty and missing ones as NaN.

    Parameters
    ----------
    table : RawTable
    variable : Variable
        One of its columns.

    Returns
    -------
    Series of str
        Index = line. What the codebook or the format itself declares missing is missing.
    """
    cells = coded_cells(table, variable)
    return cells.mask(cells.isin({"", *_missing(table, variable)}))


def coded_cells(table: RawTable, variable: Variable) -> pd.Series:
    """Cells of a column without blanks at the ends, each missing code in its declared spelling.

    Parameters
    ----------
    table : RawTable
    variable : Variable
        One of its columns.

    Returns
    -------
    Series of str
        Index = line. In a column of numbers 999.0 is the missing code 999; read as a value it
        would be one without anybody noticing.
    """
    cells = table.frame[variable.variable].str.strip()
    codes = {float(c): c for c in _missing(table, variable) if NUMBER.fullmatch(c)}
    if not codes or variable.type not in NUMERIC or variable.mapped:
        return cells
    numbers = pd.to_numeric(cells.where(cells.str.fullmatch(NUMBER)), errors="coerce")
    named = numbers.map(codes)
    return cells.where(named.isna(), named)


def _missing(table: RawTable, variable: Variable) -> tuple[str, ...]:
    return (*variable.missing, *table.missing.get(variable.variable, {}))


def _column_faults(
    table: RawTable, codebook: Codebook, variables: tuple[Variable, ...], place: str
) -> list[Fault]:
    columns = table.frame.columns
    removed = {gone.column for gone in table.removed}
    rule = "the codebook describes a column that the file does not have"
    faults = [
        Fault(codebook.path, rule, f"check its name against {place}", v.row, "variable", v.variable)
        for v in variables
        if v.variable not in columns and not (v.variable in removed and v.role == "dropped")
    ]
    described = {variable.variable for variable in variables}
    for column in columns:
        if column in described:
            continue
        rule, remedy = "every column is described in the codebook", f"add a row to {codebook.path}"
        if looks_identifying(column):
            rule = "the column looks as if it identified a pupil"
            remedy = f"describe it in {codebook.path} with role dropped"
        faults.append(Fault(place, rule, remedy, None, column))
    return faults
