"""From the columns of one pupils' file to one row per record and wave, whatever its shape."""

from __future__ import annotations

import pandas as pd

from resilience_lib.codebook.variable import MEASURES, Role, Variable
from resilience_lib.study.intake import RawFile
from resilience_lib.study.schema import Study

ROLES: dict[Role, str] = {
    "pupil": "id",
    "school": "school",
    "classroom": "classroom",
    "wave": "wave",
    "gender": "gender",
    "arm": "arm",
}
"""Role in the codebook to column of a record."""

PART = "part_"
"""Begins the name of a column that holds one part of a self-generated code."""


def make_records(
    typed: dict[str, pd.Series], variables: tuple[Variable, ...], file: RawFile, study: Study
) -> pd.DataFrame:
    """Records of one file: one row per pupil and wave.

    Parameters
    ----------
    typed : dict of str to Series
        Typed columns by raw name; index = line.
    variables : tuple of Variable
        Of this file.
    file : RawFile
    study : Study

    Returns
    -------
    DataFrame
        file, line, id, wave, school, classroom, gender, arm (those the file has not are
        missing), `part_<name>` columns, and one float column per outcome and item. In a wide
        file a pupil has a record at each wave at which any column of that wave is filled.
    """
    used = [v for v in variables if v.variable in typed]
    waves = dict.fromkeys(v.wave for v in used if v.wave)
    if not waves:
        records = _columns(used, typed)
    else:
        common = [v for v in used if not v.wave]
        pieces = []
        for wave in waves:
            own = [v for v in used if v.wave == wave]
            filled = pd.DataFrame({v.variable: typed[v.variable].notna() for v in own}).any(axis=1)
            piece = _columns([*common, *own], typed)[filled]
            pieces.append(piece.assign(wave=wave))
        records = pd.concat(pieces)
    if file.wave is not None:
        records["wave"] = file.wave
    elif not waves:
        names = {wave.value: wave.name for wave in study.waves}
        records["wave"] = records["wave"].map(names)
    records["gender"] = records["gender"].map(study.gender.values)
    if study.arms is not None:
        records["arm"] = records["arm"].map(study.arms.values)
    records.insert(0, "file", file.name)
    records.insert(1, "line", records.index)
    return records.reset_index(drop=True)


def _columns(variables: list[Variable], typed: dict[str, pd.Series]) -> pd.DataFrame:
    index = next(iter(typed.values())).index
    empty = pd.Series(None, index=index, dtype="str")
    found = dict.fromkeys(ROLES.values(), empty)
    parts, measures = {}, {}
    for variable in variables:
        cells = typed[variable.variable]
        if variable.role in ROLES:
            found[ROLES[variable.role]] = cells
        elif variable.role == "code_part":
            parts[PART + variable.name] = cells.astype("str")
        elif variable.role in MEASURES:
            measures[variable.name] = cells
    return pd.DataFrame({**found, **parts, **measures}, index=index)
