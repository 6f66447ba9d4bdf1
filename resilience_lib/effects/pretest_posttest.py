"""Programme and comparison at two waves: d_ppc2, the difference of changes in first-wave SDs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from resilience_lib.effects.arrays import Array, check_summary, numbers, schools_of, two_groups
from resilience_lib.effects.group_moments import TwoGroups, groups_of, hedges_factor
from resilience_lib.effects.groups import school_row
from resilience_lib.effects.registry import bounded_frame
from resilience_lib.models.cr2 import ModelInputError


def estimate_ppc2(
    first: ArrayLike,
    later: ArrayLike,
    group: ArrayLike,
    *,
    levels: Sequence[object],
    school: ArrayLike | None = None,
    exact: bool = True,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`d_ppc2`: change of a programme less change of its comparison, in SDs of the first wave.

    Parameters
    ----------
    first, later, group : array (n,)
        Scores at both waves and the group; pupils without both scores are left out.
    levels : sequence of two labels
        Programme, comparison.
    school : array (n,), optional
        With schools, the headline is the CR2 interval of the difference of changes over the
        same SD, and Morris's interval stands in a row of its own below.
    exact : bool
        False: the approximate correction that Morris prints.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame.

    Raises
    ------
    ModelInputError
        Text or infinite scores, unequal lengths, a pupil without a school.

    Notes
    -----
    See `estimate_ppc2_from_summary`. r is the correlation within groups, pooled: the sum of
    both groups' products over the root of the product of their sums of squares.

    Examples
    --------
    >>> got = estimate_ppc2([1, 2, 4, 5, 1, 3, 4, 6], [3, 3, 7, 6, 1, 4, 4, 7], list("ppppcccc"),
    ...                     levels=("p", "c"))
    >>> [round(float(got[c].iloc[0]), 3) for c in ("estimate", "std_error")]
    [0.555, 0.329]
    """
    x, y = numbers(first, "first scores"), numbers(later, "later scores")
    if len(x) != len(y):
        raise ModelInputError(
            f"{len(x)} first and {len(y)} later scores: one pair a pupil is needed"
        )
    one, two = two_groups(group, levels, len(x))
    kept = np.isfinite(x) & np.isfinite(y) & (one | two)
    code = schools_of(school, len(x), kept)
    x, y, one, two = x[kept], y[kept], one[kept], two[kept]
    early, late = groups_of(x[one], x[two]), groups_of(y[one], y[two])
    r = tuple(_correlation(x[side], y[side]) for side in (one, two))
    text = _textbook(early, late, r, conf_level, exact=exact)
    rows = [text]
    if code is not None:
        sd, factor = early.pooled_sd, hedges_factor(early.df, exact=exact)[0]
        design = np.column_stack([np.ones(len(x)), one.astype(float)])
        scale = factor / sd if sd > 0 else float("nan")
        rows.insert(0, school_row(y - x, design, code, scale, text))
    contrast = f"{levels[0]} - {levels[1]}, later - first"
    return bounded_frame({**row, "contrast": contrast} for row in rows)


def estimate_ppc2_from_summary(
    means_first: tuple[float, float],
    means_later: tuple[float, float],
    sds_first: tuple[float, float],
    sds_later: tuple[float, float],
    n: tuple[int, int],
    r: tuple[float, float],
    *,
    exact: bool = True,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`d_ppc2` from means, SDs, n and the correlation between the waves.

    Parameters
    ----------
    means_first, means_later, sds_first, sds_later, n, r : pairs
        Of the programme and of the comparison; SDs with n - 1. The later SDs and r only enter
        the standard error.
    exact, conf_level
        As in `estimate_ppc2`.

    Returns
    -------
    DataFrame
        Estimate frame; pupils taken as independent.

    Raises
    ------
    ModelInputError
        Statistics that no data can have.

    Notes
    -----
    d_ppc2 = J(df) [(post - pre) of the programme - (post - pre) of the comparison] / SD of the
    first wave pooled over the groups, df = n1 + n2 - 2: Morris 2008, who prints the
    approximate J. His variance: J^2 df / (df - 2) (2 (1 - r) N + d^2) - d^2,
    N = 1/n1 + 1/n2, r pooled within groups; one variance at both waves and in both groups is
    assumed. Interval: normal.

    Examples
    --------
    >>> got = estimate_ppc2_from_summary((10, 10), (13, 11), (4, 4), (4, 4), (30, 30), (.5, .5))
    >>> [round(float(got[c].iloc[0]), 4) for c in ("estimate", "std_error")]
    [0.4935, 0.2635]
    """
    check_summary(
        [*means_first, *means_later], [*sds_first, *sds_later], list(n), list(r)
    )  # fmt: skip
    early, late = TwoGroups(means_first, sds_first, n), TwoGroups(means_later, sds_later, n)
    row = _textbook(early, late, r, conf_level, exact=exact)
    return bounded_frame([row | {"contrast": "first - second, later - first"}])


def _textbook(
    early: TwoGroups, late: TwoGroups, r: Sequence[float], conf_level: float, *, exact: bool
) -> dict[str, object]:
    sd = early.pooled_sd
    factor, words = hedges_factor(early.df, exact=exact)
    row: dict[str, object] = {
        "estimand": "d_ppc2",
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% normal, pupils independent",
        "method": f"difference of changes / pooled SD of the first wave; {words}",
        "n": sum(early.n),
    }
    reason = early.missing(sd)
    if reason:
        return row | {"reason": reason}
    estimate = factor * (late.difference - early.difference) / sd
    row["estimate"] = estimate
    pooled = _pooled_correlation(early, late, r)
    if not np.isfinite(pooled):
        return row | {"reason": "scores of the later wave do not vary: no interval"}
    if early.df <= 2:
        return row | {"reason": "fewer than five pupils: no standard error"}
    unit = 1 / early.n[0] + 1 / early.n[1]
    spread_of_d = 2 * (1 - pooled) * unit + estimate**2
    variance = factor**2 * early.df / (early.df - 2) * spread_of_d - estimate**2
    # below 0 by rounding, where all pupils changed by the same amount
    error = float(np.sqrt(max(variance, 0.0)))
    if not error > 1e-12:
        return row | {"reason": "all pupils changed by the same amount: no interval"}
    half = float(stats.norm.ppf(0.5 + conf_level / 2)) * error
    return row | {
        "std_error": error,
        "p_value": float(2 * stats.norm.sf(abs(estimate) / error)),
        "conf_low": estimate - half,
        "conf_high": estimate + half,
    }


def _correlation(x: Array, y: Array) -> float:
    if len(x) < 2:
        return 0.0
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size > 0 else 0.0


def _pooled_correlation(early: TwoGroups, late: TwoGroups, r: Sequence[float]) -> float:
    """Within groups; NaN where a wave does not vary."""
    weights = [n - 1 for n in early.n]
    products = sum(
        w * one * s1 * s2
        for w, one, s1, s2 in zip(weights, r, early.sds, late.sds, strict=True)
    )  # fmt: skip
    size = early.pooled_sd * late.pooled_sd * early.df
    return products / size if size > 0 else float("nan")
