"""Taguette's table of highlights (.csv or .xlsx): one row per highlight and tag, no offsets."""

from __future__ import annotations

from pathlib import Path

from resilience_lib.errors import FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers.stories.checks import blank_faults, several
from resilience_lib.readers.stories.export import CodedExport, assembled
from resilience_lib.readers.stories.tables import column_faults, formula_faults, read_table

COLUMNS: tuple[str, ...] = ("id", "document", "tag", "content")
SHEET = "highlights"


def _read(path: Path, coder: str | None, nested_by: str | None, excel: bool) -> CodedExport:
    sheet = SHEET if excel else None
    frame, log = read_table(path, sheet=sheet, excel=excel)
    faults = column_faults(path, frame, COLUMNS, "Taguette's table of highlights")
    if faults:
        raise FaultsError(faults)
    name = relative(path)
    formulas = formula_faults(path, sheet, COLUMNS) if excel else []
    faults = list(formulas)
    again = "export the highlights again"
    for column in ("id", "document"):
        faults += blank_faults(name, frame, column, f"each highlight has its {column}", again)
    # Excel holds no cell above 32,767 characters, and Taguette then leaves it empty
    remedy = "use the CSV export" if excel else again
    faults += blank_faults(name, frame, "content", "each highlight has its text", remedy)
    if not formulas:  # a formula's value is not the text
        rule = "one highlight has one document and one text; an earlier row has another"
        for column in ("document", "content"):
            faults += several(name, frame, ["id"], column, rule, "do not join two exports")
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.row or 0))
    rows = {
        "segment": frame["id"].str.strip(),
        "source": frame["document"].str.strip(),
        "quote": frame["content"],
        "code": frame["tag"].str.strip(),
    }
    # a filtered export lists a highlight once per tag that fits: `assembled` drops the others
    return assembled(rows, log=log, coder=coder, nested_by=nested_by)


def read_taguette_csv(
    path: Path, *, coder: str | None = None, nested_by: str | None = None
) -> CodedExport:
    """Taguette's highlights as CSV. Untagged highlights are not in it.

    Parameters
    ----------
    path : Path
        A verified raw file.
    coder : str, optional
        Who coded it; the file does not say.
    nested_by : str, optional
        What parts the levels of a tag.

    Returns
    -------
    CodedExport
        Without offsets, texts and dates.

    Raises
    ------
    FaultsError
        See `tables.read_table`; a highlight without its text, or with two.
    """
    return _read(path, coder, nested_by, excel=False)


def read_taguette_xlsx(
    path: Path, *, coder: str | None = None, nested_by: str | None = None
) -> CodedExport:
    """Taguette's highlights as an Excel workbook.

    Parameters
    ----------
    path : Path
        A verified raw file.
    coder : str, optional
        Who coded it; the file does not say.
    nested_by : str, optional
        What parts the levels of a tag.

    Returns
    -------
    CodedExport
        As of the CSV.

    Raises
    ------
    FaultsError
        As of the CSV; also a text that starts with "=", which Excel takes for a formula.
    """
    return _read(path, coder, nested_by, excel=True)
