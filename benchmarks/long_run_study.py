"""One design and one draw of its schools, for the families of benchmarks/long_run_further.py.

Pupils of schools as in long_run_data.school_sizes. Scores have a variance of 1 over all pupils, of
which `icc` lies between schools. Arms are whole schools, half of them. `effect` is the difference
of the arms, in those units, or what stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from long_run_data import GIRLS, LOST, SEED, Array, Codes, school_sizes
from numpy.typing import NDArray

from resilience_lib.resampling.streams import stream

WITHIN_R = 0.6
CHANGE_VARIANCE = 0.02
"""Between schools, of change, in all families with two waves."""
LEVELS = ("programme", "comparison")
GENDERS = ("girls", "boys")
Told = Iterator[tuple[str, float, dict[str, object]]]
"""Estimand, truth, and a row of an Estimate frame."""


@dataclass(frozen=True)
class Study:
    """One design and one draw of its schools."""

    schools: int
    icc: float
    sizes: str
    dropout: str
    effect: float
    random: np.random.Generator
    school: Codes
    arm: Array

    @property
    def n(self) -> int:
        return len(self.school)

    @property
    def group(self) -> np.ndarray:
        return np.where(self.arm == 1, *LEVELS)

    def between(self, variance: float) -> Array:
        """A normal value of each school, on its pupils."""
        values = self.random.normal(0.0, np.sqrt(variance), self.schools)
        return np.asarray(values[self.school])

    def noise(self, variance: float) -> Array:
        return np.asarray(self.random.normal(0.0, np.sqrt(variance), self.n))

    def waves(self) -> tuple[Array, Array]:
        """Scores before and after; arms differ after by `effect`, and some pupils are lost."""
        level, base = self.between(self.icc), self.noise(1 - self.icc)
        later = WITHIN_R * base + np.sqrt(1 - WITHIN_R**2) * self.noise(1 - self.icc)
        first = level + base
        second = level + self.between(CHANGE_VARIANCE) + later + self.effect * self.arm
        return first, np.where(self.kept(first), second, np.nan)

    def kept(self, first: Array) -> NDArray[np.bool_]:
        """Who is seen again; loss goes with the first score."""
        if self.dropout == "none":
            return np.ones(self.n, dtype=bool)
        at_mean, per_sd = LOST[self.dropout]
        return np.asarray(
            self.random.random(self.n) >= 1 / (1 + np.exp(-(at_mean + per_sd * first)))
        )

    def girls(self) -> NDArray[np.bool_]:
        return np.asarray(self.random.random(self.n) < GIRLS)

    def frame(self, scores: Sequence[Array], girls: NDArray[np.bool_]) -> pd.DataFrame:
        """The analysis frame of one outcome at as many waves as there are arrays of scores."""
        waves = len(scores)
        school = np.tile(self.school.astype(str), waves)
        return pd.DataFrame(
            {
                "pupil": np.tile([f"p{i}" for i in range(self.n)], waves),
                "school": school,
                "school_attended": school,
                "classroom": None,
                "stratum": None,
                "gender": np.tile(np.where(girls, *GENDERS), waves),
                "arm": np.tile(self.group, waves),
                "wave": np.repeat([f"T{i + 1}" for i in range(waves)], self.n),
                "outcome": "x",
                "score": np.concatenate(scores),
            }
        )


def draw_study(
    schools: int, icc: float, sizes: str, dropout: str, effect: float, family: str, number: int
) -> Study:
    """The same for the same design, family and number, whatever else is run."""
    place = f"further|{family}|{schools}|{icc}|{sizes}|{dropout}|{effect}"
    random = stream(SEED, place, str(number))
    school = np.repeat(np.arange(schools), school_sizes(schools, sizes))
    arm = random.permutation(np.arange(schools) % 2)[school].astype(float)
    return Study(schools, icc, sizes, dropout, effect, random, school, arm)


def rows_of(frame: pd.DataFrame, truths: dict[str, float]) -> Told:
    for row in frame.to_dict("records"):
        if row["estimand"] in truths:
            yield str(row["estimand"]), truths[str(row["estimand"])], row


def shared_variance(icc: float) -> float:
    """Covariance of a pupil's two scores in `Study.waves`."""
    return icc + WITHIN_R * (1 - icc)


@dataclass(frozen=True)
class Family:
    """What is run, how often in a cell, at which effects, whether pupils are lost, where shown."""

    run: Callable[[Study], Told]
    runs: int
    effects: tuple[float, ...]
    two_waves: bool = False
    figure: str = "long_run_effects"
