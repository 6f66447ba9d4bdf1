"""Which sign parts the cells of a text file: found from header and body, refused when in doubt."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from resilience_lib.errors import Fault, FaultsError

DELIMITERS: dict[str, str] = {",": "comma", ";": "semicolon", "\t": "tab"}

CLEAR_SHARE = 0.5
"""At least this share of lines fits the sign that is taken although some lines are faulty."""

ONE_SIGN = "save it as CSV UTF-8 with commas, and quotes around cells that hold one"


def physical_lines(text: str) -> list[str]:
    """The lines of a text with their ends: only CR and LF end one, not what `splitlines` adds.

    Examples
    --------
    >>> physical_lines("a\\u2028b\\r\\nc")
    ['a\\u2028b\\r\\n', 'c']
    """
    return list(io.StringIO(text, newline=""))


def _records(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    return (row for row in csv.reader(lines, delimiter=delimiter, strict=True) if row)


def _width(lines: list[str], delimiter: str) -> int:
    try:
        return len(next(_records(lines, delimiter), []))
    except csv.Error:
        return 0


def _share(lines: list[str], delimiter: str, width: int) -> float:
    fits = total = 0
    try:
        for row in _records(lines, delimiter):
            total += 1
            fits += len(row) == width
    except csv.Error:
        total += 1
    return fits / total


def declared(lines: list[str]) -> str | None:
    """The sign that a first line `sep=;` declares, as Excel writes it.

    Examples
    --------
    >>> declared(["sep=;\\r\\n", "a;b\\r\\n"])
    ';'
    """
    first = lines[0].rstrip("\r\n").strip('"').lower() if lines else ""
    sign = first.removeprefix("sep=")
    return (sign or ",") if first.startswith("sep=") else None


def find_delimiter(name: str, lines: list[str], row: int) -> str:
    """The sign between the cells: the one whose count is the same in every line.

    Parameters
    ----------
    name : str
        The file as messages show it.
    lines : list of str
        The lines from the header on.
    row : int
        Where the header stands.

    Returns
    -------
    str
        One of `DELIMITERS`.

    Raises
    ------
    FaultsError
        Two signs fit equally well, or none does.

    Examples
    --------
    >>> find_delimiter("a.csv", ["id;name, first\\n", "1;Ann\\n"], 1)
    ';'
    """
    widths = {sign: _width(lines, sign) for sign in DELIMITERS}
    parted = [sign for sign, width in widths.items() if width > 1]
    if len(parted) == 1:
        return parted[0]
    if not parted:
        return _one_column(name, lines, row)
    shares = {sign: _share(lines, sign, widths[sign]) for sign in parted}
    whole = [sign for sign, share in shares.items() if share == 1]
    if len(whole) == 1:
        return whole[0]
    best, second = sorted(parted, key=lambda sign: shares[sign], reverse=True)[:2]
    if not whole and shares[best] >= CLEAR_SHARE > shares[second] * 2:
        return best
    said = " and ".join(f"{DELIMITERS[sign]} ({widths[sign]} columns)" for sign in whole or parted)
    rule = f"one sign parts the cells; here these fit equally well: {said}"
    value = lines[0].rstrip("\r\n")[:60]
    raise FaultsError([Fault(name, rule, ONE_SIGN, row, value=value)])


def _one_column(name: str, lines: list[str], row: int) -> str:
    header = lines[0].rstrip("\r\n")
    if "|" in header:
        rule = "comma, semicolon or tab parts the cells; here it is |"
        raise FaultsError([Fault(name, rule, ONE_SIGN, row, value=header[:60])])
    for sign in DELIMITERS:
        width = _width(lines[1:], sign)
        if width > 1 and _share(lines[1:], sign, width) == 1:
            rule = (
                f"the header has as many cells as the lines: 1, and {width} by {DELIMITERS[sign]}"
            )
            raise FaultsError([Fault(name, rule, "complete it", row, value=header[:60])])
    return ","
