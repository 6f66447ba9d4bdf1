"""Scores that an estimate can be made of, and differences of them that are more than rounding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.models.cr2 import ModelInputError

Array = NDArray[np.float64]

ROUNDING = 1e-12
"""Share of a score's size below which what varies is rounding."""


def scored_rows(analysis: pd.DataFrame, waves: Sequence[str]) -> pd.DataFrame:
    """Rows of one outcome with a score at `waves`, scores as floats.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome: pupil, wave, score; where there are columns outcome and
        school they are looked at as well.
    waves : sequence of str

    Raises
    ------
    ModelInputError
        More than one outcome, scores that are no numbers, a pupil twice at a wave, an infinite
        score, or a pupil with a score and without a school.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": ["1", "2"], "wave": ["T1", "T1"], "score": [1.0, None]})
    >>> scored_rows(frame, ("T1",))["pupil"].tolist()
    ['1']
    >>> scored_rows(frame.assign(score=["1", "2"]), ("T1",))
    Traceback (most recent call last):
    ...
    resilience_lib.models.cr2.ModelInputError: scores must be numbers
    """
    if "outcome" in analysis and analysis["outcome"].nunique() > 1:
        raise ModelInputError(f"one outcome at a time, not {sorted(analysis['outcome'].unique())}")
    rows = analysis[analysis["wave"].isin(list(waves)) & analysis["score"].notna()]
    score = rows["score"].infer_objects()
    if len(rows) and not pd.api.types.is_numeric_dtype(score.dtype):
        raise ModelInputError("scores must be numbers")
    if rows.duplicated(["pupil", "wave"]).any():
        twice = rows.loc[rows.duplicated(["pupil", "wave"]), "pupil"].iloc[0]
        raise ModelInputError(f"pupil {twice!r} has two scores at one wave: keep one row")
    rows = rows.assign(score=score.astype(float))
    if not np.isfinite(rows["score"]).all():
        raise ModelInputError("an infinite score: correct it, or code it as missing")
    if "school" in rows and rows["school"].isna().any():
        raise ModelInputError("each pupil with a score needs a school")
    return rows


def flat(values: ArrayLike, size: float | None = None) -> bool:
    """Whether values differ by no more than rounding.

    Parameters
    ----------
    values : array (n,)
        Finite.
    size : float, optional
        Of the numbers they were made of; their own largest without it.

    Examples
    --------
    >>> flat([0.1 + 0.2, 0.3, 0.3]), flat([1e-9, 2e-9]), flat([1e-14, 0.0], size=10.0)
    (True, False, True)
    """
    found = np.asarray(values, dtype=float)
    if not len(found):
        return True
    of = float(np.abs(found).max()) if size is None else size
    return bool(np.ptp(found) <= ROUNDING * of)


def differences(first: ArrayLike, later: ArrayLike) -> Array:
    """later - first; one and the same number where they differ by rounding alone.

    With decimals 0.3 - 0.1 and 1.3 - 1.1 are not the same number, so that pupils who all changed
    alike would seem to vary, and an intraclass correlation of rounding would follow.

    Examples
    --------
    >>> found = differences([0.1, 1.1], [0.3, 1.3])
    >>> bool(found[0] == found[1]), 0.3 - 0.1 == 1.3 - 1.1
    (True, False)
    """
    x, y = np.asarray(first, dtype=float), np.asarray(later, dtype=float)
    change = y - x
    size = float(max(np.abs(x).max(initial=0.0), np.abs(y).max(initial=0.0)))
    if not len(change) or not flat(change, size):
        return np.asarray(change)
    middle = float(np.median(change))
    return np.full(len(change), middle if abs(middle) > ROUNDING * size else 0.0)
