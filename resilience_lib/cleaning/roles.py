"""What study file and codebook must say together, before any cell is looked at."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from resilience_lib.cleaning.check import given_cells
from resilience_lib.cleaning.shape import PART, ROLES
from resilience_lib.codebook.variable import MEASURES, Codebook, Role, Variable
from resilience_lib.errors import Fault
from resilience_lib.paths import relative, study_file
from resilience_lib.readers.raw_table import RawTable
from resilience_lib.study.intake import RawFile
from resilience_lib.study.schema import Study

_ONCE: tuple[Role, ...] = ("pupil", "school", "classroom", "wave", "gender", "arm")


def role_faults(study: Study, codebook: Codebook) -> list[Fault]:
    """Roles that a file needs and its columns do not have, or have twice.

    Parameters
    ----------
    study : Study
    codebook : Codebook

    Returns
    -------
    list of Fault
        Also variables of files that the study file does not name, waves and outcomes that no
        column gives, and waves without the value that stands for them.
    """
    return [
        *_file_faults(study, codebook),
        *_code_faults(study, codebook),
        *_study_faults(study, codebook),
    ]


def _file_faults(study: Study, codebook: Codebook) -> Iterator[Fault]:
    names = [file.name for file in study.files]
    strange: set[str] = set()
    for variable in codebook.variables:
        if variable.file not in names and variable.file not in strange:
            strange.add(variable.file)
            rule = "every file of the codebook is one of the study file's files"
            remedy = f"files there: {', '.join(names)}"
            yield Fault(codebook.path, rule, remedy, variable.row, "file", variable.file)
    for file in study.files:
        if not codebook.of(file.name):
            rule, remedy = "every file of the study file is described", "add a row per column"
            yield Fault(codebook.path, rule, remedy, column="file", value=file.name)
            continue
        for role in _ONCE:
            yield from _doubled(codebook, file, role)
        if file.holds == "pupils":
            yield from _pupil_roles(study, codebook, file)


def _doubled(codebook: Codebook, file: RawFile, role: Role) -> Iterator[Fault]:
    seen: set[str] = set()
    for variable in codebook.with_role(file.name, role):
        if variable.wave in seen:
            rule = f"one column of {file.name} has role {role}"
            remedy = "give the other one role kept or dropped"
            yield Fault(codebook.path, rule, remedy, variable.row, "role", variable.variable)
        seen.add(variable.wave)


def _pupil_roles(study: Study, codebook: Codebook, file: RawFile) -> Iterator[Fault]:
    needed: list[Role] = ["school"]
    needed.append("code_part" if study.linking.by == "code" else "pupil")
    for role in needed:
        if not codebook.with_role(file.name, role):
            rule = f"a column of {file.name} has role {role}"
            yield Fault(codebook.path, rule, "give it to the column that says it", column="role")
    wide = [v for v in codebook.of(file.name) if v.wave and v.role != "dropped"]
    ways = [file.wave is not None, bool(wide), bool(codebook.with_role(file.name, "wave"))]
    if sum(ways) != 1:
        rule = (
            f"the wave of a row of {file.name} is said once: by wave in the study file, by a "
            "column with role wave, or by the codebook's column wave (a wide file)"
        )
        remedy = "say it in one of the three places"
        yield Fault(codebook.path, rule, remedy, column="wave")
    for variable in wide:
        if variable.wave not in study.wave_names:
            rule = f"waves of this study are {', '.join(study.wave_names)}"
            yield Fault(codebook.path, rule, "mend it", variable.row, "wave", variable.wave)
    for variable in codebook.of(file.name):
        if variable.role in MEASURES and _taken(variable.name):
            rule = "an answer or score is not called like a column that every record has"
            remedy = f"write another name for it into item, e.g. score_{variable.name}"
            yield Fault(codebook.path, rule, remedy, variable.row, "variable", variable.name)
        if wide and variable.role in MEASURES and not variable.wave:
            # read as it stands it would be the pupil's answer at every wave
            rule = "in a wide file every answer and score has its wave"
            remedy = "write T1, T2, ... and the name it has at every wave into item"
            yield Fault(codebook.path, rule, remedy, variable.row, "wave", variable.variable)


def _code_faults(study: Study, codebook: Codebook) -> Iterator[Fault]:
    """Files whose codes have other parts: k of n would mean something else between them."""
    parts = {
        file.name: {v.name for v in codebook.with_role(file.name, "code_part")}
        for file in study.files
        if file.holds == "pupils"
    }
    every = set().union(*parts.values())
    for file, own in parts.items():
        if study.linking.by == "code" and own and own != every:
            rule = f"the code has the same parts in every pupils' file; {file} lacks some"
            remedy = "write into item the name that a part has in every file"
            lacking = ", ".join(sorted(every - own))
            yield Fault(codebook.path, rule, remedy, column="item", value=lacking)


def _taken(name: str) -> bool:
    return name in ("file", "line", *ROLES, *ROLES.values()) or name.startswith(PART)


def _study_faults(study: Study, codebook: Codebook) -> Iterator[Fault]:
    place = relative(study_file(study.study))
    pupils = [file for file in study.files if file.holds == "pupils"]
    used = [v for f in pupils for v in codebook.of(f.name) if v.role != "dropped"]
    needed: list[tuple[Role, bool]] = [("gender", True), ("arm", study.arms is not None)]
    for role, wanted in needed:
        if wanted and not any(v.role == role for v in used):
            rule = f"a column of a pupils' file has role {role}"
            yield Fault(codebook.path, rule, "give it to the column that says it", column="role")
    if any(v.role == "wave" for v in used):
        for number, wave in enumerate(study.waves):
            if wave.value is None:
                rule = "a wave has the value that stands for it in the column with role wave"
                yield Fault(place, rule, "add value: to it", column=f"waves.{number}")
    measured = {v.name for v in used if v.role == "outcome"}
    instruments = {v.instrument for v in used if v.role == "item"}
    for number, outcome in enumerate(study.outcomes):
        if outcome.column is not None and outcome.column not in measured:
            rule = "an outcome's column has role outcome in the codebook of a pupils' file"
            remedy = f"columns with that role: {', '.join(sorted(measured)) or 'none'}"
            key = f"outcomes.{number}.column"
            yield Fault(place, rule, remedy, column=key, value=outcome.column)
        if outcome.instrument is not None and outcome.instrument not in instruments:
            rule = "an outcome's instrument has items in the codebook of a pupils' file"
            remedy = f"instruments there: {', '.join(sorted(instruments)) or 'none'}"
            key = f"outcomes.{number}.instrument"
            yield Fault(place, rule, remedy, column=key, value=outcome.instrument)


def code_faults(
    table: RawTable, variables: tuple[Variable, ...], study: Study, place: str
) -> list[Fault]:
    """Codes that the codebook allows but the study file gives no name: never made missing.

    Parameters
    ----------
    table : RawTable
        One file of pupils.
    variables : tuple of Variable
        Of this file.
    study : Study
    place : str
        The file, for messages.

    Returns
    -------
    list of Fault
        One a code, with how many cells hold it.
    """
    names: dict[str, tuple[str, set[str]]] = {
        "wave": ("waves", {wave.value or "" for wave in study.waves}),
        "gender": ("gender.values", set(study.gender.values)),
    }
    if study.arms is not None:
        names["arm"] = ("arms.values", set(study.arms.values))
    faults = []
    for variable in variables:
        if variable.role not in names or variable.variable not in table.frame.columns:
            continue
        key, known = names[variable.role]
        cells = given_cells(table, variable).dropna()
        meanings = cells.map(variable.meanings) if variable.mapped else cells
        # what the codebook does not allow is a fault of its own already
        unknown = cells[meanings.notna() & ~meanings.isin(known)]
        faults += [
            _unnamed(place, key, study, variable.variable, str(code), count)
            for code, count in unknown.value_counts().sort_index().items()
            if not variable.codes or str(code) in variable.codes
        ]
    return faults


def _unnamed(place: str, key: str, study: Study, column: str, code: str, count: int) -> Fault:
    rule = f"the study file's {key} has no name for this code ({count:,} cells)"
    remedy = (
        f"add it to {key} of {relative(study_file(study.study))}, or to missing_codes of the "
        "codebook"
    )
    return Fault(place, rule, remedy, None, column, code)


def empty_waves(waves: pd.Series, study: Study) -> list[Fault]:
    """Waves of the study file of which there is no row."""
    place = relative(study_file(study.study))
    seen = set(waves.dropna())
    return [
        Fault(
            place,
            f"every wave has rows in the raw files; {wave.name} has none",
            "add its file, mend its value, or take the wave out",
            column=f"waves.{number}",
            value=wave.value or wave.name,
        )
        for number, wave in enumerate(study.waves)
        if wave.name not in seen
    ]
