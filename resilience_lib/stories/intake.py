"""The coded stories of one study, from its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from resilience_lib.codebook.load import load_codebook
from resilience_lib.errors import Fault, FaultsError
from resilience_lib.linking.normalise import normal
from resilience_lib.paths import decision
from resilience_lib.readers.stories.codebooks import with_codebook
from resilience_lib.readers.stories.export import CodedExport
from resilience_lib.readers.stories.registry import read_coded
from resilience_lib.store.decisions import read_decisions
from resilience_lib.store.pseudonyms import pseudonyms
from resilience_lib.store.raw import raw_path
from resilience_lib.stories.drafted import check_confirmed
from resilience_lib.stories.lists import read_lists
from resilience_lib.stories.make import StorySet, make_stories
from resilience_lib.study.schema import Study
from resilience_lib.study.stories import Export

IDS: tuple[str, ...] = ("pupil", "school", "classroom")
HIDDEN = "pseudonymise"


def stories_of(study: Study) -> StorySet:
    """Read a study's exports, its register and what people decided, and make its stories.

    Parameters
    ----------
    study : Study
        With a block `stories`.

    Returns
    -------
    StorySet

    Raises
    ------
    FaultsError
        Everything that is wrong with the files, all at once; then everything that does not fit
        together.
    """
    stories, name = study.stories, study.study
    assert stories is not None
    faults: list[Fault] = []
    exports: dict[str, CodedExport] = {}
    for export in stories.exports:
        try:
            exports[export.name] = read_export(export, lambda file: raw_path(name, file))
        except FaultsError as error:
            faults += error.faults
    written: dict[str, pd.DataFrame] = {}
    for kind in ("sources", "triads", "code_map", "consensus", "quotes", "indicators"):
        file = getattr(stories, kind)
        if file is None:
            continue
        try:
            told = kind in ("sources", "triads")
            path = raw_path(name, file) if told else decision(name, file)
            written[kind] = read_decisions(path, kind)
            if kind == "code_map":
                check_confirmed(path, written[kind])
        except FaultsError as error:
            faults += error.faults
    try:
        written["lists"] = read_lists(study)
    except FaultsError as error:
        faults += error.faults
    if faults:
        raise FaultsError(faults)
    written["lists"] = pseudonymised(study, written["lists"])
    written["sources"] = pseudonymised(study, written["sources"])
    return make_stories(study, exports, written)


def read_export(export: Export, path_of: Callable[[str], Path]) -> CodedExport:
    """One export of a study file, with the codes of its codebook where it names one.

    Parameters
    ----------
    export : Export
    path_of : callable
        The path of a raw file, by its name.

    Returns
    -------
    CodedExport

    Raises
    ------
    FaultsError
        Everything that is wrong with the export, or with the codebook.
    """
    path = path_of(export.name)
    read = read_coded(path, export.reader, coder=export.coder, nested_by=export.nested_by)
    if export.codebook is None:
        return read
    return with_codebook(read, path_of(export.codebook), export.nested_by)


def pseudonymised(study: Study, written: pd.DataFrame) -> pd.DataFrame:
    """The register, or lists, with ids as the clean waves have them.

    Parameters
    ----------
    study : Study
    written : DataFrame
        As people wrote it, with ids as they were given out.

    Returns
    -------
    DataFrame
        Ids of a role that the codebook pseudonymises as cleaning writes them; others untouched.

    Raises
    ------
    FaultsError
        The codebook has faults, or the key of pseudonyms is not there.
    """
    if not study.has_pupils:
        return written
    hidden = {v.role for v in load_codebook(study.study).variables if v.sensitive == HIDDEN}
    pseudonym = pseudonyms(study.study)
    found = {
        role: written[role].map(lambda id_: pseudonym(normal(id_)) if id_ else "").astype("str")
        for role in IDS if role in hidden and role in written
    }  # fmt: skip
    return written.assign(**found)
