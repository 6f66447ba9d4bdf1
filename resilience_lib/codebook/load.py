"""Reads a study's codebook, .csv or .xlsx, and refuses it with every fault at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from resilience_lib.codebook.faults import row_faults, structure_faults
from resilience_lib.codebook.variable import COLUMNS, Codebook, Variable, parts
from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import codebook, raw, relative


def load_codebook(study: str) -> Codebook:
    """Read and validate a study's codebook.

    Parameters
    ----------
    study : str
        Name of the study.

    Returns
    -------
    Codebook

    Raises
    ------
    FaultsError
        All faults: absent file, missing or unknown columns, a variable twice, unknown types or
        roles, limits that are no numbers, codes that are allowed and missing at once,
        identifying columns that are neither dropped nor pseudonymised, places left to fill in.
    """
    path = codebook(study)
    name = relative(path)
    if path.suffix == ".csv" and (raw(study) / "codebook.xlsx").exists():
        rule = "a study has one codebook; codebook.csv and codebook.xlsx are both there"
        raise FaultsError([Fault(name, rule, "move one of the two away")])
    if not path.exists():
        rule, remedy = "the study has no codebook", "write one row per column of each raw file"
        raise FaultsError([Fault(name, rule, remedy)])
    rows = _read(path)
    problems = structure_faults(rows, name)
    if problems:
        raise FaultsError(problems)
    rows = rows[list(COLUMNS)].apply(lambda column: column.str.strip())
    faults: list[Fault] = []
    variables = []
    for line, cells in zip(rows.index, rows.to_dict("records"), strict=True):
        found = row_faults(cells, name, int(line))
        faults += found
        if not found:
            variables.append(_variable(cells, int(line)))
    faults += _doubled(rows, name)
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.row or 0))
    return Codebook(name, tuple(variables))


def _read(path: Path) -> pd.DataFrame:
    from resilience_lib.readers.registry import read_raw

    return read_raw(path, path.suffix.removeprefix(".")).frame


def _doubled(rows: pd.DataFrame, name: str) -> list[Fault]:
    """Variables that stand twice, and columns of one file that would get one clean name."""
    named = rows["file"] + "\0" + rows["variable"]
    rule, remedy = "a variable stands once", "remove one row"
    faults = [
        Fault(name, rule, remedy, int(str(line)), "variable", rows.loc[line, "variable"])
        for line in rows.index[named.duplicated() & (rows["variable"] != "")]
    ]
    used = rows[(rows["role"] != "dropped") & ~named.duplicated()]
    # the name in the clean waves, as `Variable.name` makes it
    own = used["item"].mask(used["item"] == "", used["variable"])
    clean = own.mask(used["instrument"] != "", used["instrument"] + "_" + own)
    place = used["file"] + "\0" + clean
    always = used["wave"] == ""
    # a column of every wave would be a second one at each wave that has its own
    again = always & (always.groupby(place).transform("nunique") > 1)
    again |= (place + "\0" + used["wave"]).duplicated()
    rule = "an item stands once in a file and wave"
    remedy = "give one of the two columns another item, or role dropped"
    return faults + [
        Fault(name, rule, remedy, int(str(line)), "item", own[line])
        for line in used.index[again & (own != "")]
    ]


def _variable(cells: dict[str, str], row: int) -> Variable:
    codes = {name: parts(cells[name]) for name in ("allowed", "missing_codes")}
    return Variable(row=row, **{**cells, **codes})  # type: ignore[arg-type]  # checked in row_faults
