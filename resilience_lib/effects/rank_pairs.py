"""One group at two waves by ranks: the matched-pairs rank-biserial correlation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.effects.arrays import Array, numbers, schools_of
from resilience_lib.effects.jackknife import jackknife_columns, leave_out_schools
from resilience_lib.effects.ranks import placements
from resilience_lib.effects.registry import bounded_frame
from resilience_lib.models.cr2 import ModelInputError

_NONE = "no pupil changed"


def estimate_rank_pairs(
    first: ArrayLike,
    later: ArrayLike,
    *,
    school: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`rank_biserial_pairs`: rank sum of rises less that of falls, over their total.

    Parameters
    ----------
    first, later, school, conf_level
        As in `effects.two_waves.estimate_two_waves`. Pupils whose score did not change have no
        rank (Wilcoxon); their number is in `method`.

    Returns
    -------
    DataFrame
        Estimate frame; n counts the pupils who changed. `std_error` is that of Fisher's z.

    Raises
    ------
    ModelInputError
        Text or infinite scores, lists of different lengths, a pupil without a school.

    Notes
    -----
    (R+ - R-) / (n (n + 1) / 2), ranks of the absolute changes, mean ranks of ties (King &
    Minium 2003; Kerby 2014). That is 2 A - 1, A the share of pairs of pupils (each
    with itself too) whose changes add to more than 0, ties half. Error of A from its
    Hoeffding projection, 2 SD(h) / sqrt(n), h_i the share of others with change_i + change_j
    above 0 (Hoeffding 1948); interval on Fisher's z with t(n - 1).

    Examples
    --------
    >>> got = estimate_rank_pairs([1, 2, 3, 4, 6, 5], [2, 2, 5, 3, 9, 9])
    >>> round(float(got["estimate"].iloc[0]), 6), int(got["n"].iloc[0])
    (0.8, 5)
    """
    x, y = numbers(first, "first scores"), numbers(later, "later scores")
    if len(x) != len(y):
        raise ModelInputError(
            f"{len(x)} first and {len(y)} later scores: one pair a pupil is needed"
        )
    both = np.isfinite(x) & np.isfinite(y)
    change = changes(x, y)
    kept = both & (change != 0)
    code = schools_of(school, len(x), kept)
    same = int((both & (change == 0)).sum())
    d = change[kept]

    def measure(inside: NDArray[np.bool_]) -> float:
        return _matched(d[inside])

    rows = [_textbook(d, conf_level)]
    if code is not None:
        left = leave_out_schools(measure, code)
        rows.insert(
            0, jackknife_columns(_matched(d), left, conf_level, missing=_NONE, fisher=True)
        )  # fmt: skip
    shared = {
        "estimand": "rank_biserial_pairs",
        "contrast": "later - first",
        "method": f"signed ranks of changes; {same} without change left out",
        "n": len(d),
    }
    return bounded_frame(row | shared for row in rows)


def changes(first: Array, later: Array) -> Array:
    """Later less first, rounded so that equal changes are equal: 1.1 - 1 is 1 - 0.9.

    Examples
    --------
    >>> one, other = changes(np.array([1.0, 0.9]), np.array([1.1, 1.0]))
    >>> bool(one == other)
    True
    """
    largest = float(np.nanmax(np.abs(np.concatenate([first, later, [0.0]]))))
    unit = largest * 1e-12 if largest > 0 else 1.0
    return np.asarray(np.round((later - first) / unit) * unit)


def _matched(d: Array) -> float:
    if len(d) == 0:
        return float("nan")
    rank = stats.rankdata(np.abs(d))
    return float((np.sign(d) * rank).sum() / rank.sum())


def _textbook(d: Array, conf_level: float) -> dict[str, object]:
    n, r = len(d), _matched(d)
    row: dict[str, object] = {
        "estimate": r,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% Fisher's z, Hoeffding error, t(n - 1), "
        "pupils independent",
    }
    if n == 0:
        return row | {"reason": _NONE}
    if n < 3:
        return row | {"reason": "fewer than three pupils changed: no interval"}
    if abs(r) > 1 - 1e-12:
        return row | {"reason": "all changed in one direction: no interval"}
    # d_i + d_j > 0: where d_i stands among the -d_j; r = 2 A - 1, hence 2 x 2 SD / sqrt(n)
    error = 4 * float(placements(d, -d).std(ddof=1)) / np.sqrt(n) / (1 - r**2)
    centre = float(np.arctanh(r))
    half = float(stats.t.ppf(0.5 + conf_level / 2, n - 1)) * error
    return row | {
        "std_error": float(error),
        "df": n - 1,
        "p_value": float(2 * stats.t.sf(abs(centre) / error, n - 1)),
        "conf_low": float(np.tanh(centre - half)),
        "conf_high": float(np.tanh(centre + half)),
    }
