"""Answers to an instrument's items: found by name, checked against their codes, packed tightly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.instruments.key import Key

MISSING = -128
"""A missing answer in a matrix of int8; no code of a key can be it."""

LISTED = 3
"""So many bad answers of an item are listed one by one; the rest is counted."""


def answer_matrix(
    waves: pd.DataFrame,
    key: Key,
    items: Sequence[str] | None = None,
    *,
    file: str | None = None,
    lines: Sequence[int] | None = None,
) -> NDArray[np.int8]:
    """Answers as a matrix of one byte each, after checking every one of them.

    Parameters
    ----------
    waves : DataFrame
        One row per pupil and wave, a numeric column `<key.name>_<item>` per item, NaN = missing.
    key : Key
    items : sequence of str, optional
        Items wanted; all of the key by default.
    file, lines : optional
        File that the answers come from and the line of each row in it, for messages.

    Returns
    -------
    ndarray of int8, shape (rows, items), order "F"
        `MISSING` (-128) where missing.

    Raises
    ------
    FaultsError
        All at once: items without a column, columns that are no numbers, answers that are not
        whole or outside the item's codes.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> waves = pd.DataFrame({"mmf_1": [2.0, float("nan")], "mmf_15": [0.0, 1.0]})
    >>> answer_matrix(waves, load_key("mmf"), ["1", "15"]).tolist()
    [[2, 0], [-128, 1]]
    """
    items = key.items if items is None else items
    place = file or f"answers to {key.name}"
    faults: list[Fault] = []
    matrix = np.empty((len(waves), len(items)), np.int8, order="F")
    for at, item in enumerate(items):
        column = f"{key.name}_{item}"
        if column not in waves:
            rule = f"every item that is scored has a column; item {item} has none"
            remedy = f"name instrument {key.name} and item {item} in the codebook, or ask for less"
            faults.append(Fault(place, rule, remedy, column=column))
        elif not pd.api.types.is_numeric_dtype(waves[column].dtype):
            remedy = "map the texts to numbers in the codebook (allowed: text=number|...)"
            faults.append(Fault(place, "answers are numbers", remedy, column=column))
        else:
            values = waves[column].to_numpy(dtype=np.float64, na_value=np.nan)
            low, high = key.responses_of(item).codes
            given = ~np.isnan(values)
            bad = given & ~((values >= low) & (values <= high) & (values == np.floor(values)))
            if bad.any():
                faults += _code_faults(values, bad, key, item, place, lines)
            else:
                matrix[:, at] = np.where(given, values, MISSING)
    if faults:
        raise FaultsError(faults)
    return matrix


def code_faults(
    matrix: NDArray[np.int8],
    key: Key,
    items: Sequence[str],
    *,
    file: str,
    lines: Sequence[int] | None = None,
) -> list[Fault]:
    """Answers of a matrix that are neither a code of their item nor `MISSING`.

    Parameters
    ----------
    matrix : ndarray of int8, shape (rows, items)
    key : Key
    items : sequence of str
        The item of each column.
    file, lines
        As in `answer_matrix`.

    Returns
    -------
    list of Fault
        The first `LISTED` of each item, with how many there are.
    """
    faults: list[Fault] = []
    for at, item in enumerate(items):
        values = matrix[:, at]
        low, high = key.responses_of(item).codes
        bad = (values != MISSING) & ((values < low) | (values > high))
        if bad.any():
            faults += _code_faults(values, bad, key, item, file, lines)
    return faults


def _code_faults(
    values: NDArray[np.float64] | NDArray[np.int8],
    bad: NDArray[np.bool_],
    key: Key,
    item: str,
    file: str,
    lines: Sequence[int] | None,
) -> list[Fault]:
    low, high = key.responses_of(item).codes
    places = np.flatnonzero(bad)
    rule = f"answers to item {item} are whole numbers from {low} to {high}"
    if len(places) > LISTED:
        rule += f" ({len(places)} are not; the first {LISTED} are listed)"
    remedy = "correct the file, or name the code under missing_codes in the codebook"
    return [
        Fault(
            file,
            rule,
            remedy,
            row=None if lines is None else int(lines[place]),
            column=f"{key.name}_{item}",
            value=f"{values[place]:g}",
        )
        for place in places[:LISTED]
    ]
