"""Dedoose's export of excerpts (.csv or .xlsx): one row per excerpt, a column per code."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.stories.checks import blank_faults, parted
from resilience_lib.readers.stories.export import CodedExport, assembled
from resilience_lib.readers.stories.tables import (
    column_faults,
    formula_faults,
    is_workbook,
    read_table,
)

REQUIRED: tuple[str, ...] = ("Media Title", "Excerpt Copy")
RANGE = r"(\d{1,15})\s*-\s*(\d{1,15})"
APPLIED = re.compile(r"Code:\s*(.+?)\s+Applied", re.IGNORECASE)
COMBINED = "Codes Applied Combined"
YES = frozenset({"true", "1", "yes"})
NO = frozenset({"false", "0", "no", ""})


def _flags(
    name: str, frame: pd.DataFrame, columns: dict[str, str]
) -> tuple[pd.DataFrame, list[Fault]]:
    """Which codes each excerpt has, by line and code."""
    lower = frame[list(columns)].apply(lambda cells: cells.str.strip().str.lower())
    rule = "whether a code applies is TRUE or FALSE (1 or 0, yes or no)"
    faults = [
        Fault(name, rule, "correct it", int(line), column, frame.at[line, column])
        for column in columns
        for line in lower.index[~lower[column].isin(YES | NO)]
    ]
    return lower.isin(YES).rename(columns=columns), faults


def _combined_faults(
    name: str, frame: pd.DataFrame, applied: pd.DataFrame, leaves: list[str]
) -> list[Fault]:
    """Excerpts whose list of codes is not the one that the columns of codes say."""
    if COMBINED not in frame:
        return []
    faults = []
    for line, flags in zip(frame.index, applied.to_numpy(), strict=True):
        rest = frame.at[line, COMBINED]
        told = [leaf for leaf, flag in zip(leaves, flags, strict=True) if flag]
        absent = [leaf for leaf in told if leaf not in rest]
        for leaf in sorted(told, key=len, reverse=True):  # "hope lost" before "hope"
            rest = rest.replace(leaf, "", 1)
        if absent or rest.strip(" ,;\t\r\n"):
            rule = "the columns of codes say what the combined list says"
            remedy = "export the excerpts again, with all codes"
            value = frame.at[line, COMBINED]
            faults.append(Fault(name, rule, remedy, int(line), COMBINED, value))
    return faults


def _spans(frame: pd.DataFrame) -> tuple[dict[str, pd.Series], list[tuple[str, str, int]]]:
    """Offsets from the range, only where every range is as long as its excerpt."""
    if "Excerpt Range" not in frame:
        return {}, []
    found = frame["Excerpt Range"].str.strip().str.extract(f"^{RANGE}$")
    start, end = (pd.to_numeric(found[at]).astype("Int64") for at in (0, 1))
    fits = (end - start == frame["Excerpt Copy"].str.len()).fillna(False)
    if fits.all():
        return {"start": start, "end": end}, []
    detail = "ranges are not as long as their excerpts, so they are no offsets in characters"
    return {}, [("offsets not read", detail, int((~fits).sum()))]


def read_dedoose(
    path: Path, *, coder: str | None = None, nested_by: str | None = None
) -> CodedExport:
    """Dedoose's excerpts. An excerpt without a code is kept.

    Parameters
    ----------
    path : Path
        A verified raw file, CSV or Excel with one sheet.
    coder : str, optional
        Who coded, where `Excerpt Creator` is absent or empty.
    nested_by : str, optional
        What parts the levels of a code; a backslash, Dedoose's own sign, always does.

    Returns
    -------
    CodedExport
        Without texts; offsets only where every excerpt's range is as long as the excerpt.

    Raises
    ------
    FaultsError
        See `tables.read_table`; no column "Code: X Applied", or one with another value than yes
        or no; a combined list of codes that says otherwise.
    """
    frame, log = read_table(path)
    name = relative(path)
    faults = column_faults(path, frame, REQUIRED, "Dedoose's export of excerpts")
    paths = {
        column: parted(match.group(1))
        for column in frame.columns
        if (match := APPLIED.fullmatch(column))
    }
    columns = {column: "::".join(path) for column, path in paths.items()}
    if not faults and not columns:
        rule = 'each code has a column "Code: X Applied"'
        remedy = "export the excerpts with their codes as columns"
        faults = [Fault(name, rule, remedy, 1, "Code: ... Applied")]
    if not faults and is_workbook(path):
        faults = formula_faults(path, None, (*REQUIRED, "Excerpt Creator", COMBINED))
    if faults:
        raise FaultsError(faults)
    for column in REQUIRED:
        rule = f"every excerpt has its {column}"
        faults += blank_faults(name, frame, column, rule, "export it again")
    applied, found = _flags(name, frame, columns)
    faults += found
    if not faults:
        faults = _combined_faults(name, frame, applied, [path[-1] for path in paths.values()])
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.row or 0))
    spans, said = _spans(frame)
    rows = pd.DataFrame(
        {"source": frame["Media Title"].str.strip(), "quote": frame["Excerpt Copy"]}
    )
    for column, theirs in (("coder", "Excerpt Creator"), ("date", "Excerpt Date")):
        if theirs in frame:
            cells = frame[theirs].str.strip()
            rows[column] = cells.where(cells != "")
    rows = rows.assign(**spans)
    long = applied.rename_axis(index="line", columns="code").stack()
    coded = rows.join(long[long].index.to_frame(index=False).set_index("line"), how="left")
    coded["code"] = coded["code"].fillna("")
    book = {"code": list(applied.columns)}
    one = {str(column): coded[column] for column in coded.columns}
    return assembled(one, codes=book, log=log + said, coder=coder, nested_by=nested_by)
