"""Complementary suppression: one hidden part of a whole is never left alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

ALL = "all"
"""The name of the whole in a column that parts pupils."""


def hide_complements(
    frame: pd.DataFrame,
    hidden: pd.Series,
    *,
    within: Sequence[str],
    parts: Sequence[str],
    size: str,
) -> pd.Series:
    """Mark further rows until no hidden part can be had by subtraction from a whole.

    In every line of a table (one of `parts` varies, all else is fixed) in which exactly one
    cell is hidden, be it a part or the whole, the smallest part that still shows is hidden
    too; repeated over all lines until nothing changes (UK LLC guidebook, "Statistical
    Disclosure Control": usually two or more categories are suppressed, row-wise and
    column-wise). Where a line has one part only, the whole is hidden with it.

    Parameters
    ----------
    frame : DataFrame
        One row per cell, wholes ("all") among them.
    hidden : Series of bool
        Cells hidden for their own size; the same index as `frame`.
    within : sequence of str
        Columns that tell tables apart.
    parts : sequence of str
        Columns that part pupils, e.g. gender and arm.
    size : str
        Column with the number of pupils; a missing one counts as largest.

    Returns
    -------
    Series of bool
        `hidden` and the complements.

    Examples
    --------
    >>> cells = pd.DataFrame({"wave": "T1", "gender": ["all", "girls", "boys"],
    ...                       "pupils": [200, 9, 191]})
    >>> hide_complements(cells, cells["pupils"] < 10, within=["wave"], parts=["gender"],
    ...                  size="pupils").tolist()
    [False, True, True]
    """
    result = hidden.copy()
    sizes = frame[size].fillna(np.inf)
    lines = [
        (line.index, part)
        for part in parts
        for _, line in frame.groupby(
            [*within, *(other for other in parts if other != part)], dropna=False, sort=False
        )
    ]
    changed = True
    while changed:
        changed = False
        for members, part in lines:
            gone = result.loc[members]
            if gone.sum() != 1:
                continue
            pieces = members[(frame.loc[members, part] != ALL).to_numpy()]
            shown = members[~gone.to_numpy()]
            choice = shown.intersection(pieces, sort=False)
            choice = choice if len(choice) else shown
            if len(pieces) and len(choice):
                result.loc[sizes.loc[choice].idxmin()] = True
                changed = True
    return result
