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
    minimum: float,
) -> pd.Series:
    """Mark further rows until no hidden part can be had by subtraction from a whole.

    In every line of a table (one of `parts` varies, all else is fixed) in which exactly one
    cell is hidden, be it a part or the whole, the smallest part that still shows is hidden
    too; repeated over all lines until nothing changes (UK LLC guidebook, "Statistical
    Disclosure Control": usually two or more categories are suppressed, row-wise and
    column-wise). Where a line has one part only, the whole is hidden with it. So it is where
    the whole less the parts that show, be they hidden or pupils in no part (of a gender that
    has no row, or of none), leaves fewer than `minimum`. A single hidden part may stay alone
    where `minimum` others are in no part that shows.

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
    minimum : float
        Fewest pupils that may be left over by subtraction.

    Returns
    -------
    Series of bool
        `hidden` and the complements.

    Examples
    --------
    >>> cells = pd.DataFrame({"wave": "T1", "gender": ["all", "girls", "boys"],
    ...                       "pupils": [200, 9, 191]})
    >>> hide_complements(cells, cells["pupils"] < 10, within=["wave"], parts=["gender"],
    ...                  size="pupils", minimum=10).tolist()
    [False, True, True]
    >>> cells["pupils"] = [200, 90, 101]  # and nine in no part
    >>> hide_complements(cells, cells["pupils"] < 10, within=["wave"], parts=["gender"],
    ...                  size="pupils", minimum=10).tolist()
    [False, True, False]
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
            pieces = members[(frame.loc[members, part] != ALL).to_numpy()]
            left_over = _left_over(sizes, gone, pieces)
            alone = gone.sum() == 1
            if alone and left_over:
                # together with enough others a hidden part is not worked out
                only = gone[gone].index[0]
                needed = minimum if hidden[only] else 1
                alone = not left_over - sizes[only] >= needed
            if not alone and not 0 < left_over < minimum:
                continue
            shown = members[~gone.to_numpy()]
            choice = shown.intersection(pieces, sort=False)
            choice = choice if len(choice) else shown
            if len(pieces) and len(choice):
                result.loc[sizes.loc[choice].idxmin()] = True
                changed = True
    return result


def _left_over(sizes: pd.Series, gone: pd.Series, pieces: pd.Index) -> float:
    """Pupils of the whole who are in no part that shows; 0 where there is no whole to see."""
    whole = gone.index.difference(pieces, sort=False)
    if len(pieces) == 0 or len(whole) != 1 or gone[whole[0]] or np.isinf(sizes[whole[0]]):
        return 0.0
    shown = pieces[~gone[pieces].to_numpy()]
    return float(sizes[whole[0]] - sizes[shown].sum())
