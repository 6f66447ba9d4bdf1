"""The generated studies of benchmarks/long_run.py: which cells there are, and one draw of one.

Scores are in SDs of the first wave. A pupil's first score is U_s + w1, the second
U_s + c_s + c_sg + w2: U_s of variance `icc_level`, c_s (the school's own change) of variance
`var_change`, c_sg (that of one gender in it) of half of that; w1 and w2 share the rest of the
variance of 1 and correlate by `WITHIN_R`. Nothing changes on average and no arm has an effect.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from resilience_lib.resampling.streams import stream

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

SEED = 20_181_203
SCHOOLS = (6, 11, 20, 40)
VARIANCES = ((0.0, 0.0), (0.0, 0.02), (0.05, 0.02), (0.2, 0.05))
"""Pairs (icc_level, var_change), from schools that are all alike to schools that differ in both.

Not crossed in full, since the level cancels in change: each of its values stands with the change
that is met with it, and (0, 0.02) shows change that varies where levels do not.
"""
SIZES = ("equal", "unequal")
DROPOUT = ("none", "by first score")
STRONG = "strongly by first score"
MEAN_SIZE = 40
SIZE_CV = 0.5
WITHIN_R = 0.6
GIRLS = 0.46
LOST: dict[str, tuple[float, float]] = {"by first score": (-2.6, -0.5), STRONG: (-1.6, -1.0)}
"""Log odds of no second score at the mean and for each SD of the first score: those declared in
data/raw/bounce_forward/truth.yml (end; 8% lost), and four of twenty lost, far more of the low."""
TRUE_G = 0.3
"""The change at which `g_change_model`, `d_z` and `d_av_mean` are held to their truth."""


@dataclass(frozen=True)
class Cell:
    """One design: how many schools, how far they differ, how large they are, who is lost."""

    schools: int
    icc_level: float
    var_change: float
    sizes: str
    dropout: str

    @property
    def name(self) -> str:
        """For the stream of random numbers."""
        return "|".join(map(str, vars(self).values()))

    @property
    def sd_change(self) -> float:
        """SD of a pupil's difference over all pupils, in SDs of the first wave."""
        within = 2 * (1 - WITHIN_R) * (1 - self.icc_level)
        return float(np.sqrt(within + 1.5 * self.var_change))

    @property
    def sd_second(self) -> float:
        """SD of the second score over all pupils."""
        return float(np.sqrt(1 + 1.5 * self.var_change))


@dataclass(frozen=True)
class Drawn:
    """Pupils of one generated study, n of them; `second` is NaN where a pupil was lost.

    `arm` is that of the pupil's school (half of the schools), `own_arm` a pupil's own inside the
    school (half of its pupils), whose second score is `own_second`: there schools differ in the
    gap between the arms as they differ in that between the genders.
    """

    cell: Cell
    school: Codes
    girl: Codes
    first: Array
    second: Array
    arm: Codes
    own_arm: Codes
    own_second: Array

    def twice(self) -> NDArray[np.bool_]:
        """Who was seen at both waves."""
        return np.isfinite(self.second)

    def frame(self) -> pd.DataFrame:
        """The analysis frame that the library's estimators take."""
        n = len(self.first)
        names = np.array([f"p{i}" for i in range(n)])
        school = np.array([f"s{i}" for i in range(self.cell.schools)])[self.school]
        rows = pd.DataFrame(
            {
                "pupil": np.tile(names, 2),
                "school": np.tile(school, 2),
                "school_attended": np.tile(school, 2),
                "classroom": None,
                "wave": np.repeat(["T1", "T2"], n),
                "gender": np.tile(np.where(self.girl == 1, "girls", "boys"), 2),
                "arm": np.tile(np.where(self.arm == 1, "programme", "comparison"), 2),
                "stratum": None,
                "outcome": "score",
                "score": np.r_[self.first, self.second],
            }
        )
        return rows


def cells() -> list[Cell]:
    """All designs, the largest first; at 11 schools also with strong dropout."""
    crossed = itertools.product(sorted(SCHOOLS, reverse=True), VARIANCES, SIZES, DROPOUT)
    wide = [Cell(k, icc, var, size, lost) for k, (icc, var), size, lost in crossed]
    return [*wide, *(Cell(11, icc, var, "unequal", STRONG) for icc, var in VARIANCES)]


@functools.cache
def school_sizes(schools: int, sizes: str) -> Codes:
    """Pupils of each school: all `MEAN_SIZE`, or quantiles of a gamma distribution."""
    if sizes == "equal":
        return np.full(schools, MEAN_SIZE)
    shape = SIZE_CV**-2
    wanted = stats.gamma.ppf((np.arange(schools) + 0.5) / schools, shape, scale=MEAN_SIZE / shape)
    return np.maximum(np.round(wanted), 4).astype(np.int64)


def draw(cell: Cell, number: int) -> Drawn:
    """One generated study; the same for the same cell and number, whatever else is run."""
    random = stream(SEED, cell.name, str(number))
    k = cell.schools
    school = np.repeat(np.arange(k), school_sizes(k, cell.sizes))
    n = len(school)
    girl = (random.random(n) < GIRLS).astype(np.int64)
    level = random.normal(0.0, np.sqrt(cell.icc_level), k)[school]
    change = random.normal(0.0, np.sqrt(cell.var_change), k)[school]
    by_gender, by_arm = random.normal(0.0, np.sqrt(cell.var_change / 2), (2, k, 2))
    within = np.sqrt(1 - cell.icc_level)
    base, noise = random.normal(0.0, within, (2, n))
    first = level + base
    later = WITHIN_R * base + np.sqrt(1 - WITHIN_R**2) * noise + level + change
    lost = np.zeros(n, dtype=bool)
    if cell.dropout != "none":
        at_mean, per_sd = LOST[cell.dropout]
        log_odds = at_mean + per_sd * first
        lost = random.random(n) < 1 / (1 + np.exp(-log_odds))
    arm = random.permutation(np.arange(k) % 2)[school]
    # half of each school, whichever pupils these are
    rank = np.lexsort((random.random(n), school))
    own_arm = np.zeros(n, dtype=np.int64)
    own_arm[rank] = np.arange(n) % 2
    second, own = later + by_gender[school, girl], later + by_arm[school, own_arm]
    return Drawn(
        cell,
        school,
        girl,
        first,
        np.where(lost, np.nan, second),
        arm,
        own_arm,
        np.where(lost, np.nan, own),
    )
