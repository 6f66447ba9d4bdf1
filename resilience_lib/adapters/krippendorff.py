"""krippendorff: Krippendorff's alpha from counts."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(counts: ArrayLike, values: ArrayLike, level: Level) -> float:
    """Krippendorff's alpha; NaN where nothing can disagree.

    Parameters
    ----------
    counts : array (stories, values) of int
        How many coders gave each value to each story. A story with one coding says nothing of
        agreement and is left out by the coefficient itself.
    values : array (values,)
        The values, ascending.
    level : {"nominal", "ordinal", "interval"}
        How far apart two values are: not the same; the ranks between them; their squared gap.

    Returns
    -------
    float
        NaN where no story has two codings, or where all codings of such stories are the same.

    Notes
    -----
    Krippendorff 2011, Computing Krippendorff's alpha-reliability; through `krippendorff.alpha`.

    Examples
    --------
    >>> round(krippendorff_alpha([[2, 0], [1, 1], [0, 2]], [0, 1], "nominal"), 4)
    0.4444
    """
    # imported late: only who has coders needs it
    from krippendorff import alpha

    table = np.asarray(counts, dtype=np.int64)
    paired = table[table.sum(axis=1) > 1]
    if (paired.sum(axis=0) > 0).sum() < 2:
        return float("nan")
    return float(
        alpha(value_counts=paired, value_domain=np.asarray(values), level_of_measurement=level)
    )
