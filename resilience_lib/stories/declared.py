"""What a study file says of its stories, against the exports, the frames and the register."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import raw, relative, study_file
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
        A final coding by nobody, codes of themes that their frame does not have, waves of the
        register that the study does not have.
    """
    faults = [
        *_final(study, codings),
        *_themes(study, codes),
        *_waves(study, register),
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
