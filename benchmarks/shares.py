"""How often intervals of shares, rates and picked pupils' changes hold the truth with 11 schools.

    python benchmarks/shares.py [studies]

Schools of 20 to 56 pupils. Shares of schools are beta (intraclass correlation 0 to .1), rates of
schools gamma (coefficient of variation 0 to 1). Picked pupils are those with the lowest quarter of
first scores; nobody changed but by chance, and schools' changes vary a little. Written to
results/shares.csv.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from resilience_lib.effects.picked import estimate_picked_change
from resilience_lib.effects.proportions import estimate_proportion
from resilience_lib.effects.rates import estimate_rate
from resilience_lib.effects.two_proportions import estimate_two_proportions
from resilience_lib.resampling.streams import stream

SIZES = np.array([20, 25, 30, 35, 40, 40, 45, 45, 50, 55, 56])
SCHOOL = np.repeat(np.arange(len(SIZES)), SIZES)
N = len(SCHOOL)
RESULTS = Path(__file__).parent / "results" / "shares.csv"
Made = Callable[[np.random.Generator], pd.DataFrame]


def events(random: np.random.Generator, share: float, icc: float) -> np.ndarray:
    """1 and 0 for each pupil."""
    by = np.full(len(SIZES), share)
    if icc > 0:
        a = (1 - icc) / icc
        by = random.beta(share * a, (1 - share) * a, size=len(SIZES))
    return (random.random(N) < by[SCHOOL]).astype(int)


def one_share(share: float, icc: float) -> Made:
    return lambda random: estimate_proportion(events(random, share, icc), school=SCHOOL)


def two_shares(share: float, icc: float) -> Made:
    """Two groups of the same share in the same schools."""

    def make(random: np.random.Generator) -> pd.DataFrame:
        y = events(random, share, icc)
        return estimate_two_proportions(
            y,
            np.where(random.random(N) < 0.46, "girls", "boys"),
            levels=("girls", "boys"),
            names=("risk_difference", "risk_ratio", "odds_ratio"),
            school=SCHOOL,
        )

    return make


def one_rate(rate: float, spread: float) -> Made:
    def make(random: np.random.Generator) -> pd.DataFrame:
        by = np.ones(len(SIZES))
        if spread > 0:
            by = random.gamma(spread**-2, spread**2, size=len(SIZES))
        return estimate_rate(random.poisson(rate * by[SCHOOL]), np.ones(N), school=SCHOOL)

    return make


def picked(reliability: float, spread: float) -> Made:
    def make(random: np.random.Generator) -> pd.DataFrame:
        true = random.normal(0, np.sqrt(reliability), N)
        noise = np.sqrt(1 - reliability)
        first, later = (true + random.normal(0, noise, N) for _ in range(2))
        later = later + random.normal(0, spread, len(SIZES))[SCHOOL]
        return estimate_picked_change(
            first, later, SCHOOL, cut=-0.6745, reliability=reliability, source="known"
        ).iloc[:1]

    return make


def settings() -> Iterator[tuple[dict[str, float], Made, dict[str, float]]]:
    """What is varied, how a study is made, and the truth of each estimand."""
    for share in (0.02, 0.05, 0.1, 0.3, 0.5):
        for icc in (0.0, 0.05, 0.1):
            yield {"share": share, "icc": icc}, one_share(share, icc), {"proportion": share}
    same = {"risk_difference": 0.0, "risk_ratio": 1.0, "odds_ratio": 1.0}
    for share in (0.05, 0.1, 0.3):
        yield {"share": share, "icc": 0.05}, two_shares(share, 0.05), same
    for rate in (0.03, 0.1, 1.0):
        for spread in (0.0, 0.5, 1.0):
            yield {"rate": rate, "spread": spread}, one_rate(rate, spread), {"rate": rate}
    for reliability in (0.6, 0.8):
        made = picked(reliability, 0.1)
        yield {"reliability": reliability, "spread": 0.1}, made, {"picked_change": 0.0}


def main(arguments: list[str]) -> int:
    """Run, print and write."""
    studies = int(arguments[0]) if arguments else 1000
    random, rows = stream(1, "shares"), []
    for varied, make, truth in settings():
        # groups without an event make logarithms of 0, which are rows with a reason
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            made = pd.concat([make(random) for _ in range(studies)], ignore_index=True)
        true = made["estimand"].map(truth)
        known = made["conf_low"].notna()
        made["held"] = (made["conf_low"] <= true) & (true <= made["conf_high"])
        made["width"] = made["conf_high"] - made["conf_low"]
        groups = made[known].groupby(["estimand", "interval"], sort=False)
        for (estimand, interval), part in groups:
            whole = made[(made["estimand"] == estimand) & (made["interval"] == interval)]
            rows.append(
                {
                    "estimand": estimand,
                    **varied,
                    "interval": interval,
                    "studies": len(whole),
                    "without": len(whole) - len(part),
                    "held": round(part["held"].mean(), 4),
                    "median_width": round(part["width"].median(), 4),
                }
            )
    columns = ["estimand", "share", "icc", "rate", "spread", "reliability"]
    frame = pd.DataFrame(rows)
    frame = frame[[*columns, *[c for c in frame.columns if c not in columns]]]
    frame.to_csv(RESULTS, index=False)
    print(frame.to_string(index=False))
    print(f"written: {RESULTS.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
