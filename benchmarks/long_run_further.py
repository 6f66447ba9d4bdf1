"""How often the intervals of everything beside the headline hold the truth; and the headline's
two variances crossed at 11 schools.

    OPENBLAS_NUM_THREADS=1 RAYON_NUM_THREADS=1 python benchmarks/long_run_further.py [share family]

`share` of the runs (1 where left out); a family's rows are replaced alone, without crossing the
variances. Designs and truths are those of long_run_families.py. Writes benchmarks/results/
long_run_further.csv, a row for each design, estimand and interval, long_run_crossed.csv, and two
figures, long_run_effects and long_run_measures.
"""

from __future__ import annotations

import itertools
import sys
import time
import warnings
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
from long_run import row_of, share_error
from long_run_data import DROPOUT, SCHOOLS, SIZES, Cell, draw
from long_run_families import FAMILIES
from long_run_further_figure import draw_further
from long_run_methods import HEADLINE, METHODS
from long_run_study import draw_study

from resilience_lib.paths import relative, root
from resilience_lib.progress import Progress

ICCS = (0.0, 0.1, 0.2)
CROSSED = ((0.0, 0.05, 0.1, 0.2), (0.0, 0.01, 0.02, 0.05))
CROSSED_RUNS = 4000
ONES = ("rate_ratio", "rate_ratio_poisson", "rate_ratio_negbin", "change_odds_ratio", "risk_ratio",
        "odds_ratio")  # fmt: skip
HALVES = ("prob_superiority", "cles_normal", "u3_normal", "u3_median")
SIDES = ("improved", "unchanged", "deteriorated")
RULES = ("", "_important", "_in_steps")
UNTESTED = ("icc_level", "icc_change", "tau2", "i2", "mean", "marginal_mean", "proportion",
            "share_lost", "expected_regression", "next_site", "school_change",
            "school_change_shrunk", "alpha", "omega_total", "omega_ordinal", "omega_categorical",
            "spearman_brown", "code_prevalence",
            *(f"share_{side}{rule}" for rule in RULES for side in SIDES))  # fmt: skip
NULLS = dict.fromkeys(ONES, 1.0) | dict.fromkeys(HALVES, 0.5) | dict.fromkeys(UNTESTED, np.nan)
"""What a test asks about; 0 for all others, nothing for shares, means and variances."""
ENDS = ("estimate", "conf_low", "conf_high", "p_value")
Design = tuple[str, int, float, str, str, float]


def designs(chosen: str) -> list[Design]:
    """Family, schools, ICC, sizes, dropout and effect; dropout where there are two waves."""
    found = []
    for name, family in FAMILIES.items():
        if chosen not in ("", name):
            continue
        lost = DROPOUT if family.two_waves else ("none",)
        crossed = itertools.product(SCHOOLS, ICCS, SIZES, lost, family.effects)
        found += [(name, *rest) for rest in crossed]
    return found


def one_design(task: tuple[Design, float]) -> list[dict[str, object]]:
    """All runs of one design."""
    (name, schools, icc, sizes, dropout, effect), share = task
    family = FAMILIES[name]
    found: dict[tuple[str, str], list[tuple[float, ...]]] = defaultdict(list)
    for number in range(max(int(family.runs * share), 2)):
        study = draw_study(schools, icc, sizes, dropout, effect, name, number)
        with warnings.catch_warnings():
            # counts that are not overdispersed leave the negative binomial at its edge
            warnings.simplefilter("ignore", RuntimeWarning)
            for estimand, truth, row in family.run(study):
                given = [value_of(row.get(key)) for key in ENDS]
                found[estimand, kind_of(str(row.get("interval", "")))].append((truth, *given))
    design = {"family": name, "schools": schools, "icc": icc, "sizes": sizes}
    design |= {"dropout": dropout, "effect": effect}
    return [
        {**design, "estimand": estimand, "interval": kind, **counted(estimand, np.array(runs))}
        for (estimand, kind), runs in found.items()
    ]


def value_of(value: object) -> float:
    """A number of a row; missing where nothing was given."""
    return float("nan") if value is None else float(str(value))


def kind_of(interval: str) -> str:
    """Whether an interval takes pupils as independent, as its own words say."""
    if "Hedges" in interval:
        return "Hedges 2007"
    own = ("pupils independent", "events independent", "rows independent", "stories independent",
           "noncentral")  # fmt: skip
    return "pupils independent" if any(word in interval for word in own) else "respects schools"


def counted(estimand: str, runs: np.ndarray) -> dict[str, object]:
    """Coverage of the intervals that were given, and rejections where the truth is no effect."""
    truth, estimate, low, high, p_value = runs.T
    given = np.isfinite(low) & np.isfinite(high)
    held = ((low <= truth) & (truth <= high))[given]
    null = NULLS.get(estimand, 0.0)
    # some tests have no interval beside them
    tested = given if given.any() else np.isfinite(p_value)
    rejects = np.where(np.isfinite(p_value), p_value < 0.05, (low > null) | (high < null))
    false = rejects[tested].mean() if (truth == null).all() and tested.any() else np.nan
    coverage = held.mean() if len(held) else np.nan
    return {
        "truth": truth.mean(),
        "runs": len(runs),
        "missing": int((~tested).sum()),
        "coverage": coverage,
        "coverage_error": share_error(coverage, len(held)),
        "false_positives": false,
        "bias": np.nanmean(estimate - truth) if np.isfinite(estimate).any() else np.nan,
    }


def crossed_cell(cell: Cell) -> list[dict[str, object]]:
    """The headline of one pair of variances, 4,000 times."""
    found: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for number in range(CROSSED_RUNS):
        for contrast, answer in METHODS[HEADLINE].run(draw(cell, number), number).items():
            found[contrast].append(tuple(answer))
    return [row_of(cell, HEADLINE, name, np.array(answers)) for name, answers in found.items()]


def main(share: float, chosen: str) -> None:
    """Run both, write the tables, and say what falls short."""
    began, folder = time.monotonic(), root() / "benchmarks" / "results"
    tasks = [(design, share) for design in designs(chosen)]
    cells = [Cell(11, icc, var, "unequal", "by first score")
             for icc, var in itertools.product(*CROSSED)]  # fmt: skip
    progress = Progress(len(tasks) + (0 if chosen else len(cells)))
    tables: dict[str, list[dict[str, object]]] = {"long_run_further": [], "long_run_crossed": []}
    with ProcessPoolExecutor(2) as pool:
        jobs = [("long_run_crossed", f"crossed {c.icc_level} {c.var_change}",
                 pool.submit(crossed_cell, c))
                for c in cells if share >= 1 and not chosen]  # fmt: skip
        jobs += [("long_run_further", f"{t[0][0]}, {t[0][1]} schools", pool.submit(one_design, t))
                 for t in tasks]  # fmt: skip
        for table, said, job in jobs:
            tables[table] += job.result()
            progress.done(said)
    for name, rows in tables.items():
        if rows:
            path = folder / f"{name}.csv"
            table = pd.DataFrame(rows)
            if chosen:
                kept = pd.read_csv(path)
                table = pd.concat([kept[kept["family"] != chosen], table])
            table.to_csv(path, index=False, lineterminator="\n", float_format="%.5g")
            print(f"wrote {relative(path)}")
    whole = pd.read_csv(folder / "long_run_further.csv")
    for figure in dict.fromkeys(family.figure for family in FAMILIES.values()):
        shown = [name for name, family in FAMILIES.items() if family.figure == figure]
        draw_further(whole, folder, figure, shown)
    print(*spoken(whole), sep="\n")
    print(f"{time.monotonic() - began:.0f} s")


def spoken(table: pd.DataFrame) -> list[str]:
    """Coverage and false positives, least to most, by estimand, interval and number of schools."""
    keys = ["family", "estimand", "interval", "schools"]
    lines = []
    for column in ("coverage", "false_positives"):
        spans = table.dropna(subset=[column]).groupby(keys, sort=False)[column]
        told = spans.agg(lambda c: f"{c.min():.3f} to {c.max():.3f}").unstack("schools")
        lines += [f"{column.replace('_', ' ')}, least to most:", *told.to_string().splitlines()]
    return lines


if __name__ == "__main__":
    typed = [*sys.argv[1:], "1", ""]
    main(float(typed[0]), typed[1] if len(sys.argv) > 2 else "")
