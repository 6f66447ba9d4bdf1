"""How far two groups overlap: CLES and U3 of normal scores, and U3 by the median."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from resilience_lib.effects.arrays import Array, check_summary, numbers, schools_of, two_groups
from resilience_lib.effects.group_moments import TwoGroups, groups_of
from resilience_lib.effects.jackknife import jackknife_columns, leave_out_schools
from resilience_lib.effects.median_share import median_share_row
from resilience_lib.effects.registry import bounded_frame, require_names
from resilience_lib.models.noncentral import noncentral_t_interval

NORMAL_NAMES: tuple[str, ...] = ("cles_normal", "u3_normal")
OVERLAP_NAMES: tuple[str, ...] = (*NORMAL_NAMES, "u3_median")
_METHODS: dict[str, str] = {
    "cles_normal": "Phi((m1 - m2) / sqrt(s1^2 + s2^2))",
    "u3_normal": "Phi((m1 - m2) / pooled SD)",
}


def estimate_overlap(
    scores: ArrayLike,
    group: ArrayLike,
    *,
    levels: Sequence[object],
    names: Sequence[str] = NORMAL_NAMES,
    school: ArrayLike | None = None,
    seed: int | None = None,
    draws: int = 2000,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`cles_normal`, `u3_normal` and `u3_median` of two independent groups.

    Parameters
    ----------
    scores, group, levels, school, conf_level
        As in `effects.groups.estimate_groups`.
    names : sequence of {"cles_normal", "u3_normal", "u3_median"}
    seed : int, optional
        The study's seed, for the interval of u3_median, which is drawn; none without it.
    draws : int

    Returns
    -------
    DataFrame
        Estimate frame. With schools the headline of a normal form is the delete-one-school
        jackknife of the standardised difference, its ends turned into shares, and the textbook
        interval stands in a row of its own below; u3_median has drawn schools instead of pupils.

    Raises
    ------
    EstimandError
        Another name.
    ModelInputError
        Text or infinite scores, unequal lengths, a pupil without a school.

    Notes
    -----
    Normal forms: see `estimate_overlap_from_summary`. u3_median, by
    `effects.median_share`: the share of the comparison below the median of the group, those at
    it half (Cohen 1988, chapter 2; Hedges & Olkin 1985, chapter 5).

    Examples
    --------
    >>> got = estimate_overlap([3, 4, 6, 7, 1, 2, 4, 5], list("aaaabbbb"), levels=("a", "b"),
    ...                        names=OVERLAP_NAMES)
    >>> [round(float(x), 3) for x in got["estimate"]]
    [0.781, 0.863, 0.875]
    """
    require_names(names, OVERLAP_NAMES)
    y = numbers(scores, "scores")
    one, two = two_groups(group, levels, len(y))
    kept = np.isfinite(y) & (one | two)
    code = schools_of(school, len(y), kept)
    y, one, two = y[kept], one[kept], two[kept]
    rows = []
    for name in names:
        if name == "u3_median":
            rows.append(median_share_row(y, one, code, seed, draws, conf_level))
            continue
        text = _textbook(name, groups_of(y[one], y[two]), conf_level)
        if code is not None:

            def measure(inside: NDArray[np.bool_], name: str = name) -> float:
                return _standardised(name, groups_of(y[one & inside], y[two & inside]))[0]

            rows.append(_school_row(text, measure(np.ones(len(y), dtype=bool)),
                                    leave_out_schools(measure, code), conf_level))  # fmt: skip
        rows.append(text)
    return bounded_frame({**row, "contrast": f"{levels[0]} - {levels[1]}"} for row in rows)


def estimate_overlap_from_summary(
    means: tuple[float, float],
    sds: tuple[float, float],
    n: tuple[int, int],
    *,
    names: Sequence[str] = NORMAL_NAMES,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`cles_normal` and `u3_normal` from means, SDs and n.

    Parameters
    ----------
    means, sds, n : pairs
        Of the group and of the comparison; SDs with n - 1.
    names, conf_level
        As in `estimate_overlap`; u3_median needs the scores.

    Returns
    -------
    DataFrame
        Estimate frame; pupils taken as independent.

    Raises
    ------
    EstimandError, ModelInputError
        Another name; statistics that no data can have.

    Notes
    -----
    cles_normal = Phi(e), e = (m1 - m2) / sqrt(s1^2 + s2^2) (McGraw & Wong 1992); interval:
    noncentral t of sqrt(M) e, M = (s1^2 + s2^2) / (s1^2 / n1 + s2^2 / n2), with
    f = (s1^2 + s2^2)^2 / (s1^4 / (n1 - 1) + s2^4 / (n2 - 1)) df (Reiser & Guttman 1986).
    u3_normal = Phi(d), d with the pooled SD, uncorrected (Cohen 1988, chapter 2); interval:
    noncentral t of d (Steiger & Fouladi 1997). Standard errors by the delta method.

    Examples
    --------
    >>> got = estimate_overlap_from_summary((1, 0), (1, 1), (20, 20))
    >>> [round(float(x), 4) for x in got["estimate"]]
    [0.7602, 0.8413]
    """
    require_names(names, NORMAL_NAMES)
    check_summary(means, sds, n)
    groups = TwoGroups(means, sds, n)
    rows = (_textbook(name, groups, conf_level) for name in names)
    return bounded_frame({**row, "contrast": "first - second"} for row in rows)


def _standardised(name: str, groups: TwoGroups) -> tuple[float, float, float]:
    """The difference that Phi turns into a share, its unit (SD ratio of t) and the df."""
    (n1, n2), (s1, s2) = groups.n, groups.sds
    nothing = (float("nan"), float("nan"), float("nan"))
    if min(n1, n2) < 2:
        return nothing
    if name == "u3_normal":
        sd, unit, df = groups.pooled_sd, np.sqrt(1 / n1 + 1 / n2), groups.df
    else:
        sd = float(np.hypot(s1, s2))
        if not sd > 0:
            return nothing
        unit = np.sqrt(s1**2 / n1 + s2**2 / n2) / sd
        df = sd**4 / (s1**4 / (n1 - 1) + s2**4 / (n2 - 1))
    return (groups.difference / sd, float(unit), float(df)) if sd > 0 else nothing


def _textbook(name: str, groups: TwoGroups, conf_level: float) -> dict[str, object]:
    where, unit, df = _standardised(name, groups)
    row: dict[str, object] = {
        "estimand": name,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% noncentral t, pupils independent",
        "method": _METHODS[name],
        "n": sum(groups.n),
    }
    if not np.isfinite(where):
        return row | {"reason": groups.missing(0.0)}
    low, high = noncentral_t_interval(where / unit, df, conf_level)
    density = float(np.exp(-(where**2) / 2) / np.sqrt(2 * np.pi))
    return row | {
        "estimate": float(special.ndtr(where)),
        "std_error": density * float(np.sqrt(unit**2 + where**2 / (2 * df))),
        "df": df,
        "p_value": float(2 * stats.t.sf(abs(where / unit), df)),
        "conf_low": float(special.ndtr(low * unit)),
        "conf_high": float(special.ndtr(high * unit)),
    }


def _school_row(
    text: dict[str, object], where: float, left: Array, conf_level: float
) -> dict[str, object]:
    """The textbook row with its interval replaced by the jackknife's, as shares."""
    columns = jackknife_columns(
        where, left, conf_level, missing=str(text.get("reason", ""))
    )  # fmt: skip
    for key in ("estimate", "conf_low", "conf_high"):
        if columns.get(key) is not None:
            columns[key] = float(special.ndtr(columns[key]))
    if columns.get("std_error") is not None:
        density = float(np.exp(-(where**2) / 2) / np.sqrt(2 * np.pi))
        columns["std_error"] = density * float(str(columns["std_error"]))
    columns["interval"] = f"{columns['interval']} of the standardised difference"
    return columns | {key: text[key] for key in ("estimand", "method", "n")}
