"""The kinds of raw file a study may name, and the one door to all readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.readers import (
    csv_file,
    forms,
    qualtrics,
    redcap,
    sav,
    school_records,
    xlsx,
)
from resilience_lib.readers.raw_table import RawTable


@dataclass(frozen=True)
class ReaderSpec:
    """One kind of raw file.

    Parameters
    ----------
    read : callable
        Takes the verified path, and the options it names in `options`, by keyword.
    what : str
        What the kind is, for the documentation.
    options : tuple of str
        Which of `sheet`, `dictionary` it takes.
    needs : tuple of str
        Which of them it cannot do without.
    """

    read: Callable[..., RawTable]
    what: str
    options: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


READERS: dict[str, ReaderSpec] = {
    "csv": ReaderSpec(csv_file.read, "CSV; encoding and delimiter are found"),
    "xlsx": ReaderSpec(xlsx.read, "Excel, one sheet of it", options=("sheet",)),
    "sav": ReaderSpec(sav.read, "SPSS, with labels and missing values"),
    "qualtrics": ReaderSpec(qualtrics.read, "Qualtrics CSV, current or legacy"),
    "redcap": ReaderSpec(
        redcap.read, "REDCap, raw data, with its dictionary", ("dictionary",), ("dictionary",)
    ),
    "microsoft_forms": ReaderSpec(
        forms.read_microsoft, "Microsoft Forms, the workbook it writes", ("sheet",)
    ),
    "google_forms": ReaderSpec(forms.read_google, "Google Forms, the CSV it writes"),
    "school_records": ReaderSpec(
        school_records.read, "attendance or suspensions of English schools, the department's CSV"
    ),
}


def read_raw(
    path: Path,
    reader: str,
    *,
    sheet: str | None = None,
    dictionary: Path | None = None,
) -> RawTable:
    """One raw file by the reader that its study names.

    Parameters
    ----------
    path : Path
        A verified raw file.
    reader : str
        One of `READERS`.
    sheet : str, optional
        Name of the sheet, for spreadsheets with several.
    dictionary : Path, optional
        The verified data dictionary, for REDCap.

    Returns
    -------
    RawTable
        Text cells and what the file says about them.

    Raises
    ------
    FaultsError
        Everything that is wrong with the file, and an option that its reader does not take.
    KeyError
        `reader` is none of `READERS` (the study file's schema refuses it before).
    """
    spec = READERS[reader]
    name = relative(path)
    given = {"sheet": sheet, "dictionary": dictionary}
    options = {option: value for option, value in given.items() if value is not None}
    faults = [
        Fault(name, f"the reader {reader} takes no {option}", "delete it", column=option)
        for option in options
        if option not in spec.options
    ]
    faults += [
        Fault(name, f"the reader {reader} needs the option {option}", "add it", column=option)
        for option in spec.needs
        if option not in options
    ]
    if faults:
        raise FaultsError(faults)
    return spec.read(path, **options)
