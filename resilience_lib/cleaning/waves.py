"""Clean waves: one row per pupil and wave, typed, labelled, with a log of what was done."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from resilience_lib.cleaning.check import check_file
from resilience_lib.codebook import Codebook
from resilience_lib.errors import Fault, FaultsError
from resilience_lib.frames import WAVES_COLUMNS
from resilience_lib.study.schema import Study


@dataclass(frozen=True)
class Cleaned:
    """Clean waves and the log of how they came about.

    Parameters
    ----------
    waves : DataFrame
        `WAVES_COLUMNS`, then one float column per outcome that has a raw column.
    log : DataFrame
        step, file, column, rows (before), changed, left (after), what.
    """

    waves: pd.DataFrame
    log: pd.DataFrame


def clean_waves(raw: pd.DataFrame, study: Study, codebook: Codebook, place: str) -> Cleaned:
    """Turn one raw file into clean waves.

    Parameters
    ----------
    raw : DataFrame
        All text, index = line in the file.
    study : Study
    codebook : Codebook
    place : str
        Path of the raw file, for messages.

    Returns
    -------
    Cleaned

    Raises
    ------
    FaultsError
        The file disagrees with its codebook, the study file names columns that are not there
        or are dropped, a pupil's id, school or wave is missing, or a pupil stands twice in one
        wave.
    """
    file = study.files[0].name
    faults = check_file(raw, codebook, file, place) + _missing_columns(raw, study, place)
    faults += _dropped_columns(study, codebook)
    faults += _unmapped(raw, study, codebook, place)
    if faults:
        raise FaultsError(faults)
    log = _Log(file)
    dropped = [v.variable for v in codebook.of(file) if v.role == "dropped"]
    for column in dropped:
        log.add("drop column", column, len(raw), len(raw), len(raw), "dropped by the codebook")
    text = raw.drop(columns=dropped)
    for variable in codebook.of(file):
        if variable.variable in text.columns and variable.missing_codes:
            coded = text[variable.variable].isin(variable.missing_codes)
            text[variable.variable] = text[variable.variable].mask(coded, "")
            log.add(
                "missing code",
                variable.variable,
                len(text),
                int(coded.sum()),
                len(text),
                f"{', '.join(variable.missing_codes)} read as missing",
            )
    waves = _waves(text, study)
    for name in ("gender", "arm", "classroom"):
        unknown = int(waves[name].isna().sum())
        if unknown and not (name == "arm" and study.arms is None):
            log.add("left missing", name, len(waves), unknown, len(waves), f"no {name} given")
    faults = _key_faults(waves, place)
    if faults:
        raise FaultsError(faults)
    ordered = waves.sort_values(["pupil", "wave"], kind="stable").reset_index(drop=True)
    return Cleaned(ordered, log.frame())


class _Log:
    def __init__(self, file: str) -> None:
        self._file = file
        self._rows: list[dict[str, object]] = []

    def add(self, step: str, column: str, rows: int, changed: int, left: int, what: str) -> None:
        self._rows.append(
            {
                "step": step,
                "file": self._file,
                "column": column,
                "rows": rows,
                "changed": changed,
                "left": left,
                "what": what,
            }
        )

    def frame(self) -> pd.DataFrame:
        columns = ["step", "file", "column", "rows", "changed", "left", "what"]
        return pd.DataFrame(self._rows, columns=columns)


def _wanted_columns(study: Study) -> dict[str, str]:
    wanted = {
        "columns.pupil": study.columns.pupil,
        "columns.school": study.columns.school,
        "columns.wave": study.columns.wave,
        "gender.column": study.gender.column,
    }
    if study.columns.classroom is not None:
        wanted["columns.classroom"] = study.columns.classroom
    if study.arms is not None:
        wanted["arms.column"] = study.arms.column
    for outcome in study.outcomes:
        if outcome.column is not None:
            wanted[f"outcomes.{outcome.name}.column"] = outcome.column
    return wanted


def _dropped_columns(study: Study, codebook: Codebook) -> list[Fault]:
    """Columns that the codebook drops and the study file asks for."""
    dropped = {v.variable: v for v in codebook.of(study.files[0].name) if v.role == "dropped"}
    return [
        Fault(
            codebook.path,
            f"the study file's {key} names a column that the codebook drops",
            "use a pseudonym in another column, or give this one another role",
            dropped[column].row,
            "role",
            column,
        )
        for key, column in _wanted_columns(study).items()
        if column in dropped
    ]


def _missing_columns(raw: pd.DataFrame, study: Study, place: str) -> list[Fault]:
    return [
        Fault(
            place,
            f"the study file's {key} names a column that the file does not have",
            f"columns here: {', '.join(raw.columns)}",
            1,
            column,
        )
        for key, column in _wanted_columns(study).items()
        if column not in raw.columns
    ]


def _unmapped(raw: pd.DataFrame, study: Study, codebook: Codebook, place: str) -> list[Fault]:
    """Codes that the codebook allows but the study file gives no name: never made missing."""
    mappings = {
        study.columns.wave: ("waves", {wave.value for wave in study.waves}),
        study.gender.column: ("gender.values", set(study.gender.values)),
    }
    if study.arms is not None:
        mappings[study.arms.column] = ("arms.values", set(study.arms.values))
    missing = {v.variable: v.missing_codes for v in codebook.of(study.files[0].name)}
    return [
        Fault(
            place,
            f"the study file's {key} has no name for this code ({count:,} cells)",
            f"add it to {key} of studies/{study.study}/study.yml, or to missing_codes of the "
            "codebook",
            None,
            column,
            str(code),
        )
        for column, (key, known) in mappings.items()
        if column in raw.columns
        for code, count in raw[column].value_counts().sort_index().items()
        if code != "" and code not in known and code not in missing.get(column, ())
    ]


def _waves(text: pd.DataFrame, study: Study) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "pupil": _clean_id(text[study.columns.pupil]),
            "wave": _clean_wave(text, study),
            "school": _clean_id(text[study.columns.school]),
            "classroom": _clean_classroom(text, study),
            "gender": _clean_gender(text, study),
            "arm": _clean_arm(text, study),
            **{o.name: _clean_score(text[o.column]) for o in study.outcomes if o.column},
        }
    )[[*WAVES_COLUMNS, *[o.name for o in study.outcomes if o.column]]]


def _clean_id(cells: pd.Series) -> pd.Series:
    stripped = cells.str.strip()
    return stripped.mask(stripped == "")


def _clean_wave(text: pd.DataFrame, study: Study) -> pd.Series:
    return text[study.columns.wave].map({wave.value: wave.name for wave in study.waves})


def _clean_classroom(text: pd.DataFrame, study: Study) -> pd.Series:
    if study.columns.classroom is None:
        return pd.Series(None, index=text.index, dtype="str")
    return _clean_id(text[study.columns.classroom])


def _clean_gender(text: pd.DataFrame, study: Study) -> pd.Series:
    return text[study.gender.column].map(study.gender.values)


def _clean_arm(text: pd.DataFrame, study: Study) -> pd.Series:
    if study.arms is None:
        return pd.Series(None, index=text.index, dtype="str")
    return text[study.arms.column].map(study.arms.values)


def _clean_score(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.mask(cells == "")).astype("float64")


def _key_faults(waves: pd.DataFrame, place: str) -> list[Fault]:
    faults = []
    for column in ("pupil", "school", "wave"):
        for line in waves.index[waves[column].isna()]:
            rule = f"every row has a {column} that the study file knows"
            faults.append(Fault(place, rule, "fill it in, or declare its value", int(line), column))
    twice = waves[waves.duplicated(["pupil", "wave"], keep=False)]
    for (pupil, wave), rows in twice.groupby(["pupil", "wave"]):
        lines = ", ".join(str(line) for line in rows.index)
        rule = f"a pupil stands once in a wave; lines {lines} are all {wave}"
        faults.append(Fault(place, rule, "keep one row", int(rows.index[0]), "pupil", str(pupil)))
    return faults
