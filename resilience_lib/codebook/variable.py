"""What a codebook says of one column, and of all columns together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

COLUMNS: tuple[str, ...] = (
    "file",
    "variable",
    "label",
    "type",
    "unit",
    "allowed",
    "missing_codes",
    "instrument",
    "item",
    "wave",
    "source_question",
    "sensitive",
    "role",
)
Kind = Literal["text", "number", "integer", "category", "date"]
Role = Literal[
    "pupil",
    "school",
    "classroom",
    "wave",
    "gender",
    "arm",
    "code_part",
    "item",
    "outcome",
    "kept",
    "dropped",
]
Sensitive = Literal["yes", "no", "pseudonymise"]
MEASURES: tuple[Role, ...] = ("item", "outcome")
GROUPS: tuple[Role, ...] = ("wave", "gender", "arm")
NUMERIC: tuple[Kind, ...] = ("number", "integer")
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number as a data file writes it: a point before decimals, no thousands, no inf, no nan."""


@dataclass(frozen=True)
class Code:
    """One code of a column and what it means; `meaning` is "" where the code speaks for itself."""

    code: str
    meaning: str = ""


@dataclass(frozen=True)
class Variable:
    """One row of a codebook.

    Parameters
    ----------
    row : int
        Its line in the codebook.
    file, variable, label : str
        Raw file, column, and what the column holds.
    type : str
        text, number, integer, category or date (ISO 8601).
    unit : str
        Unit of a number; "" otherwise.
    allowed : tuple of Code
        Codes of a category with their labels; of a number its two limits, or the texts that
        stand for numbers; empty where anything goes.
    missing_codes : tuple of Code
        Values that stand for "missing", besides an empty cell, and why.
    instrument, item : str
        Which item of which instrument; without an instrument `item` is the name that the column
        has at every wave.
    wave : str
        The wave of a column of a wide file; "" where a row belongs to one wave.
    source_question : str
        The question or the page of the manual that gives the meaning; "undocumented" where
        nothing does.
    sensitive : str
        yes, no, or pseudonymise.
    role : str
        What the study uses it for; "dropped" columns are removed before anything else.
    """

    row: int
    file: str
    variable: str
    label: str
    type: Kind
    unit: str
    allowed: tuple[Code, ...]
    missing_codes: tuple[Code, ...]
    instrument: str
    item: str
    wave: str
    source_question: str
    sensitive: Sensitive
    role: Role

    @property
    def name(self) -> str:
        """What the column is called in the clean waves, the same at every wave.

        Examples
        --------
        >>> from dataclasses import replace
        >>> column = Variable(2, "a.csv", "Q7_1", "", "integer", "", (), (), "mmf", "1", "", "",
        ...                   "no", "item")
        >>> column.name, replace(column, instrument="", item="read").name
        ('mmf_1', 'read')
        """
        if self.instrument:
            return f"{self.instrument}_{self.item}"
        return self.item or self.variable

    @property
    def limits(self) -> tuple[float, float] | None:
        """(lowest, highest) where the variable is a number with declared limits."""
        if self.type in NUMERIC and len(self.allowed) == 2 and not self.mapped:
            return float(self.allowed[0].code), float(self.allowed[1].code)
        return None

    @property
    def mapped(self) -> bool:
        """Whether texts of the file stand for other values (`Never=0`, `1=girl`)."""
        return any(code.meaning for code in self.allowed)

    @property
    def codes(self) -> tuple[str, ...]:
        """Values that may stand in the file, where they are listed one by one."""
        return tuple(code.code for code in self.allowed) if self.limits is None else ()

    @property
    def meanings(self) -> dict[str, str]:
        """From what stands in the file to what it means (itself where no meaning is given)."""
        return {code.code: code.meaning or code.code for code in self.allowed}

    @property
    def missing(self) -> tuple[str, ...]:
        """The missing codes alone."""
        return tuple(code.code for code in self.missing_codes)


@dataclass(frozen=True)
class Codebook:
    """All variables of a study's raw files, and the file they are described in."""

    path: str
    variables: tuple[Variable, ...]

    def of(self, file: str) -> tuple[Variable, ...]:
        """Variables of one raw file."""
        return tuple(variable for variable in self.variables if variable.file == file)

    def with_role(self, file: str, role: Role) -> tuple[Variable, ...]:
        """Variables of one raw file that have a role."""
        return tuple(variable for variable in self.of(file) if variable.role == role)


def parts(cell: str) -> tuple[Code, ...]:
    """The codes of a cell such as `1=girl|2=boy`, `1|5` or `99=refused`.

    Examples
    --------
    >>> parts("Never=0| Always=2") == (Code("Never", "0"), Code("Always", "2"))
    True
    >>> [code.code for code in parts("1|5")], parts("")
    (['1', '5'], ())
    """
    found = []
    for part in cell.split("|"):
        code, _, meaning = part.partition("=")
        if code.strip() or meaning.strip():
            found.append(Code(code.strip(), meaning.strip()))
    return tuple(found)
