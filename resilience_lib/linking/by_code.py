"""Pupils by a self-generated code: agreement on k of n parts, and nothing guessed.

The waves are taken in the order of time. The records of each are held against the pupils known
so far, each of whom is all its earlier records: a pupil who was absent at T2 is found at T3 by
the record of T1. Fit is the largest number of equal parts with any of the pupil's records. A
record joins a pupil where each is the other's one best fit; that is one to one. Two best fits
on either side are a tie, and all records in it stay unmatched. A record that joins nobody is a
new pupil.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilience_lib.linking.by_id import Pupils
from resilience_lib.linking.candidates import agreeing_pairs, school_blocks
from resilience_lib.linking.normalise import Codes
from resilience_lib.linking.records import Records
from resilience_lib.linking.repeated import place


def by_code(records: Records, agree: int, *, same_code_is_one: bool) -> tuple[Pupils, pd.DataFrame]:
    """Link records that agree on at least `agree` parts of the code inside a school.

    Parameters
    ----------
    records : Records
    agree : int
        1 to the number of parts; a missing part agrees with nothing.
    same_code_is_one : bool
        Whether rows of one school and wave with the same whole code are one pupil (the study
        file says which row to keep); else they are two, and tie wherever they fit.

    Returns
    -------
    (Pupils, DataFrame)
        Notes: position, reason ("same_code", "tie", "taken"), detail.
    """
    parts = [part.codes for part in records.parts.values()]
    school = records.school.codes
    first, notes = _same_code(records, parts)
    size = len(records.wave)
    every = np.arange(size)
    if same_code_is_one:
        notes = notes.iloc[:0]
    else:
        first = every
    root = every.copy()  # earliest record of each record's pupil
    usable = (school >= 0) & (first == every)
    found = [notes]
    for wave in range(1, len(records.waves)):
        known = np.flatnonzero(usable & (records.wave < wave))
        new = np.flatnonzero(usable & (records.wave == wave))
        for some_known, some_new in school_blocks(known, new, school):
            pairs = agreeing_pairs(some_known, some_new, school, parts, agree)
            joined, said = _match(records, root, *pairs)
            root[joined[1]] = joined[0]
            found.append(said)
    root = root[first]
    roots, of = np.unique(root, return_inverse=True)
    return Pupils(of, records.keys(roots)), pd.concat(found, ignore_index=True)


def _same_code(records: Records, parts: list[Codes]) -> tuple[Codes, pd.DataFrame]:
    """The earliest record with the same whole code in school and wave, and notes on the rest."""
    first = np.arange(len(records.wave))
    frame = pd.DataFrame(dict(enumerate(parts)))
    frame = frame.assign(school=records.school.codes, wave=records.wave)
    whole = frame[(frame >= 0).all(axis=1)]
    twice = whole[whole.duplicated(keep=False)]
    twice = twice.iloc[np.argsort(records.order[twice.index])]
    rows = []
    for _, group in twice.groupby(list(twice.columns), sort=False):
        positions = group.index.to_numpy()
        first[positions] = positions[0]
        for position in positions:
            others = ", ".join(place(records, p) for p in positions if p != position)
            said = f"the same whole code as {others}: one pupil twice, or two pupils"
            rows.append((int(position), "same_code", said))
    return first, _notes(rows)


def _match(
    records: Records, root: Codes, known: Codes, new: Codes, score: Codes
) -> tuple[tuple[Codes, Codes], pd.DataFrame]:
    """Pairs (pupil, record) that are each other's one best fit, and notes on ties and taken."""
    pairs = pd.DataFrame({"pupil": root[known], "record": new, "score": score})
    pairs = pairs.groupby(["pupil", "record"], sort=False, as_index=False)["score"].max()
    for side in ("pupil", "record"):
        best = pairs.groupby(side)["score"].transform("max")
        pairs[f"{side}_best"] = pairs["score"] == best
        pairs[f"{side}_ties"] = pairs.groupby(side)[f"{side}_best"].transform("sum") > 1
    own = pairs[pairs["record_best"]]
    alone = ~own["record_ties"] & own["pupil_best"] & ~own["pupil_ties"]
    joined = own[alone]
    taken = own[~own["record_ties"] & ~own["pupil_best"]]
    tied = own[~alone & (own["record_ties"] | own["pupil_best"])]
    n = len(records.parts)
    rows = []
    for record, group in tied.groupby("record", sort=False):
        fits = sorted(group["pupil"], key=lambda p: records.order[p])
        said = f"agrees on {group['score'].iloc[0]} of {n} parts with " + ", ".join(
            _whom(records, p) for p in fits
        )
        if len(fits) == 1:
            said += ", as another row of this wave does"
        rows.append((int(record), "tie", f"{said}: left unmatched"))
    for record, pupil, agreed in taken[["record", "pupil", "score"]].itertuples(index=False):
        said = f"agrees on {agreed} of {n} parts with {_whom(records, pupil)}, whom another row"
        rows.append((int(record), "taken", f"{said} of this wave fits better: left unmatched"))
    return (joined["pupil"].to_numpy(), joined["record"].to_numpy()), _notes(rows)


def _whom(records: Records, pupil: int) -> str:
    return f"{records.waves[records.wave[pupil]]} {place(records, pupil)}"


def _notes(rows: list[tuple[int, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["position", "reason", "detail"]).astype({"position": int})
