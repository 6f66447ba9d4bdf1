"""Standardised changes of one group from two lists of scores, or from published summaries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.effects.arrays import check_summary, numbers, schools_of
from resilience_lib.effects.jackknife import jackknife_columns, leave_out_schools
from resilience_lib.effects.names import PAIRED_NAMES
from resilience_lib.effects.paired_measures import (
    MISSING,
    effective_df,
    method_text,
    moments_from_summary,
    moments_of,
    standardised,
)
from resilience_lib.effects.paired_textbook import textbook_row
from resilience_lib.effects.registry import bounded_frame, require_names
from resilience_lib.models.cr2 import ModelInputError


def estimate_two_waves(
    first: ArrayLike,
    later: ArrayLike,
    *,
    names: Sequence[str] = ("d_av_mean", "d_z"),
    school: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Standardised changes of one group between two waves.

    Parameters
    ----------
    first, later : array (n,)
        Scores of the same pupils in the same order; pupils without both are left out.
    names : sequence of str
        Of `effects.paired_measures.PAIRED_NAMES`.
    school : array (n,), optional
        With schools, the headline interval is the delete-one-school jackknife, and the textbook
        interval stands in a row of its own below.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame, contrast "later - first".

    Raises
    ------
    EstimandError
        A name that is not among them.
    ModelInputError
        Text or infinite scores, lists of different lengths, a pupil without a school.

    Notes
    -----
    Definitions: `effects.paired_measures.divisor` (Lakens 2013; Cumming 2012; Morris & DeShon
    2002; Becker 1988); `g_`: exact J of `effective_df`. Intervals: `paired_textbook` (noncentral
    t; Algina & Keselman 2003), `effects.jackknife`.

    Examples
    --------
    >>> got = estimate_two_waves([1, 2, 3, 4, 6], [2, 2, 5, 5, 9], names=("d_z", "g_z"))
    >>> [[round(float(row[c]), 3) for c in ("estimate", "conf_low", "conf_high")]
    ...  for _, row in got.iterrows()]
    [[1.228, -0.008, 2.393], [0.98, -0.008, 2.393]]
    """
    require_names(names, PAIRED_NAMES)
    x, y = numbers(first, "first scores"), numbers(later, "later scores")
    if len(x) != len(y):
        raise ModelInputError(
            f"{len(x)} first and {len(y)} later scores: one pair a pupil is needed"
        )
    kept = np.isfinite(x) & np.isfinite(y)
    code = schools_of(school, len(x), kept)
    x, y = x[kept], y[kept]
    whole = moments_of(x, y)
    rows = []
    for name in names:
        if code is not None:

            def measure(inside: NDArray[np.bool_], name: str = name) -> float:
                return float(standardised(name, moments_of(x[inside], y[inside])))

            left = leave_out_schools(measure, code)
            df = float(effective_df(name, whole))
            rows.append(
                jackknife_columns(measure(np.ones(len(x), bool)), left, conf_level, missing=MISSING)
                | {"estimand": name, "method": method_text(name, df), "n": len(x)}
            )
        rows.append(textbook_row(name, whole, conf_level))
    return bounded_frame({**row, "contrast": "later - first"} for row in rows)


def estimate_two_waves_from_summary(
    means: tuple[float, float],
    sds: tuple[float, float],
    n: int,
    r: float,
    *,
    names: Sequence[str] = ("d_av_mean", "d_z"),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Standardised changes from what is published of one group.

    Parameters
    ----------
    means, sds : (float, float)
        First wave, later wave; SDs with n - 1.
    n : int
        Pupils with both scores.
    r : float, in [-1, 1]
        Correlation between the waves.
    names, conf_level
        As in `estimate_two_waves`.

    Returns
    -------
    DataFrame
        Estimate frame; pupils taken as independent.

    Raises
    ------
    EstimandError, ModelInputError
        Unknown name; statistics that no data can have.

    Examples
    --------
    >>> got = estimate_two_waves_from_summary((10, 11), (2, 2), 25, 0.5, names=("d_pre", "d_z"))
    >>> got["estimate"].tolist()
    [0.5, 0.5]
    """
    require_names(names, PAIRED_NAMES)
    check_summary(means, sds, [n], [r])
    m = moments_from_summary(means, sds, n, r)
    rows = (textbook_row(name, m, conf_level) for name in names)
    return bounded_frame({**row, "contrast": "later - first"} for row in rows)
