"""Mean change of pupils seen at both waves, with schools left out one at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.effects.jackknife import jackknife_columns
from resilience_lib.effects.subgroups import (
    ALL,
    complete_scores,
    difference_label,
    gender_note,
)
from resilience_lib.frames import estimate_frame
from resilience_lib.resampling.schools import leave_one_out

Array = NDArray[np.float64]

JACKKNIFE_METHOD = "mean difference of pupils seen at both waves"


def estimate_change_jackknife(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str] = (),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`mean_change` without a model: paired differences, delete-one-school jackknife.

    Parameters
    ----------
    As in `effects.change.estimate_change`.

    Returns
    -------
    DataFrame
        Estimate frame in points; "all" is the plain mean of all pupils seen at both waves.
        With one school the interval is missing, with the reason.

    Raises
    ------
    ModelInputError
        See `effects.subgroups.complete_scores`.

    Notes
    -----
    Estimate -+ t(k - 1) sqrt((k - 1) / k sum (d_(s) - mean)^2), d_(s) the estimate without
    school s, k the schools with a pupil of the subgroup (Efron & Tibshirani 1993, chapter 11).

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, s + i + (w == "T2") * (1 + .1 * s * i), "x")
    ...         for s in range(5) for i in range(4) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_change_jackknife(frame, waves=("T1", "T2"), changes=[("T1", "T2")])
    >>> [round(float(got[c].iloc[0]), 3) for c in ("estimate", "std_error", "df")]
    [1.3, 0.106, 4.0]
    """
    data = complete_scores(analysis, waves, gender)
    method = JACKKNIFE_METHOD + gender_note(analysis, waves, gender)
    rows = []
    for first, later in changes:
        early = data.loc[data["wave"] == first, ["pupil", "school", "group", "score"]]
        late = data.loc[data["wave"] == later, ["pupil", "score"]]
        both = early.merge(late, on="pupil", suffixes=("_1", "_2"))
        school, names = pd.factorize(both["school"], sort=True)
        change = (both["score_2"] - both["score_1"]).to_numpy(dtype=float)
        parts: dict[str, Array] = {}
        for level in (ALL, *gender):
            inside = (
                np.ones(len(both)) if level == ALL else (both["group"] == level).to_numpy(float)
            )
            counts = [np.bincount(school, w, len(names)) for w in (inside, inside * change)]
            parts[level] = np.stack(counts, axis=1)
        for level in parts:
            here = parts[level][parts[level][:, 0] > 0]
            rows.append(
                _row(_means(here), conf_level)
                | {"subgroup": level, "n": here[:, 0].sum(), "contrast": f"{later} - {first}"}
            )
        if gender:
            one, two = (parts[level] for level in gender)
            used = (one + two)[:, 0] > 0
            rows.append(
                _row(_means(one[used]) - _means(two[used]), conf_level)
                | {"subgroup": difference_label(gender), "n": (one + two)[:, 0].sum()}
                | {"contrast": f"{later} - {first}"}
            )
    return estimate_frame({**row, "estimand": "mean_change", "method": method} for row in rows)


def _means(sums: Array) -> Array:
    """Means of everyone, and without each school; NaN where nobody is left."""
    whole = leave_one_out(sums)
    return np.asarray(whole[:, 1] / np.where(whole[:, 0] > 0, whole[:, 0], np.nan))


def _row(values: Array, conf_level: float) -> dict[str, object]:
    missing = "no pupils of this group at both waves"
    return jackknife_columns(float(values[0]), values[1:], conf_level, missing=missing)
