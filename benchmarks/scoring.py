"""Scoring 47 items of 1,000,000 pupils against a bare numpy pass over the same bytes.

    python benchmarks/scoring.py [--pupils N]

The data: int8, one column of bytes per item (order "F"), 5% of the answers missing (-128), 12
subscales of the sizes of the full Student Resilience Survey (4 4 4 4 2 3 2 3 2 13 3 3), six items
reversed; half of the subscales are means, half sums that are prorated and rounded half up.

The floor is a *bare numpy int8 pass* with the same input and the same kind of output: for every
subscale the sum of the int8 answers that are not missing (`(answers * given).sum(axis=1)`), how
many there are (`given.sum(axis=1)`), and one by the other as a float64, since a score has to be
written down. Nothing else: no range check, no reversing, no missing rule, no prorating, no
rounding.

Harder floors are timed too, and no target is set for them: the sums and counts alone, which leave
out the 96 MB of scores; the same item by item into buffers made beforehand;
and that in blocks of pupils that stay in the processor's cache, as `score_matrix` works itself.

polars is timed where it is installed (`pip install polars`; the project does not need it), as
expressions over int8 columns with nulls, summed as int16, since its own mean of int8 wraps.

`score_matrix` gives the same scores as pandas does below (checked before anything is timed). pandas
row by row is timed on a sample and multiplied up. One thread; the ways take turns, and the fastest
run of each counts, since a neighbour on the machine can only slow a run down. Prints ratios to the
floor, writes benchmarks/results/scoring.csv, and ends with 1 where ours is beyond the target.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.instruments.answers import MISSING
from resilience_lib.instruments.key import Key
from resilience_lib.instruments.score import BLOCK, score_items, score_matrix

RESULTS = Path(__file__).resolve().parent / "results" / "scoring.csv"
SIZES = (4, 4, 4, 4, 2, 3, 2, 3, 2, 13, 3, 3)
REVERSED = (2, 6, 20, 30, 41, 46)
LOW, HIGH, SHARE = 1, 5, 0.6
TARGET = 1.3
SAMPLE = 2_000
"""Pupils that pandas scores row by row; the time is multiplied up to all."""


def main() -> int:
    """Measure, print, write; 1 where scoring is beyond the target."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--pupils", type=int, default=1_000_000)
    pupils = parser.parse_args().pupils
    matrix, groups, key = make(pupils)
    frame = pd.DataFrame(
        np.where(matrix == MISSING, np.nan, matrix), columns=[f"bench_{i}" for i in key.items]
    )
    np.testing.assert_allclose(
        score_matrix(matrix[:SAMPLE], key), pandas_vectorised(frame[:SAMPLE], groups), rtol=1e-12
    )
    ways: list[tuple[str, Callable[[], object], int, float]] = [
        ("bare numpy pass (the floor)", lambda: bare(matrix, groups), 25, 1.0),
        ("score_matrix", lambda: score_matrix(matrix, key), 25, 1.0),
        ("sums and counts alone", lambda: bare_sums(matrix, groups), 25, 1.0),
        ("sums and counts with np.where", lambda: bare_where(matrix, groups), 25, 1.0),
        ("sums and counts by item into buffers", lambda: bare_items(matrix, groups), 25, 1.0),
        ("sums and counts by item, in blocks", lambda: bare_blocks(matrix, groups), 25, 1.0),
        ("score_items (from float64 columns)", lambda: score_items(frame, key), 5, 1.0),
        ("pandas, vectorised", lambda: pandas_vectorised(frame, groups), 3, 1.0),
        (
            f"pandas, row by row ({SAMPLE:,} pupils, multiplied up)",
            lambda: pandas_rows(frame[:SAMPLE], groups),
            3,
            pupils / SAMPLE,
        ),
    ]
    if find_spec("polars"):
        columns = polars_columns(matrix)
        ways.append(("polars, expressions", lambda: polars_expressions(columns, groups), 5, 1.0))
    else:
        print("polars: NOT RUN, not installed")
    # in turn, so that a busy moment of the machine does not hit one of them alone
    times: dict[str, list[float]] = {name: [] for name, *_ in ways}
    for _, way, *_ in ways[:6]:
        way()
    for turn in range(max(runs for _, _, runs, _ in ways)):
        for name, way, runs, factor in ways:
            if turn < runs:
                began = time.perf_counter()
                way()
                times[name].append((time.perf_counter() - began) * factor)
    fastest = {name: min(taken) for name, taken in times.items()}
    floor = fastest[ways[0][0]]
    print(f"{pupils:,} pupils, {len(key.items)} items, {len(groups)} subscales")
    for name, seconds in fastest.items():
        print(f"{name:55} {seconds * 1000:12.1f} ms {seconds / floor:10.2f} x")
    ratio = fastest["score_matrix"] / floor
    print(f"score_matrix is {ratio:.2f} times the floor (target: at most {TARGET:g})")
    write(fastest, {name: len(taken) for name, taken in times.items()}, floor, pupils)
    return 0 if ratio <= TARGET else 1


def make(pupils: int) -> tuple[NDArray[np.int8], list[list[int]], Key]:
    """Answers, the columns of each subscale, and the key."""
    rng = np.random.default_rng(2021)
    items = sum(SIZES)
    matrix = np.empty((pupils, items), np.int8, order="F")
    for at in range(items):
        matrix[:, at] = rng.integers(LOW, HIGH + 1, pupils)
        matrix[rng.random(pupils) < 0.05, at] = MISSING
    ends = np.cumsum(SIZES)
    groups = [list(range(end - size, end)) for end, size in zip(ends, SIZES, strict=True)]
    known = {"certainty": "chosen", "source": "a benchmark"}
    subscales = [
        {
            "name": f"s{at}",
            "label": f"s{at}",
            "items": [str(column + 1) for column in group],
            "scoring": "sum" if at % 2 else "mean",
            "missing": {"minimum_share": SHARE, "prorated": True, **known},
            "rounding": "half_up" if at % 2 else "none",
            "range": (LOW * len(group), HIGH * len(group)) if at % 2 else (LOW, HIGH),
            "higher_is_better": True,
            **known,
        }
        for at, group in enumerate(groups)
    ]
    key = Key(
        name="bench",
        form="47 items",
        title="A benchmark",
        citation="none",
        licence="none",
        languages=("none",),
        informant="self",
        responses=[{"items": [*map(str, range(1, items + 1))], "codes": (LOW, HIGH), **known}],
        reversed={"items": [*map(str, REVERSED)], **known},
        subscales=subscales,
    )
    return matrix, groups, key


Sums = list[tuple[NDArray[np.integer], NDArray[np.int8]]]


def bare(matrix: NDArray[np.int8], groups: list[list[int]]) -> NDArray[np.float64]:
    """The floor: per subscale the mean of the answers."""
    out = np.empty((len(matrix), len(groups)), order="F")
    with np.errstate(invalid="ignore"):  # 0 / 0 where nothing was answered is NaN, as it should be
        for at, (total, count) in enumerate(bare_sums(matrix, groups)):
            np.divide(total, count, out=out[:, at])
    return out


def bare_sums(matrix: NDArray[np.int8], groups: list[list[int]]) -> Sums:
    """Per subscale the sum of the answers and their number."""
    out: Sums = []
    for group in groups:
        answers = matrix[:, group[0] : group[-1] + 1]
        given = answers != MISSING
        total = (answers * given).sum(axis=1, dtype=np.int16)
        out.append((total, given.sum(axis=1, dtype=np.int8)))
    return out


def bare_where(matrix: NDArray[np.int8], groups: list[list[int]]) -> Sums:
    """The same with np.where."""
    out: Sums = []
    for group in groups:
        answers = matrix[:, group[0] : group[-1] + 1]
        given = answers != MISSING
        total = np.where(given, answers, 0).sum(axis=1, dtype=np.int16)
        out.append((total, given.sum(axis=1, dtype=np.int8)))
    return out


def bare_items(matrix: NDArray[np.int8], groups: list[list[int]]) -> Sums:
    """The same item by item into buffers; sums of int8, which hold 13 answers of up to 5."""
    given, answers = np.empty(len(matrix), np.bool_), np.empty(len(matrix), np.int8)
    one = given.view(np.int8)
    out: Sums = []
    for group in groups:
        total, count = np.zeros(len(matrix), np.int8), np.zeros(len(matrix), np.int8)
        for column in group:
            np.not_equal(matrix[:, column], MISSING, out=given)
            np.multiply(matrix[:, column], one, out=answers)
            np.add(total, answers, out=total)
            np.add(count, one, out=count)
        out.append((total, count))
    return out


def bare_blocks(matrix: NDArray[np.int8], groups: list[list[int]]) -> None:
    """The same in blocks of pupils; the sums of a block are not kept."""
    for first in range(0, len(matrix), BLOCK):
        bare_items(matrix[first : first + BLOCK], groups)


def pandas_vectorised(frame: pd.DataFrame, groups: list[list[int]]) -> pd.DataFrame:
    """The same scores with whole columns of pandas."""
    turned = [f"bench_{item}" for item in REVERSED]
    frame = frame.assign(**{name: LOW + HIGH - frame[name] for name in turned})
    scores = {}
    for at, group in enumerate(groups):
        items = frame.iloc[:, group]
        score = items.mean(axis=1).where(items.count(axis=1) >= SHARE * len(group))
        # a hair above the half, which the mean of three may miss as a float
        scores[f"s{at}"] = np.floor(score * len(group) + 0.5 + 1e-9) if at % 2 else score
    return pd.DataFrame(scores)


def polars_columns(matrix: NDArray[np.int8]) -> Any:
    """The answers as a polars frame of int8 with nulls."""
    import polars as pl

    frame = pl.DataFrame({str(at): column for at, column in enumerate(matrix.T)})
    return frame.with_columns(pl.all().replace(MISSING, None))


def polars_expressions(columns: Any, groups: list[list[int]]) -> Any:
    """Per subscale the mean of the answers."""
    import polars as pl

    means = []
    for at, group in enumerate(groups):
        total = pl.sum_horizontal([pl.col(str(item)).cast(pl.Int16) for item in group])
        count = pl.sum_horizontal([pl.col(str(item)).is_not_null() for item in group])
        means.append((total / count).alias(f"s{at}"))
    return columns.select(means)


def pandas_rows(frame: pd.DataFrame, groups: list[list[int]]) -> pd.DataFrame:
    """The same scores with `apply` over rows, as scoring scripts often do it."""
    turned = [f"bench_{item}" for item in REVERSED]

    def score(row: pd.Series) -> pd.Series:
        row = row.copy()
        row[turned] = LOW + HIGH - row[turned]
        scores = {}
        for at, group in enumerate(groups):
            items = row.iloc[group]
            mean = items.mean() if items.count() >= SHARE * len(group) else np.nan
            scores[f"s{at}"] = np.floor(mean * len(group) + 0.5 + 1e-9) if at % 2 else mean
        return pd.Series(scores)

    return frame.apply(score, axis=1)


def write(fastest: dict[str, float], runs: dict[str, int], floor: float, pupils: int) -> None:
    """benchmarks/results/scoring.csv, with what was measured on what and when."""
    about = f"Python {platform.python_version()}; numpy {np.__version__}; pandas {pd.__version__}"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(
            ["way", "pupils", "fastest_s", "ratio_to_floor", "runs", "cores", "date", "versions"]
        )
        for name, seconds in fastest.items():
            cells = [f"{seconds:.4f}", f"{seconds / floor:.2f}", runs[name], cores, today, about]
            out.writerow([name, pupils, *cells])


if __name__ == "__main__":
    sys.exit(main())
