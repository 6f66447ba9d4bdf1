"""numbers.csv: what the paper prints, written by a person, never by a build."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import numbers_file, relative

COLUMNS: tuple[str, ...] = (
    "id",
    "kind",
    "where",
    "value",
    "printed_as",
    "abs_tol",
    "rel_tol",
    "source",
    "note",
)
KINDS: tuple[str, ...] = ("published", "computed", "synthetic")
TABLES: dict[str, str] = {
    "estimates": "4_estimate",
    "flow": "4_estimate",
    "missingness": "4_estimate",
    "patterns": "4_estimate",
    "reliability": "4_estimate",
    "coverage": "4_mix",
    "reach": "4_mix",
    "flows": "4_mix",
    "agreement": "4_mix",
    "displays": "4_mix",
}
"""Where numbers are looked up: tables and the stage that writes each."""
_CONDITION = re.compile(r"^\s*(\w+)\s*(=|~)\s*(.*?)\s*$")


@dataclass(frozen=True)
class Where:
    """Where a number stands: a table, conditions on its columns, and the column to read.

    A condition is (column, "=", text) or (column, "~", text contained).
    """

    table: str
    conditions: tuple[tuple[str, str, str], ...]
    field: str


@dataclass(frozen=True)
class Number:
    """One number of a paper.

    Parameters
    ----------
    row : int
        Line in numbers.csv.
    id, kind : str
        Name; published, computed or synthetic.
    where : Where or None
        Where the build finds it; None for a published fact that nothing here computes.
    value : float
    printed_as : str
        As the paper prints it; "" where it is not printed.
    abs_tol, rel_tol : float
        It holds where |computed - value| <= abs_tol + rel_tol * |value|.
    source, note : str
    """

    row: int
    id: str
    kind: str
    where: Where | None
    value: float
    printed_as: str
    abs_tol: float
    rel_tol: float
    source: str
    note: str


def parse_where(text: str) -> Where:
    """Read a place such as "flow: step=T1; field=pupils".

    Raises
    ------
    ValueError
        Says what is wrong.

    Examples
    --------
    >>> parse_where("flow: step=T1; field=pupils")
    Where(table='flow', conditions=(('step', '=', 'T1'),), field='pupils')
    """
    table, colon, rest = text.partition(":")
    if not colon or table.strip() not in TABLES:
        raise ValueError(f"where begins with one of {', '.join(TABLES)} and a colon")
    conditions, field = [], ""
    for part in rest.split(";"):
        match = _CONDITION.match(part)
        if match is None:
            raise ValueError(f"{part.strip()!r} is no condition such as step=T1")
        column, sign, value = match.groups()
        if column == "field":
            field = value
        else:
            conditions.append((column, sign, value))
    if not field:
        raise ValueError("where ends with field=, the column to read")
    return Where(table.strip(), tuple(conditions), field)


def load_numbers(study: str) -> tuple[Number, ...]:
    """All numbers of a study; none where it has no numbers.csv.

    Raises
    ------
    FaultsError
        All faults of the file: columns, kinds, ids that stand twice, places that cannot be
        read, values and tolerances that are no numbers, published values without a source.
    """
    path = numbers_file(study)
    name = relative(path)
    if not path.exists():
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FaultsError([Fault(name, "the file is not UTF-8", "save it as CSV UTF-8")]) from None
    reader = csv.DictReader(io.StringIO(text), restval="")
    if tuple(reader.fieldnames or ()) != COLUMNS:
        rule = f"columns are {', '.join(COLUMNS)}"
        raise FaultsError([Fault(name, rule, "name them so, in this order", row=1)])
    faults: list[Fault] = []
    numbers: list[Number] = []
    seen: set[str] = set()
    for cells in reader:
        row = reader.line_num
        problems = list(_problems(cells, seen))
        faults += [Fault(name, rule, remedy, row, c, cells[c]) for c, rule, remedy in problems]
        seen.add(cells["id"])
        if not problems:
            numbers.append(_number(cells, row))
    if faults:
        raise FaultsError(faults)
    return tuple(numbers)


def _problems(cells: dict[str, str], seen: set[str]) -> list[tuple[str, str, str]]:
    found = []
    if not cells["id"] or cells["id"] in seen:
        found.append(("id", "each number has an id of its own", "choose another"))
    if cells["kind"] not in KINDS:
        found.append(("kind", f"kind is one of {', '.join(KINDS)}", "choose one of them"))
    if cells["kind"] == "published" and not cells["source"]:
        found.append(("source", "a published number has a source", "say where it is printed"))
    if cells["kind"] != "published" and not cells["where"]:
        found.append(
            (
                "where",
                "a computed number has a place in a table",
                "e.g. flow: step=T1; field=pupils",
            )
        )
    if cells["where"]:
        try:
            parse_where(cells["where"])
        except ValueError as error:
            found.append(("where", str(error), "see the other rows"))
    for column in ("value", "abs_tol", "rel_tol"):
        try:
            number = float(cells[column] or "0")
        except ValueError:
            found.append((column, f"{column} is a number", "mend it"))
            continue
        # with a tolerance that is negative or no finite number every comparison would fail or hold
        if not math.isfinite(number):
            found.append((column, f"{column} is a finite number", "write it in digits"))
        elif column != "value" and number < 0:
            found.append((column, f"{column} is 0 or more", "take the sign away"))
    if not cells["value"]:
        found.append(("value", "value is given", "fill it in"))
    return found


def _number(cells: dict[str, str], row: int) -> Number:
    return Number(
        row=row,
        id=cells["id"],
        kind=cells["kind"],
        where=parse_where(cells["where"]) if cells["where"] else None,
        value=float(cells["value"]),
        printed_as=cells["printed_as"].strip(),
        abs_tol=float(cells["abs_tol"] or 0),
        rel_tol=float(cells["rel_tol"] or 0),
        source=cells["source"],
        note=cells["note"],
    )
