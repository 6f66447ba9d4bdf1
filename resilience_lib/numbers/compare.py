"""Each number of a paper beside what a build computed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from resilience_lib.numbers.load import Number, Where

VERDICT_COLUMNS: tuple[str, ...] = (
    "id",
    "kind",
    "status",
    "printed_as",
    "value",
    "found",
    "as_printed",
    "as_computed",
    "n",
    "source",
    "note",
    "reason",
)


def compare_numbers(numbers: Iterable[Number], tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The verdict on every number.

    Parameters
    ----------
    numbers : iterable of Number
    tables : mapping
        Name -> table that has passed the disclosure room.

    Returns
    -------
    DataFrame
        `VERDICT_COLUMNS`. status: "same" (both tiers hold), "differs", "missing" (not found,
        not unique, or suppressed; `reason` says which) or "cited" (published, computed nowhere).
        found: the value computed now. as_printed: whether rounds to what is printed;
        as_computed: whether it lies within the tolerance.
    """
    rows = []
    for number in numbers:
        row: dict[str, object] = {
            "id": number.id,
            "kind": number.kind,
            "printed_as": number.printed_as,
            "value": number.value,
            "source": number.source,
            "note": number.note,
            "reason": "",
        }
        if number.where is None:
            row |= {"status": "cited", "as_printed": "", "as_computed": ""}
        else:
            row |= _look(number, number.where, tables)
        rows.append(row)
    return pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))


def _look(number: Number, where: Where, tables: Mapping[str, pd.DataFrame]) -> dict[str, object]:
    row, why = find_row(where, tables)
    computed = math.nan if row is None else float(row[where.field])
    if row is not None and math.isnan(computed):
        why = str(row.get("reason") or row.get("note") or "the value is missing in this build")
    if math.isnan(computed):
        return {"status": "missing", "as_printed": "", "as_computed": "", "reason": why}
    printed = agrees_as_printed(computed, number.printed_as) if number.printed_as else None
    within = abs(computed - number.value) <= number.abs_tol + number.rel_tol * abs(number.value)
    assert row is not None
    return {
        "status": "same" if within and printed is not False else "differs",
        "found": computed,
        "as_printed": "" if printed is None else ("same" if printed else "differs"),
        "as_computed": "same" if within else "differs",
        "n": row.get("n", math.nan),
    }


def find_row(where: Where, tables: Mapping[str, pd.DataFrame]) -> tuple[pd.Series | None, str]:
    """The one row that a place names, or None and the reason.

    Examples
    --------
    >>> from resilience_lib.numbers.load import parse_where
    >>> flow = pd.DataFrame({"step": ["T1", "T2"], "pupils": [5, 4]})
    >>> row, why = find_row(parse_where("flow: step=T2; field=pupils"), {"flow": flow})
    >>> int(row["pupils"])
    4
    >>> find_row(parse_where("flow: step=T9; field=pupils"), {"flow": flow})[1]
    'no row of flow has step=T9'
    """
    table = tables[where.table]
    columns = {column for column, _, _ in where.conditions} | {where.field}
    unknown = sorted(columns - set(table.columns))
    if unknown:
        return None, f"{where.table} has no column {', '.join(unknown)}"
    keep = pd.Series(True, index=table.index)
    for column, sign, value in where.conditions:
        cells = table[column].astype("str")
        keep &= cells.str.contains(value, regex=False) if sign == "~" else cells == value
    found = table[keep]
    if len(found) == 1:
        return found.iloc[0], ""
    said = "; ".join(f"{column}{sign}{value}" for column, sign, value in where.conditions)
    if found.empty:
        return None, f"no row of {where.table} has {said}"
    return None, f"{len(found)} rows of {where.table} have {said}: name one"


def agrees_as_printed(computed: float, printed: str) -> bool:
    """Whether a value rounds (half away from zero) to what is printed.

    Understands "13.90", ".54", "-0.3", "54.2%" (of a share), "1,234" and "< .001".

    Examples
    --------
    >>> agrees_as_printed(13.899, "13.90"), agrees_as_printed(0.0004, "< .001")
    (True, True)
    >>> agrees_as_printed(0.54195, "54.2%"), agrees_as_printed(13.91, "13.90")
    (True, False)
    """
    text = printed.replace(",", "").replace("\u2212", "-").replace(" ", "")
    if text.startswith("<"):
        return computed < float(text[1:])
    value = Decimal(repr(float(computed)))
    if text.endswith("%"):
        text, value = text[:-1], value * 100
    match = re.fullmatch(r"[-+]?\d*(?:\.(\d+))?", text)
    if match is None:
        return False
    step = Decimal(1).scaleb(-len(match.group(1) or ""))
    return value.quantize(step, rounding=ROUND_HALF_UP) == Decimal(text)
