"""Clean waves: one row per pupil and wave, typed, labelled, linked, with a log of every change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from resilience_lib.cleaning.log import Log
from resilience_lib.cleaning.roles import empty_waves
from resilience_lib.cleaning.shape import PART, ROLES, make_records
from resilience_lib.cleaning.typed import Pseudonym, type_columns
from resilience_lib.codebook.variable import Codebook
from resilience_lib.errors import Fault, FaultsError
from resilience_lib.frames import WAVES_COLUMNS
from resilience_lib.linking.link import link_waves
from resilience_lib.linking.normalise import normal
from resilience_lib.linking.plan import Linked, LinkingPlan
from resilience_lib.paths import raw, relative
from resilience_lib.readers.raw_table import RawTable
from resilience_lib.study.schema import Study

RECORD = "record:"
"""Begins the key of a pupil who has no id; linking names them by their earliest record."""


@dataclass(frozen=True)
class Cleaned:
    """Everything that cleaning makes of a study's raw files.

    Parameters
    ----------
    waves : DataFrame
        `WAVES_COLUMNS`, then one float column per outcome that has a raw column and one per item
        of an instrument (`<instrument>_<item>`); one row per pupil and wave.
    others : dict of str to DataFrame
        Typed rows of the files that hold no pupils, by what they hold (`staff`,
        `school_records`).
    log : DataFrame
        Every change: `log.COLUMNS`, and `schools`, from how many the rows of the file (or of all
        files of pupils) come; missing where the file does not say.
    links : DataFrame
        The link report.
    look_at : DataFrame
        Records whose link a person should look at. They name pupils and stay with the data.
    """

    waves: pd.DataFrame
    others: dict[str, pd.DataFrame]
    log: pd.DataFrame
    links: pd.DataFrame
    look_at: pd.DataFrame


def clean_study(
    tables: Mapping[str, RawTable], study: Study, codebook: Codebook, pseudonym: Pseudonym
) -> Cleaned:
    """Turn a study's raw files into clean waves.

    Parameters
    ----------
    tables : mapping of str to RawTable
        By file name; checked against the codebook (`intake.read_files`).
    study : Study
    codebook : Codebook
    pseudonym : callable
        From an id to its pseudonym; called where the codebook asks for it.

    Returns
    -------
    Cleaned

    Raises
    ------
    FaultsError
        A row without school, wave or id, a school spelled in two ways, a wave without rows, or a
        pupil twice in one wave where the study file does not say which row counts.
    """
    log = Log()
    records: list[pd.DataFrame] = []
    others: dict[str, list[pd.DataFrame]] = {}
    schools: dict[str, int] = {}
    for file in study.files:
        variables = codebook.of(file.name)
        typed = type_columns(tables[file.name], variables, file.name, pseudonym, log)
        for column in (v.variable for v in variables if v.role == "school"):
            schools[file.name] = typed[column].nunique()
        if file.holds == "pupils":
            records.append(make_records(typed, variables, file, study))
        else:
            others.setdefault(file.holds, []).append(
                pd.DataFrame({v.name: typed[v.variable] for v in variables if v.variable in typed})
            )
    stacked = pd.concat(records, ignore_index=True)
    names = {file.name: _names(codebook, file.name) for file in study.files}
    faults = [
        *_key_faults(stacked, study, names),
        *_spelling_faults(stacked, study, names),
        *empty_waves(stacked["wave"], study),
    ]
    if faults:
        raise FaultsError(faults)
    _log_zeros(stacked, log)
    rows = _without_id(stacked, study, log)
    linked = _link(rows, study, names)
    pupils = [file.name for file in study.files if file.holds == "pupils"]
    # staff may answer items too: theirs are no pupil's
    items = [v.name for name in pupils for v in codebook.with_role(name, "item")]
    rows = rows.assign(pupil=linked.pupil.to_numpy())
    waves = _waves(rows[linked.kept.to_numpy()], study, items)
    _log_linking(rows, linked, study, log)
    _log_unknown(waves, study, log)
    made = {name: pd.concat(frames, ignore_index=True) for name, frames in others.items()}
    schools[""] = waves["school"].nunique()
    changes = log.frame()
    changes["schools"] = changes["file"].map(schools).astype("float64")
    return Cleaned(waves, made, changes, linked.report, linked.look_at)


def _names(codebook: Codebook, file: str) -> dict[str, str]:
    """What a file calls its columns of pupils, schools and waves, by what a record calls them."""
    found = {
        column: [v.variable for v in codebook.with_role(file, role)]
        for role, column in ROLES.items()
    }
    return {column: ", ".join(names) for column, names in found.items() if names}


def _key_faults(
    records: pd.DataFrame, study: Study, names: Mapping[str, Mapping[str, str]]
) -> list[Fault]:
    needed = {"school": "fill it in", "wave": "fill it in, or declare its value in the study file"}
    if study.linking.by != "code" and study.linking.without_id == "stop":
        needed["id"] = (
            "fill it in, or say linking: without_id: set_aside in the study file, which leaves "
            "such rows out"
        )
    return [
        Fault(
            relative(raw(study.study) / file),
            f"every row has a {'pupil' if column == 'id' else column}",
            remedy,
            int(line),
            names[file].get(column, column),
        )
        for column, remedy in needed.items()
        for file, line in records.loc[records[column].isna(), ["file", "line"]].itertuples(
            index=False
        )
    ]


def _spelling_faults(
    records: pd.DataFrame, study: Study, names: Mapping[str, Mapping[str, str]]
) -> list[Fault]:
    """Schools that linking takes for one and every table for two."""
    first = records[records["school"].notna()].drop_duplicates("school")
    schools = first["school"].map(normal)
    kept = dict(zip(schools[::-1], first["school"][::-1], strict=True))
    return [
        Fault(
            relative(raw(study.study) / file),
            f"a school is written in one way in all files; {kept[school]!r} is the same",
            "write it in one way, or give both spellings one meaning in allowed: a=A|A=A",
            int(line),
            names[file].get("school"),
            spelled,
        )
        for file, line, spelled, school in zip(
            first["file"], first["line"], first["school"], schools, strict=True
        )
        if kept[school] != spelled
    ]


def _log_zeros(records: pd.DataFrame, log: Log) -> None:
    """Ids that differ in zeros in front alone stay two pupils, but somebody should look."""
    ids = records["id"].dropna()
    short = ids.str.lstrip("0")
    several = ids.groupby(short).transform("nunique") > 1
    lost = int((several & (ids == short)).sum())
    if lost:
        log.add("look at ids", "", "pupil", "another id is the same but for zeros in front", lost,
                before="zeros perhaps lost in front", after="as they are",
                rows=(len(records), len(records)))  # fmt: skip


def _without_id(records: pd.DataFrame, study: Study, log: Log) -> pd.DataFrame:
    if study.linking.by == "code" or not records["id"].isna().any():
        return records
    left = records[records["id"].notna()].reset_index(drop=True)
    log.add("set rows aside", "", "pupil", "study file: linking.without_id",
            len(records) - len(left), before="rows without id", after="left out",
            rows=(len(records), len(left)))  # fmt: skip
    return left


def _link(records: pd.DataFrame, study: Study, names: Mapping[str, Mapping[str, str]]) -> Linked:
    measures = [c for c in records.columns if records[c].dtype == "float64"]
    parts = [column for column in records.columns if column.startswith(PART)]
    rows = records[["wave", "school", "id", "gender", *parts]].assign(
        answered=records[measures].notna().sum(axis=1)
    )
    places = {name: relative(raw(study.study) / name) for name in records["file"].unique()}
    rows.index = pd.MultiIndex.from_arrays(
        [records["file"].map(places), records["line"]], names=["file", "line"]
    )
    asked = study.linking
    plan = LinkingPlan(asked.by, agree=asked.agree, keep=asked.keep)
    try:
        return _renamed(link_waves(rows, plan))
    except FaultsError as error:
        called = {places[file]: names[file].get("id", "id") for file in places}
        raise FaultsError(
            [
                replace(fault, column=called[fault.file]) if fault.column == "id" else fault
                for fault in error.faults
            ]
        ) from None


def _renamed(linked: Linked) -> Linked:
    """Pupils known by their first record alone get a number, in the order of those records."""
    keys = sorted({key for key in linked.pupil if key.startswith(RECORD)})
    names = {key: f"R{number:0{len(str(len(keys)))}d}" for number, key in enumerate(keys, start=1)}
    pupil = [names.get(key, key) for key in linked.pupil]
    seen = [names.get(key, key) for key in linked.look_at["pupil"]]
    return replace(
        linked,
        pupil=pd.Series(pupil, linked.pupil.index, dtype="str"),
        look_at=linked.look_at.assign(pupil=pd.Series(seen, dtype="str")),
    )


def _waves(records: pd.DataFrame, study: Study, items: list[str]) -> pd.DataFrame:
    # by name and not by renaming: two outcomes may come from one column, and a column that is
    # nobody's outcome may be called like an outcome
    columns = {column: column for column in WAVES_COLUMNS}
    columns |= {o.name: o.column for o in study.outcomes if o.column is not None}
    columns |= {item: item for item in items}
    waves = pd.DataFrame({name: records[column] for name, column in columns.items()})
    return waves.sort_values(["pupil", "wave"], kind="stable").reset_index(drop=True)


def _log_linking(records: pd.DataFrame, linked: Linked, study: Study, log: Log) -> None:
    aside = int((~linked.kept).sum())
    if aside:
        log.add("set rows aside", "", "pupil", f"study file: linking.keep: {study.linking.keep}",
                aside, before="two rows of a pupil in a wave", after="one row",
                rows=(len(records), len(records) - aside))  # fmt: skip


def _log_unknown(waves: pd.DataFrame, study: Study, log: Log) -> None:
    rows = (len(waves), len(waves))
    for name in ("gender", "arm", "classroom"):
        unknown = int(waves[name].isna().sum())
        if unknown and not (name == "arm" and study.arms is None):
            log.add("left missing", "", name, "nothing is guessed", unknown,
                    before=f"no {name} given", after="missing", rows=rows)  # fmt: skip
