"""Differences of two arms in total or within-school SDs, conditional on covariates or not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.effects.arrays import numbers
from resilience_lib.effects.standardised import interval_in_sds, standardise
from resilience_lib.effects.subgroups import estimate_row
from resilience_lib.frames import estimate_frame
from resilience_lib.models.conditional import Components, conditional_components
from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, fit_cr2
from resilience_lib.models.hedges import ClusteredArms, clustered_arms
from resilience_lib.models.one_way import small_sample_factor, summarise, total_sd

Array = NDArray[np.float64]

CLUSTERED: tuple[str, ...] = ("g_total", "g_total_conditional", "g_within", "g_within_conditional")
SUMMARY: tuple[str, ...] = ("g_total", "g_within")
_SD = {
    "g_total": "total SD of the model without covariates",
    "g_total_conditional": "total SD of the model with arm and covariates",
    "g_within": "within-school SD of the model without covariates",
    "g_within_conditional": "within-school SD of the model with arm and covariates",
}


def estimate_clustered(
    score: ArrayLike,
    arm: ArrayLike,
    school: ArrayLike,
    *,
    arms: tuple[str, str],
    covariates: ArrayLike | None = None,
    names: Sequence[str] = CLUSTERED,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Standardised difference of an arm from its comparison, each SD by its own name.

    Parameters
    ----------
    score, arm, school : array (n,)
        Of pupils of the two arms.
    arms : (str, str)
        Comparison, arm; the difference is arm - comparison.
    covariates : array (n, p), optional
        For the adjusted difference and for the conditional SDs.
    names : sequence of str
        Of `CLUSTERED`.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame. First the CR2 interval of the difference put together with that of the SD
        (`effects.standardised`); where whole schools are in one arm and there are no covariates
        also Hedges' variance, with t on the schools less 2.

    Raises
    ------
    ModelInputError
        Unequal lengths, missing or infinite numbers, another arm, an unknown name.

    Notes
    -----
    g = J(df) difference / SD, J exact (Hedges 1981), the difference by least squares given the
    covariates. SDs: roots of between + within (total) or within variance by REML; without
    covariates and arm `models.one_way`, as EEF's statistical guidance (2022) asks for g_total;
    conditional `models.conditional`. df: those of the mean square within, or Satterthwaite's for
    the total. Variance: Hedges 2007, see `models.hedges`.

    Examples
    --------
    >>> school = np.repeat(list("abcdef"), 4)
    >>> arm = np.repeat(["old", "new"], 12)
    >>> score = np.arange(24) % 7 + (arm == "new") * 2.0
    >>> got = estimate_clustered(score, arm, school, arms=("old", "new"), names=["g_within"])
    >>> round(float(got["estimate"].iloc[0]), 3), got["interval"].iloc[1]
    (1.044, '95% Hedges 2007, t(schools - 2)')
    """
    y = numbers(score, "scores")
    side = np.asarray(arm, dtype=object)
    place = np.asarray(school, dtype=object)
    if unknown := sorted(set(names) - set(CLUSTERED)):
        raise ModelInputError(f"{unknown} are not among the estimands {CLUSTERED}")
    if not len(y) == len(side) == len(place) or not set(side) <= set(arms):
        raise ModelInputError(f"each pupil needs a score, a school and one of the arms {arms}")
    if not len(y):
        raise ModelInputError("no pupil with a score: nothing to compare")
    extra = np.empty((len(y), 0)) if covariates is None else np.asarray(covariates, dtype=float)
    treated = (side == arms[1]).astype(float)
    design = np.column_stack([np.ones(len(y)), treated, extra])
    weights = np.zeros(design.shape[1])
    weights[1] = 1.0
    answer = contrast_cr2(fit_cr2(y, design, place), weights, conf_level)
    both = len(set(side)) == 2
    sizes = [pd.Series(place[side == a]).value_counts().to_numpy(float) for a in arms]
    whole_schools = both and sum(map(len, sizes)) == len(set(place)) and extra.shape[1] == 0
    labels = {
        "contrast": f"{arms[1]} - {arms[0]}",
        "subgroup": "all",
        "n": len(y),
        "n_clusters": len(set(place)),
    }
    rows = []
    given = conditional_components(y, place, design[:, 1:])
    for name in names:
        sd, df, flaw = _sd(name, y, place, given)
        method = "difference by OLS" + (" given covariates" if extra.shape[1] else "")
        method += f"; J x difference / {_SD[name]} (REML)"
        shown = standardise(answer, sd, df, conf_level, flaw)
        kind = interval_in_sds(conf_level)
        text = {"estimand": name, "method": method, "interval": kind}
        rows.append(estimate_row(shown, conf_level, **text, **labels))
        if whole_schools and name in SUMMARY and np.isfinite(shown.estimate + _icc(y, place)):
            row = _hedges_row(name, answer.estimate / sd, _icc(y, place), sizes, conf_level, df)
            rows.append(row | {"method": method} | labels)
    return estimate_frame(rows)


def estimate_clustered_from_summary(
    *,
    means: tuple[float, float],
    sd: float,
    icc: float,
    sizes: tuple[ArrayLike, ArrayLike],
    arms: tuple[str, str] = ("comparison", "arm"),
    names: Sequence[str] = SUMMARY,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`g_total` and `g_within` of a trial of whole schools from what a paper prints.

    Parameters
    ----------
    means : (float, float)
        Of comparison and arm, in points.
    sd : float
        SD of pupils, pooled within arms, schools ignored.
    icc : float, in [0, 1)
    sizes : pair of arrays
        Pupils of each school of the comparison and of the arm; for equal schools a repeated
        number.
    arms, names, conf_level
        As in `estimate_clustered`; names of `SUMMARY`.

    Returns
    -------
    DataFrame
        Estimate frame; `std_error` from Hedges' variance, interval by t on the schools less 2.

    Raises
    ------
    ModelInputError
        See `models.hedges.clustered_arms`; numbers that are not finite, a negative SD, an
        unknown name.

    Notes
    -----
    Hedges 2007: total SD = sd / sqrt(shrink), within-school SD = total SD sqrt(1 - icc);
    g = J d with J exact at the effective df, variance J^2 that of d.

    Examples
    --------
    >>> got = estimate_clustered_from_summary(means=(10.0, 11.5), sd=5.0, icc=0.1,
    ...                                       sizes=([20] * 5, [20] * 5))
    >>> [round(float(x), 4) for x in got["estimate"]], round(float(got["std_error"].iloc[0]), 4)
    ([0.2958, 0.3119], 0.2403)
    """
    if unknown := sorted(set(names) - set(SUMMARY)):
        raise ModelInputError(f"{unknown} are not among the estimands {SUMMARY} of a summary")
    if not np.isfinite([*means, sd]).all() or sd < 0:
        raise ModelInputError("means and an SD of at least 0 are needed, all finite")
    parts = [np.asarray(part, dtype=float) for part in sizes]
    of = clustered_arms(parts[0], parts[1], icc)
    labels = {
        "contrast": f"{arms[1]} - {arms[0]}",
        "subgroup": "all",
        "n": sum(part.sum() for part in parts),
        "n_clusters": sum(map(len, parts)),
    }
    rows = []
    for name in names:
        method = "from means, pupils' SD pooled within arms, intraclass correlation and sizes"
        flaw = "an SD of 0" if sd == 0 else ""
        if name == "g_within" and of.df_within == 0:
            flaw = "one pupil in each school: no SD within schools"
        if flaw:
            rows.append({"estimand": name, "method": method, "reason": flaw} | labels)
            continue
        d = (means[1] - means[0]) / sd * of.shrink**0.5
        if name == "g_within":
            d /= (1 - icc) ** 0.5
        df = of.df_total if name == "g_total" else of.df_within
        row = _hedges_row(name, d, icc, parts, conf_level, df)
        rows.append(row | {"method": method} | labels)
    return estimate_frame(rows)


def _hedges_row(
    name: str, d: float, icc: float, sizes: Sequence[Array], conf_level: float, df: float
) -> dict[str, object]:
    of: ClusteredArms = clustered_arms(sizes[0], sizes[1], icc)
    factor = small_sample_factor(df)
    variance = of.variance_total(d) if name == "g_total" else of.variance_within(d)
    error, g = factor * variance**0.5, factor * d
    between = sum(map(len, sizes)) - 2
    row: dict[str, object] = {
        "estimand": name,
        "estimate": g,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% Hedges 2007, t(schools - 2)",
    }
    if between < 1 or not np.isfinite(error):
        return row | {"reason": "fewer than three schools: no interval"}
    half = float(stats.t.ppf(0.5 + conf_level / 2, between)) * error
    return row | {
        "std_error": error,
        "df": between,
        "p_value": float(2 * stats.t.sf(abs(g) / error, between)),
        "conf_low": g - half,
        "conf_high": g + half,
        "reason": "fewer than 4 df: the interval is unreliable" if between < 4 else "",
    }


def _sd(
    name: str, y: Array, place: NDArray[np.object_], given: Components
) -> tuple[float, float, str]:
    """SD, its df and what is amiss."""
    if name == "g_total":
        sd, df = total_sd(summarise(y, place))
        return sd, df, ""
    parts = given if name.endswith("_conditional") else conditional_components(y, place)
    if parts.reason or name.startswith("g_within"):
        return parts.within**0.5, parts.df_within, parts.reason
    n = np.unique(pd.factorize(place)[0], return_counts=True)[1].astype(float)
    n0 = (n.sum() - (n**2).sum() / n.sum()) / (len(n) - 1)
    squares = np.array([parts.between + parts.within / n0, (1 - 1 / n0) * parts.within])
    df = squares.sum() ** 2 / (squares**2 / [parts.df_between, parts.df_within]).sum()
    return float(squares.sum() ** 0.5), float(df), ""


def _icc(y: Array, place: NDArray[np.object_]) -> float:
    parts = conditional_components(y, place)
    return parts.between / (parts.between + parts.within)
