"""Codebooks by themselves: Taguette's table of tags (.csv, .xlsx) and REFI-QDA's .qdc."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from resilience_lib.errors import FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.opening import read_bytes
from resilience_lib.readers.stories.checks import blank_faults
from resilience_lib.readers.stories.export import CODE_COLUMNS, CodedExport, levels, typed
from resilience_lib.readers.stories.refi_codes import codes_of
from resilience_lib.readers.stories.refi_xml import parsed
from resilience_lib.readers.stories.tables import column_faults, formula_faults, read_table

SHEET = "codebook"


def _table(path: Path, excel: bool) -> pd.DataFrame:
    sheet = SHEET if excel else None
    frame, _log = read_table(path, sheet=sheet, excel=excel)
    faults = column_faults(path, frame, ("tag", "description"), "Taguette's codebook")
    if faults:
        raise FaultsError(faults)
    if excel:
        faults += formula_faults(path, sheet, ("tag", "description"))
    rule = "each row of a codebook has its tag"
    faults += blank_faults(relative(path), frame, "tag", rule, "export it again")
    if faults:
        raise FaultsError(faults)
    text = frame["description"].str.strip()
    return typed(
        {"code": frame["tag"].str.strip(), "description": text.where(text != "")}, CODE_COLUMNS
    )


def with_codebook(export: CodedExport, path: Path, nested_by: str | None) -> CodedExport:
    """An export that also knows the codes of its tool's codebook.

    Parameters
    ----------
    export : CodedExport
    path : Path
        The codebook, as `read_codebook` takes it.
    nested_by : str, optional
        What parts the levels in a code's name.

    Returns
    -------
    CodedExport
        Its codes are those of the codebook, then those that only the export has.

    Raises
    ------
    FaultsError
        As `read_codebook`.
    """
    book = read_codebook(path)
    book = book.assign(code=book["code"].map(lambda name: levels(name, nested_by)).astype("str"))
    both = pd.concat([book, export.codes], ignore_index=True)
    return replace(export, codes=both.drop_duplicates("code", ignore_index=True))


def read_codebook(path: Path) -> pd.DataFrame:
    """The codes of a codebook and what they mean.

    Parameters
    ----------
    path : Path
        A file: Taguette's codebook as .csv or .xlsx, or a .qdc of any tool.

    Returns
    -------
    DataFrame
        code (nested codes joined by "::", other names as they stand) and description, missing
        where there is none; in the order of the file.

    Raises
    ------
    FaultsError
        Another kind of file, columns that are missing, broken XML.
    """
    content = read_bytes(path)
    if path.suffix.lower() == ".qdc" or b"<CodeBook" in content[:1000]:
        codes, faults = codes_of(relative(path), parsed(relative(path), content))
        if faults:
            raise FaultsError(faults)
        kept = [one for one in codes.values() if one.codable]
        return typed(
            {"code": [one.path for one in kept], "description": [one.memo for one in kept]},
            CODE_COLUMNS,
        )
    return _table(path, excel=content.startswith(b"PK"))
