"""Columns of one wave in a wide file, by how their names end or begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resilience_lib.errors import TO_FILL_IN

_ENDS = re.compile(r"(.+?)[_.\- ](?:t|w|wave|time)_?([1-9])", re.IGNORECASE)
_CAPITAL = re.compile(r"(.*[a-z0-9])T([1-9])")
_BEGINS = re.compile(r"(?:t|w|wave|time)_?([1-9])[_.\- ](.+)", re.IGNORECASE)
_PRE = re.compile(r"(?:(.+)[_.\- ](pre|post)|(pre|post)[_.\- ](.+))", re.IGNORECASE)
_COUNTED = re.compile(r"(.+?)[_.\-]([1-9])")
_MATRIX = re.compile(r"Q(?:ID)?\d+", re.IGNORECASE)
_WORDS = {"pre": "1", "post": "2"}
MOST_WAVES = 4
"""Names that only end in a number are taken for waves up to this one."""


@dataclass(frozen=True)
class WaveColumn:
    """A column of one wave: its name without the wave, and what the codebook's cell says."""

    base: str
    wave: str


def wave_columns(columns: Sequence[str], measured: Iterable[str]) -> dict[str, WaveColumn]:
    """Which columns belong to one wave.

    Parameters
    ----------
    columns : sequence of str
        All names, in the order of the file.
    measured : iterable of str
        Those that hold no answers of few codes: a score may stand alone (`read_1`, `read_2`).

    Returns
    -------
    dict of str to WaveColumn
        By column; empty for most files. Names that say the wave (`read_t1`, `T2_read`, `readT3`,
        `read_post`) give it. Names that only end in a number are proposed, and say TO FILL IN,
        where a stem counts up 1 to k, k from 2 to 4, and either holds scores, as another stem
        with the same numbers may, or is itself numbered like others (`mmf1_2`, `mmf2_2`).
        Answers of one stem are a run of items, and so is a question of Qualtrics (`Q7_1`).

    Examples
    --------
    >>> found = wave_columns(["id", "read_t1", "read_t2"], [])
    >>> found["read_t2"], "id" in found
    (WaveColumn(base='read', wave='T2'), False)
    >>> wave_columns(["a1_1", "a1_2", "a2_1", "a2_2"], [])["a2_2"].wave
    'TO FILL IN: T2?'
    >>> wave_columns(["q_1", "q_2"], []), len(wave_columns(["read_1", "read_2"], ["read_1"]))
    ({}, 2)
    """
    found = {}
    for column in columns:
        said = _said(column)
        if said is not None:
            found[column] = said
    if found:
        return found
    counted: dict[str, dict[str, str]] = {}
    for column in columns:
        match = _COUNTED.fullmatch(column)
        if match is not None:
            counted.setdefault(match[1], {})[match[2]] = column
    sets = {stem: tuple(sorted(numbers)) for stem, numbers in counted.items()}
    scores = {stem for stem, own in counted.items() if set(own.values()) & set(measured)}
    for stem, numbers in sets.items():
        complete = numbers == tuple(str(n) for n in range(1, len(numbers) + 1))
        if not complete or not 2 <= len(numbers) <= MOST_WAVES:
            continue
        alike = {other for other, own in sets.items() if own == numbers}
        numbered = {s for s in alike if s[-1].isdigit() and not _MATRIX.fullmatch(s)}
        if alike & scores or (stem in numbered and len(numbered) > 1):
            for number, column in counted[stem].items():
                found[column] = WaveColumn(stem, f"{TO_FILL_IN}: T{number}?")
    return found


def _said(column: str) -> WaveColumn | None:
    for known, base, number in ((_ENDS, 1, 2), (_CAPITAL, 1, 2), (_BEGINS, 2, 1)):
        match = known.fullmatch(column)
        if match is not None:
            return WaveColumn(match[base], f"T{match[number]}")
    match = _PRE.fullmatch(column)
    if match is None:
        return None
    return WaveColumn(match[1] or match[4], f"T{_WORDS[(match[2] or match[3]).lower()]}")
