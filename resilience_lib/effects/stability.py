"""Rank stability: how far pupils keep their place between two waves, whatever the scales."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from resilience_lib.effects.jackknife import Measure, jackknife_columns, leave_out_schools
from resilience_lib.effects.subgroups import ALL, complete_scores, difference_label
from resilience_lib.frames import estimate_frame
from resilience_lib.models.scores import flat

Array = NDArray[np.float64]
MEASURES: tuple[str, ...] = ("spearman", "pearson")


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
    if flat(first) or flat(second):
        return float("nan")
    x, y = first - first.mean(), second - second.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(np.clip(x @ y / size, -1.0, 1.0))


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
    rows = np.flatnonzero(inside)

    def without(kept: NDArray[np.bool_]) -> float:
        chosen = np.zeros(len(inside), dtype=bool)
        chosen[rows[kept]] = True
        return measure(chosen)

    return jackknife_columns(
        measure(inside),
        leave_out_schools(without, school[inside]),
        conf_level,
        missing="fewer than three pupils at both waves, or scores that do not vary",
        fisher=correlated,
    ) | {"method": "pupils with a score at both waves", "n": inside.sum()}
