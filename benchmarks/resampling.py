"""Bootstrap intervals of a paired g against bare numpy and the tools a user would pick.

    python benchmarks/resampling.py [--dabest PYTHON]

Pupils: 10,000 draws, BCa, of g_z = J(n - 1) mean / SD of the differences, at 441 and 10,000
pupils, with scores that are all different and with scale scores (0 to 20, so that the differences
take 41 values). The floor is a *bare numpy bootstrap*: blocks of draws, `rng.integers` for the
positions, the differences and their squares picked and summed, g of each draw, and the jackknife
in closed form; no interval, nothing checked. Ours is `estimate_paired_resampled`, from two lists
of scores to an Estimate frame. scipy is `scipy.stats.bootstrap` (vectorised, BCa), pingouin
`compute_bootci` (BCa), dabest its paired Hedges' g (BCa; it adds a permutation test), R boot `boot`
with `boot.ci(type = "bca")` on the jackknife's influence. The last two time themselves.

Schools: 10,000 draws of 11 and of 80 schools of 40 pupils, percentiles of g_z. The floor draws
positions of schools and sums their sufficient statistics, `sums[positions].sum(axis=1)`. Ours is
`draw_sums`, `paired_measure` and `percentile_interval`; the whole function with its Estimate frame
is timed beside, and so is a harder floor that takes the three columns one by one, for which no
target is set. Naive resampling puts the drawn schools' pupils together, on a sample of draws,
multiplied up.

One thread; the ways take turns, and the fastest run of each counts, since a neighbour on the
machine can only slow a run down. What is not installed is said to be NOT RUN. Prints ratios to
the floor, writes benchmarks/results/resampling.csv and .png, and ends with 1 where ours is beyond
its target (1.3 for pupils, 1.5 for schools).
"""

from __future__ import annotations

import argparse
import csv
import datetime
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from resampling_tools import NotRunError, draw, tools

from resilience_lib.effects.from_moments import paired_measure
from resilience_lib.effects.resampled import estimate_paired_resampled
from resilience_lib.models.one_way import small_sample_factor
from resilience_lib.resampling.schools import draw_sums, percentile_interval

Array = NDArray[np.float64]

RESULTS = Path(__file__).resolve().parent / "results"
DRAWS = 10_000
BLOCK = 2**16
NAIVE = 100
"""Draws of whole schools put together; the time is multiplied up."""
OURS = "resilience_lib"
FLOOR = "bare numpy (the floor)"


@dataclass(frozen=True)
class Way:
    """What is run, how often, and what a run is multiplied by; a run may time itself."""

    name: str
    run: Callable[[], float | None]
    runs: int
    factor: float = 1.0


def main() -> int:
    """Measure, print, write; 1 where ours is beyond a target."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--dabest", help="a Python in whose environment dabest is installed")
    dabest = parser.parse_args().dabest
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | one)
    rows: list[dict[str, object]] = []
    held = True
    with tempfile.TemporaryDirectory() as place:
        for pupils, scale in ((441, False), (441, True), (10_000, False), (10_000, True)):
            first, second = made_pairs(pupils, scale=scale)
            kind = "scale scores" if scale else "all different"
            runs = 15 if pupils < 1000 else 5
            ways = [
                Way(FLOOR, partial(bare_pupils, second - first), runs),
                Way(OURS, partial(ours_pupils, first, second), runs),
                *(Way(*tool) for tool in tools(first, second, DRAWS, Path(place), dabest)),
            ]
            held &= measured(rows, f"{pupils:,} pupils, {kind}", ways, 1.3)
        for schools in (11, 80):
            made = made_schools(schools)
            ways = [
                Way(FLOOR, partial(bare_schools, *made), 40),
                Way(OURS, partial(ours_schools, *made), 40),
                Way("harder floor: column by column", partial(hard_schools, *made), 40),
                Way(f"{OURS}, to an Estimate frame", partial(framed, *made), 40),
                Way("schools' pupils put together", partial(naive, *made), 3, DRAWS / NAIVE),
            ]
            held &= measured(rows, f"{schools} schools of 40", ways, 1.5)
    write(rows)
    draw(rows, RESULTS / "resampling.png")
    return 0 if held else 1


def measured(rows: list[dict[str, object]], case: str, ways: list[Way], target: float) -> bool:
    """Time the ways of one case in turn, print them, add their rows; whether ours is on target."""
    times: dict[str, list[float]] = {way.name: [] for way in ways}
    lost: dict[str, str] = {}
    for turn in range(max(way.runs for way in ways)):
        for way in ways:
            if turn < way.runs and way.name not in lost:
                began = time.perf_counter()
                try:
                    own = way.run()
                except NotRunError as why:
                    lost[way.name] = str(why)
                    continue
                taken = time.perf_counter() - began if own is None else own
                times[way.name].append(taken * way.factor)
    floor = min(times[FLOOR])
    print(f"\n{case}, {DRAWS:,} draws")
    for way in ways:
        taken = times[way.name]
        row: dict[str, object] = {"case": case, "way": way.name, "runs": len(taken)}
        if taken:
            row |= {"fastest_s": min(taken), "ratio_to_floor": min(taken) / floor, "note": ""}
            print(f"{way.name:40} {min(taken) * 1000:12.2f} ms {min(taken) / floor:10.2f} x")
        else:
            row |= {"note": f"NOT RUN: {lost[way.name]}"}
            print(f"{way.name:40} NOT RUN: {lost[way.name]}")
        rows.append(row)
    ratio = min(times[OURS]) / floor
    print(f"{OURS} is {ratio:.2f} times the floor (target: at most {target:g})")
    return ratio <= target


def made_pairs(pupils: int, *, scale: bool) -> tuple[Array, Array]:
    """Scores at two waves."""
    rng = np.random.default_rng(2021)
    first = rng.normal(10, 4, pupils)
    second = 0.6 * first + rng.normal(5, 3, pupils)
    if scale:
        first, second = (np.clip(np.round(x), 0, 20) for x in (first, second))
    return first, second


def made_schools(schools: int) -> tuple[Array, NDArray[np.int64]]:
    """Changes of 40 pupils a school, and their schools."""
    rng = np.random.default_rng(2021)
    school = np.repeat(np.arange(schools), 40)
    return rng.normal(0.3, 1, 40 * schools) + rng.normal(0, 0.2, schools)[school], school


def bare_pupils(difference: Array) -> None:
    """The floor for pupils."""
    rng = np.random.default_rng(1)
    n = len(difference)
    square = difference**2
    sums, squares = np.empty(DRAWS), np.empty(DRAWS)
    rows = max(1, BLOCK // n)
    for first in range(0, DRAWS, rows):
        picked = rng.integers(0, n, (min(rows, DRAWS - first), n))
        sums[first : first + rows] = difference[picked].sum(axis=1)
        squares[first : first + rows] = square[picked].sum(axis=1)
    j = small_sample_factor(n - 1)
    j * (sums / n) / np.sqrt((squares - sums**2 / n) / (n - 1))
    left, left_squares = difference.sum() - difference, square.sum() - square
    j * (left / (n - 1)) / np.sqrt((left_squares - left**2 / (n - 1)) / (n - 2))


def ours_pupils(first: Array, second: Array) -> None:
    """The library from scores to an Estimate frame."""
    estimate_paired_resampled(
        first, second, seed=1, stream_name=("bench",), intervals=("bca",), draws=DRAWS
    )


def school_sums(change: Array, school: NDArray[np.int64]) -> Array:
    """n, sum and sum of squares of each school."""
    parts = (np.ones(len(change)), change, change**2)
    return np.stack([np.bincount(school, part) for part in parts], axis=1)


def bare_schools(change: Array, school: NDArray[np.int64]) -> None:
    """The floor for schools."""
    sums = school_sums(change, school)
    k = len(sums)
    drawn = sums[np.random.default_rng(1).integers(0, k, (DRAWS, k))].sum(axis=1)
    g_of(*drawn.T)


def hard_schools(change: Array, school: NDArray[np.int64]) -> None:
    """The same, a column at a time."""
    sums = school_sums(change, school)
    k = len(sums)
    picked = np.random.default_rng(1).integers(0, k, (DRAWS, k))
    g_of(*(column.take(picked).sum(axis=1) for column in np.ascontiguousarray(sums.T)))


def g_of(n: Array, total: Array, squares: Array) -> Array:
    """g with the usual approximation of J."""
    return (1 - 3 / (4 * n - 5)) * (total / n) / np.sqrt((squares - total**2 / n) / (n - 1))


def ours_schools(change: Array, school: NDArray[np.int64]) -> None:
    """The library from pupils to an interval."""
    shift = float(change.mean())
    sums = school_sums(change - shift, school)
    drawn = draw_sums(np.random.default_rng(1), sums, DRAWS)
    whole = float(paired_measure("g_z", sums.sum(axis=0), shift))
    percentile_interval(whole, paired_measure("g_z", drawn, shift), len(sums))


def framed(change: Array, school: NDArray[np.int64]) -> None:
    """The library to an Estimate frame."""
    estimate_paired_resampled(
        np.zeros(len(change)), change, school=school, seed=1, stream_name=("bench",),
        intervals=("schools",), draws=DRAWS,
    )  # fmt: skip


def naive(change: Array, school: NDArray[np.int64]) -> None:
    """Frames of drawn schools put together, and g of their pupils."""
    frame = pd.DataFrame({"change": change, "school": school})
    by = dict(iter(frame.groupby("school")))
    rng = np.random.default_rng(1)
    for _ in range(NAIVE):
        drawn = pd.concat([by[label] for label in rng.integers(0, len(by), len(by))])
        g_one(drawn["change"].to_numpy())


def g_one(difference: Array) -> float:
    """g of one sample."""
    n = len(difference)
    return float((1 - 3 / (4 * n - 5)) * difference.mean() / difference.std(ddof=1))


def write(rows: list[dict[str, object]]) -> None:
    """benchmarks/results/resampling.csv, with what was measured on what and when."""
    about = f"Python {platform.python_version()}; numpy {np.__version__}; pandas {pd.__version__}"
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    names = ["case", "way", "draws", "fastest_s", "ratio_to_floor", "runs", "note", "cores", "date"]
    with (RESULTS / "resampling.csv").open("w", newline="", encoding="utf-8") as out:
        table = csv.DictWriter(out, [*names, "versions"], lineterminator="\n")
        table.writeheader()
        for row in rows:
            shown = dict(row)
            for name, form in (("fastest_s", ".5f"), ("ratio_to_floor", ".2f")):
                shown[name] = format(row[name], form) if name in row else ""
            more = {"draws": DRAWS, "cores": cores, "date": today, "versions": about}
            table.writerow(shown | more)


if __name__ == "__main__":
    sys.exit(main())
