"""How often intervals of reliability hold the truth with 11 schools, and how long a study takes.

    python benchmarks/reliability.py [studies]

Schools of 40 pupils answer four items; between schools the level varies, and in two of the three
settings the noise of the answers too, so that a school's own alpha differs. The truth is that of
20,000 schools. The study that is timed has 441 pupils, three waves and twelve subscales.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

from resilience_lib.reliability.alpha import (
    alpha_from_sums,
    alpha_schools,
    alpha_sums,
    feldt_interval,
)
from resilience_lib.reliability.answers import Answers, Subscale
from resilience_lib.reliability.functioning import item_functioning
from resilience_lib.reliability.omega import omega_ordinal, omega_total
from resilience_lib.reliability.table import reliability_table
from resilience_lib.resampling.schools import draw_schools, jackknife_interval, leave_one_out
from resilience_lib.resampling.streams import stream

SCHOOLS, PUPILS, DRAWS, ITEMS = 11, 40, 500, ("q1", "q2", "q3", "q4")
SETTINGS = ((0.0, 0.05, 5), (0.25, 0.10, 5), (0.25, 0.10, 3))
SUBSCALES = {"s1": (4, 5), "s2": (4, 5), "s3": (4, 5), "s4": (4, 5), "s5": (2, 5), "s6": (3, 5),
             "s7": (2, 5), "s8": (3, 5), "s9": (2, 5), "peers": (13, 5), "emotional": (10, 3),
             "behavioural": (6, 3)}  # fmt: skip


def answers_of(
    random: np.random.Generator, schools: int, noise: float, icc: float, categories: int
) -> Answers:
    """Made-up answers of `schools` schools."""
    school = np.repeat(np.arange(schools), PUPILS)
    level = np.sqrt(icc) * random.normal(size=schools)[school]
    factor = level + np.sqrt(1 - icc) * random.normal(size=len(school))
    spread = np.exp(noise * random.normal(size=schools))[school][:, None]
    latent = 0.7 * factor[:, None] + 0.7 * spread * random.normal(size=(len(school), len(ITEMS)))
    values = np.searchsorted(np.linspace(-1.3, 1.0, categories - 1), latent).astype(float)
    return Answers(values, school, ITEMS, 0)


def coverage(studies: int, noise: float, icc: float, categories: int) -> pd.DataFrame:
    """Share of intervals that hold the truth, and their mean width."""
    many = answers_of(stream(1, "truth"), 20000, noise, icc, categories)
    whole = Answers(many.values, np.zeros(len(many.values), dtype=np.int64), ITEMS, 0)
    latent, scored, _ = omega_ordinal(whole, categories)
    truth = {
        "alpha": float(alpha_from_sums(alpha_sums(whole)[0])),
        "omega_total": float(omega_total(whole)[0][0]),
        "omega_ordinal": float(latent[0]),
        "omega_categorical": float(scored[0]),
    }
    random, rows = stream(1, "studies"), []
    for _ in range(studies):
        answers = answers_of(random, SCHOOLS, noise, icc, categories)
        parts = alpha_sums(answers)
        spared = alpha_from_sums(leave_one_out(parts))
        drawn = alpha_from_sums(draw_schools(random, SCHOOLS, DRAWS) @ parts)
        alpha, wide = alpha_schools(answers, random, draws=DRAWS)
        latent, scored, _ = omega_ordinal(answers, categories)
        rows.append(("alpha", "Feldt", *feldt_interval(alpha, answers.n, len(ITEMS))))
        rows.append(("alpha", "plain percentile", *np.quantile(drawn, [0.025, 0.975])))
        rows.append(("alpha", "expanded percentile", wide.low, wide.high))
        for name, values in (
            ("alpha", spared),
            ("omega_total", omega_total(answers)[0]),
            ("omega_ordinal", latent),
            ("omega_categorical", scored),
        ):
            end = jackknife_interval(float(values[0]), values[1:])
            rows.append((name, "jackknife", end.low, end.high))
    frame = pd.DataFrame(rows, columns=["estimand", "interval", "low", "high"])
    true = frame["estimand"].map(truth)
    frame["held"] = (frame["low"] <= true) & (true <= frame["high"])
    frame["width"] = frame["high"] - frame["low"]
    return frame.groupby(["estimand", "interval"], sort=False)[["held", "width"]].mean().round(4)


def study() -> tuple[pd.DataFrame, dict[str, Subscale]]:
    """Answers of 441 pupils at three waves to twelve subscales."""
    random = stream(2, "timed")
    school = np.repeat(np.arange(11), [40] * 10 + [41])
    frames = []
    for wave in ("T1", "T2", "T3"):
        frame = {
            "pupil": np.arange(441), "wave": wave, "school": school,
            "gender": np.where(np.arange(441) % 2, "girls", "boys"),
        }  # fmt: skip
        for name, (items, categories) in SUBSCALES.items():
            factor = random.normal(size=441) + 0.3 * random.normal(size=11)[school]
            for i in range(items):
                latent = factor + random.normal(size=441)
                frame[f"{name}_{i}"] = np.searchsorted(
                    np.linspace(-1.8, 1.4, categories - 1), latent
                ).astype(float)
        frames.append(pd.DataFrame(frame))
    scales = {
        name: Subscale(tuple(f"{name}_{i}" for i in range(items)), categories)
        for name, (items, categories) in SUBSCALES.items()
    }
    return pd.concat(frames, ignore_index=True), scales


def main(arguments: list[str]) -> int:
    """Print both."""
    answers, scales = study()
    waves, gender = ["T1", "T2", "T3"], ["girls", "boys"]
    item_functioning(answers, {"s1": scales["s1"]}, waves=["T1"], gender=gender)  # imports
    start = time.process_time()
    table = reliability_table(answers, scales, waves=waves, gender=gender, seed=1, draws=1000)
    middle = time.process_time()
    items = item_functioning(answers, scales, waves=waves, gender=gender)
    end = time.process_time()
    print(f"reliability: {len(table)} rows in {middle - start:.2f} s of one core")
    print(f"item functioning: {len(items)} rows in {end - middle:.2f} s of one core")
    for noise, icc, categories in SETTINGS:
        print(f"\nnoise varies by exp({noise} z), school ICC {icc}, {categories} answers")
        print(coverage(int(arguments[0]) if arguments else 500, noise, icc, categories))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
