"""Two independent groups: g with the pooled SD, Glass's d with the SD of the comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.effects.arrays import (
    Array,
    check_summary,
    numbers,
    schools_of,
    two_groups,
)
from resilience_lib.effects.group_moments import TwoGroups, groups_of, hedges_factor
from resilience_lib.effects.registry import bounded_frame, require_names
from resilience_lib.effects.subgroups import estimate_row, scaled
from resilience_lib.models.cr2 import contrast_cr2, fit_cr2
from resilience_lib.models.noncentral import noncentral_t_interval

GROUP_NAMES: tuple[str, ...] = ("g_independent", "d_glass")


def estimate_groups(
    scores: ArrayLike,
    group: ArrayLike,
    *,
    levels: Sequence[object],
    names: Sequence[str] = ("g_independent",),
    school: ArrayLike | None = None,
    exact: bool = True,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Standardised difference of two independent groups.

    Parameters
    ----------
    scores, group : array (n,)
        A score and a group for each pupil; missing scores and other groups are left out.
    levels : sequence of two labels
        The difference is first - second; the second is the comparison.
    names : sequence of {"g_independent", "d_glass"}
    school : array (n,), optional
        With schools, the headline is the CR2 interval of the difference over the same SD, and
        the textbook interval stands in a row of its own below.
    exact : bool
        False: the approximate correction 1 - 3 / (4 df - 1) in g_independent.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame.

    Raises
    ------
    EstimandError
        Another name.
    ModelInputError
        Text or infinite scores, unequal lengths, a pupil without a school.

    Notes
    -----
    Textbook: see `estimate_groups_from_summary`. With schools: score ~ group, CR2 with
    Satterthwaite df (Pustejovsky & Tipton 2018); the SD is taken as known, as in g_total.

    Examples
    --------
    >>> got = estimate_groups([3, 4, 6, 7, 1, 2, 4, 5], list("aaaabbbb"), levels=("a", "b"))
    >>> [round(float(got[c].iloc[0]), 3) for c in ("estimate", "conf_low", "conf_high")]
    [0.952, -0.454, 2.571]
    """
    require_names(names, GROUP_NAMES)
    y = numbers(scores, "scores")
    one, two = two_groups(group, levels, len(y))
    kept = np.isfinite(y) & (one | two)
    code = schools_of(school, len(y), kept)
    y, one, two = y[kept], one[kept], two[kept]
    groups = groups_of(y[one], y[two])
    design = np.column_stack([np.ones(len(y)), one.astype(float)])
    rows = []
    for name in names:
        text = textbook_row(name, groups, conf_level, exact=exact)
        if code is not None:
            sd, factor, _ = _scale(name, groups, exact=exact)
            rows.append(school_row(y, design, code, factor / sd if sd > 0 else np.nan, text))
        rows.append(text)
    return bounded_frame({**row, "contrast": f"{levels[0]} - {levels[1]}"} for row in rows)


def estimate_groups_from_summary(
    means: tuple[float, float],
    sds: tuple[float, float],
    n: tuple[int, int],
    *,
    names: Sequence[str] = ("g_independent",),
    exact: bool = True,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Standardised difference of two independent groups from means, SDs and n.

    Parameters
    ----------
    means, sds, n : pairs
        Of the group and of the comparison; SDs with n - 1.
    names, exact, conf_level
        As in `estimate_groups`.

    Returns
    -------
    DataFrame
        Estimate frame, contrast "first - second"; pupils taken as independent.

    Raises
    ------
    EstimandError, ModelInputError
        Another name; statistics that no data can have.

    Notes
    -----
    g_independent = J(n1 + n2 - 2) (m1 - m2) / pooled SD (Hedges 1981). Interval: noncentral-t
    limits of the standardised difference (Steiger & Fouladi 1997), exact without J (Cumming
    2012); R's effectsize multiplies them by J, which covers less. Standard error:
    sqrt(1/n1 + 1/n2 + g^2 / (2 (n1 + n2))) (Hedges & Olkin 1985, chapter 5).
    d_glass = (m1 - m2) / SD of the comparison (Glass 1976), uncorrected. Interval: noncentral t
    with n2 - 1 df and variance 1/n2 + s1^2 / (n1 s2^2), the ratio of variances taken as known
    (Algina, Keselman & Penfield 2006). Standard error: sqrt(s1^2 / (n1 s2^2) + 1/n2 +
    d^2 / (2 n2)), variances unequal (Bonett 2008, in large samples).

    Examples
    --------
    >>> got = estimate_groups_from_summary((105, 100), (15, 10), (20, 20), names=GROUP_NAMES)
    >>> [round(float(x), 4) for x in got["estimate"]]
    [0.3844, 0.5]
    """
    require_names(names, GROUP_NAMES)
    check_summary(means, sds, n)
    groups = TwoGroups(means, sds, n)
    rows = (textbook_row(name, groups, conf_level, exact=exact) for name in names)
    return bounded_frame({**row, "contrast": "first - second"} for row in rows)


def school_row(
    outcome: Array,
    design: Array,
    school: NDArray[np.int64],
    factor: float,
    text: Mapping[str, object],
) -> dict[str, object]:
    """The headline beside a textbook row: the design's second coefficient with CR2 by school.

    Parameters
    ----------
    outcome : array (n,)
    design : array (n, p)
    school : array (n,)
    factor : float
        J / SD, by which coefficient and error are multiplied; NaN where there is no SD.
    text : mapping
        The textbook row, whose estimand, method, n and level are kept.

    Examples
    --------
    >>> text = {"estimand": "d_glass", "method": "", "n": 4, "conf_level": 0.95}
    >>> got = school_row(np.array([3.0, 1, 4, 1]), np.array([[1.0, 1], [1, 0], [1, 1], [1, 0]]),
    ...                  np.array([0, 0, 1, 1]), 2.0, text)
    >>> round(got["estimate"], 6), got["interval"]
    (5.0, '95% CR2, Satterthwaite df')
    """
    level = float(str(text["conf_level"]))
    if len(outcome) == 0:
        return {**text, "interval": f"{100 * level:g}% CR2, Satterthwaite df", "n_clusters": 0}
    weights = np.eye(design.shape[1])[1]
    answer = contrast_cr2(fit_cr2(outcome, design, school), weights, level)
    kept = {key: text[key] for key in ("estimand", "method", "n")}
    why = str(text.get("reason", ""))
    row = estimate_row(scaled(answer, factor, why), level, **kept)
    return row | {"n_clusters": len(np.unique(school))}


def textbook_row(
    name: str, groups: TwoGroups, conf_level: float, *, exact: bool = True
) -> dict[str, object]:
    """One estimate with its textbook interval; formulas in `estimate_groups_from_summary`.

    Examples
    --------
    >>> row = textbook_row("d_glass", TwoGroups((1.0, 0.0), (1.0, 0.0), (5, 5)), 0.95)
    >>> row["reason"]
    'scores do not vary: no standard deviation'
    """
    sd, factor, method = _scale(name, groups, exact=exact)
    (n1, n2), (s1, s2) = groups.n, groups.sds
    row: dict[str, object] = {
        "estimand": name,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% noncentral t, pupils independent",
        "method": method,
        "n": n1 + n2,
    }
    reason = groups.missing(sd)
    if reason:
        return row | {"reason": reason}
    ratio = 1.0 if name == "g_independent" else (s1 / s2) ** 2
    df = groups.df if name == "g_independent" else n2 - 1
    unit = float(np.sqrt(ratio / n1 + 1 / n2))
    estimate = factor * groups.difference / sd
    t = groups.difference / sd / unit
    low, high = noncentral_t_interval(t, df, conf_level)
    pupils = n1 + n2 if name == "g_independent" else n2
    return row | {
        "estimate": estimate,
        "std_error": float(np.sqrt(unit**2 + estimate**2 / (2 * pupils))),
        "df": df,
        "p_value": float(2 * stats.t.sf(abs(t), df)),
        "conf_low": unit * low,
        "conf_high": unit * high,
    }


def _scale(name: str, groups: TwoGroups, *, exact: bool) -> tuple[float, float, str]:
    """The SD divided by, the correction, and both in words."""
    if name == "d_glass":
        return groups.sds[1], 1.0, "difference of means / SD of the comparison"
    factor, text = hedges_factor(groups.df, exact=exact)
    return groups.pooled_sd, factor, f"difference of means / pooled SD; {text}"
