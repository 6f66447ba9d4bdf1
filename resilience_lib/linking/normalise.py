"""Ids as they are compared: the same characters however they were typed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Normalised:
    """A column of texts as numbers, one per distinct normalised text.

    Parameters
    ----------
    codes : array of int, one per cell
        Number of the cell's text; -1 where it is missing.
    texts : array of str
        The normalised texts, by number.
    changed : array of bool, one per cell
        Whether normalisation changed what stands in the cell.
    spellings : array of int, one per text
        In how many ways the cells write it.
    """

    codes: Codes
    texts: npt.NDArray[Any]
    changed: Flags
    spellings: Codes


def normal(text: str) -> str:
    """One text: Unicode NFKC, upper-case, no space around it. Leading zeros stay.

    Examples
    --------
    >>> [normal(text) for text in (" ab1", "Ａ７", "007")]
    ['AB1', 'A7', '007']
    """
    if text.isascii():
        return text.strip().upper()
    # upper-casing can leave characters that NFKC composes, hence once more
    composed = unicodedata.normalize("NFKC", text).upper()
    return unicodedata.normalize("NFKC", composed).strip()


def normalise(cells: pd.Series) -> Normalised:
    """Normalise a column of texts; each distinct text is looked at once.

    Parameters
    ----------
    cells : Series of str
        Missing or empty: missing.

    Returns
    -------
    Normalised

    Examples
    --------
    >>> n = normalise(pd.Series(["a1", "A1 ", None, "01", " "]))
    >>> n.codes.tolist(), n.texts.tolist(), n.changed.tolist(), n.spellings.tolist()
    ([0, 0, -1, 1, -1], ['A1', '01'], [True, True, False, False, True], [2, 1])
    """
    codes, found = pd.factorize(cells.to_numpy(dtype=object))
    texts = np.array([normal(text) for text in found], dtype=object)
    altered = np.asarray(texts != found, dtype=bool)
    if altered.any() or (texts == "").any():
        again, unique = pd.factorize(pd.Series(texts).mask(texts == ""))
    else:  # as they stand they are distinct already
        again, unique = np.arange(len(texts)), texts
    # a missing cell has code -1 and finds the -1 and the False put at the end
    return Normalised(
        np.append(again, -1)[codes],
        np.asarray(unique, dtype=object),
        np.append(altered, False)[codes],
        np.bincount(again[again >= 0], minlength=len(unique)),
    )
