"""Linking three waves of a million pupils: time and peak memory, beside a bare pandas merge.

    python benchmarks/linking.py [--repeats 3]

Each case runs in a process of its own, which makes the records, links them and says the most
memory it ever held (the records among it) before it merges anything. The merge is what pandas
takes to put the same three waves side by side, with no check and no report. Times are medians.
Writes benchmarks/results/linking.csv; ends with 1 where a case held 4 GB or more, or where the
number of pupils found by id is not the number made (a code with mistakes in it may find more).
"""

from __future__ import annotations

import argparse
import csv
import datetime
import importlib.metadata
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from resilience_lib.linking.link import link_waves
from resilience_lib.linking.plan import LinkingPlan

TARGET = Path(__file__).resolve().parent / "results" / "linking.csv"
LIMIT_GB = 4.0
IN_A_SCHOOL = 200
PARTS = {"month": 12, "initial": 26, "sibling": 5, "street": 26, "eyes": 4}


@dataclass(frozen=True)
class Case:
    """What is linked, by which plan; `keys` is what the bare merge is on."""

    name: str
    pupils: int
    plan: LinkingPlan
    keys: tuple[str, ...]


CASES = (
    Case("id", 1_000_000, LinkingPlan("id"), ("id",)),
    Case("school_and_id", 1_000_000, LinkingPlan("school_and_id"), ("school", "id")),
    Case("code 5 of 5", 100_000, LinkingPlan("code", agree=5), ("school", *PARTS)),
    Case("code 4 of 5", 100_000, LinkingPlan("code", agree=4), ("school", *PARTS)),
)


def make_waves(case: Case) -> list[pd.DataFrame]:
    """Three waves in random order: 5% of the pupils absent at each, 1% of ids in lower case."""
    rng = np.random.default_rng(2021)
    number = np.arange(case.pupils)
    schools = np.array([f"S{s:05d}" for s in range(case.pupils // IN_A_SCHOOL)], dtype=object)
    ids = np.array([f"P{n:07d}" for n in number], dtype=object)
    answers = {part: rng.integers(0, size, case.pupils) for part, size in PARTS.items()}
    waves = []
    for wave in ("T1", "T2", "T3"):
        here = rng.permutation(number)[: int(case.pupils * 0.95)]
        columns = {
            "wave": np.full(len(here), wave, dtype=object),
            "school": schools[here // IN_A_SCHOOL],
            "gender": np.array(["boy", "girl"], dtype=object)[here % 2],
        }
        if case.plan.by == "code":
            for part, size in PARTS.items():  # 1% of the answers differ from wave to wave
                given = answers[part][here]
                other = rng.integers(0, size, len(here))
                given = np.where(rng.random(len(here)) < 0.01, other, given)
                columns[part] = np.array([str(v) for v in range(size)], dtype=object)[given]
        else:
            typed = ids[here]
            small = rng.random(len(here)) < 0.01
            typed[small] = [text.lower() for text in typed[small]]
            columns["id"] = typed
        place = [np.full(len(here), f"{wave}.csv", dtype=object), np.arange(2, len(here) + 2)]
        index = pd.MultiIndex.from_arrays(place, names=["file", "line"])
        waves.append(pd.DataFrame(columns, index).astype("str"))
    return waves


def bare_merge(waves: list[pd.DataFrame], keys: tuple[str, ...]) -> int:
    """Three waves side by side by pandas alone; the number of rows."""
    first, second, third = waves
    on = list(keys)
    both = first.merge(second, on=on, how="outer", suffixes=("", "_2"))
    return len(both.merge(third, on=on, how="outer", suffixes=("", "_3")))


def run(case: Case, repeats: int) -> tuple[int, int, float, float, float]:
    """Pupils found and made, seconds to link and to merge, most memory held in GB."""
    waves = make_waves(case)
    rows = pd.concat(waves)
    linking: list[float] = []
    merging: list[float] = []
    peak = 0.0
    for _ in range(repeats):
        began = time.perf_counter()
        found = link_waves(rows, case.plan).pupil.nunique()
        linking.append(time.perf_counter() - began)
        if not merging:  # before the merge takes memory of its own; Linux counts kilobytes
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        began = time.perf_counter()
        bare_merge(waves, case.keys)
        merging.append(time.perf_counter() - began)
    made = rows["id"].str.upper().nunique() if "id" in rows else case.pupils
    return found, made, statistics.median(linking), statistics.median(merging), peak


def main() -> int:
    """Run all cases, print and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--repeats", type=int, default=3, help="how many times each is measured")
    repeats = parser.parse_args().repeats
    rows, held = [], True
    for case in CASES:
        # a fresh process holds this case alone; Linux counts in what its parent held when it
        # began, so that this process makes no records itself
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found, made, linking, merging, peak = pool.apply(run, (case, repeats))
        good = peak < LIMIT_GB and (case.plan.by == "code" or found == made)
        held = held and good
        ratio = linking / merging
        print(
            f"{case.name}, {case.pupils:,} pupils: {linking:.2f} s, merge {merging:.2f} s, "
            f"ratio {ratio:.2f}, at most {peak:.2f} GB, {found:,} pupils found"
            f"{'' if good else ': NOT AS IT SHOULD BE'}",
            flush=True,
        )
        cells = [f"{linking:.2f}", f"{merging:.2f}", f"{ratio:.2f}", f"{peak:.2f}", found]
        rows.append([case.name, case.pupils, 3, *cells])
    write(rows)
    return 0 if held else 1


def write(rows: list[list[object]]) -> None:
    """benchmarks/results/linking.csv, with what was measured on what and when."""
    names = ["case", "pupils", "waves", "link_s", "merge_s", "ratio", "peak_gb", "pupils_found"]
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("pandas", "numpy")]
    about = "; ".join([f"Python {platform.python_version()}", *versions])
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    with TARGET.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow([*names, "cores", "date", "versions"])
        out.writerows([*row, os.cpu_count(), today, about] for row in rows)


if __name__ == "__main__":
    sys.exit(main())
