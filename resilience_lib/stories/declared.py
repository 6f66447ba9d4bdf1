"""What a study file says of its stories, against the exports, the frames and the register."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import raw, relative, study_file
from resilience_lib.stories.unnamed import REMEDY, ids_of, named_in
from resilience_lib.study.stories import SETTLED

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study


def check_declared(
    study: Study, codings: pd.DataFrame, codes: pd.DataFrame, register: pd.DataFrame
) -> None:
    """Refuse names in the study file that stand nowhere else, before anything is counted.

    Parameters
    ----------
    study : Study
    codings : DataFrame
        As `stories.segments.combine_exports` gives them.
    codes : DataFrame
        Codes of the frames.
    register : DataFrame
        As people wrote it.

    Raises
    ------
    FaultsError
        A final coding by nobody, or by a coder who did not code what others did; codes of themes
        that their frame does not have; inferences that hold an id; waves of the register that the
        study does not have; a teller whose sources alone make a count that shows.
    """
    faults = [
        *_final(study, codings),
        *_themes(study, codes),
        *_inferences(study, register),
        *_waves(study, register),
        *_tellers(study, register),
    ]
    if faults:
        raise FaultsError(faults)


def _final(study: Study, codings: pd.DataFrame) -> Iterator[Fault]:
    assert study.stories is not None
    final, coders = study.stories.final, sorted(set(codings["coder"]))
    if final not in (*SETTLED, *coders):
        yield Fault(relative(study_file(study.study)), "no export has a coder of that name",
                    f"write union, consensus, or one of {', '.join(coders)}",
                    column="stories.final", value=final)  # fmt: skip
    elif final in coders and not study.stories.final_read_all:
        # an untagged highlight is a mark as well: who made it read the source
        read = codings.loc[codings["coder"] == final, "source"]
        for source in codings.loc[~codings["source"].isin(read), "source"].drop_duplicates():
            yield Fault(relative(study_file(study.study)), f"{final} never coded this source, and "
                        "others did: it would count as silent", f"have {final} code it, write "
                        f"final: union or consensus, or final_read_all: true where {final} read it "
                        "and found nothing", column="stories.final", value=source)  # fmt: skip


def _themes(study: Study, codes: pd.DataFrame) -> Iterator[Fault]:
    listed = {str(name): set(part["code"]) for name, part in codes.groupby("frame")}
    for number, theme in enumerate(study.mixed.themes if study.mixed is not None else ()):
        known = listed.get(theme.frame, set())
        for code in theme.codes:
            if code not in known:
                near = difflib.get_close_matches(code, sorted(known), n=1)
                remedy = f"did you mean {near[0]}?" if near else "write codes as the code map does"
                yield Fault(relative(study_file(study.study)), f"{theme.frame} has no such code",
                            remedy, column=f"mixed.themes.{number}.codes", value=code)  # fmt: skip


def _inferences(study: Study, register: pd.DataFrame) -> Iterator[Fault]:
    ids = ids_of(register)
    for number, theme in enumerate(study.mixed.themes if study.mixed is not None else ()):
        for name in named_in(theme.inference or "", ids):
            yield Fault(relative(study_file(study.study)), "an inference holds the id of a source "
                        "or teller", REMEDY, column=f"mixed.themes.{number}.inference",
                        value=name)  # fmt: skip


def _waves(study: Study, register: pd.DataFrame) -> Iterator[Fault]:
    assert study.stories is not None
    if not study.wave_names:
        return
    given = register.loc[~register["wave"].isin([*study.wave_names, ""]), "wave"]
    for line, wave in given.items():
        yield Fault(relative(raw(study.study) / study.stories.sources),
                    f"waves of this study are {', '.join(study.wave_names)}",
                    "write one of these, or leave the cell blank", int(str(line)), "wave",
                    wave)  # fmt: skip


def _tellers(study: Study, register: pd.DataFrame) -> Iterator[Fault]:
    assert study.stories is not None
    least = study.stories.minimum_sources
    if study.disclosure.open_data or least == 1:
        return
    given = register.loc[(register["asked"] != "no") & (register["teller"] != ""), "teller"]
    many = given.value_counts()
    most = int(many.max()) if len(many) else 0
    for line, teller in given[given.map(many).ge(least)].drop_duplicates().items():
        yield Fault(relative(raw(study.study) / study.stories.sources),
                    f"a count of {least:,} sources, which shows, is of more than one teller; this "
                    f"one alone has {many[teller]:,}", f"write minimum_sources: {most + 1} or more "
                    "in the study file", int(str(line)), "teller", teller)  # fmt: skip
