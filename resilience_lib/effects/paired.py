"""d_av_mean and d_z of pupils seen at both waves, with jackknife intervals over schools."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from resilience_lib.effects.subgroups import (
    ALL,
    complete_scores,
    difference_label,
    gender_note,
)
from resilience_lib.frames import estimate_frame

Array = NDArray[np.float64]


def estimate_paired(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str] = (),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Descriptive effect sizes of change for all, each gender and the gender difference.

    Parameters
    ----------
    As in `effects.change.estimate_change`.

    Returns
    -------
    DataFrame
        Estimate frame of `d_av_mean` and `d_z`.

    Notes
    -----
    d_av_mean = mean difference / ((SD1 + SD2) / 2) (Lakens 2013, equation 10);
    d_z = mean difference / SD of the differences (equation 6). No small-sample
    correction. The interval is the estimate -+ t(k - 1) times the delete-one-school
    jackknife error, sqrt((k - 1) / k sum (d_(i) - mean)^2), k the schools with a pupil
    of the subgroup (Efron & Tibshirani 1993, chapter 11): the same on every run.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, s + i + (w == "T2") * (1 + .1 * s * i), "x")
    ...         for s in range(5) for i in range(4) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_paired(frame, waves=("T1", "T2"), changes=[("T1", "T2")])
    >>> [round(float(x), 3) for x in got["estimate"]]
    [0.647, 3.658]
    """
    data = complete_scores(analysis, waves, gender)
    note = gender_note(analysis, waves, gender)
    rows = []
    for first, later in changes:
        pairs = _pairs(data, first, later)
        levels: list[str] = [ALL, *gender]
        sums = {level: _school_sums(pairs, level) for level in levels}
        for name, measure in (("d_av_mean", _d_av), ("d_z", _d_z)):
            whole = {level: float(measure(sums[level].sum(axis=0))) for level in levels}
            left = {level: measure(sums[level].sum(axis=0) - sums[level]) for level in levels}
            for level in levels:
                used = sums[level][:, 0] > 0
                rows.append(
                    _row(name, whole[level], left[level][used], conf_level)
                    | {"subgroup": level, "n": sums[level][:, 0].sum()}
                    | {"contrast": f"{later} - {first}"}
                )
            if gender:
                one, two = gender
                used = (sums[one][:, 0] + sums[two][:, 0]) > 0
                rows.append(
                    _row(name, whole[one] - whole[two], (left[one] - left[two])[used], conf_level)
                    | {"subgroup": difference_label(gender), "n": sums[ALL][:, 0].sum()}
                    | {"contrast": f"{later} - {first}"}
                )
    method = f"pupils seen at both waves{note}"
    return estimate_frame({**row, "method": method} for row in rows)


def jackknife_error(left_out: Array) -> float:
    """Delete-one-group jackknife standard error of k leave-one-out estimates.

    Examples
    --------
    >>> round(jackknife_error(np.array([1.0, 2.0, 3.0])), 6)
    1.154701
    """
    k = len(left_out)
    return float(np.sqrt((k - 1) / k * ((left_out - left_out.mean()) ** 2).sum()))


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


def _moments(sums: Array) -> tuple[Array, Array, Array, Array]:
    """Mean difference and the SDs of first, second and difference; NaN below two pupils."""
    n = np.where(sums[..., 0] > 1, sums[..., 0], np.nan)

    def sd(total: Array, squares: Array) -> Array:
        return np.asarray(np.sqrt(np.maximum(squares - total**2 / n, 0.0) / (n - 1)))

    change = (sums[..., 3] + sums[..., 7]) / n
    return (
        change,
        sd(sums[..., 1], sums[..., 4]),
        sd(sums[..., 2], sums[..., 5]),
        sd(sums[..., 3], sums[..., 6]),
    )


def _d_av(sums: Array) -> Array:
    change, sd1, sd2, _ = _moments(sums)
    return _ratio(change, (sd1 + sd2) / 2)


def _d_z(sums: Array) -> Array:
    change, _, _, sd_difference = _moments(sums)
    return _ratio(change, sd_difference)


def _ratio(change: Array, sd: Array) -> Array:
    # an SD at the level of rounding is no SD
    return np.asarray(change / np.where(sd > 1e-10 * (1 + np.abs(change)), sd, np.nan))


def _row(name: str, estimate: float, left_out: Array, conf_level: float) -> dict[str, object]:
    k = len(left_out)
    error, df, reason = float("nan"), float("nan"), ""
    if not np.isfinite(estimate):
        reason = "fewer than two pupils at both waves, or scores that do not vary"
    elif k < 2 or not np.isfinite(left_out).all():
        reason = "rests on one school: no jackknife error"
    else:
        error, df = jackknife_error(left_out), k - 1.0
    half = float(stats.t.ppf(0.5 + conf_level / 2, df)) * error if error == error else error
    return {
        "estimand": name,
        "estimate": estimate,
        "std_error": error,
        "conf_low": estimate - half,
        "conf_high": estimate + half,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% jackknife over schools, t(k - 1)",
        "df": df,
        "n_clusters": k,
        "reason": reason,
    }
