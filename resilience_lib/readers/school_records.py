"""English school records: attendance sessions and suspensions, as the department publishes them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.cells import framed, read_cells
from resilience_lib.readers.raw_table import RawTable, listed
from resilience_lib.readers.school_columns import (
    KINDS,
    NO_MORE_THAN,
    NUMERIC,
    PLACE_SYMBOLS,
    RENAMED,
    SHARES,
    SUM,
    SYMBOLS,
)

NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
YEARS = re.compile(r"([0-9]{4})(?:[/-]?([0-9]{2})|[/-]([0-9]{2})([0-9]{2}))")


def academic_year(text: str) -> str | None:
    """A school year as the department writes it, or None where the text is none.

    Examples
    --------
    >>> academic_year("2014/15"), academic_year("201415"), academic_year("2014/2015")
    ('201415', '201415', '201415')
    >>> academic_year("201416") is None
    True
    """
    match = YEARS.fullmatch(text)
    if match is None:
        return None
    first, short, century, long = match.groups()
    last = f"{first[:2] if century is None else century}{short or long}"
    follows = int(first) + 1
    fits = follows % 100 == int(last[2:]) and (century is None or follows == int(last))
    return f"{first}{last[2:]}" if fits else None


def _renamed(name: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[Fault]]:
    """Columns under the names of today's releases."""
    old = {column: RENAMED[column] for column in frame.columns if column in RENAMED}
    faults = [
        Fault(name, f"one column holds {new}; {new} is here too", "delete one of them", 1, column)
        for column, new in old.items()
        if new in frame.columns or list(old.values()).count(new) > 1
    ]
    notes = [f"{column} of an older release was read as {new}" for column, new in old.items()]
    return frame if faults else frame.rename(columns=old), notes, faults


def _needed(name: str, frame: pd.DataFrame) -> list[Fault]:
    """Columns without which the file is neither attendance nor suspensions."""
    have = set(frame.columns)
    lacking = [column for column in ("time_period", "geographic_level") if column not in have]
    if not any(have >= set(columns) for columns in KINDS.values()):
        nearest = max(KINDS, key=lambda kind: len(have & set(KINDS[kind])))
        lacking += [column for column in KINDS[nearest] if column not in have]
    rule, remedy = "school records have this column", "take the department's own file, unedited"
    return [Fault(name, rule, remedy, 1, column) for column in lacking]


def _years(name: str, frame: pd.DataFrame) -> tuple[pd.Series, list[str], list[Fault]]:
    given = frame["time_period"]
    known = {text: academic_year(text.strip()) for text in given.unique()}
    rule = "time_period is a school year: 201415, or 2014/15"
    faults = [
        Fault(name, rule, "correct it", line, "time_period", text)
        for line, text in given.items()
        if known[text] is None
    ]
    years = given.map(known)
    changed = frame.index[(years != given).to_numpy()]
    notes = [f"time_period was written as 201415 is: {listed(changed)}"] if len(changed) else []
    return years, notes, faults


def _numbers(
    name: str, frame: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, dict[str, str]], list[Fault]]:
    """Each numeric column as numbers (NaN for symbols), its symbols, and cells that are neither."""
    numbers, missing, faults = {}, {}, []
    for column in frame.columns:
        cells = frame[column]
        numeric = NUMERIC.fullmatch(column) is not None
        allowed = SYMBOLS if numeric else {symbol: SYMBOLS[symbol] for symbol in PLACE_SYMBOLS}
        seen = [symbol for symbol in allowed if (cells == symbol).any()]
        if seen:
            missing[column] = {symbol: SYMBOLS[symbol] for symbol in seen}
        if numeric:
            good = cells.str.fullmatch(NUMBER)
            rule = f"a number from 0 up, or one of {' '.join(SYMBOLS)}"
            faults += [
                Fault(name, rule, "take the department's own file", line, column, value)
                for line, value in cells[~good & ~cells.isin([*seen, ""])].items()
            ]
            numbers[column] = pd.to_numeric(cells.where(good), errors="coerce")
    return pd.DataFrame(numbers, index=frame.index), missing, faults


def _decimals(cells: pd.Series) -> int:
    """Decimals a column is published with; trailing zeros may be gone from single cells."""
    found = cells[cells.str.fullmatch(NUMBER)].str.extract(r"\.(\d+)$")[0].str.len().max()
    return 1 if pd.isna(found) else max(int(found), 1)


def _disagreements(name: str, frame: pd.DataFrame, numbers: pd.DataFrame) -> list[Fault]:
    """Percentages, parts and sums that do not fit the counts of their row."""
    faults = []
    remedy = "take the department's own file, or correct the row at its source"
    for share, (count, base) in SHARES.items():
        if not {share, count, base} <= set(numbers.columns):
            continue
        decimals = _decimals(frame[share])
        worked = numbers[count] / numbers[base].where(numbers[base] > 0) * 100
        # rounding may go either way at the half; 1e-9 is the arithmetic's own error
        off = (worked - numbers[share]).abs() > 0.5 * 10.0**-decimals + 1e-9
        for line in frame.index[off]:
            rule = (
                f"{share} is {count} / {base} x 100 "
                f"({frame.at[line, count]} / {frame.at[line, base]} = {worked[line]:.{decimals}f})"
            )
            faults.append(Fault(name, rule, remedy, line, share, frame.at[line, share]))
    for part, whole in NO_MORE_THAN.items():
        if {part, whole} <= set(numbers.columns):
            for line in frame.index[numbers[part] > numbers[whole]]:
                rule = f"{part} is no more than {whole} ({frame.at[line, whole]})"
                faults.append(Fault(name, rule, remedy, line, part, frame.at[line, part]))
    total, *parts = SUM
    if set(SUM) <= set(numbers.columns):
        added = numbers[parts].sum(axis=1, skipna=False)
        for line in frame.index[(added - numbers[total]).abs() > np.float64(0.5)]:
            rule = f"{total} is {' + '.join(parts)} ({added[line]:.0f})"
            faults.append(Fault(name, rule, remedy, line, total, frame.at[line, total]))
    return faults


def read(path: Path) -> RawTable:
    """Attendance sessions or suspensions in the department's tidy columns, as text.

    Parameters
    ----------
    path : Path
        A verified CSV file from the department's statistics service.

    Returns
    -------
    RawTable
        Columns under today's names; `time_period` as 201415. Symbols stay in the cells and stand
        in `missing` with their meaning: none becomes 0.

    Raises
    ------
    FaultsError
        All at once: columns that are lacking, cells that are neither number nor symbol, years
        that are none, percentages that disagree with their counts.
    """
    name = relative(path)
    frame, notes = framed(read_cells(path))
    frame, renames, faults = _renamed(name, frame)
    faults = faults or _needed(name, frame)
    if faults:
        raise FaultsError(faults)
    years, changes, faults = _years(name, frame)
    numbers, missing, wrong = _numbers(name, frame)
    faults += wrong + _disagreements(name, frame, numbers)
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.row or 0))
    return RawTable(
        frame.assign(time_period=years.astype("str")),
        missing=missing,
        notes=(*notes, *renames, *changes),
    )
