"""The coded stories of one study, from its files."""

from __future__ import annotations

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
from resilience_lib.stories.make import StorySet, make_stories
from resilience_lib.study.schema import Study

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
            path = raw_path(name, export.name)
            read = read_coded(path, export.reader, coder=export.coder, nested_by=export.nested_by)
            if export.codebook is not None:
                read = with_codebook(read, raw_path(name, export.codebook), export.nested_by)
            exports[export.name] = read
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
        except FaultsError as error:
            faults += error.faults
    if faults:
        raise FaultsError(faults)
    written["sources"] = pseudonymised(study, written["sources"])
    return make_stories(study, exports, written)


def pseudonymised(study: Study, register: pd.DataFrame) -> pd.DataFrame:
    """The register with ids as the clean waves have them.

    Parameters
    ----------
    study : Study
    register : DataFrame
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
        return register
    hidden = {v.role for v in load_codebook(study.study).variables if v.sensitive == HIDDEN}
    pseudonym = pseudonyms(study.study)
    found = {
        role: register[role].map(lambda id_: pseudonym(normal(id_)) if id_ else "").astype("str")
        for role in IDS if role in hidden
    }  # fmt: skip
    return register.assign(**found)
