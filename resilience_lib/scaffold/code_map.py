"""`make code-map`: drafts what a study with coded stories needs beside its exports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import decision, raw, relative, study_file
from resilience_lib.readers.stories.export import CodedExport
from resilience_lib.scaffold.certificates import certified, raw_file
from resilience_lib.scaffold.code_map_told import PeopleFile, look_at, next_steps, told_of
from resilience_lib.scaffold.draft_codes import COLUMNS as CODE_COLUMNS
from resilience_lib.scaffold.draft_codes import draft_codes, flat_codes
from resilience_lib.scaffold.draft_sources import COLUMNS as SOURCE_COLUMNS
from resilience_lib.scaffold.draft_sources import draft_sources
from resilience_lib.store.decisions import read_decisions
from resilience_lib.store.described import with_rows, write_together
from resilience_lib.stories.intake import read_export
from resilience_lib.study.load import load_study
from resilience_lib.study.stories import Stories


def draft_code_map(study: str) -> list[str]:
    """Draft the register of sources and the code map, whichever is absent.

    Parameters
    ----------
    study : str
        Its study file names the exports.

    Returns
    -------
    list of str
        What was written; of a file that is there, which is never changed, the rows that it lacks;
        what to look at, and what to do next.

    Raises
    ------
    FaultsError
        Nothing is written: the study file, an export or a file that is there has faults.
    """
    stories = load_study(study).stories
    if stories is None:
        rule, remedy = "the study file names exports of coded stories", "see docs/stories.md"
        raise FaultsError([Fault(relative(study_file(study)), rule, remedy, column="stories")])
    exports = _exports(study, stories)
    sources, codes = draft_sources(exports), _codes(exports)
    register, code_map = _files(
        (raw(study) / stories.sources, "sources", "source", sources.rows),
        (decision(study, stories.code_map), "code_map", "code", draft_codes(codes, stories.frames)),
    )
    contents = {
        one.path: with_rows(one.path, one.rows, [*(one.rows[0] if one.rows else columns)])
        for one, columns in ((register, SOURCE_COLUMNS), (code_map, CODE_COLUMNS))
        if one.there is None
    }
    signed, source_yml = certified(study, stories)
    if source_yml is not None:
        contents[raw(study) / "source.yml"] = source_yml
    for path in contents:
        path.parent.mkdir(parents=True, exist_ok=True)
    write_together(contents)
    # once a code map is written by a person, its levels are as they mean them
    flat = flat_codes(codes, stories.frames) if code_map.there is None else {}
    return [
        *told_of(register),
        *told_of(code_map),
        *signed,
        *look_at(register, sources, flat),
        *next_steps(study, register, code_map),
    ]


def _exports(study: str, stories: Stories) -> list[CodedExport]:
    """All exports by their readers; every fault of every export at once."""
    read, faults = [], list[Fault]()
    for export in stories.exports:
        try:
            read.append(read_export(export, lambda name: raw_file(study, name)))
        except FaultsError as error:
            faults += error.faults
    if faults:
        raise FaultsError(list(dict.fromkeys(faults)))
    return read


def _codes(exports: Sequence[CodedExport]) -> list[str]:
    """Codes in the order of the codebooks, then those that only segments have."""
    found = (
        code for export in exports for code in (*export.codes["code"], *export.segments["code"])
    )
    return list(dict.fromkeys(code for code in found if isinstance(code, str) and code))


def _files(*named: tuple[Path, str, str, list[dict[str, str]]]) -> list[PeopleFile]:
    """The files as they are; the faults of all of them at once."""
    found, faults = [], list[Fault]()
    for path, kind, key, rows in named:
        try:
            there = list(read_decisions(path, kind)[key]) if path.exists() else None
        except FaultsError as error:
            faults += error.faults
            continue
        if there is None and path.suffix.lower() != ".csv":
            rule, remedy = "the file is a CSV", f"name it {path.stem}.csv in the study file"
            faults.append(Fault(relative(path), rule, remedy))
        found.append(PeopleFile(path, key, rows, there))
    if faults:
        raise FaultsError(faults)
    return found
