"""Covariates beside the cells of a mixed model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.models.cr2 import ModelInputError


def known_covariates(analysis: pd.DataFrame, covariates: Sequence[str]) -> tuple[pd.DataFrame, str]:
    """Rows in which every covariate is known, and what the method text says of them.

    Raises
    ------
    ModelInputError
        A covariate is no column of the frame, or stands for something of the model itself.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": ["1", "2"], "score": [1.0, 2.0], "age": [9.0, None]})
    >>> rows, note = known_covariates(frame, ["age"])
    >>> len(rows), note
    (1, '; age as covariate, at its mean; 1 pupils with a covariate missing left out')
    """
    if not covariates:
        return analysis, ""
    wrong = [name for name in covariates if name not in analysis or name in _OWN]
    if wrong:
        raise ModelInputError(f"not covariates of this frame: {', '.join(wrong)}")
    known = analysis[list(covariates)].notna().all(axis=1)
    one = len(covariates) == 1
    note = f"; {', '.join(covariates)} as covariate{'' if one else 's'}, at "
    note += "its mean" if one else "their means"
    lost = analysis.loc[~known & analysis["score"].notna(), "pupil"].nunique()
    if lost:
        note += f"; {lost} pupils with a covariate missing left out"
    return analysis[known], note


def covariate_columns(data: pd.DataFrame, covariates: Sequence[str]) -> NDArray[np.float64]:
    """Columns of the design, each less its mean over the rows.

    Numbers stand as they are; of other columns each level but the first (sorted) is an
    indicator, so that "at its mean" is at the shares of the levels.

    Returns
    -------
    array (n, c)

    Raises
    ------
    ModelInputError
        An infinite number.

    Examples
    --------
    >>> frame = pd.DataFrame({"age": [8.0, 10.0], "meals": ["no", "yes"]})
    >>> covariate_columns(frame, ["age", "meals"]).tolist()
    [[-1.0, -0.5], [1.0, 0.5]]
    """
    parts = [np.zeros((len(data), 0))]
    for name in covariates:
        if pd.api.types.is_numeric_dtype(data[name]):
            part = data[name].to_numpy(dtype=float)[:, None]
        else:
            code, levels = pd.factorize(data[name], sort=True)
            part = (code[:, None] == np.arange(1, len(levels))).astype(float)
        if not np.isfinite(part).all():
            raise ModelInputError(f"an infinite number in {name}: correct it, or code it missing")
        parts.append(part)
    columns = np.concatenate(parts, axis=1)
    return np.asarray(columns - columns.mean(axis=0)) if len(data) else columns


_OWN = frozenset({"pupil", "wave", "score", "outcome", "group", "arm"})
