"""How often 95% intervals hold the truth, and tests cry wolf, over designs from 6 to 40 schools.

    OPENBLAS_NUM_THREADS=1 RAYON_NUM_THREADS=1 python benchmarks/long_run.py [runs] [schools ...]

`runs` are those of the headline in each cell (4000 where left out; other methods fewer in
proportion); schools choose cells (all where left out). One thread a process, since two processes
share two cores (`make simulate` does so). Data are drawn by long_run_data.py, methods are listed
in long_run_methods.py. Writes benchmarks/results/long_run.csv, a row for each cell, method and
contrast, and the figure long_run.png and .svg; the last lines say what is under 93.5%, what is
over 97% and how the tests did.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
from long_run_answers import CONTRASTS, Answers, truth
from long_run_data import TRUE_G, Cell, Drawn, cells, draw
from long_run_figure import draw_long_run
from long_run_methods import CHANGES, GENDER, HEADLINE, METHODS, WAVES

from resilience_lib.effects.arms import estimate_effects
from resilience_lib.effects.change import estimate_change
from resilience_lib.paths import relative, root
from resilience_lib.progress import Progress

RUNS = 4000
BLOCKS = 4
CHECKED = 2
LEAST, MOST = 0.935, 0.97
LINES = 12
Found = dict[tuple[str, str], list[tuple[float, ...]]]


def main(runs: int, schools: list[int]) -> None:
    """Run, write the table and the figure, print what a reader must know."""
    chosen = [cell for cell in cells() if not schools or cell.schools in schools]
    tasks = [(cell, block, runs) for cell in chosen for block in range(BLOCKS)]
    progress, began = Progress(len(chosen)), time.monotonic()
    found: dict[Cell, Found] = defaultdict(lambda: defaultdict(list))
    seconds: dict[str, float] = defaultdict(float)
    with ProcessPoolExecutor(2) as pool:
        for (cell, block, _), (part, took) in zip(tasks, pool.map(one_block, tasks), strict=True):
            for key, answers in part.items():
                found[cell][key] += answers
            for method, spent in took.items():
                seconds[method] += spent
            if block == BLOCKS - 1:
                progress.done(f"{cell.schools} schools, {cell.sizes}, dropout {cell.dropout}")
    rows = [
        row_of(cell, method, contrast, np.array(answers))
        for cell, part in found.items()
        for (method, contrast), answers in part.items()
    ]
    table = pd.DataFrame(rows)
    order = {name: place for place, name in enumerate([*METHODS, *CONTRASTS])}
    table = table.sort_values(
        ["schools", "icc_level", "var_change", "sizes", "dropout", "method", "contrast"],
        key=lambda column: column.map(order) if column.name in ("method", "contrast") else column,
    )
    folder = root() / "benchmarks" / "results"
    path = folder / "long_run.csv"
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.5g")
    draw_long_run(table, folder)
    print(*spoken(table), sep="\n")
    print(f"{time.monotonic() - began:.0f} s; processor seconds by method:")
    print(*(f"  {name} {spent:.0f}" for name, spent in seconds.items()), sep="\n")
    print(f"wrote {relative(path)}, long_run.png and long_run.svg")


def one_block(task: tuple[Cell, int, int]) -> tuple[Found, dict[str, float]]:
    """A share of a cell's runs: answers of each method and contrast, and the time each took."""
    cell, block, runs = task
    found: Found = defaultdict(list)
    seconds: dict[str, float] = defaultdict(float)
    for number in range(block * runs // BLOCKS, (block + 1) * runs // BLOCKS):
        data = draw(cell, number)
        for name, method in METHODS.items():
            # spread over the runs, so that each block has its share
            if number % max(RUNS // method.runs, 1):
                continue
            began = time.process_time()
            answers = method.run(data, number)
            seconds[name] += time.process_time() - began
            for contrast, answer in answers.items():
                found[name, contrast].append(tuple(answer))
            if name == HEADLINE and number < CHECKED:
                hold_to_estimators(data, answers)
    return dict(found), dict(seconds)


def hold_to_estimators(data: Drawn, answers: Answers) -> None:
    """The headline's short way gives what notebook 4's estimators give.

    Raises
    ------
    ValueError
        It does not.
    """
    frame = data.frame()
    moved = frame.assign(score=np.r_[data.first, data.second + TRUE_G])
    change, in_sds = (
        estimate_change(one, waves=WAVES, changes=CHANGES, gender=GENDER).set_index(
            ["estimand", "subgroup"]
        )
        for one in (frame, moved)
    )
    arms = ("comparison", "programme")
    inside = frame.assign(
        arm=np.tile(np.array(arms)[data.own_arm], 2),
        stratum=frame["school"],
        score=np.r_[data.first, data.own_second],
    )
    rows = {
        "change": change.loc[("mean_change", "all")],
        "gender_difference": change.loc[("mean_change", "girls - boys")],
        "g_change_model": in_sds.loc[("g_change_model", "all")],
        "arm_schools": estimate_effects(frame, waves=("T2",), arms=arms).iloc[0],
        "arm_within_schools": estimate_effects(inside, waves=("T2",), arms=arms).iloc[0],
    }
    for name, row in rows.items():
        there = row[["estimate", "conf_low", "conf_high"]].to_numpy(float)
        if not np.allclose(answers[name][:3], there, rtol=1e-8, atol=1e-10, equal_nan=True):
            raise ValueError(f"{name}: {answers[name]} here, {there} by the library's estimators")


def row_of(cell: Cell, method: str, contrast: str, answers: np.ndarray) -> dict[str, object]:
    """A row of the table; coverage is of the intervals that were given, `missing` were not.

    A test rejects where p < .05, or, where the method gives no p, where its interval leaves out 0;
    where the truth is not 0 there is no false positive to count. With the bias removed, coverage is
    of the mean estimate: what is missing there is the interval's fault, the rest that of the
    estimate (bias-eliminated coverage of Morris, White & Crowther 2019, Statistics in Medicine 38).
    """
    estimate, low, high, p_value = answers.T
    true = truth(cell, contrast)
    given = np.isfinite(low) & np.isfinite(high)
    held = ((low <= true) & (true <= high))[given]
    middle = np.nanmean(estimate) if np.isfinite(estimate).any() else np.nan
    around = ((low <= middle) & (middle <= high))[given]
    rejects = np.where(np.isfinite(p_value), p_value < 0.05, (low > 0) | (high < 0))
    coverage = held.mean() if len(held) else np.nan
    tested = given | np.isfinite(p_value)
    false = rejects[tested].mean() if true == 0 and tested.any() else np.nan
    return {
        **vars(cell),
        "method": method,
        "contrast": contrast,
        "headline": method == HEADLINE,
        "runs": len(answers),
        "missing": int((~tested).sum()),
        "coverage": coverage,
        "coverage_error": share_error(coverage, len(held)),
        "coverage_bias_removed": around.mean() if len(around) else np.nan,
        "false_positives": false,
        "false_positive_error": share_error(false, int(tested.sum())),
        "bias": middle - true,
        "spread": np.nanstd(estimate, ddof=1) if np.isfinite(estimate).sum() > 1 else np.nan,
        "width": (high - low)[given].mean() if given.any() else np.nan,
    }


def share_error(share: float, runs: int) -> float:
    """Monte Carlo standard error of a share."""
    return float(np.sqrt(share * (1 - share) / runs)) if runs else float("nan")


def spoken(table: pd.DataFrame) -> list[str]:
    """What the table says in words: what covers too little, what too much, how tests did."""
    lines = ["coverage of 95% intervals, least to most over the cells of a number of schools:"]
    grouped = table.dropna(subset=["coverage"]).groupby(
        ["method", "contrast", "schools"], sort=False
    )["coverage"]
    spans = grouped.agg(lambda c: f"{c.min():.3f} to {c.max():.3f}").unstack("schools")
    lines += spans.to_string().splitlines()
    main = table[table["headline"]]
    low, high = main[main["coverage"] < LEAST], main[main["coverage"] > MOST]
    lines.append(f"headline below {LEAST:.1%}: {len(low)} of {len(main)} rows")
    lines += where(low)
    lines.append(f"headline over {MOST:.0%} (wider than need be): {len(high)} of {len(main)} rows")
    lines += where(high)
    tests = table.groupby("method", sort=False)["false_positives"].agg(["min", "max"])
    lines.append("false positives of tests at the 5% level, least and most:")
    return [*lines, *tests.round(3).to_string().splitlines()]


def where(rows: pd.DataFrame) -> list[str]:
    """One line for each of the first rows, for a reader."""
    lines = [
        f"  {r.contrast}: {r.coverage:.3f} (Monte Carlo error {r.coverage_error:.3f}), "
        f"{r.schools} schools, ICC of level {r.icc_level:g}, variance of change "
        f"{r.var_change:g}, sizes {r.sizes}, dropout {r.dropout}"
        for r in rows.head(LINES).itertuples()
    ]
    return lines if len(rows) <= LINES else [*lines, f"  and {len(rows) - LINES} more in the table"]


if __name__ == "__main__":
    typed = [int(one) for one in sys.argv[1:]]
    main(typed[0] if typed else RUNS, typed[1:])
