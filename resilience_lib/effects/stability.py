"""Rank stability: how far pupils keep their place between two waves, whatever the scales."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from resilience_lib.effects.paired import jackknife_error
from resilience_lib.effects.subgroups import ALL, complete_scores, difference_label
from resilience_lib.frames import estimate_frame

Array = NDArray[np.float64]
Measure = Callable[[NDArray[np.bool_]], float]
MEASURES: tuple[str, ...] = ("spearman", "pearson")
_PERFECT = 1 - 1e-12


def estimate_stability(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    gender: Sequence[str] = (),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`spearman` and `pearson` between each pair of waves: all, genders, difference.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    waves : sequence of str
        In the order of time.
    gender : sequence of str
        Two levels, difference first - second; empty for none.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame, contrast "T2 with T1". `std_error` is that of Fisher's z where the row
        is a correlation, and of the difference where it is a difference of two.

    Raises
    ------
    ModelInputError
        Two scores of a pupil at a wave, an infinite score, several outcomes.

    Notes
    -----
    Pupils with a score at both waves; Spearman 1904 (mean ranks of ties). Interval of a
    correlation: tanh(z -+ t(k - 1) s), z = atanh(r) (Fisher 1921), s the delete-one-school
    jackknife error of z, ranks drawn anew each time, k the schools of the group (Efron &
    Tibshirani 1993, chapter 11). Interval of the gender difference: the same jackknife of the
    difference of the two correlations. Schools are those at the first wave of a pupil.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, float((i + s) % 6 if w == "T1" else (i * i + s) % 7), "x")
    ...         for s in range(4) for i in range(5) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_stability(frame, waves=("T1", "T2"))
    >>> got["estimand"].tolist(), got["contrast"].unique().tolist(), int(got["df"].iloc[0])
    (['spearman', 'pearson'], ['T2 with T1'], 3)
    """
    data = complete_scores(analysis, waves, ())
    rows = []
    for first, later in itertools.combinations(waves, 2):
        pairs = _pairs(data, first, later, gender)
        for name in MEASURES:
            for row in _measured(pairs, name, gender, conf_level):
                rows.append(row | {"estimand": name, "contrast": f"{later} with {first}"})
    return estimate_frame(rows)


def correlation(first: Array, second: Array, measure: str) -> float:
    """Spearman's or Pearson's correlation; NaN where one of the two does not vary.

    Examples
    --------
    >>> first, second = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 90.0])
    >>> round(correlation(first, second, "spearman"), 6)
    0.8
    """
    if len(first) < 3:
        return float("nan")
    if measure == "spearman":
        first, second = stats.rankdata(first), stats.rankdata(second)
    x, y = first - first.mean(), second - second.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(np.clip(x @ y / size, -1.0, 1.0)) if size > 0 else float("nan")


def _pairs(data: pd.DataFrame, first: str, later: str, gender: Sequence[str]) -> pd.DataFrame:
    kept = ["pupil", "school", "score", *(["gender"] if gender else [])]
    early = data.loc[data["wave"] == first, kept]
    late = data.loc[data["wave"] == later, ["pupil", "score"]]
    return early.merge(late, on="pupil", suffixes=("_1", "_2"))


def _measured(
    pairs: pd.DataFrame, name: str, gender: Sequence[str], conf_level: float
) -> list[dict[str, object]]:
    """A row for all, each gender and the difference."""
    x, y = pairs["score_1"].to_numpy(dtype=float), pairs["score_2"].to_numpy(dtype=float)
    school, _ = pd.factorize(pairs["school"], sort=True)

    def of(level: str) -> NDArray[np.bool_]:
        if level == ALL:
            return np.ones(len(pairs), dtype=bool)
        return np.asarray(pairs["gender"] == level, dtype=bool)

    def r(inside: NDArray[np.bool_]) -> float:
        return correlation(x[inside], y[inside], name)

    rows = []
    for level in (ALL, *gender):
        inside = of(level)
        rows.append(_row(r, inside, school, conf_level, correlated=True) | {"subgroup": level})
    if gender:
        one, two = (of(level) for level in gender)

        def less(kept: NDArray[np.bool_]) -> float:
            return r(kept & one) - r(kept & two)

        row = _row(less, one | two, school, conf_level, correlated=False)
        rows.append(row | {"subgroup": difference_label(gender)})
    return rows


def _row(
    measure: Measure,
    inside: NDArray[np.bool_],
    school: NDArray[np.int64],
    conf_level: float,
    *,
    correlated: bool,
) -> dict[str, object]:
    """Estimate, jackknife over schools and interval; on Fisher's z where it is a correlation."""
    estimate = measure(inside)
    schools = np.unique(school[inside])
    k = len(schools)
    left = np.array([measure(inside & (school != one)) for one in schools])
    row: dict[str, object] = {
        "estimate": estimate,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% jackknife over schools, t(k - 1)"
        + (" on Fisher's z" if correlated else ""),
        "method": "pupils with a score at both waves",
        "n": inside.sum(),
        "n_clusters": k,
    }
    if not np.isfinite(estimate):
        return row | {"reason": "fewer than three pupils at both waves, or scores that do not vary"}
    if k < 2 or not np.isfinite(left).all():
        return row | {"reason": "rests on one school: no jackknife error"}
    if correlated and max(abs(estimate), np.abs(left).max()) > _PERFECT:
        return row | {"reason": "a perfect correlation has no interval"}
    centre = float(np.arctanh(estimate)) if correlated else estimate
    error = jackknife_error(np.arctanh(left) if correlated else left)
    half = float(stats.t.ppf(0.5 + conf_level / 2, k - 1)) * error
    ends = np.array([centre - half, centre + half])
    if correlated:
        ends = np.tanh(ends)
    p_value = float(2 * stats.t.sf(abs(centre) / error, k - 1)) if error > 0 else float("nan")
    return row | {
        "std_error": error,
        "df": k - 1.0,
        "p_value": p_value,
        "conf_low": ends[0],
        "conf_high": ends[1],
    }
