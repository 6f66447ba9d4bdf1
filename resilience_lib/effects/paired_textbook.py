"""Textbook intervals of standardised changes, pupils taken as independent."""

from __future__ import annotations

import numpy as np
from scipy import stats

from resilience_lib.effects.paired_measures import (
    MISSING,
    Moments,
    correction,
    divisor,
    effective_df,
    method_text,
    standardised,
)
from resilience_lib.models.noncentral import noncentral_t_interval


def textbook_row(name: str, m: Moments, conf_level: float) -> dict[str, object]:
    """Estimate, error and interval of one group, its pupils taken as independent.

    Notes
    -----
    Interval: the limits of the noncentrality of the paired t statistic, times
    SD of the differences / (S sqrt(n)); the same for `d_` and `g_`, since J corrects an estimate
    and the limits of a noncentrality are exact without it (Cumming 2012). Exact for z; for
    av_rms Algina & Keselman 2003, equations 7 to 9; used likewise for the others, the ratio of
    SDs taken as known.
    Standard error, large samples: sqrt(SDd^2 / ((n - 1) S^2) + d^2 / (2 df)) (Bonett 2008).

    Examples
    --------
    >>> from resilience_lib.effects.paired_measures import moments_from_summary
    >>> m = moments_from_summary((0.0, 1.0), (2.0, 2.0), 11, 0.5)
    >>> row = textbook_row("d_z", m, 0.95)
    >>> round(row["conf_low"], 3), round(row["conf_high"], 3), round(row["p_value"], 4)
    (-0.14, 1.118, 0.1282)
    """
    n, difference, change = float(m.n), float(m.difference), float(m.change)
    estimate, df = float(standardised(name, m)), float(effective_df(name, m))
    exact = "" if name[2:] == "z" else " of t, scaled"
    row: dict[str, object] = {
        "estimand": name,
        "estimate": estimate,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% noncentral t{exact}, pupils independent",
        "method": method_text(name, df),
        "n": n,
    }
    if not np.isfinite(estimate):
        return row | {"reason": _why_missing(name, m)}
    if not difference > 1e-10 * (1 + abs(change)):
        return row | {"reason": "all pupils changed by the same amount: no interval"}
    sd = float(divisor(name, m))
    factor = float(correction(np.array(df))) if name.startswith("g_") else 1.0
    t = change * np.sqrt(n) / difference
    low, high = noncentral_t_interval(t, n - 1, conf_level)
    scale = difference / (sd * np.sqrt(n))
    error = np.sqrt((difference / sd) ** 2 / (n - 1) + (change / sd) ** 2 / (2 * df))
    return row | {
        "std_error": float(factor * error),
        "df": n - 1,
        "p_value": float(2 * stats.t.sf(abs(t), n - 1)),
        "conf_low": float(scale * low),
        "conf_high": float(scale * high),
    }


def _why_missing(name: str, m: Moments) -> str:
    enough = float(m.n) >= 2 and np.isfinite(float(divisor("d" + name[1:], m)))
    return "the small-sample correction needs more than 1 df" if enough else MISSING
