"""Generates the pupils of a three-wave school study from its declared truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.synthetic.truth import TrueOutcome, Truth

Floats = NDArray[np.float64]


def generate(truth: Truth, seed: int | None = None) -> pd.DataFrame:
    """One synthetic study, as the raw file holds it.

    Latent score of pupil i in school s at wave w:
    mean(gender, w) + school(s) + school change(s, w) + pupil(i) + occasion(i, w),
    all parts normal and independent but for the share of the pupil part that outcomes have
    in common; then rounded to the scale's steps and cut at its limits.

    Parameters
    ----------
    truth : Truth
    seed : int, optional
        Instead of the truth's own, for simulation.

    Returns
    -------
    DataFrame
        One row per pupil and wave at which the pupil is present: data ("synthetic"), pupil,
        school, wave, gender ("girl", "boy"), then one column per outcome; NaN where an answer
        was left out.
    """
    random = np.random.default_rng(truth.seed if seed is None else seed)
    school = np.repeat(np.arange(len(truth.school_sizes)), truth.school_sizes)
    pupils = school.size
    girl = np.ones(pupils, dtype=bool)
    girl[random.permutation(pupils)[: truth.boys]] = False
    shared = random.standard_normal(pupils)
    scores = {
        column: _scores(outcome, truth, school, girl, shared, random)
        for column, outcome in truth.outcomes.items()
    }
    present = _present(truth, scores, girl, random)
    frames = []
    for number, wave in enumerate(truth.waves):
        here = present[:, number]
        frame = pd.DataFrame(
            {
                "data": "synthetic",
                "pupil": [f"P{i + 1:03d}" for i in np.flatnonzero(here)],
                "school": [f"S{s + 1:02d}" for s in school[here]],
                "wave": wave,
                "gender": np.where(girl[here], "girl", "boy"),
            }
        )
        for column, values in scores.items():
            answered = random.random(pupils) >= truth.outcomes[column].missing
            shown = np.where(answered, values[:, number], np.nan)
            frame[column] = np.round(shown[here], 4)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _scores(
    outcome: TrueOutcome,
    truth: Truth,
    school: NDArray[np.intp],
    girl: NDArray[np.bool_],
    shared: Floats,
    random: np.random.Generator,
) -> Floats:
    """Shown scores, pupils x waves, of everybody whether present or not."""
    waves, schools, pupils = len(truth.waves), len(truth.school_sizes), school.size
    direction = 1.0 if outcome.higher_is_better else -1.0
    school_part = outcome.sd * np.sqrt(outcome.school_icc) * random.standard_normal(schools)
    school_change = outcome.change_school_sd * random.standard_normal((schools, waves))
    school_change[:, 0] = 0.0
    # stability is the correlation of whole scores, so the pupil part is what schools leave of it
    pupil_sd = outcome.sd * np.sqrt(max(outcome.stability - outcome.school_icc, 0.0))
    pupil_part = pupil_sd * (
        np.sqrt(truth.shared) * direction * shared
        + np.sqrt(1 - truth.shared) * random.standard_normal(pupils)
    )
    occasion_sd = outcome.sd * np.sqrt(1 - max(outcome.stability, outcome.school_icc))
    occasion = occasion_sd * random.standard_normal((pupils, waves))
    means = np.empty((pupils, waves))
    for number, wave in enumerate(truth.waves):
        change = {"girls": 0.0, "boys": 0.0} if number == 0 else outcome.change[wave]
        means[:, number] = np.where(
            girl,
            outcome.mean["girls"] + change["girls"],
            outcome.mean["boys"] + change["boys"],
        )
    latent = means + school_part[school, None] + school_change[school] + occasion
    latent += pupil_part[:, None]
    low, high = outcome.range
    width = (high - low) / outcome.steps
    shown: Floats = np.clip(low + width * np.round((latent - low) / width), low, high)
    return shown


def _present(
    truth: Truth, scores: dict[str, Floats], girl: NDArray[np.bool_], random: np.random.Generator
) -> NDArray[np.bool_]:
    """Who is there at each wave; everybody at the first."""
    standardised = []
    for column, values in scores.items():
        outcome = truth.outcomes[column]
        direction = -1.0 if outcome.higher_is_better else 1.0
        mean = np.where(girl, outcome.mean["girls"], outcome.mean["boys"])
        standardised.append(direction * (values[:, 0] - mean) / outcome.sd)
    worse = np.mean(standardised, axis=0)
    present = np.ones((girl.size, len(truth.waves)), dtype=bool)
    for number, wave in enumerate(truth.waves[1:], start=1):
        rule = truth.dropout[wave]
        log_odds = rule.base + rule.girls * girl + rule.per_sd_worse * worse
        stays = random.random(girl.size) >= 1 / (1 + np.exp(-log_odds))
        returns = random.random(girl.size) < rule.returns
        present[:, number] = np.where(present[:, number - 1], stays, returns)
    return present
