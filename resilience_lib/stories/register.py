"""The register of sources: everybody asked, also those who told nothing."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative

LINKS: tuple[str, ...] = ("teller", "role", "school", "classroom", "pupil", "site", "wave")
SOURCE_COLUMNS: tuple[str, ...] = ("source", "story", *LINKS, "asked", "told")
PUPIL_ROLE = "pupil"


def check_register(path: Path, register: pd.DataFrame, sources: Collection[str]) -> None:
    """Refuse a register that the exports do not fit.

    Parameters
    ----------
    path : Path
        The file, for messages.
    register : DataFrame
        As `store.decisions.read_decisions` gives it.
    sources : collection of str
        Sources of the exports.

    Raises
    ------
    FaultsError
        Sources that are coded and not in the register, or are said not to have been asked; a
        pupil beside a teller who is none; a story told by two schools, sites or roles.
    """
    faults = list(_faults(path, register, sources))
    if faults:
        raise FaultsError(faults)


def _faults(path: Path, register: pd.DataFrame, sources: Collection[str]) -> Iterator[Fault]:
    file, known = relative(path), register["source"].tolist()
    for source in sorted(set(sources) - set(known)):
        near = difflib.get_close_matches(source, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else "add a row for it"
        rule = "every coded source is in the register"
        yield Fault(file, rule, remedy, column="source", value=source)
    coded = set(sources)
    silent = (register["asked"] == "no") & register["source"].isin(coded)
    staffs = (register["pupil"] != "") & (register["role"] != PUPIL_ROLE)
    for line, row in register[silent | staffs].iterrows():
        place = int(str(line))
        if row["asked"] == "no" and row["source"] in coded:
            rule, remedy = "a source that was not asked has no coded segments", "write yes"
            yield Fault(file, rule, f"{remedy}, or take it out of the export", place, "asked", "no")
        if row["pupil"] and row["role"] != PUPIL_ROLE:
            yield Fault(file, "staff's stories link to a class or school, never to pupils",
                        f"leave pupil blank; only tellers whose role is {PUPIL_ROLE} have one",
                        place, "pupil", row["pupil"])  # fmt: skip
    story = register["story"].where(register["story"] != "", register["source"])
    for link in ("school", "site", "role"):
        values = register[link].groupby(story).nunique()
        for name in values.index[values > 1]:
            yield Fault(file, f"all sources of one story have one {link}",
                        "give the sources stories of their own", column="story",
                        value=str(name))  # fmt: skip


def persons_of(sources: pd.DataFrame) -> pd.Series:
    """Who each source is of: its teller, who may have several; a source without one is a person.

    Examples
    --------
    >>> rows = pd.DataFrame({"source": ["a1", "a2", "b"], "teller": ["ann", "ann", ""]})
    >>> persons_of(rows).tolist()
    ['ann', 'ann', 'b']
    """
    return sources["teller"].where(sources["teller"] != "", sources["source"])


def complete_register(register: pd.DataFrame, told: Collection[str]) -> pd.DataFrame:
    """The register with its blanks filled.

    Parameters
    ----------
    register : DataFrame
    told : collection of str
        Sources in which a coder marked something.

    Returns
    -------
    DataFrame
        `SOURCE_COLUMNS`: a story of its own where none is given, asked "yes" where blank, and
        `told` "yes" or "no".

    Examples
    --------
    >>> rows = pd.DataFrame({"source": ["a", "b"], "story": ["", "s"], "asked": ["", "yes"],
    ...     **{link: ["", ""] for link in LINKS}})
    >>> complete_register(rows, {"b"})[["story", "asked", "told"]].to_numpy().tolist()
    [['a', 'yes', 'no'], ['s', 'yes', 'yes']]
    """
    story = register["story"].where(register["story"] != "", register["source"])
    said = register["source"].isin(list(told)).map({True: "yes", False: "no"}).astype("str")
    whole = register.assign(story=story, asked=register["asked"].replace("", "yes"), told=said)
    return whole[list(SOURCE_COLUMNS)].reset_index(drop=True)
