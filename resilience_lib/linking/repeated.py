"""Two rows for one pupil in one wave: a fault, or one of them by a declared rule."""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.linking.by_id import Pupils
from resilience_lib.linking.normalise import Codes, Flags
from resilience_lib.linking.plan import LinkingPlan
from resilience_lib.linking.records import Records

_SHOWN = 5


def repeated(records: Records, pupils: Pupils) -> pd.DataFrame:
    """All records of pupils with two rows in a wave.

    Returns
    -------
    DataFrame
        position (of the record), cell (number of pupil and wave); by wave, file and line.
    """
    cell = pupils.of * len(records.waves) + records.wave
    rows = np.bincount(cell, minlength=1)[cell]
    position = np.flatnonzero(rows > 1)
    position = position[np.argsort(records.order[position])]
    return pd.DataFrame({"position": position, "cell": cell[position]})


def keep_one(records: Records, pupils: Pupils, plan: LinkingPlan) -> tuple[Flags, pd.DataFrame]:
    """Which records count, one per pupil and wave, and notes on those that do not.

    Parameters
    ----------
    records : Records
    pupils : Pupils
    plan : LinkingPlan

    Returns
    -------
    (array of bool, DataFrame)
        Kept; notes: position, reason ("not_kept" or "kept"), detail.

    Raises
    ------
    FaultsError
        keep is "stop" and some pupil has two rows in a wave: one fault per pupil and wave,
        with the files and lines of all its rows.
    """
    twice = repeated(records, pupils)
    kept = np.ones(len(records.wave), dtype=bool)
    if twice.empty:
        return kept, pd.DataFrame({"position": [], "reason": [], "detail": []})
    if plan.keep == "stop":
        raise FaultsError(_faults(records, pupils, twice, by_code=plan.by == "code"))
    position = twice["position"].to_numpy()
    if plan.keep == "most_answered":  # stable: the first of those with the most
        twice = twice.iloc[np.argsort(-records.answered[position], kind="stable")]
    chosen = twice.groupby("cell", sort=False)["position"]
    winner = chosen.transform("last" if plan.keep == "last" else "first").to_numpy(dtype=np.int64)
    position = twice["position"].to_numpy()
    loses = position != winner
    kept[position[loses]] = False
    notes = pd.DataFrame(
        {
            "position": position,
            "reason": np.where(loses, "not_kept", "kept"),
            "detail": [
                _detail(records, plan, int(p), int(w))
                for p, w in zip(position, winner, strict=True)
            ],
        }
    )
    return kept, notes


def _detail(records: Records, plan: LinkingPlan, position: int, winner: int) -> str:
    rule = f"keep: {plan.keep}"
    if position == winner:
        return rule
    said = f"{rule}; kept is {place(records, winner)}"
    if plan.keep == "most_answered":
        said += f" ({records.answered[winner]} answered, here {records.answered[position]}"
        tied = records.answered[winner] == records.answered[position]
        said += "; as many, so the first)" if tied else ")"
    for name in ("school", "gender"):
        codes: Codes = getattr(records, name).codes
        here, there = codes[position], codes[winner]
        if here != there and min(here, there) >= 0:
            said += f"; another {name}: may be another pupil"
    return said


def place(records: Records, position: int) -> str:
    """Where a record stands, for a person."""
    file, line = records.index[position]
    return f"{file} line {line}"


def shortened(said: list[str], of: int) -> str:
    """The first five of a list, and how many more there are.

    Parameters
    ----------
    said : list of str
        The list, or its beginning.
    of : int
        How long the whole list is.

    Examples
    --------
    >>> shortened(["a", "b"], 2), shortened(list("abcdef"), 40)
    ('a, b', 'a, b, c, d, e and 35 more')
    """
    more = f" and {of - _SHOWN} more" if of > _SHOWN else ""
    return ", ".join(said[:_SHOWN]) + more


def _faults(records: Records, pupils: Pupils, twice: pd.DataFrame, *, by_code: bool) -> list[Fault]:
    rule = "a pupil stands once in a wave"
    remedy = (
        "mend the id where they are two pupils; where it is one who answered twice, say "
        "linking.keep: first, last or most_answered in the study file"
    )
    if by_code:
        rule = "a whole code stands once in a school and wave"
        remedy = (
            "say in the study file what such rows are: linking.keep: first, last or "
            "most_answered (one pupil who answered twice), or both (two pupils with one code)"
        )
    faults = []
    for _, positions in twice.groupby("cell", sort=False)["position"]:
        first, *others = (int(p) for p in positions)
        file, line = records.index[first]
        also = ", ".join(place(records, other) for other in others)
        name = _code(records, first) if by_code else pupils.keys[pupils.of[first]]
        faults.append(
            Fault(
                str(file),
                rule,
                remedy,
                int(line),
                "code" if by_code else "pupil",
                f"{name} at {records.waves[records.wave[first]]}, also in {also}",
            )
        )
    return faults


def _code(records: Records, position: int) -> str:
    """The parts of a record's code, and its school."""
    parts = [str(part.texts[part.codes[position]]) for part in records.parts.values()]
    school = records.school.texts[records.school.codes[position]]
    return f"{'-'.join(parts)} in {school}"
