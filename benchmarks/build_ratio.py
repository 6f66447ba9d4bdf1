"""A build from nothing on two cores against the papermill command line, one notebook at a time.

Run by `make benchmark`. Both ways run all notebooks of all studies in a copy of the repository,
in turn and from nothing; raw files are there before. Prints both times of each pair and the
ratio of the medians, and writes benchmarks/results/build_ratio.csv.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import importlib.metadata
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from resilience_lib.paths import STAGES

REPOSITORY = Path(__file__).resolve().parent.parent
COPIED = ("resilience_lib", "notebooks", "studies", "requirements.lock", "data/raw")
VERSIONS = ("papermill", "ipykernel", "nbclient", "pandas", "numpy", "matplotlib")
TARGET = 3.0


def main() -> int:
    """Measure pairs, print and write them; 1 where the ratio is below the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=3, help="how many pairs to measure")
    pairs = parser.parse_args().pairs
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        tree = copy_repository(Path(folder) / "tree")
        environment = {**os.environ, "RESILIENCE_ROOT": str(tree), "PYTHONPATH": str(tree)}
        call(tree, environment, "-m", "resilience_lib", "fetch")
        studies = sorted(path.parent.name for path in tree.glob("studies/*/study.yml"))
        for pair in range(1, pairs + 1):
            line = time_command_line(tree, environment, studies)
            build = time_build(tree, environment)
            print(f"pair {pair}: papermill {line:.1f} s, build {build:.1f} s, {line / build:.2f}")
            rows.append((pair, line, build))
    ratio = statistics.median(r[1] for r in rows) / statistics.median(r[2] for r in rows)
    print(f"ratio of the medians: {ratio:.2f} (target: at least {TARGET:g})")
    write(rows, ratio)
    return 0 if ratio >= TARGET else 1


def copy_repository(tree: Path) -> Path:
    """Copy what a build reads, so that the checkout's own results stay."""
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in COPIED:
        source, target = REPOSITORY / name, tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=ignored)
        else:
            shutil.copy(source, target)
    return tree


def time_command_line(tree: Path, environment: dict[str, str], studies: list[str]) -> float:
    """Seconds for all notebooks through `papermill`, one after the other."""
    call(tree, environment, "-m", "resilience_lib", "clean")
    # each stage's notebook asks for its earlier stages; here they have just been run
    environment = {**environment, "RESILIENCE_BUILDING": "1"}
    out = tree / "data" / "processed" / "executed"
    out.mkdir(parents=True)
    began = time.perf_counter()
    for study in studies:
        for stage in STAGES:
            target = out / f"{study}-{stage}.ipynb"
            source = tree / "notebooks" / f"{stage}.ipynb"
            arguments = ("-p", "study", study, "--no-progress-bar")
            call(tree, environment, "-m", "papermill", str(source), str(target), *arguments)
    seconds = time.perf_counter() - began
    shutil.rmtree(out)
    return seconds


def time_build(tree: Path, environment: dict[str, str]) -> float:
    """Seconds for the same through the build, from nothing (its pages are on top)."""
    call(tree, environment, "-m", "resilience_lib", "clean")
    began = time.perf_counter()
    call(tree, environment, "-m", "resilience_lib", "paper-figures")
    return time.perf_counter() - began


def call(tree: Path, environment: dict[str, str], *arguments: str) -> None:
    """Run Python in the copy; its output is shown only where it fails."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr[-2000:]}")


def write(rows: list[tuple[int, float, float]], ratio: float) -> None:
    """benchmarks/results/build_ratio.csv, with what was measured on what and when."""
    place = REPOSITORY / "benchmarks" / "results" / "build_ratio.csv"
    place.parent.mkdir(exist_ok=True)
    versions = [f"{name} {importlib.metadata.version(name)}" for name in VERSIONS]
    about = "; ".join([f"Python {platform.python_version()}", *versions])
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    with place.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(["pair", "papermill_s", "build_s", "ratio", "cores", "date", "versions"])
        for pair, line, build in rows:
            cells = [pair, f"{line:.2f}", f"{build:.2f}", f"{line / build:.2f}"]
            out.writerow([*cells, cores, today, about])
        out.writerow(["medians", "", "", f"{ratio:.2f}", cores, today, about])


if __name__ == "__main__":
    sys.exit(main())
