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
from resilience_lib.linking.normalise import Codes, Flags
from resilience_lib.linking.records import Records
from resilience_lib.linking.repeated import place, shortened


def by_code(records: Records, agree: int, *, same_code_is_one: bool) -> tuple[Pupils, pd.DataFrame]:
    """Link records that agree on at least `agree` parts of the code inside a school.

    Parameters
    ----------
    records : Records
    agree : int
        1 to the number of parts; a missing part agrees with nothing.
    same_code_is_one : bool
        Whether rows of one school and wave with the same whole code are one pupil (of whom
        one row is kept, or the build stops); else they are two, and tie wherever they fit.

    Returns
    -------
    (Pupils, DataFrame)
        Notes: position, reason ("same_code", "tie", "taken"), detail.
    """
    parts = [part.codes for part in records.parts.values()]
    school = records.school.codes
    kind = _kinds([school, *parts])
    first, notes = _same_code(records, kind, np.all([part >= 0 for part in parts], axis=0))
    every = np.arange(len(records.wave))
    if same_code_is_one:
        notes = notes.iloc[:0]
    else:
        first = every
    root = every.copy()  # earliest record of each record's pupil
    usable = (school >= 0) & (first == every)
    found = [notes]
    for wave in range(1, len(records.waves)):
        known = np.flatnonzero(usable & (records.wave < wave))
        # a pupil who gave one code twice is compared once, and so is a code of several new rows
        known = known[np.unique(root[known] * len(every) + kind[known], return_index=True)[1]]
        new = np.flatnonzero(usable & (records.wave == wave))
        new = new[np.argsort(kind[new], kind="stable")]
        _, start, times = np.unique(kind[new], return_index=True, return_counts=True)
        alike = np.zeros(len(every), dtype=np.int64)
        alike[new[start]] = times
        # of no rows, split makes one empty piece
        rows_of = dict(zip(new[start].tolist(), np.split(new, start[1:]), strict=False))
        for some_known, some_new in school_blocks(known, new[start], school):
            pairs = agreeing_pairs(some_known, some_new, school, parts, agree)
            joined, said = _match(records, root, alike, rows_of, *pairs)
            root[joined[1]] = joined[0]
            found.append(said)
    root = root[first]
    roots, of = np.unique(root, return_inverse=True)
    return Pupils(of, records.keys(roots)), pd.concat(found, ignore_index=True)


def _kinds(columns: list[Codes]) -> Codes:
    """One number for each combination of values, missing ones (-1) included."""
    kind = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        width = int(column.max(initial=0)) + 2
        kind = pd.factorize(kind * width + column + 1)[0].astype(np.int64)
    return kind


def _same_code(records: Records, kind: Codes, whole: Flags) -> tuple[Codes, pd.DataFrame]:
    """The earliest record with the same whole code in school and wave, and notes on the rest."""
    first = np.arange(len(records.wave))
    positions = np.flatnonzero(whole & (records.school.codes >= 0))
    cell = kind[positions] * len(records.waves) + records.wave[positions]
    twice = positions[pd.Series(cell).duplicated(keep=False).to_numpy()]
    twice = twice[np.argsort(records.order[twice])]
    rows = []
    for _, group in pd.Series(twice).groupby([kind[twice], records.wave[twice]], sort=False):
        first[group] = group.iloc[0]
        stand = [place(records, p) for p in group]
        for n, position in enumerate(group):
            others = [other for m, other in enumerate(stand[:6]) if m != n]
            whom = shortened(others, len(stand) - 1)
            said = f"the same whole code as {whom}: one pupil twice, or two pupils"
            rows.append((int(position), "same_code", said))
    return first, _notes(rows)


def _match(
    records: Records,
    root: Codes,
    alike: Codes,
    rows_of: dict[int, Codes],
    known: Codes,
    new: Codes,
    score: Codes,
) -> tuple[tuple[Codes, Codes], pd.DataFrame]:
    """Pairs (pupil, record) that are each other's one best fit, and notes on ties and taken.

    `new` stands for all rows of its wave with the same code: `alike` says how many, `rows_of`
    which. Where they are several, a pupil who fits them has no one best fit.
    """
    pairs = pd.DataFrame({"pupil": root[known], "record": new, "score": score})
    pairs = pairs.groupby(["pupil", "record"], sort=False, as_index=False)["score"].max()
    for side, weight in (("record", 1), ("pupil", alike[pairs["record"]])):
        best = pairs["score"] == pairs.groupby(side)["score"].transform("max")
        pairs[f"{side}_best"] = best
        pairs[f"{side}_ties"] = (best * weight).groupby(pairs[side]).transform("sum") > 1
    own = pairs[pairs["record_best"]]
    alone = ~own["record_ties"] & own["pupil_best"] & ~own["pupil_ties"]
    joined = own[alone]
    taken = own[~own["record_ties"] & ~own["pupil_best"]]
    tied = own[~alone & (own["record_ties"] | own["pupil_best"])]
    n = len(records.parts)
    rows = []
    for record, group in tied.groupby("record", sort=False):
        fits = sorted(group["pupil"], key=lambda p: records.order[p])
        whom = shortened([_whom(records, p) for p in fits[:6]], len(fits))
        said = f"agrees on {group['score'].iloc[0]} of {n} parts with {whom}"
        if len(fits) == 1:
            said += ", as another row of this wave does"
        rows += [(int(row), "tie", f"{said}: left unmatched") for row in rows_of[record]]
    for record, pupil, agreed in taken[["record", "pupil", "score"]].itertuples(index=False):
        said = f"agrees on {agreed} of {n} parts with {_whom(records, pupil)}, whom another row"
        said += " of this wave fits better: left unmatched"
        rows += [(int(row), "taken", said) for row in rows_of[record]]
    return (joined["pupil"].to_numpy(), joined["record"].to_numpy()), _notes(rows)


def _whom(records: Records, pupil: int) -> str:
    return f"{records.waves[records.wave[pupil]]} {place(records, pupil)}"


def _notes(rows: list[tuple[int, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["position", "reason", "detail"]).astype({"position": int})
