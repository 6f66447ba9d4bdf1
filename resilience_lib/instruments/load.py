"""An instrument's key by its name: the library's, or a study's own."""

from __future__ import annotations

import difflib
from pathlib import Path

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.instruments.key import Key
from resilience_lib.paths import relative, studies
from resilience_lib.study.yaml_files import load_yaml


def key_names(study: str | None = None) -> list[str]:
    """Names of all keys that a study may use, sorted.

    Parameters
    ----------
    study : str, optional
        Its own keys (studies/<study>/instruments/*.yml) are named too.

    Examples
    --------
    >>> key_names()[:4]
    ['cyrm_r', 'mmf', 'rosenberg', 'sdq_parent']
    """
    folders = [_library(), *([_own(study)] if study else [])]
    return sorted({path.stem for folder in folders for path in folder.glob("*.yml")})


def load_key(name: str, study: str | None = None) -> Key:
    """The validated key of one instrument.

    Parameters
    ----------
    name : str
        Its name, e.g. mmf, sdq_self or srs_peer12.
    study : str, optional
        Study whose own keys (studies/<study>/instruments/<name>.yml) are looked at as well.

    Returns
    -------
    Key
        Frozen.

    Raises
    ------
    FaultsError
        There is no such key (the nearest name is given), the name stands both in the library and
        in the study, or the file has faults: first those of its blocks, then those between them,
        each list at once.

    Examples
    --------
    >>> load_key("mmf").parts
    ('emotional', 'behavioural')
    """
    own = _own(study) / f"{name}.yml" if study else None
    path = _library() / f"{name}.yml"
    names = key_names(study)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"instruments here: {', '.join(names)}"
        place = relative(own or path)
        rule = f"there is no instrument called {name}"
        raise FaultsError([Fault(place, rule, remedy, value=name)])
    if own is not None and own.exists():
        if path.exists():
            rule = f"a study's own instrument has a name of its own; the library has a {name} too"
            remedy = f"name the file and its key differently, e.g. {name}_own"
            raise FaultsError([Fault(relative(own), rule, remedy, column="name", value=name)])
        path = own
    key = load_yaml(path, Key)
    if key.name != name:
        rule, remedy = "name is the same as the file's", f"write name: {name}"
        raise FaultsError([Fault(relative(path), rule, remedy, column="name", value=key.name)])
    return key


def _library() -> Path:
    return Path(__file__).resolve().parent / "keys"


def _own(study: str) -> Path:
    return studies() / study / "instruments"
