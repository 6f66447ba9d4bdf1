"""What pupils' values, groups and schools must be before anything is estimated of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.scores import ROUNDING

Array = NDArray[np.float64]


def numbers(values: ArrayLike, what: str) -> Array:
    """Values as floats, missing as NaN.

    Raises
    ------
    ModelInputError
        Text or infinite values, or more than one dimension.

    Examples
    --------
    >>> numbers([1, None, 2.5], "scores").tolist()
    [1.0, nan, 2.5]
    >>> numbers(["1", "2"], "scores")
    Traceback (most recent call last):
    ...
    resilience_lib.models.cr2.ModelInputError: scores must be numbers
    """
    if np.ndim(values) != 1:
        raise ModelInputError(
            f"{what} must be one list of numbers, not {np.ndim(values)}-dimensional"
        )
    series = pd.Series(values).infer_objects()
    if not pd.api.types.is_numeric_dtype(series.dtype) and not series.isna().all():
        raise ModelInputError(f"{what} must be numbers")
    found = series.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(found).any():
        raise ModelInputError(
            f"{what} must be finite: correct the infinite ones, or leave them out"
        )
    return np.asarray(found)


def labels(values: ArrayLike, rows: int, what: str) -> NDArray[np.object_]:
    """Labels of groups or schools, one a row; missing ones as None.

    Raises
    ------
    ModelInputError
        Another number of labels than rows.

    Examples
    --------
    >>> labels(["a", None], 2, "schools").tolist()
    ['a', None]
    """
    found = np.array(values, dtype=object)
    if found.shape != (rows,):
        raise ModelInputError(f"{what}: one for each of {rows} pupils is needed, not {found.shape}")
    found[np.asarray(pd.isna(found), dtype=bool)] = None
    return found


def schools_of(
    school: ArrayLike | None, rows: int, kept: NDArray[np.bool_]
) -> NDArray[np.int64] | None:
    """School codes of the rows kept; None where no schools are given.

    Raises
    ------
    ModelInputError
        A row that is kept has no school, or lengths differ.

    Examples
    --------
    >>> schools_of(["b", "a", None], 3, np.array([True, True, False])).tolist()
    [1, 0]
    """
    if school is None:
        return None
    found = labels(school, rows, "schools")[kept]
    code, _ = pd.factorize(found, sort=True)
    if (code < 0).any():
        raise ModelInputError("each pupil with a score needs a school")
    return np.asarray(code, dtype=np.int64)


def two_groups(
    group: ArrayLike, levels: Sequence[object], rows: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who is in the first and in the second of two groups.

    Raises
    ------
    ModelInputError
        Other than two different levels, or lengths differ.

    Examples
    --------
    >>> [side.tolist() for side in two_groups(["x", "y", "z"], ("y", "x"), 3)]
    [[False, True, False], [True, False, False]]
    """
    if len(levels) != 2 or levels[0] == levels[1]:
        raise ModelInputError(f"two different groups are compared, not {list(levels)}")
    found = labels(group, rows, "groups")
    first, second = levels
    return np.asarray(found == first, dtype=bool), np.asarray(found == second, dtype=bool)


def spread(values: Array) -> float:
    """Standard deviation, n - 1; 0 at the level of rounding, NaN below two values.

    Examples
    --------
    >>> spread(np.array([1.0, 2.0, 3.0])), spread(np.array([0.1, 0.1, 0.1]))
    (1.0, 0.0)
    """
    if len(values) < 2:
        return float("nan")
    sd = float(np.std(values, ddof=1))
    return sd if sd > ROUNDING * float(np.abs(values).max()) else 0.0


def check_summary(
    means: Sequence[float], sds: Sequence[float], n: Sequence[float], r: Sequence[float] = ()
) -> None:
    """Refuse summary statistics that no data can have.

    Raises
    ------
    ModelInputError
        Means or SDs that are not finite numbers, a negative SD, n that is no whole number of
        at least 0, r outside [-1, 1].

    Examples
    --------
    >>> check_summary([1.0], [-1.0], [3])
    Traceback (most recent call last):
    ...
    resilience_lib.models.cr2.ModelInputError: standard deviations must be at least 0
    """
    for values, what in ((means, "means"), (sds, "standard deviations"), (n, "n"), (r, "r")):
        if not np.isfinite(numbers(list(values), what)).all():
            raise ModelInputError(f"{what} must be given: none may be missing")
    if any(sd < 0 for sd in sds):
        raise ModelInputError("standard deviations must be at least 0")
    if any(count < 0 or count != int(count) for count in n):
        raise ModelInputError("n must be a whole number of at least 0")
    if any(abs(one) > 1 for one in r):
        raise ModelInputError("r must lie between -1 and 1")
