"""NVivo, by a template: its program writes no table of references that keeps the codes.

One row per reference, in the columns source, code and reference (or quote); coder, start, end,
order, memo and date where they are known. What NVivo calls a classification sheet (attributes of
a file) comes either as further columns of that table, or in a workbook as a second sheet, called
classification, with a column source.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.stories.checks import blank_faults, parted, several
from resilience_lib.readers.stories.export import (
    ATTRIBUTE_COLUMNS,
    SOURCE_COLUMNS,
    CodedExport,
    Log,
    typed,
)
from resilience_lib.readers.stories.segments import OPTIONAL, REQUIRED, checked
from resilience_lib.readers.stories.tables import (
    column_faults,
    formula_faults,
    is_workbook,
    read_table,
)

REFERENCES = "references"
CLASSIFICATION = "classification"
ROOTS = frozenset({"codes", "nodes", "files", "internals", "externals", "memos"})
"""Folders of NVivo with which it begins the name of a code or a file (recalled, not seen)."""


def _inner(path: str) -> list[str]:
    """The levels of a name that NVivo writes with its folder before it.

    Examples
    --------
    >>> _inner("Codes\\\\\\\\cycle\\\\applied"), _inner("cycle::applied")
    (['cycle', 'applied'], ['cycle::applied'])
    """
    found = parted(path)
    return found[1:] if len(found) > 1 and found[0].lower() in ROOTS else found


def _attributes(
    name: str, frame: pd.DataFrame, columns: list[str]
) -> tuple[dict[str, list[object]], list[Fault]]:
    """Attributes by source from further columns, each with one value per source."""
    if not columns:
        return {"of": [], "name": [], "attribute": [], "value": []}, []
    faults: list[Fault] = []
    for column in columns:
        rule = "an attribute has one value in all rows of a source; an earlier row has another"
        faults += several(name, frame, ["source"], column, rule, "write the same value")
    first = frame.drop_duplicates("source")
    long = first.melt(
        id_vars="source", value_vars=columns, value_name="value", var_name="attribute"
    )
    values = long["value"].str.strip()
    return {
        "of": ["source"] * len(long),
        "name": list(long["source"]),
        "attribute": list(long["attribute"]),
        "value": list(values.where(values != "")),
    }, faults


def _sheets(path: Path) -> tuple[str | None, bool]:
    """The sheet of references, and whether there is one of a classification."""
    if not is_workbook(path):
        return None, False
    try:
        read_table(path, sheet=CLASSIFICATION, excel=True)
    except FaultsError as error:
        if all(fault.value == CLASSIFICATION for fault in error.faults):
            return None, False  # no such sheet: the workbook has one only
        raise
    return REFERENCES, True


def _classified(path: Path) -> tuple[dict[str, list[object]], set[str], list[Fault]]:
    """The sheet of attributes by source."""
    frame, _log = read_table(path, sheet=CLASSIFICATION, excel=True)
    frame = frame.rename(
        columns={one: one.casefold() for one in frame.columns if one.casefold() == "source"}
    )
    faults = column_faults(path, frame, ("source",), "the sheet classification")
    if faults:
        return {}, set(), faults
    name = relative(path)
    faults += blank_faults(name, frame, "source", "every row has its source", "write it")
    frame["source"] = ["\\".join(_inner(one)) for one in frame["source"]]
    rule = "a source stands once in the sheet classification"
    faults += [
        Fault(name, rule, "delete one of the rows", int(line), "source", frame.at[line, "source"])
        for line in frame.index[frame.duplicated("source") & (frame["source"] != "")]
    ]
    made, found = _attributes(name, frame, [one for one in frame.columns if one != "source"])
    return made, set(frame["source"]), faults + found


def read_nvivo(
    path: Path, *, coder: str | None = None, nested_by: str | None = None
) -> CodedExport:
    """References and attributes of sources in the template for NVivo.

    Parameters
    ----------
    path : Path
        A verified raw file: CSV, or a workbook with the sheets references and classification, or
        with one sheet.
    coder : str, optional
        Who coded, where a row does not say.
    nested_by : str, optional
        What parts the levels of a code; NVivo's backslash always does.

    Returns
    -------
    CodedExport
        Without texts.

    Raises
    ------
    FaultsError
        As of `segments.read_segments`; an attribute with two values for one source.
    """
    sheet, classified = _sheets(path)
    frame, log = read_table(path, sheet=sheet)
    known = {*REQUIRED, *OPTIONAL, "reference"}
    frame = frame.rename(
        columns={one: one.casefold() for one in frame.columns if one.casefold() in known}
    )
    if "quote" not in frame:
        frame = frame.rename(columns={"reference": "quote"})
    faults = column_faults(path, frame, REQUIRED, "the template for NVivo")
    if not faults and is_workbook(path):
        faults = formula_faults(path, sheet, (*REQUIRED, "reference", *OPTIONAL))
    if faults:
        raise FaultsError(faults)
    frame["source"] = ["\\".join(_inner(one)) for one in frame["source"]]
    frame["code"] = ["::".join(_inner(one)) for one in frame["code"]]
    more = [one for one in frame.columns if one not in known]
    made, found = _attributes(relative(path), frame, more)
    sources = dict.fromkeys(frame["source"])
    lines: Log = list(log)
    if more:
        lines.append(("columns read as attributes", ", ".join(more), len(more)))
    if classified:
        second, told, others = _classified(path)
        found += others
        made = {key: made[key] + second.get(key, []) for key in made}
        only = sorted(told - set(sources) - {""})
        if only:
            lines.append(("sources without a reference", ", ".join(only), len(only)))
        sources |= dict.fromkeys(only)
    if found:
        raise FaultsError(found)
    export = checked(path, frame, lines, coder, nested_by)
    return replace(
        export,
        attributes=typed(made, ATTRIBUTE_COLUMNS),
        sources=typed({"source": list(sources)}, SOURCE_COLUMNS),
    )
