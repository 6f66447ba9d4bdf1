"""A study by its name."""

from __future__ import annotations

import difflib

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative, studies, study_file
from resilience_lib.study.schema import Study
from resilience_lib.study.yaml_files import load_yaml


def study_names() -> list[str]:
    """Names of all studies that have a study file, sorted."""
    return sorted(path.parent.name for path in studies().glob("*/study.yml"))


def load_study(name: str) -> Study:
    """The validated study file of one study.

    Parameters
    ----------
    name : str
        Name of its folder below studies/.

    Returns
    -------
    Study
        Frozen.

    Raises
    ------
    FaultsError
        There is no such study (the nearest name is given), or its file has faults, which are
        listed all at once.

    Examples
    --------
    >>> load_study("project_star").wave_names
    ('T1', 'T2', 'T3', 'T4')
    """
    path = study_file(name)
    names = study_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"studies here: {', '.join(names)}"
        raise FaultsError(
            [Fault(relative(path), f"there is no study called {name}", remedy, value=name)]
        )
    study = load_yaml(path, Study)
    if study.study != name:
        rule = "study is the same as the folder's name"
        raise FaultsError(
            [Fault(relative(path), rule, f"write study: {name}", column="study", value=study.study)]
        )
    return study
