"""What the line of columns' names must be, in whatever kind of file it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from resilience_lib.errors import Fault

NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?\s*")

WHITE = " \t\r\n"
UNSEEN: dict[int, str | None] = {
    0xA0: " ",
    0xAD: None,
    0x200B: None,
    0x2060: None,
    0xFEFF: None,
}
"""Signs that look like a space or like nothing, and what becomes of them in a name."""


def cleaned(cells: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Columns' names without white space around them and invisible signs, and a note of which.

    Examples
    --------
    >>> cleaned(["id", " score "])
    (['id', 'score'], ("spaces or invisible signs of a column's name were taken off: score",))
    """
    names = [cell.translate(UNSEEN).strip(WHITE) for cell in cells]
    changed = [name for name, cell in zip(names, cells, strict=True) if name != cell]
    if not changed:
        return names, ()
    return names, (
        f"spaces or invisible signs of a column's name were taken off: {', '.join(changed)}",
    )


def header_faults(file: str, row: int, names: Sequence[str], places: Sequence[str]) -> list[Fault]:
    """Everything that is wrong with a line of columns' names.

    Parameters
    ----------
    file : str
        The file as messages show it.
    row : int
        Where the line stands.
    names : sequence of str
        The names, cleaned.
    places : sequence of str
        How messages call each column, e.g. "column 3".

    Returns
    -------
    list of Fault
        Empty names, names that stand twice, and a line of nothing but numbers.

    Examples
    --------
    >>> for fault in header_faults("a.csv", 1, ["id", "", "id"], ["A1", "B1", "C1"]):
    ...     print(fault.column, fault.rule)
    B1 every column has a name
    C1 a column's name stands once; A1 has it too
    """
    if all(NUMBER.fullmatch(name) for name in names):
        rule = "the first line holds the columns' names; these are numbers"
        return [Fault(file, rule, "add the line of names", row, value=", ".join(names)[:60])]
    faults = []
    first: dict[str, str] = {}
    for name, place in zip(names, places, strict=True):
        if not name:
            rule, remedy = "every column has a name", "write one, or delete the column"
            faults.append(Fault(file, rule, remedy, row, place))
        elif name in first:
            rule = f"a column's name stands once; {first[name]} has it too"
            faults.append(Fault(file, rule, "rename one of them", row, place, name))
        else:
            first[name] = place
    return faults
