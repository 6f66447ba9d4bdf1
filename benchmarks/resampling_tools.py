"""What benchmarks/resampling.py compares with (scipy, pingouin, dabest, R boot), and its figure."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DABEST = """
import sys, time
import dabest, numpy as np, pandas as pd
first, second = (np.loadtxt(path) for path in sys.argv[1:3])
frame = pd.DataFrame({"first": first, "second": second, "pupil": range(len(first))})
def run():
    ask = {"paired": "baseline", "id_col": "pupil", "resamples": int(sys.argv[3])}
    dabest.load(frame, idx=("first", "second"), **ask).hedges_g.results
taken = []
for _ in range(3 if len(first) < 1000 else 2):  # the first compiles
    began = time.perf_counter()
    run()
    taken.append(time.perf_counter() - began)
print(min(taken[1:]))
"""
BOOT = """
suppressMessages(library(boot))
given <- commandArgs(TRUE)
d <- scan(given[2], quiet = TRUE) - scan(given[1], quiet = TRUE)
g <- function(x, i) { y <- x[i]; n <- length(y); (1 - 3 / (4 * n - 5)) * mean(y) / sd(y) }
taken <- system.time({
  b <- boot(d, g, R = as.integer(given[3]), simple = TRUE)
  ci <- boot.ci(b, type = "bca", L = empinf(data = d, statistic = g, type = "jack", stype = "i"))
})
cat(taken[["elapsed"]])
"""


class NotRunError(Exception):
    """A tool that is not there, or that failed."""


def tools(
    first: Array, second: Array, draws: int, place: Path, dabest: str | None
) -> list[tuple[str, Callable[[], float | None], int]]:
    """Name, run and number of runs of each tool on these pairs; two time themselves."""
    difference = second - first
    files = [place / "first.txt", place / "second.txt"]
    few = len(first) < 1000

    def outside(command: list[str]) -> float:
        for path, values in zip(files, (first, second), strict=True):
            np.savetxt(path, values, fmt="%.17g")
        done = subprocess.run(
            [*command, *map(str, files), str(draws)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotRunError((done.stderr.strip().splitlines() or ["it failed"])[-1])
        return float(done.stdout.split()[-1])

    def run_dabest() -> float:
        if dabest is None:
            raise NotRunError("dabest is in no environment here (see --dabest)")
        return outside([dabest, "-c", DABEST])

    def run_boot() -> float:
        if shutil.which("Rscript") is None:
            raise NotRunError("no R here")
        script = place / "boot.R"
        script.write_text(BOOT, encoding="utf-8")
        return outside(["Rscript", str(script)])

    return [
        ("scipy, vectorised, BCa", functools.partial(_scipy, difference, draws), 5 if few else 2),
        ("pingouin, BCa", functools.partial(_pingouin, difference, draws), 3 if few else 1),
        ("dabest, BCa", run_dabest, 1),
        ("R boot, BCa", run_boot, 1),
    ]


def _g(values: Array, axis: int = -1) -> Any:
    n = values.shape[axis]
    return (1 - 3 / (4 * n - 5)) * values.mean(axis=axis) / values.std(axis=axis, ddof=1)


def _scipy(difference: Array, draws: int) -> None:
    from scipy import stats

    batch = max(1, 2**20 // len(difference))
    stats.bootstrap(
        (difference,), _g, n_resamples=draws, batch=batch, method="BCa", vectorized=True,
        rng=np.random.default_rng(1),
    )  # fmt: skip


def _pingouin(difference: Array, draws: int) -> None:
    import pingouin

    pingouin.compute_bootci(difference, func=_g, n_boot=draws, method="bca", seed=1, decimals=8)


def draw(rows: list[dict[str, object]], path: Path) -> None:
    """Ratios to the floor, a panel a case, on a logarithmic axis."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    cases = list(dict.fromkeys(str(row["case"]) for row in rows))
    figure, axes = plt.subplots(3, 2, figsize=(11, 9), layout="constrained", sharex=True)
    for case, ax in zip(cases, axes.ravel(), strict=True):
        here = [row for row in rows if row["case"] == case and "ratio_to_floor" in row][::-1]
        ratios = [float(str(row["ratio_to_floor"])) for row in here]
        names = [str(row["way"]) for row in here]
        colours = ["#c4622d" if name.startswith("resilience_lib") else "#5b6b7a" for name in names]
        ax.hlines(names, 1, ratios, color=colours, linewidth=1.5)
        ax.scatter(ratios, names, color=colours, zorder=3)
        for name, ratio in zip(names, ratios, strict=True):
            text = f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"
            ax.annotate(text, (max(ratio, 1), name), (7, 0), textcoords="offset points",
                        va="center", fontsize=8)  # fmt: skip
        ax.axvline(1, color="black", linewidth=0.8)
        ax.set(title=case, xscale="log", xlim=(0.03, 10_000))
        ax.spines[["top", "right"]].set_visible(False)
    figure.supxlabel("time over that of bare numpy: 10,000 draws, one thread", fontsize=10)
    figure.savefig(path, dpi=110, metadata={"Software": None})
