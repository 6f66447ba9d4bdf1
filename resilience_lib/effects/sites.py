"""A programme at many sites: each site first, then their mean and how much they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.effects.arrays import numbers
from resilience_lib.effects.subgroups import estimate_row
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, fit_cr2
from resilience_lib.models.random_effects import Pooled, pool_sites

Array = NDArray[np.float64]
Row = dict[str, object]

_FEW_SITES = 10
_SHORT = (
    "where sites differ little such an interval holds fewer than it says: 86 of 100 programmes of "
    "11 to 20 generated sites"
)
"""Counted by benchmarks/long_run_further.py."""
_POOLED = "random effects of {k} sites, REML"
_KNOWN = ("Q-profile, errors taken as known", "chi-squared, errors taken as known")
_ESTIMATED = ("Welch's test inverted, errors estimated", "Welch's test, errors estimated")
"""How tau2 and I2 get their ends, and Q its p."""


def estimate_sites(
    values: ArrayLike, site: ArrayLike, school: ArrayLike, *, conf_level: float = 0.95
) -> pd.DataFrame:
    """Means of sites with CR2 by school inside each, then pooled.

    Parameters
    ----------
    values : array (n,)
        One finite value a pupil, such as a change.
    site, school : array (n,)
        Labels; each school at one site.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame as `estimate_sites_from_summary` gives it, but that each site's error is
        taken as estimated, on its Satterthwaite df: `q_between` has the p of Welch's test, and
        the intervals of `tau2` and `i2` are that test inverted (`models.welch`). Sites
        without a standard error (one school) stand in it with their reason and are not pooled.

    Raises
    ------
    ModelInputError
        Missing or infinite values, a missing label, a school at two sites.

    Examples
    --------
    >>> values = [1.0, 3.0, 2.0, 6.0, 5.0, 7.0, 4.0, 9.0]
    >>> got = estimate_sites(values, list("aaaabbbb"), list("ppqqrrss"))
    >>> got["estimand"].tolist()[:3], [round(float(x), 2) for x in got["estimate"]][:3]
    (['site_mean', 'site_mean', 'mean_of_sites'], [3.0, 6.25, 4.77])
    """
    value, places = numbers(values, "values"), [np.asarray(x, dtype=object) for x in (site, school)]
    if not len(value) == len(places[0]) == len(places[1]):
        raise ModelInputError("a value, a site and a school are needed for each pupil")
    frame = pd.DataFrame({"site": places[0], "school": places[1], "value": value})
    if frame["site"].isna().any():
        raise ModelInputError("each pupil needs a site")
    if (frame.groupby("school")["site"].nunique() > 1).any():
        raise ModelInputError("each school stands at one site")
    rows: list[Row] = []
    for label, part in frame.groupby("site", sort=True):
        fit = fit_cr2(part["value"], np.ones((len(part), 1)), part["school"])
        answer = contrast_cr2(fit, [1.0], conf_level)
        row = estimate_row(answer, conf_level, estimand="site_mean", method="mean, CR2 by school")
        rows.append(row | {"subgroup": str(label), "n": len(part)})
        rows[-1] |= {"n_clusters": part["school"].nunique()}
    found = [[float(str(r[name])) for name in ("estimate", "std_error", "df")] for r in rows]
    known = np.array([three for three in found if np.isfinite(three[1])]).reshape(-1, 3)
    left = len(found) - len(known)
    note = f"; {left} sites without a standard error left out" if left else ""
    pooled = _pooled_rows(known[:, 0], known[:, 1], conf_level, note, known[:, 2])
    return estimate_frame([*rows, *(row | {"n": len(frame)} for row in pooled)])


def estimate_sites_from_summary(
    estimates: ArrayLike,
    errors: ArrayLike,
    labels: Sequence[str] = (),
    *,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Estimates of sites, pooled: mean, another site, variance between sites, I2 and Q.

    Parameters
    ----------
    estimates, errors : array (k,)
        Of each site, with its standard error, above 0.
    labels : sequence of str
        Names of the sites; "site 1", ... where left out.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame: a row `site_mean` a site (normal interval, the error taken as known), then
        `mean_of_sites`, `next_site` (whose interval is the prediction interval), `tau2`, `i2`
        (0 to 1) and `q_between` (with its p). `reason` says how little few sites can tell.

    Raises
    ------
    ModelInputError
        Missing or infinite numbers, an error of 0 or less, unequal lengths.

    Notes
    -----
    `models.random_effects.pool_sites`. Mean -+ t(k - 1) se. Prediction interval: mean -+ t(k - 2)
    sqrt(tau2 + se^2) (Higgins, Thompson & Spiegelhalter 2009, JRSS A 172; with this se: Partlett
    & Riley 2017, Statistics in Medicine 36). Q is chi-squared on k - 1 df and tau2's interval the
    Q-profile, since the errors are taken as known. I2 = tau2 / (tau2 + typical variance), its ends
    those of tau2.

    Examples
    --------
    >>> got = estimate_sites_from_summary([0.1, 0.5, 0.9], [0.1, 0.1, 0.1])
    >>> row = got[got["estimand"] == "mean_of_sites"].iloc[0]
    >>> round(float(row["conf_low"]), 3), round(float(row["conf_high"]), 3)
    (-0.494, 1.494)
    """
    y, se = numbers(estimates, "site estimates"), numbers(errors, "standard errors")
    if y.ndim != 1 or y.shape != se.shape or (labels and len(labels) != len(y)):
        raise ModelInputError("an estimate, a standard error and a label are needed for each site")
    if not (np.isfinite(y).all() and np.isfinite(se).all() and (se > 0).all()):
        raise ModelInputError("site estimates are finite and their standard errors above 0")
    z = float(stats.norm.ppf(0.5 + conf_level / 2))
    rows: list[Row] = [
        {
            "estimand": "site_mean",
            "subgroup": label,
            "estimate": value,
            "std_error": error,
            "conf_low": value - z * error,
            "conf_high": value + z * error,
            "conf_level": conf_level,
            "interval": f"{100 * conf_level:g}% normal, error taken as known",
            "method": "as given",
        }
        for label, value, error in zip(
            labels or [f"site {i + 1}" for i in range(len(y))], y, se, strict=True
        )
    ]
    return estimate_frame([*rows, *_pooled_rows(y, se, conf_level, "")])


def _pooled_rows(
    y: Array, se: Array, conf_level: float, note: str, df: Array | None = None
) -> list[Row]:
    """Rows of what is pooled; `df` are those of the errors, known where left out."""
    k = len(y)
    names = ("mean_of_sites", "next_site", "tau2", "i2", "q_between")
    method = _POOLED.format(k=k) + note
    if k < 2:
        why = "fewer than two sites with a standard error: nothing to pool"
        return [{"estimand": name, "method": method, "reason": why} for name in names]
    got = pool_sites(y, se, conf_level, np.inf if df is None else df)
    doubt = _little_known(got, k, conf_level)
    base: Row = {"conf_level": conf_level, "method": method}
    level = f"{100 * conf_level:g}%"
    share = [t / (t + got.typical) for t in (got.tau2, got.tau2_low, got.tau2_high)]
    mean = _around(got.mean, got.std_error, k - 1, conf_level)
    mean |= {"interval": f"{level} Hartung-Knapp-Sidik-Jonkman, modified, t(k - 1)"}
    mean |= {"p_value": float(2 * stats.t.sf(abs(got.mean) / got.std_error, k - 1))}
    text = f"{level} prediction, t(k - 2)"
    following: Row = {"estimate": got.mean, "interval": text}
    if k > 2:
        spread = float(np.hypot(np.sqrt(got.tau2), got.std_error))
        following = _around(got.mean, spread, k - 2, conf_level) | {"interval": text}
    by, test = _KNOWN if df is None else _ESTIMATED
    profile = {"interval": f"{level} {by}"}
    tau2: Row = {"estimate": got.tau2, "conf_low": got.tau2_low, "conf_high": got.tau2_high}
    i2: Row = {"estimate": share[0], "conf_low": share[1], "conf_high": share[2]}
    q: Row = {"estimate": got.q, "df": k - 1, "p_value": got.p_value}
    q |= {"interval": f"none: a test statistic, p by {test}"}
    rows = [mean, following, tau2 | profile, i2 | profile, q]
    reasons = [doubt, "; ".join(filter(None, [doubt, _SHORT])), doubt, doubt, ""]
    if k == 2:
        reasons[1] = "two sites: no prediction interval"
    return [
        base | row | {"estimand": name, "reason": reason}
        for name, row, reason in zip(names, rows, reasons, strict=True)
    ]


def _around(centre: float, error: float, df: float, conf_level: float) -> Row:
    half = float(stats.t.ppf(0.5 + conf_level / 2, df)) * error
    ends = {"conf_low": centre - half, "conf_high": centre + half}
    return {"estimate": centre, "std_error": error, "df": df, **ends}


def _little_known(got: Pooled, k: int, conf_level: float) -> str:
    if k >= _FEW_SITES:
        return ""
    ends = [f"{np.sqrt(t):.2g}" for t in (got.tau2_low, got.tau2_high)]
    return (
        f"{k} sites: the SD between sites is hardly known, anything from {ends[0]} to {ends[1]} "
        f"fits ({100 * conf_level:g}%)"
    )
