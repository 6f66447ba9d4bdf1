"""Answers of one subscale from the pupils who answered all its items, and what is wrong with them.

Items are already reversed. Everything here uses complete cases for each subscale, wave and
group: pupils with some of its items missing are left out, and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.reliability.rules import ALIKE
from resilience_lib.resampling.schools import leave_one_out

Array = NDArray[np.float64]

FEWEST = 10
"""Complete cases below which nothing is estimated."""


@dataclass(frozen=True)
class Subscale:
    """Items that are scored together.

    Attributes
    ----------
    items : tuple of str
        Columns, already reversed.
    categories : int
        How many answers each item offers.
    """

    items: tuple[str, ...]
    categories: int


@dataclass(frozen=True)
class Answers:
    """Complete answers of n pupils in k schools to p items.

    Attributes
    ----------
    values : array (n, p)
    school : array (n,)
        Codes 0 to k - 1.
    items : tuple of str
    incomplete : int
        Pupils left out, who answered some items but not all.
    """

    values: Array
    school: NDArray[np.int64]
    items: tuple[str, ...]
    incomplete: int

    @property
    def n(self) -> int:
        """Pupils."""
        return len(self.values)

    @property
    def n_schools(self) -> int:
        """Schools."""
        return int(self.school.max(initial=-1)) + 1

    def per_school(self, values: Array) -> Array:
        """Sums of `values` (n, ...) over the pupils of each school: (k, ...)."""
        flat = values.reshape(self.n, -1)
        sums = np.stack([np.bincount(self.school, column) for column in flat.T], axis=1)
        return np.asarray(sums.reshape(self.n_schools, *values.shape[1:]), dtype=float)

    @property
    def flaw(self) -> str:
        """Why nothing can be said of these items; empty where something can."""
        if len(self.items) < 2:
            return "one item has no internal consistency"
        if self.n == 0:
            return "no pupil answered all items"
        if self.n < FEWEST:
            return f"fewer than {FEWEST} pupils answered all items"
        spread = np.ptp(self.values, axis=0)
        same = [item for item, range_ in zip(self.items, spread, strict=True) if range_ == 0]
        return f"{ALIKE}: {', '.join(same)}" if same else ""


def complete_answers(rows: pd.DataFrame, items: Sequence[str]) -> Answers:
    """Pupils who answered all of `items`.

    Parameters
    ----------
    rows : DataFrame
        One row for each pupil, with `school` and the columns `items`; NaN is missing.
    items : sequence of str

    Returns
    -------
    Answers

    Raises
    ------
    ModelInputError
        A column that is not there or not numeric, an infinite answer, or an answer
        without a school.

    Examples
    --------
    >>> rows = pd.DataFrame({"school": list("aab"), "q1": [1, 2, 3], "q2": [2, None, 1]})
    >>> got = complete_answers(rows, ["q1", "q2"])
    >>> got.n, got.n_schools, got.incomplete
    (2, 2, 1)
    """
    absent = [name for name in ("school", *items) if name not in rows.columns]
    if absent:
        raise ModelInputError(f"no column {', '.join(absent)}")
    words = [name for name in items if not pd.api.types.is_numeric_dtype(rows[name])]
    if words:
        raise ModelInputError(f"answers must be numbers: {', '.join(words)}")
    values = rows[list(items)].to_numpy(dtype=float)
    if np.isinf(values).any():
        raise ModelInputError("an infinite answer: correct it, or code it as missing")
    given = ~np.isnan(values)
    whole = given.all(axis=1)
    code, _ = pd.factorize(rows["school"].to_numpy(dtype=object)[whole])
    if (code < 0).any():
        raise ModelInputError("every pupil with answers needs a school")
    return Answers(
        np.ascontiguousarray(values[whole]),
        np.asarray(code, dtype=np.int64),
        tuple(items),
        int((given.any(axis=1) & ~whole).sum()),
    )


def covariances(answers: Answers) -> Array:
    """Covariance matrices of all schools, then without each school in turn, divisor n - 1.

    From each school's size, sums and cross-products.

    Returns
    -------
    array (k + 1, p, p)
        NaN where fewer than two pupils are left, or where an item no longer varies.

    Examples
    --------
    >>> frame = pd.DataFrame({"school": list("aabb"), "q": [1.0, 2, 3, 4], "r": [1.0, 1, 2, 4]})
    >>> covariances(complete_answers(frame, ["q", "r"]))[0].round(3).tolist()
    [[1.667, 1.667], [1.667, 2.0]]
    """
    # centred first, so that large means do not swallow small deviations
    x = answers.values - answers.values.mean(axis=0)
    size = leave_one_out(answers.per_school(np.ones(answers.n)))
    sums = leave_one_out(answers.per_school(x))
    cross = leave_one_out(answers.per_school(x[:, :, None] * x[:, None, :]))
    df = np.where(size > 1, size - 1, np.nan)[:, None, None]
    centre = sums[:, :, None] * sums[:, None, :] / np.maximum(size, 1)[:, None, None]
    result = (cross - centre) / df
    variance = np.diagonal(result, axis1=1, axis2=2)
    with np.errstate(invalid="ignore"):
        # what subtraction leaves of a variance that is 0
        flat = (variance <= 1e-12 * variance[0]).any(axis=1)
    result[flat] = np.nan
    return np.asarray(result)
