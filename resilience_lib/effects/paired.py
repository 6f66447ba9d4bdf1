"""Standardised changes of pupils seen at both waves, with jackknife intervals over schools."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.effects.jackknife import jackknife_columns
from resilience_lib.effects.names import PAIRED_NAMES
from resilience_lib.effects.paired_measures import MISSING, Moments, effective_df, standardised
from resilience_lib.effects.registry import require_names
from resilience_lib.effects.subgroups import (
    ALL,
    complete_scores,
    difference_label,
    gender_note,
)
from resilience_lib.frames import estimate_frame
from resilience_lib.models.scores import ROUNDING

Array = NDArray[np.float64]


def estimate_paired(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str] = (),
    names: Sequence[str] = ("d_av_mean", "d_z"),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Descriptive effect sizes of change for all, each gender and the gender difference.

    Parameters
    ----------
    names : sequence of str
        Of `effects.paired_measures.PAIRED_NAMES`.
    analysis, waves, changes, gender, conf_level
        As in `effects.change.estimate_change`.

    Returns
    -------
    DataFrame
        Estimate frame, a row for each name, group and change.

    Raises
    ------
    EstimandError
        A name that is not among them.
    ModelInputError
        Two scores of a pupil at a wave, an infinite score, several outcomes.

    Notes
    -----
    Definitions: `effects.paired_measures` (d_av_mean: Lakens 2013, equation 10; d_z: equation
    6). d_ without small-sample correction. The interval is the estimate -+ t(k - 1) times the
    delete-one-school jackknife error, k the schools with a pupil of the subgroup
    (`effects.jackknife`): the same on every run.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, s + i + (w == "T2") * (1 + .1 * s * i), "x")
    ...         for s in range(5) for i in range(4) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_paired(frame, waves=("T1", "T2"), changes=[("T1", "T2")])
    >>> [round(float(x), 3) for x in got["estimate"]]
    [0.647, 3.658]
    """
    require_names(names, PAIRED_NAMES)
    data = complete_scores(analysis, waves, gender)
    note = gender_note(analysis, waves, gender)
    rows = []
    for first, later in changes:
        pairs = _pairs(data, first, later)
        levels: list[str] = [ALL, *gender]
        sums = {level: _school_sums(pairs, level) for level in levels}
        whole = {level: _moments(sums[level].sum(axis=0)) for level in levels}
        left = {level: _moments(sums[level].sum(axis=0) - sums[level]) for level in levels}
        for name in names:
            value = {level: float(standardised(name, whole[level])) for level in levels}
            without = {level: standardised(name, left[level]) for level in levels}
            for level in levels:
                used = sums[level][:, 0] > 0
                rows.append(
                    _row(name, value[level], without[level][used], conf_level)
                    | {"subgroup": level, "n": sums[level][:, 0].sum()}
                    | {"contrast": f"{later} - {first}"}
                    | {"method": f"pupils seen at both waves{note}{_j(name, whole[level])}"}
                )
            if gender:
                one, two = gender
                used = (sums[one][:, 0] + sums[two][:, 0]) > 0
                rows.append(
                    _row(name, value[one] - value[two], (without[one] - without[two])[used],
                         conf_level)
                    | {"subgroup": difference_label(gender), "n": sums[ALL][:, 0].sum()}
                    | {"contrast": f"{later} - {first}"}
                    | {"method": f"pupils seen at both waves{note}"}
                )  # fmt: skip
    return estimate_frame(rows)


def _pairs(data: pd.DataFrame, first: str, later: str) -> pd.DataFrame:
    columns = ["pupil", "school", "group", "score"]
    early = data.loc[data["wave"] == first, columns]
    late = data.loc[data["wave"] == later, ["pupil", "score"]]
    both = early.merge(late, on="pupil", suffixes=("_1", "_2"))
    # centred, so that sums of squares keep their digits
    for name in ("score_1", "score_2"):
        both[f"{name}c"] = both[name] - both[name].mean()
    both["shift"] = (both["score_2"] - both["score_1"]).mean()
    return both


def _school_sums(pairs: pd.DataFrame, level: str) -> Array:
    """Per school (rows, all schools): n, sums and products of the centred scores, shift x n."""
    code, labels = pd.factorize(pairs["school"], sort=True)
    inside = np.ones(len(pairs)) if level == ALL else (pairs["group"] == level).to_numpy(float)
    x, y = pairs["score_1c"].to_numpy(), pairs["score_2c"].to_numpy()
    d = y - x
    parts = (np.ones(len(x)), x, y, d, x * x, y * y, d * d, pairs["shift"].to_numpy())
    return np.stack([np.bincount(code, inside * p, len(labels)) for p in parts], axis=-1)


def _moments(sums: Array) -> Moments:
    """Moments from sums of centred scores; NaN below two pupils."""
    n = np.where(sums[..., 0] > 1, sums[..., 0], np.nan)

    def sd(total: Array, squares: Array) -> Array:
        apart = squares - total**2 / n
        # what subtraction leaves where all scores of a group are the same
        return np.asarray(np.sqrt(np.where(apart > ROUNDING * squares, apart, 0.0) / (n - 1)))

    return Moments(
        n=n,
        change=(sums[..., 3] + sums[..., 7]) / n,
        first=sd(sums[..., 1], sums[..., 4]),
        later=sd(sums[..., 2], sums[..., 5]),
        difference=sd(sums[..., 3], sums[..., 6]),
    )


def _j(name: str, m: Moments) -> str:
    return f"; exact J of {float(effective_df(name, m)):g} df" if name.startswith("g_") else ""


def _row(name: str, estimate: float, left_out: Array, conf_level: float) -> dict[str, object]:
    columns = jackknife_columns(
        estimate, left_out, conf_level, missing=MISSING, tested=False
    )  # fmt: skip
    return columns | {"estimand": name}
