"""What a method of benchmarks/long_run.py gives for each contrast, and the truth of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from long_run_data import TRUE_G, Array, Cell
from scipy import stats

from resilience_lib.effects.jackknife import jackknife_error
from resilience_lib.models.cr2 import Contrast

CONTRASTS: dict[str, str] = {
    "change": "change, everyone",
    "gender_difference": "gender difference in change",
    "both_genders": "change of girls and boys at once",
    "g_change_model": "change in SDs (g_change_model)",
    "arm_schools": "effect, schools assigned",
    "arm_within_schools": "effect, pupils assigned inside schools",
    "d_z": "d_z",
    "d_av_mean": "d_av_mean",
}


class Answer(NamedTuple):
    """Estimate, ends of the 95% interval, and p where the method gives one."""

    estimate: float
    low: float
    high: float
    p_value: float


Answers = dict[str, Answer]
MISSING = Answer(np.nan, np.nan, np.nan, np.nan)


def truth(cell: Cell, contrast: str) -> float:
    """What the interval should hold; tests are of no change, no difference and no effect."""
    if contrast == "g_change_model":
        return TRUE_G
    if contrast == "d_z":
        return TRUE_G / cell.sd_change
    if contrast == "d_av_mean":
        return TRUE_G / ((1 + cell.sd_second) / 2)
    return 0.0


def by_jackknife(whole: float, left: Array) -> Answer:
    """Estimate -+ t(k - 1) times the jackknife error."""
    error, df = jackknife_error(left), len(left) - 1
    half = float(stats.t.ppf(0.975, df)) * error
    return Answer(whole, whole - half, whole + half, float(2 * stats.t.sf(abs(whole) / error, df)))


def ends(whole: float, drawn: Array) -> Answer:
    """The 2.5th and 97.5th percentile of the draws."""
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Answer(whole, float(low), float(high), np.nan)


def welch(one: Array, two: Array) -> Answer:
    """Welch's t test of two groups of pupils."""
    return of_test(stats.ttest_ind(one, two, equal_var=False), one.mean() - two.mean())


def of_test(test: stats._result_classes.TtestResult, estimate: float) -> Answer:
    """The answer of a t test of scipy."""
    low, high = test.confidence_interval(0.95)
    return Answer(float(estimate), float(low), float(high), float(test.pvalue))


def of(answer: Contrast) -> Answer:
    """The answer of a CR2 contrast."""
    return Answer(answer.estimate, answer.conf_low, answer.conf_high, answer.p_value)


def row_of(frame: pd.DataFrame, subgroup: str) -> Answer:
    """The answer in a row of an Estimate frame."""
    row = frame[frame["subgroup"] == subgroup].iloc[0]
    return Answer(*(float(row[name]) for name in ("estimate", "conf_low", "conf_high", "p_value")))
