"""The records of all waves as numbers, which every rule of linking works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from resilience_lib.linking.normalise import Codes, Normalised, normalise


@dataclass(frozen=True)
class Records:
    """One entry per record in every array.

    Parameters
    ----------
    waves : tuple of str
        Names of the waves in the order of time.
    wave : array of int
        Position in `waves`.
    school, id, gender : Normalised
    parts : dict of str to Normalised
        Parts of the code, by column; empty where records are not linked by code.
    answered : array of int
        Answered cells; 0 where not given.
    index : MultiIndex
        (file, line) of each record.
    order : array of int
        Place of each record by wave, file and line: does not depend on the order of the rows.
    """

    waves: tuple[str, ...]
    wave: Codes
    school: Normalised
    id: Normalised
    gender: Normalised
    parts: dict[str, Normalised]
    answered: Codes
    index: pd.MultiIndex
    order: Codes

    def keys(self, records: Codes) -> npt.NDArray[Any]:
        """Keys of pupils whose earliest records these are; lower-case, unlike every id."""
        wave = np.array(self.waves, dtype=object)[self.wave[records]]
        file, line = (self.index.get_level_values(level)[records] for level in (0, 1))
        named = [f"record:{w}/{f}/{n}" for w, f, n in zip(wave, file, line, strict=True)]
        return np.array(named, dtype=object)


def read_records(rows: pd.DataFrame, parts: list[str]) -> Records:
    """Number the cells of the rows.

    Parameters
    ----------
    rows : DataFrame
        As for `link.link_waves`.
    parts : list of str
        Columns that are parts of the code.

    Returns
    -------
    Records

    Raises
    ------
    ValueError
        A record has no wave, or two records of one wave have one place.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("b.csv", 2), ("a.csv", 3)], names=["file", "line"])
    >>> rows = pd.DataFrame({"wave": ["T2", "T1"], "school": "S", "id": ["1", "1"]}, index=index)
    >>> r = read_records(rows, [])
    >>> r.waves, r.wave.tolist(), r.order.tolist(), r.keys(np.array([1])).tolist()
    (('T1', 'T2'), [1, 0], [1, 0], ['record:T1/a.csv/3'])
    """
    index = rows.index
    if not isinstance(index, pd.MultiIndex) or index.nlevels != 2:
        raise ValueError("the index of the rows is (file, line)")
    code, found = pd.factorize(rows["wave"].to_numpy(dtype=object))
    if (code < 0).any():
        raise ValueError("every record has a wave")
    # T10 comes after T9
    waves = tuple(sorted(found, key=lambda name: (len(name), name)))
    wave = np.array([waves.index(name) for name in found], dtype=np.int64)[code]
    return Records(
        waves,
        wave,
        normalise(rows["school"]),
        _column(rows, "id"),
        _column(rows, "gender"),
        {part: normalise(rows[part]) for part in parts},
        rows["answered"].to_numpy(dtype=np.int64) if "answered" in rows else np.zeros_like(wave),
        index,
        _order(wave, index),
    )


def _column(rows: pd.DataFrame, name: str) -> Normalised:
    return normalise(rows[name] if name in rows else pd.Series(None, rows.index, dtype="object"))


def _order(wave: Codes, index: pd.MultiIndex) -> Codes:
    file = pd.factorize(index.get_level_values(0), sort=True)[0]
    line = index.get_level_values(1).to_numpy(dtype=np.int64)
    place = np.empty(len(wave), dtype=np.int64)
    sequence = np.lexsort((line, file, wave))
    place[sequence] = np.arange(len(wave))
    same = np.ones(max(len(wave) - 1, 0), dtype=bool)
    for values in (line, file, wave):
        same &= np.diff(values[sequence]) == 0
    if same.any():
        raise ValueError("each record of a wave has a place (file, line) of its own")
    return place
