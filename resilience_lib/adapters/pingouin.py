"""pingouin: adjustment of p-values for many tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_METHODS = {"Holm": "holm", "Benjamini-Hochberg": "fdr_bh"}


def adjust_p(p_values: ArrayLike, method: str) -> NDArray[np.float64]:
    """Adjusted p-values; missing ones stay missing and do not count.

    Parameters
    ----------
    p_values : array (m,)
        Between 0 and 1, or NaN.
    method : {"Holm", "Benjamini-Hochberg"}

    Returns
    -------
    array (m,)

    Raises
    ------
    KeyError
        Another method.

    Notes
    -----
    Holm 1979, Scandinavian Journal of Statistics 6; Benjamini & Hochberg 1995, JRSS B
    57; through `pingouin.multicomp`.

    Examples
    --------
    >>> adjust_p([0.01, 0.04, float("nan"), 0.03], "Holm").tolist()
    [0.03, 0.06, nan, 0.06]
    """
    p = np.asarray(p_values, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    name = _METHODS[method]
    if known.any():
        # imported late: it costs a second that runs without tests need not pay
        from pingouin import multicomp

        adjusted[known] = multicomp(p[known], method=name)[1]
    return adjusted
