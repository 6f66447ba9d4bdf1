"""The data dictionary of a study's raw files, as frozen, validated objects."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import raw, relative

COLUMNS: tuple[str, ...] = (
    "file",
    "variable",
    "label",
    "type",
    "unit",
    "allowed",
    "missing_codes",
    "sensitive",
    "role",
    "source",
)
Kind = Literal["text", "number", "integer", "category"]
Role = Literal[
    "pupil", "school", "classroom", "wave", "gender", "arm", "outcome", "kept", "dropped"
]

_IDENTIFYING = re.compile(
    r"(^|_)(fore|sur|first_?|last_?|full_?|middle_?)?names?($|_)|(^|_)dob($|_)|birth|"
    r"(^|_)upn($|_)|unique_pupil|post_?code|e_?mail|phone|address|latitude|longitude",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Variable:
    """One row of a codebook.

    Parameters
    ----------
    row : int
        Its line in codebook.csv.
    file, variable, label : str
        Raw file, column, and what the column holds.
    type : str
        text, number, integer or category.
    unit : str
        Unit of a number; "" otherwise.
    allowed : tuple of str
        Categories; or (lowest, highest) of a number; empty where anything goes.
    missing_codes : tuple of str
        Values that stand for "missing", besides an empty cell.
    sensitive : bool
        Whether the column may not be shown.
    role : str
        What the study uses it for; "dropped" columns are removed before anything else.
    source : str
        Where the meaning is documented; "undocumented" where it is not.
    """

    row: int
    file: str
    variable: str
    label: str
    type: Kind
    unit: str
    allowed: tuple[str, ...]
    missing_codes: tuple[str, ...]
    sensitive: bool
    role: Role
    source: str

    @property
    def limits(self) -> tuple[float, float] | None:
        """(lowest, highest) where the variable is a number with declared limits."""
        if self.type in ("number", "integer") and len(self.allowed) == 2:
            return float(self.allowed[0]), float(self.allowed[1])
        return None


@dataclass(frozen=True)
class Codebook:
    """All variables of a study's raw files."""

    path: str
    variables: tuple[Variable, ...]

    def of(self, file: str) -> tuple[Variable, ...]:
        """Variables of one raw file."""
        return tuple(variable for variable in self.variables if variable.file == file)


def looks_identifying(column: str) -> bool:
    """Whether a column's name looks like a name, date of birth, address or pupil number.

    Examples
    --------
    >>> [looks_identifying(c) for c in ("surname", "DOB", "birthq", "UPN", "named_adult", "read")]
    [True, True, True, True, False, False]
    """
    return _IDENTIFYING.search(column) is not None


def codebook_path(study: str) -> Path:
    """The codebook of a study."""
    return raw(study) / "codebook.csv"


def load_codebook(study: str) -> Codebook:
    """Read and validate a study's codebook.

    Parameters
    ----------
    study : str
        Name of the study.

    Returns
    -------
    Codebook

    Raises
    ------
    FaultsError
        All faults: absent file, missing or unknown columns, a variable twice, unknown types or
        roles, limits that are no numbers, identifying columns that are not dropped.
    """
    path = codebook_path(study)
    name = relative(path)
    try:
        # utf-8-sig: spreadsheets put a byte-order mark in front
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        rule, remedy = "the study has no codebook", "write one row per column of each raw file"
        raise FaultsError([Fault(name, rule, remedy)]) from None
    except UnicodeDecodeError:
        raise FaultsError([Fault(name, "the file is not UTF-8", "save it as CSV UTF-8")]) from None
    reader = csv.DictReader(io.StringIO(text), restval="")
    header = tuple(reader.fieldnames or ())
    if set(header) != set(COLUMNS):
        missing = [column for column in COLUMNS if column not in header]
        unknown = [column for column in header if column not in COLUMNS]
        rule = f"columns are {', '.join(COLUMNS)}"
        remedy = "; ".join(
            f"{what}: {', '.join(which)}"
            for what, which in (("add", missing), ("remove", unknown))
            if which
        )
        if len(header) == 1 and ";" in header[0]:
            rule, remedy = "cells are parted by commas", "save it as CSV UTF-8 with commas, not ;"
        raise FaultsError([Fault(name, rule, remedy, row=1)])
    faults: list[Fault] = []
    variables = []
    seen: set[tuple[str, str]] = set()
    for cells in reader:
        row = reader.line_num
        problems = _problems(cells, name, row)
        key = (cells["file"], cells["variable"])
        if key in seen:
            rule = "a variable stands once"
            problems.append(Fault(name, rule, "remove one row", row, "variable", key[1]))
        seen.add(key)
        faults += problems
        if not problems:
            variables.append(_variable(cells, row))
    if faults:
        raise FaultsError(faults)
    return Codebook(name, tuple(variables))


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _problems(cells: dict[str, str], name: str, row: int) -> list[Fault]:
    faults = []

    def fault(column: str, rule: str, remedy: str) -> None:
        faults.append(Fault(name, rule, remedy, row, column, cells[column]))

    if None in cells:
        rule, remedy = f"a row has {len(COLUMNS)} cells", "put a cell with commas into quotes"
        faults.append(Fault(name, rule, remedy, row))
    for column in ("file", "variable", "label"):
        if not (cells[column] or "").strip():
            fault(column, f"{column} is given", "fill it in")
    for column, choices in (("type", get_args(Kind)), ("role", get_args(Role))):
        if cells[column] not in choices:
            fault(column, f"{column} is one of {', '.join(choices)}", "choose one of them")
    if cells["sensitive"] not in ("yes", "no"):
        fault("sensitive", "sensitive is yes or no", "write yes or no")
    allowed = _parts(cells["allowed"] or "")
    if cells["type"] in ("number", "integer") and allowed and not _are_limits(allowed):
        fault("allowed", "allowed of a number is lowest|highest", "write e.g. 1|5")
    if looks_identifying(cells["variable"]) and cells["role"] != "dropped":
        fault("variable", "the column looks as if it identified a pupil", "give it role dropped")
    return faults


def _are_limits(allowed: tuple[str, ...]) -> bool:
    try:
        low, high = (float(part) for part in allowed)
    except ValueError:
        return False
    return low < high


def _variable(cells: dict[str, str], row: int) -> Variable:
    kind: Kind = cells["type"]  # type: ignore[assignment]  # checked in _problems
    role: Role = cells["role"]  # type: ignore[assignment]  # checked in _problems
    return Variable(
        row=row,
        file=cells["file"],
        variable=cells["variable"],
        label=cells["label"],
        type=kind,
        unit=cells["unit"],
        allowed=_parts(cells["allowed"]),
        missing_codes=_parts(cells["missing_codes"]),
        sensitive=cells["sensitive"] == "yes",
        role=role,
        source=cells["source"],
    )
