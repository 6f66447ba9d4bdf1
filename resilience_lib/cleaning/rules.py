"""What the cells of a column must hold, from its row in the codebook."""

from __future__ import annotations

import re

import pandas as pd

from resilience_lib.adapters.pandera import CellRule, Rule
from resilience_lib.codebook.variable import NUMBER, NUMERIC, Variable

DATE = re.compile(
    r"^([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))"
    r"(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
    r"(?: ?Z| ?[+-][0-9]{2}:?[0-9]{2})?)?$"
)
COMMA = re.compile(r"([+-]?[0-9]+),([0-9]+)")
SERIAL = re.compile(r"[0-9]{5}")
MOST_DIGITS = 1e15
"""From here on whole numbers are no longer told apart by their last digit."""


def cell_rules(variable: Variable) -> list[CellRule]:
    """Rules for the given, not missing, cells of a column; the first one broken is reported.

    Parameters
    ----------
    variable : Variable

    Returns
    -------
    list of CellRule
        Each named by what a message says must hold.
    """
    if variable.type == "category" or (variable.type in NUMERIC and variable.mapped):
        return [CellRule(f"allowed are {', '.join(variable.codes)}", _is_in(variable.codes))]
    if variable.type == "date":
        return [CellRule("the cell is a date such as 2026-11-24", _is_date)]
    if variable.type not in NUMERIC:
        return []
    rules = [
        CellRule("the cell is a number", _is_number),
        CellRule("a number has at most 15 digits before its point", _is_small),
    ]
    if variable.type == "integer":
        rules.append(CellRule("the cell is a whole number", _is_whole))
    if variable.limits is not None:
        low, high = variable.limits
        rules.append(CellRule(f"the value lies in {low:g} to {high:g}", _lies_in(low, high)))
    return rules


def remedy_for(value: str, rule: str) -> str:
    """What to do about a cell, with a guess at what happened where the value gives it away.

    Examples
    --------
    >>> remedy_for("3,5", "the cell is a number")
    'write decimals with a point: 3.5'
    >>> remedy_for("44197", "the cell is a date such as 2026-11-24")
    "a spreadsheet's serial number of 2021-01-01? write dates as text, such as 2021-01-01"
    >>> remedy_for("girle", "allowed are girl, boy")
    'mend the cell, or add its value to allowed or missing_codes of the codebook'
    """
    if rule == "the cell is a number":
        comma = COMMA.fullmatch(value)
        if comma is not None and len(comma[2]) != 3:
            return f"write decimals with a point: {comma[1]}.{comma[2]}"
        if comma is not None:
            return "write it without a comma: is it a decimal or a thousand?"
    if rule.startswith("the cell is a date"):
        if SERIAL.fullmatch(value) and 20_000 < int(value) < 80_000:
            day = (pd.Timestamp("1899-12-30") + pd.Timedelta(days=int(value))).date()
            return f"a spreadsheet's serial number of {day}? write dates as text, such as {day}"
        return "write year-month-day, such as 2026-11-24"
    return "mend the cell, or add its value to allowed or missing_codes of the codebook"


def _is_in(codes: tuple[str, ...]) -> Rule:
    return lambda cells: cells.isin(codes)


def _is_number(cells: pd.Series) -> pd.Series:
    return cells.str.fullmatch(NUMBER)


def _is_small(cells: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(cells, errors="coerce")
    return numbers.isna() | (numbers.abs() < MOST_DIGITS)


def _is_date(cells: pd.Series) -> pd.Series:
    days = cells.str.extract(DATE)[0]
    # the pattern lets 31 February through
    return pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").notna() | cells.isna()


def _is_whole(cells: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(cells, errors="coerce")
    return numbers.isna() | (numbers % 1 == 0)


def _lies_in(low: float, high: float) -> Rule:
    def holds(cells: pd.Series) -> pd.Series:
        numbers = pd.to_numeric(cells, errors="coerce")
        return numbers.isna() | numbers.between(low, high)

    return holds
