"""Which code of a frame a code of the team's own seems to be, by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resilience_lib.readers.stories.export import levels
from resilience_lib.stories.coding_frames import OWN, load_frame
from resilience_lib.stories.drafted import NOT_SUGGESTED, SUGGESTED

COLUMNS: tuple[str, ...] = ("code", "frame", "frame_code", "label", "note")
FLAT: tuple[str, ...] = (".", "/", ":", ">")
"""What tools write between the levels of a flat name, unless the study file says so."""

_OPEN = "fill in frame and frame_code, or leave blank to map it to nothing on purpose"
_PARTING = re.compile(r"[\s_\-\u2010-\u2014]+")
_IZE = re.compile(r"iz(?=(?:e|ed|es|ing|ations?)(?:_|$))")


def alike(name: str) -> str:
    """A name without what only differs in spelling: case, spaces, hyphens, -ize for -ise.

    Examples
    --------
    >>> alike("Realized "), alike("being-brave"), alike("Life  skills")
    ('realised', 'being_brave', 'life_skills')
    """
    return _IZE.sub("is", _PARTING.sub("_", name.strip().casefold()).strip("_"))


@dataclass(frozen=True)
class _Place:
    """A code of a frame, with all names it goes by and those that stand above it."""

    frame: str
    code: str
    names: frozenset[str]
    above: frozenset[str]


def _places(frames: Iterable[str]) -> list[_Place]:
    found = []
    for frame in frames:
        if frame == OWN:
            continue
        rows = load_frame(frame)
        labels = dict(zip(rows["code"], rows["label"], strict=True))
        for code, label, parent in zip(rows["code"], rows["label"], rows["parent"], strict=True):
            above = {alike(frame)} | ({alike(parent), alike(labels[parent])} if parent else set())
            names = frozenset({alike(code), alike(label)})
            found.append(_Place(frame, code, names, frozenset(above)))
    return found


def _found(code: str, places: Sequence[_Place]) -> list[_Place]:
    """Places whose name is the last level; those alone whose parent the other levels name."""
    *upper, last = (alike(level) for level in code.split("::"))
    named = [place for place in places if last in place.names]
    below = [place for place in named if place.above & set(upper)]
    return below or named


def draft_codes(codes: Iterable[str], frames: Sequence[str]) -> list[dict[str, str]]:
    """A row of the code map for each code.

    Parameters
    ----------
    codes : iterable of str
        Codes of the exports, their levels joined by "::".
    frames : sequence of str
        Those that the study file names; where two have the code, the first is suggested.

    Returns
    -------
    list of dict
        `COLUMNS`. The note says of every row that a person has to look at it.

    Examples
    --------
    >>> draft_codes(["Cycle::Realized"], ["value_creation_2011"])[0]["frame_code"]
    'realised'
    >>> draft_codes(["Cycle::Realized"], ["noble_truths"])[0]["note"][:13]
    'not suggested'
    """
    places = _places(frames)
    return [_row(code, _found(code, places)) for code in codes]


def _row(code: str, found: Sequence[_Place]) -> dict[str, str]:
    if not found:
        return dict.fromkeys(COLUMNS, "") | {"code": code, "note": f"{NOT_SUGGESTED}: {_OPEN}"}
    first, *others = found
    also = "".join(f"; {place.frame} has {place.code} too" for place in others)
    note = f"{SUGGESTED}: confirm{also}"
    return dict(zip(COLUMNS, (code, first.frame, first.code, "", note), strict=True))


def flat_codes(codes: Iterable[str], frames: Sequence[str]) -> dict[str, str]:
    """Codes that would be suggested if a sign in their name parted levels.

    Parameters
    ----------
    codes : iterable of str
    frames : sequence of str

    Returns
    -------
    dict of str to str
        One such code by each sign (`FLAT`).

    Examples
    --------
    >>> flat_codes(["mood", "cycle.applied"], ["value_creation_2011"])
    {'.': 'cycle.applied'}
    """
    places, seen = _places(frames), dict[str, str]()
    for code in codes:
        for sign in FLAT:
            deeper = levels(code, sign)
            if deeper != code and _found(deeper, places) and not _found(code, places):
                seen.setdefault(sign, code)
    return seen
