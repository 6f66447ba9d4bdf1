"""What may not stand in a codebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

import pandas as pd

from resilience_lib.codebook.identifying import looks_identifying
from resilience_lib.codebook.variable import (
    COLUMNS,
    GROUPS,
    MEASURES,
    NUMBER,
    NUMERIC,
    Code,
    Kind,
    Role,
    Sensitive,
    parts,
)
from resilience_lib.errors import TO_FILL_IN, Fault

_SLUG = re.compile(r"[a-z][a-z0-9_]*")
_ITEM = re.compile(r"[A-Za-z0-9_]+")
_WAVE = re.compile(r"T[1-9][0-9]?")


def structure_faults(rows: pd.DataFrame, name: str) -> list[Fault]:
    """Columns that are missing or not known, as one fault with both lists."""
    missing = [column for column in COLUMNS if column not in rows.columns]
    unknown = [column for column in rows.columns if column not in COLUMNS]
    if not missing and not unknown:
        return []
    remedy = "; ".join(
        f"{what}: {', '.join(which)}"
        for what, which in (("add", missing), ("remove", unknown))
        if which
    )
    return [Fault(name, f"columns are {', '.join(COLUMNS)}", remedy, row=1)]


def row_faults(cells: dict[str, str], name: str, row: int) -> list[Fault]:
    """Everything wrong with one row.

    Parameters
    ----------
    cells : dict of str
        By column, stripped.
    name : str
        The codebook, for messages.
    row : int
        Its line.

    Returns
    -------
    list of Fault
    """
    return [
        Fault(name, rule, remedy, row, column, cells[column])
        for column, rule, remedy in _problems(cells)
    ]


def _problems(cells: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for column in ("file", "variable", "label"):
        if not cells[column]:
            yield column, f"{column} is given", "fill it in"
    for column in COLUMNS:
        if TO_FILL_IN in cells[column]:
            yield column, "a person fills in what a draft leaves open", "write what it means"
    choices = {"type": Kind, "role": Role, "sensitive": Sensitive}
    for column, kind in choices.items():
        if cells[column] not in get_args(kind):
            words = ", ".join(get_args(kind))
            yield column, f"{column} is one of {words}", "choose one of them"
    yield from _code_problems(cells)
    yield from _item_problems(cells)
    if cells["role"] in MEASURES and cells["type"] in ("text", "category", "date"):
        remedy = "write integer or number, and what texts stand for in allowed: Never=0|Always=2"
        yield "type", "answers and scores are numbers", remedy
    if cells["sensitive"] == "pseudonymise" and cells["role"] in (*MEASURES, *GROUPS):
        rule = f"a column with role {cells['role']} is no id, so that no pseudonym can stand for it"
        yield "sensitive", rule, "write yes"
    hidden = cells["role"] == "dropped" or cells["sensitive"] == "pseudonymise"
    if looks_identifying(cells["variable"]) and not hidden:
        remedy = "give it role dropped, or sensitive pseudonymise"
        yield "variable", "the column looks as if it identified a pupil", remedy


def _code_problems(cells: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    allowed, missing = parts(cells["allowed"]), parts(cells["missing_codes"])
    for column, codes in (("allowed", allowed), ("missing_codes", missing)):
        names = [code.code for code in codes]
        if "" in names or len(set(names)) < len(names):
            yield column, "each code stands once, before its =", "write e.g. 1=girl|2=boy"
    if cells["type"] == "category" and not allowed:
        yield "allowed", "a category lists its codes", "write e.g. 1=girl|2=boy, or type text"
    if cells["type"] in NUMERIC and allowed:
        if any(code.meaning for code in allowed):
            if not all(_is_number(code.meaning) for code in allowed):
                yield "allowed", "every text stands for a number", "write e.g. Never=0|Always=2"
        elif not _are_limits(allowed):
            yield "allowed", "allowed of a number is lowest|highest", "write e.g. 1|5"
    if cells["type"] in ("text", "date") and allowed:
        yield "allowed", f"a {cells['type']} has no list of codes", "leave it empty, or category"
    both = {code.code for code in allowed} & {code.code for code in missing}
    inside = {c.code for c in missing if cells["type"] in NUMERIC and _lies_inside(c, allowed)}
    if inside or both:
        rule = f"a code is either allowed or missing; {', '.join(sorted(both | inside))} is both"
        yield "missing_codes", rule, "narrow allowed, or remove the code here"


def _item_problems(cells: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    if cells["role"] == "item" and not (cells["instrument"] and cells["item"]):
        yield "item", "an item names its instrument and its number there", "e.g. mmf and 15"
    if cells["instrument"] and cells["role"] not in ("item", "dropped"):
        yield "role", "a column of an instrument has role item", "write item, or empty instrument"
    if cells["instrument"] and not _SLUG.fullmatch(cells["instrument"]):
        rule = "an instrument's name has small letters, digits and underscores"
        yield "instrument", rule, "write e.g. mmf"
    if cells["item"] and not _ITEM.fullmatch(cells["item"]):
        yield "item", "an item is named by letters, digits and underscores", "write e.g. 15"
    if cells["wave"] and not _WAVE.fullmatch(cells["wave"]):
        yield "wave", "a wave is T1, T2, ...", "write T1, or leave it empty where rows say it"
    if cells["wave"] and not cells["item"] and cells["role"] != "dropped":
        rule = "a column of one wave says what it is called at every wave"
        yield "item", rule, "write the same name for each wave, e.g. reading"


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def _are_limits(allowed: tuple[Code, ...]) -> bool:
    numbers = [float(code.code) for code in allowed if _is_number(code.code)]
    return len(allowed) == len(numbers) == 2 and numbers[0] < numbers[1]


def _lies_inside(code: Code, allowed: tuple[Code, ...]) -> bool:
    if not _is_number(code.code) or not _are_limits(allowed):
        return False
    return float(allowed[0].code) <= float(code.code) <= float(allowed[1].code)
