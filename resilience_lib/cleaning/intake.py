"""All raw files of a study, read and checked, or the list of everything wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from resilience_lib.cleaning.check import check_file
from resilience_lib.cleaning.roles import code_faults, role_faults
from resilience_lib.codebook.load import load_codebook
from resilience_lib.codebook.variable import Codebook
from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import raw, relative
from resilience_lib.readers.raw_table import RawTable
from resilience_lib.readers.registry import read_raw
from resilience_lib.store.raw import raw_path
from resilience_lib.study.intake import RawFile
from resilience_lib.study.schema import Study

Found = TypeVar("Found")


def read_files(study: Study) -> tuple[dict[str, RawTable], Codebook]:
    """Open every raw file of a study and hold it against the codebook.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tables : dict of str to RawTable
        By file name, every cell still text.
    codebook : Codebook

    Raises
    ------
    FaultsError
        Everything that is wrong with any of the files: absent, other bytes than source.yml
        names, not readable, or in disagreement with the codebook.
    """
    faults: list[Fault] = []
    tables: dict[str, RawTable] = {}
    codebook = _collect(faults, lambda: load_codebook(study.study))
    if codebook is not None:
        faults += role_faults(study, codebook)
    for file in study.files:
        table = _collect(faults, lambda file=file: _read(study, file))  # type: ignore[misc]
        if table is None or codebook is None:
            continue
        tables[file.name] = table
        place = relative(raw(study.study) / file.name)
        faults += check_file(table, codebook, file.name, place)
        if file.holds == "pupils":
            faults += code_faults(table, codebook.of(file.name), study, place)
    if codebook is None or faults:
        raise FaultsError(faults)
    return tables, codebook


def _read(study: Study, file: RawFile) -> RawTable:
    dictionary = None if file.dictionary is None else raw_path(study.study, file.dictionary)
    path = raw_path(study.study, file.name)
    return read_raw(path, file.reader, sheet=file.sheet, dictionary=dictionary)


def _collect(faults: list[Fault], read: Callable[[], Found]) -> Found | None:
    """What `read` returns; its faults go to the others, so that one file does not hide the next."""
    try:
        return read()
    except FaultsError as error:
        faults += error.faults
        return None
