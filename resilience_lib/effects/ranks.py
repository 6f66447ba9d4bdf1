"""Two groups by ranks: the chance of superiority with ties, and the rank-biserial correlation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.effects.arrays import Array, numbers, schools_of, two_groups
from resilience_lib.effects.jackknife import jackknife_columns, leave_out_schools
from resilience_lib.effects.registry import bounded_frame, require_names

RANK_NAMES: tuple[str, ...] = ("rank_biserial", "prob_superiority")
_FEW = "no pupils in a group"


def estimate_ranks(
    scores: ArrayLike,
    group: ArrayLike,
    *,
    levels: Sequence[object],
    names: Sequence[str] = RANK_NAMES,
    school: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`rank_biserial` and `prob_superiority` of two independent groups.

    Parameters
    ----------
    scores, group, levels, school, conf_level
        As in `effects.groups.estimate_groups`; with schools the headline interval is the
        delete-one-school jackknife on Fisher's z of the rank-biserial correlation.
    names : sequence of {"rank_biserial", "prob_superiority"}

    Returns
    -------
    DataFrame
        Estimate frame. `std_error` is that of Fisher's z of the rank-biserial correlation where
        the interval is a jackknife, and on the scale of the estimate otherwise.

    Raises
    ------
    EstimandError
        Another name.
    ModelInputError
        Text or infinite scores, unequal lengths, a pupil without a school.

    Notes
    -----
    prob_superiority A = P(X > Y) + P(X = Y) / 2 over all pairs (Vargha & Delaney 2000);
    rank_biserial = 2 A - 1 (Glass 1966; with ties Cliff's delta). Variance of A from the
    placements, s1^2 / n1 + s2^2 / n2 (Brunner & Munzel 2000; the same as DeLong et al. 1988),
    with their df; interval on log(A / (1 - A)), which is twice Fisher's z of 2 A - 1, so that
    both estimands have one interval. Complete separation has no interval.

    Examples
    --------
    >>> got = estimate_ranks([3, 4, 6, 7, 1, 2, 4, 5], list("aaaabbbb"), levels=("a", "b"))
    >>> got["estimate"].tolist(), [round(float(x), 3) for x in got["conf_low"]]
    ([0.5625, 0.78125], [-0.584, 0.208])
    """
    require_names(names, RANK_NAMES)
    y = numbers(scores, "scores")
    one, two = two_groups(group, levels, len(y))
    kept = np.isfinite(y) & (one | two)
    code = schools_of(school, len(y), kept)
    y, one, two = y[kept], one[kept], two[kept]

    def measure(inside: NDArray[np.bool_]) -> float:
        return 2 * superiority(y[one & inside], y[two & inside]) - 1

    whole = measure(np.ones(len(y), dtype=bool))
    rows = []
    if code is not None:
        left = leave_out_schools(measure, code)
        rows.append(jackknife_columns(whole, left, conf_level, missing=_FEW, fisher=True))
    rows.append(_textbook(y[one], y[two], conf_level))
    shared = {"contrast": f"{levels[0]} - {levels[1]}", "n": len(y)}
    return bounded_frame(_named(name, row) | shared for name in names for row in rows)


def superiority(first: Array, second: Array) -> float:
    """P(X > Y) + P(X = Y) / 2 over all pairs; NaN where a group is empty.

    Examples
    --------
    >>> superiority(np.array([2.0, 3.0]), np.array([1.0, 2.0]))
    0.875
    """
    if not (len(first) and len(second)):
        return float("nan")
    return float(placements(first, second).mean())


def placements(first: Array, second: Array) -> Array:
    """For each of the first, the share of the second below it, ties half.

    Examples
    --------
    >>> placements(np.array([2.0, 3.0]), np.array([1.0, 2.0])).tolist()
    [0.75, 1.0]
    """
    ordered = np.sort(second)
    below = np.searchsorted(ordered, first, "left") + np.searchsorted(ordered, first, "right")
    return np.asarray(below / (2 * len(second)))


def _textbook(first: Array, second: Array, conf_level: float) -> dict[str, object]:
    """The rank-biserial correlation with its interval."""
    row: dict[str, object] = {
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% logit of A, Brunner-Munzel error and df, "
        "pupils independent",
    }
    n1, n2 = len(first), len(second)
    if min(n1, n2) == 0:
        return row | {"reason": _FEW}
    up, down = placements(first, second), placements(second, first)
    a = float(up.mean())
    row["estimate"] = 2 * a - 1
    if min(n1, n2) < 2:
        return row | {"reason": "fewer than two pupils in a group: no interval"}
    parts = np.array([up.var(ddof=1) / n1, down.var(ddof=1) / n2])
    variance = float(parts.sum())
    if variance <= 1e-24:
        return row | {"reason": "groups fully apart, or no two scores differ: no interval"}
    df = float(variance**2 / (parts**2 / [n1 - 1, n2 - 1]).sum())
    # on log(A / (1 - A)) = 2 atanh(2 A - 1)
    error = float(np.sqrt(variance)) / (2 * a * (1 - a))
    centre = float(np.arctanh(2 * a - 1))
    half = float(stats.t.ppf(0.5 + conf_level / 2, df)) * error
    return row | {
        "std_error": 2 * float(np.sqrt(variance)),
        "df": df,
        "p_value": float(2 * stats.t.sf(abs(centre) / error, df)),
        "conf_low": float(np.tanh(centre - half)),
        "conf_high": float(np.tanh(centre + half)),
    }


def _named(name: str, row: dict[str, object]) -> dict[str, object]:
    """The row of a rank-biserial correlation as that of `name`."""
    if name == "rank_biserial":
        return row | {"estimand": name, "method": "2 A - 1, A the chance of superiority, ties half"}
    moved = {
        key: (float(str(row[key])) + 1) / 2
        for key in ("estimate", "conf_low", "conf_high")
        if row.get(key) is not None
    }
    fisher = "Fisher" in str(row["interval"])
    if not fisher and row.get("std_error") is not None:
        moved["std_error"] = float(str(row["std_error"])) / 2
    return row | moved | {"estimand": name, "method": "P(X > Y) + P(X = Y) / 2 over all pairs"}
