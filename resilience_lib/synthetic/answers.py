"""Generates the pupils of a school study and their answers from its declared truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.synthetic.truth import TrueScale, Truth

Floats = NDArray[np.float64]
MISSING = -1
"""Stands for an answer that was left out."""

SYNTHETIC = "synthetic"
"""Stands in a column `data` of every invented row of a raw file."""


@dataclass(frozen=True)
class Population:
    """Everybody in a synthetic study, and what each would answer at each wave.

    Parameters
    ----------
    school : array of int, one per pupil
        Number of the school, from 0.
    girl : array of bool, one per pupil
    present : array of bool, pupils x waves
        Who answers when; everybody at the first wave.
    answers : dict of str to array of int8, pupils x waves
        By `<instrument>_<item>`; `MISSING` where an answer was left out.
    """

    school: NDArray[np.intp]
    girl: NDArray[np.bool_]
    present: NDArray[np.bool_]
    answers: dict[str, NDArray[np.int8]]

    @property
    def pupils(self) -> list[str]:
        """True names of the pupils, which no raw file need hold."""
        return [f"P{number + 1:03d}" for number in range(self.school.size)]


def generate(truth: Truth, seed: int | None = None) -> Population:
    """One synthetic study.

    Latent score of pupil i in school s at wave w:
    mean(gender, w) + school(s) + school change(s, w) + pupil(i) + occasion(i, w),
    all parts normal and independent but for the share of the pupil part that scales have in
    common. Latent item score: loading x latent score + sqrt(1 - loading^2) x noise; the answer
    is the lowest one plus the number of thresholds below the latent item score (a graded
    response with normal noise, Samejima 1969, https://doi.org/10.1007/BF03372160).

    Parameters
    ----------
    truth : Truth
    seed : int, optional
        Instead of the truth's own, for simulation.

    Returns
    -------
    Population
    """
    random = np.random.default_rng(truth.seed if seed is None else seed)
    school = np.repeat(np.arange(len(truth.school_sizes)), truth.school_sizes)
    girl = np.ones(school.size, dtype=bool)
    girl[random.permutation(school.size)[: truth.boys]] = False
    shared = random.standard_normal(school.size)
    latent = {
        name: _latent(scale, truth, school, girl, shared, random)
        for name, scale in truth.scales.items()
    }
    present = _present(truth, latent, girl, random)
    answers: dict[str, NDArray[np.int8]] = {}
    for name, scale in truth.scales.items():
        answers |= _answers(scale, latent[name], girl, random)
    return Population(school, girl, present, answers)


def _latent(
    scale: TrueScale,
    truth: Truth,
    school: NDArray[np.intp],
    girl: NDArray[np.bool_],
    shared: Floats,
    random: np.random.Generator,
) -> Floats:
    """Latent scores, pupils x waves, of everybody whether present or not."""
    waves, schools, pupils = len(truth.waves), len(truth.school_sizes), school.size
    direction = 1.0 if scale.higher_is_better else -1.0
    school_part = np.sqrt(scale.scale_icc) * random.standard_normal(schools)
    school_change = scale.change_school_sd * random.standard_normal((schools, waves))
    school_change[:, 0] = 0.0
    # stability is the correlation of whole scores, so the pupil part is what schools leave of it
    pupil_part = np.sqrt(scale.stability - scale.scale_icc) * (
        np.sqrt(truth.shared) * direction * shared
        + np.sqrt(1 - truth.shared) * random.standard_normal(pupils)
    )
    occasion = np.sqrt(1 - scale.stability) * random.standard_normal((pupils, waves))
    means = np.empty((pupils, waves))
    for number, wave in enumerate(truth.waves):
        change = {"girls": 0.0, "boys": 0.0} if number == 0 else scale.change[wave]
        girls, boys = (scale.mean[gender] + change[gender] for gender in ("girls", "boys"))
        means[:, number] = np.where(girl, girls, boys)
    stays = (school_part[school] + pupil_part)[:, None]
    found: Floats = means + occasion + school_change[school] + stays
    return found


def _answers(
    scale: TrueScale, latent: Floats, girl: NDArray[np.bool_], random: np.random.Generator
) -> dict[str, NDArray[np.int8]]:
    thresholds = np.asarray(scale.thresholds)
    found = {}
    for number, item in enumerate(scale.items):
        noise = random.standard_normal(latent.shape)
        score = scale.loading * latent + np.sqrt(1 - scale.loading**2) * noise
        shift = scale.difficulties[number] if scale.difficulties else 0.0
        score -= scale.girls_differ.get(item, 0.0) * girl[:, None]
        answer = scale.lowest + np.searchsorted(thresholds + shift, score)
        if item in scale.reversed:
            answer = scale.lowest + scale.highest - answer
        left_out = random.random(latent.shape) < scale.missing
        found[f"{scale.instrument}_{item}"] = np.where(left_out, MISSING, answer).astype(np.int8)
    return found


def _present(
    truth: Truth, latent: dict[str, Floats], girl: NDArray[np.bool_], random: np.random.Generator
) -> NDArray[np.bool_]:
    """Who is there at each wave; everybody at the first."""
    worse = np.zeros(girl.size)
    for name, scale in truth.scales.items():
        direction = -1.0 if scale.higher_is_better else 1.0
        mean = np.where(girl, scale.mean["girls"], scale.mean["boys"])
        worse += direction * (latent[name][:, 0] - mean) / len(truth.scales)
    present = np.ones((girl.size, len(truth.waves)), dtype=bool)
    for number, wave in enumerate(truth.waves[1:], start=1):
        rule = truth.dropout[wave]
        log_odds = rule.base + rule.girls * girl + rule.per_sd_worse * worse
        stays = random.random(girl.size) >= 1 / (1 + np.exp(-log_odds))
        returns = random.random(girl.size) < rule.returns
        present[:, number] = np.where(present[:, number - 1], stays, returns)
    return present


def long_answers(people: Population, waves: tuple[str, ...]) -> pd.DataFrame:
    """True pupils and their answers, one row per pupil and wave at which they were there.

    Parameters
    ----------
    people : Population
    waves : tuple of str
        Names of the waves.

    Returns
    -------
    DataFrame
        pupil, school ("S01"), wave, gender ("girl", "boy"), then one float column per item, NaN
        where the answer was left out; waves one after the other.
    """
    frames = []
    for number, wave in enumerate(waves):
        here = people.present[:, number]
        frame: dict[str, object] = {
            "pupil": np.array(people.pupils)[here],
            "school": [f"S{school + 1:02d}" for school in people.school[here]],
            "wave": wave,
            "gender": np.where(people.girl[here], "girl", "boy"),
        }
        for item, answers in people.answers.items():
            given = answers[here, number].astype(float)
            frame[item] = np.where(given == MISSING, np.nan, given)
        frames.append(pd.DataFrame(frame))
    return pd.concat(frames, ignore_index=True)
