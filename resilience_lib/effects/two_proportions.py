"""Two shares compared: difference, ratio, odds ratio, number needed to treat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.effects.arrays import Array, schools_of, two_groups
from resilience_lib.effects.proportion_intervals import (
    koopman_interval,
    newcombe_interval,
    odds_ratio_interval,
)
from resilience_lib.effects.proportions import BY_SCHOOL, whole_counts, zero_one
from resilience_lib.effects.registry import bounded_frame, require_names
from resilience_lib.effects.subgroups import estimate_row, no_data
from resilience_lib.models.cr2 import (
    Cr2Fit,
    contrast_cr2,
    fit_cr2,
)
from resilience_lib.models.transformed import clipped, log_ratio_of

Row = dict[str, object]

COMPARED: tuple[str, ...] = ("risk_difference", "risk_ratio", "odds_ratio", "nnt")
"""What two shares are compared by."""
RATIOS = ("risk_ratio", "odds_ratio")


def estimate_two_proportions(
    events: ArrayLike,
    group: ArrayLike,
    *,
    levels: Sequence[object],
    names: Sequence[str] = COMPARED,
    school: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Two shares compared: the first less, or over, the second.

    Parameters
    ----------
    events, group : array (n,)
        1 for a pupil with the event, 0 for one without, and each pupil's group; missing events
        and other groups are left out.
    levels : sequence of two labels
        The first group and the one that it is compared with.
    names : sequence of str
        Some of `COMPARED`.
    school : array (n,), optional
        With schools, the first row of each estimand is by school.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame. `std_error` of the ratios by school is that of their logarithm.

    Raises
    ------
    EstimandError
        Another name.
    ModelInputError
        A value other than 0 and 1, unequal lengths, a pupil without a school.

    Notes
    -----
    Pupils independent: Newcombe's hybrid score interval of the difference (1998, method 10),
    Koopman's score interval of the ratio (1984), the exact conditional interval of the odds
    ratio (as R's `fisher.test`, whose estimate is another one: here it is the sample's).
    By school: linear probability in both groups with CR2; logarithms of the ratios by the delta
    method, weights 1 / p, and 1 / (p (1 - p)) for odds.
    NNT = 1 / difference, with the inverted ends of the difference's interval. Where that holds
    0 the interval of the NNT passes through infinity, and is said in words (Altman 1998, BMJ 317).

    Examples
    --------
    >>> got = estimate_two_proportions([1, 1, 1, 0, 1, 0, 0, 0], list("aaaabbbb"),
    ...                                levels=("a", "b"), names=["risk_difference", "nnt"])
    >>> got["estimate"].tolist(), got["reason"].iloc[1][:47]
    ([0.5, 2.0], 'the interval passes through infinity: 1.27 or m')
    """
    require_names(names, COMPARED)
    y = zero_one(events)
    one, two = two_groups(group, levels, len(y))
    kept = np.isfinite(y) & (one | two)
    code = schools_of(school, len(y), kept)
    y1, y2 = y[kept & one], y[kept & two]
    counts = (int(y1.sum()), len(y1), int(y2.sum()), len(y2))
    rows = _two_shares(*counts, names, levels, conf_level)
    if code is not None:
        together = _by_school(y[kept], one[kept], code, names, conf_level)
        pairs = zip(together, rows, strict=True)
        rows = [row for a, b in pairs for row in (a | {"contrast": b["contrast"]}, b)]
    return bounded_frame(rows)


def estimate_two_proportions_from_summary(
    events: tuple[float, float],
    n: tuple[float, float],
    *,
    names: Sequence[str] = COMPARED,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Two shares compared from their counts; see `estimate_two_proportions`.

    Parameters
    ----------
    events, n : pairs
        Pupils with the event, and all pupils, of each group.

    Raises
    ------
    EstimandError, ModelInputError
        Another name; counts that are no whole numbers, or more events than pupils.

    Examples
    --------
    >>> got = estimate_two_proportions_from_summary((56, 48), (70, 80), names=["risk_difference"])
    >>> [round(float(got[x].iloc[0]), 4) for x in ("estimate", "conf_low", "conf_high")]
    [0.2, 0.0524, 0.3339]
    """
    require_names(names, COMPARED)
    counts = (*whole_counts(events[0], n[0]), *whole_counts(events[1], n[1]))
    return bounded_frame(_two_shares(*counts, names, ("first", "second"), conf_level))


def _two_shares(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    names: Sequence[str],
    levels: Sequence[object],
    conf_level: float,
) -> list[Row]:
    """One row a name, pupils taken as independent."""
    texts = {
        "risk_difference": ("Newcombe hybrid score", "share less share"),
        "risk_ratio": ("Koopman score", "share over share"),
        "odds_ratio": ("exact conditional", "odds over odds"),
        "nnt": ("inverted Newcombe hybrid score", "1 / (share less share)"),
    }
    rows = []
    for name in names:
        interval, method = texts[name]
        row: Row = {
            "estimand": name,
            "contrast": f" {'/' if name in RATIOS else '-'} ".join(map(str, levels)),
            "conf_level": conf_level,
            "interval": f"{100 * conf_level:g}% {interval}, pupils independent",
            "method": method,
            "n": n1 + n2,
        }
        if not (n1 and n2):
            rows.append(row | {"reason": "no pupils in a group"})
            continue
        p1, p2 = x1 / n1, x2 / n2
        if name in ("risk_difference", "nnt"):
            low, high = newcombe_interval(x1, n1, x2, n2, conf_level)
            found: Row = {"estimate": p1 - p2, "conf_low": low, "conf_high": high}
            row |= _inverted(p1 - p2, low, high) if name == "nnt" else found
        elif name == "risk_ratio":
            row |= _ratio(p1, p2, koopman_interval(x1, n1, x2, n2, conf_level))
        else:
            ends = odds_ratio_interval(x1, n1, x2, n2, conf_level)
            row |= _ratio(p1 * (1 - p2), p2 * (1 - p1), ends)
        rows.append(row)
    return rows


def _by_school(
    y: Array,
    one: NDArray[np.bool_],
    school: NDArray[np.int64],
    names: Sequence[str],
    conf_level: float,
) -> list[Row]:
    """One row a name with CR2 by school."""
    counts = {"n": len(y), "n_clusters": len(np.unique(school))}
    if one.all() or not one.any():
        answer = no_data("no pupils in a group")
        row = estimate_row(answer, conf_level, method=BY_SCHOOL) | counts
        return [row | {"estimand": name} for name in names]
    fit = fit_cr2(y, np.column_stack([one, ~one]).astype(float), school)
    p = (float(y[one].mean()), float(y[~one].mean()))
    return [_school_row(name, fit, p, conf_level) | counts | {"estimand": name} for name in names]


def _school_row(name: str, fit: Cr2Fit, p: tuple[float, float], conf_level: float) -> Row:
    if name in ("risk_difference", "nnt"):
        answer = clipped(contrast_cr2(fit, [1.0, -1.0], conf_level), -1.0, 1.0)
        row = estimate_row(answer, conf_level, method=BY_SCHOOL)
        if name == "risk_difference":
            return row
        # the test is that of the difference, of which there is no error on this scale
        inverse = _inverted(p[0] - p[1], answer.conf_low, answer.conf_high)
        reasons = filter(None, [answer.reason, str(inverse.get("reason", ""))])
        words = {"reason": "; ".join(reasons), "interval": f"{row['interval']}, inverted"}
        return row | inverse | words | {"std_error": None}
    odds = name == "odds_ratio"
    spread = np.array([x * (1 - x) if odds else x for x in p])
    top, bottom = (p[0] * (1 - p[1]), p[1] * (1 - p[0])) if odds else p
    if (spread > 0).all():
        answer = contrast_cr2(fit, np.array([1.0, -1.0]) / spread, conf_level)
        answer = log_ratio_of(answer, float(np.log(top / bottom)))
    else:
        ratio = _ratio(top, bottom, (np.nan, np.nan))
        why = str(ratio.get("reason", "a share of 0 or 1: no interval of the logarithm"))
        answer = replace(no_data(why), estimate=float(str(ratio["estimate"])))
    row = estimate_row(answer, conf_level, method=f"{BY_SCHOOL}; logarithm by the delta method")
    return row | {"interval": f"{row['interval']}, of the logarithm"}


def _ratio(top: float, bottom: float, ends: tuple[float, float]) -> Row:
    found: Row = {"conf_low": ends[0], "conf_high": ends[1]}
    if bottom > 0:
        return found | {"estimate": top / bottom}
    why = "no finite ratio: the group divided by has none"
    return found | {"estimate": np.nan, "reason": why if top > 0 else "0 / 0: no ratio"}


def _inverted(difference: float, low: float, high: float) -> Row:
    """1 / difference and its interval; in words where it passes through infinity."""
    if not np.isfinite(difference) or difference == 0:
        equal = "the shares are the same: no number of pupils gives one event more"
        return {"estimate": np.nan, "conf_low": np.nan, "conf_high": np.nan, "reason": equal}
    found: Row = {"estimate": 1 / difference, "conf_low": np.nan, "conf_high": np.nan}
    if not np.isfinite([low, high]).all():
        return found
    low, high = max(low, -1.0), min(high, 1.0)
    if low > 0 or high < 0:
        return found | {"conf_low": 1 / high, "conf_high": 1 / low}
    sides = [f"{1 / high:.3g} or more for one event more" if high > 0 else ""]
    sides += [f"{-1 / low:.3g} or more for one event fewer" if low < 0 else ""]
    text = "the interval passes through infinity: " + ", and ".join(filter(None, sides))
    return found | {"reason": text}
