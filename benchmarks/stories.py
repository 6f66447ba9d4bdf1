"""Time and memory of 100,000 coded segments of 10,000 stories, from export to joint display.

    python benchmarks/stories.py [--scales 1 3 10] [--repeats 2]

Makes an invented study (`benchmarks/stories_data.py`) in a temporary folder at each scale: 10,000
segments of 1,000 stories and 10,000 pupils, then 3 and 10 times as many of all, a tenth of the
stories coded by two. Each stage runs in a process of its own, which loads what the stages before
made, and says the seconds and processor seconds of the stage alone and the most memory that the
process ever held, with its imports and all that it loaded. `growth` is how many times more
processor seconds a stage takes than at the scale before, over how many times more it is given (the
number of schools grows with the pupils), and `growth_mb` the same of memory; 1 or less says that
cost grows no faster than the input. The floor is the least that any program does with such a file:
pandas reads one export and counts sources by code (read_csv and one groupby nunique), with no check
and no report; `floors` is how many floors a stage takes. "all" adds the stages from read to
figures; reading the first coder's export as a Taguette project stands beside. Writes
benchmarks/results/stories.csv.
"""

from __future__ import annotations

import argparse
import csv
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pandas as pd
from stories_data import IN_A_STORY, NAME, study_of, write_study

from resilience_lib.disclosure.gates import Published, clear
from resilience_lib.figures.registry import FIGURES, make_figure
from resilience_lib.mixed.asked import place_schools
from resilience_lib.mixed.coded import compare_coders
from resilience_lib.mixed.counts import count_stories
from resilience_lib.mixed.declared import read_together
from resilience_lib.mixed.read import FROM_STORIES, read_strands
from resilience_lib.readers.stories.registry import read_coded
from resilience_lib.store.decisions import read_decisions
from resilience_lib.store.stages import Stage
from resilience_lib.stories.make import make_stories

RESULTS = Path(__file__).resolve().parent / "results" / "stories.csv"
BASE = 1_000
"""Stories at scale 1; ten times as many segments and pupils."""
FIGURES_DRAWN = ("joint_display", "cycle_matrix", "value_flow")
WRITTEN = ("sources", "code_map", "consensus", "quotes", "indicators", "triads")
Todo = Callable[[], Any]


def held(folder: Path, name: str) -> Any:
    """What an earlier stage made."""
    with (folder / f"{name}.pkl").open("rb") as file:
        return pickle.load(file)


def floor(folder: Path) -> Todo:
    """The peer: pandas alone."""
    return lambda: pd.read_csv(folder / "a.csv").groupby("code")["source"].nunique()


def read(folder: Path) -> Todo:
    """Both exports, the register, and what people decided."""

    def todo() -> Any:
        exports = {f"{c}.csv": read_coded(folder / f"{c}.csv", "segments", coder=c) for c in "ab"}
        return exports, {kind: read_decisions(folder / f"{kind}.csv", kind) for kind in WRITTEN}

    return todo


def read_taguette(folder: Path) -> Todo:
    """The first coder's export once more, as a Taguette project."""
    return lambda: len(read_coded(folder / "a.sqlite3", "taguette", coder="a").segments)


def make(folder: Path) -> Todo:
    """The Story frame."""
    study, (exports, written) = held(folder, "study"), held(folder, "read")
    return lambda: make_stories(study, exports, written)


def join(folder: Path) -> Todo:
    """Stories joined with pupils, their classes and schools."""
    study, told = held(folder, "study"), held(folder, "make")
    tables = {name: getattr(told, name) for name in FROM_STORIES}
    tables["analysis"] = held(folder, "pupils")
    tables |= {name: held(folder, name) for name in ("estimates", "school_changes")}

    class Kept:
        def read(self, stage: str, name: str) -> pd.DataFrame:
            return cast("pd.DataFrame", tables[name])

    return lambda: read_strands(study, cast("Stage", Kept()))


def counts(folder: Path) -> Todo:
    """All counts of codes, groups, flows and pairs."""
    study, strands = held(folder, "study"), held(folder, "join")
    return lambda: count_stories(study, strands)


def coders(folder: Path) -> Todo:
    """Agreement, confusion, and what to talk about."""
    study, strands = held(folder, "study"), held(folder, "join")
    return lambda: compare_coders(study, strands)


def display(folder: Path) -> Todo:
    """The joint display, threads, convergence, and schools with their stories."""
    study, strands = held(folder, "study"), held(folder, "join")
    made = held(folder, "counts"), held(folder, "coders")
    return lambda: (read_together(study, strands, *made), place_schools(study, strands))


def frames_of(folder: Path) -> dict[str, pd.DataFrame]:
    """Frames of stage 4_mix by name, as its notebook writes them."""
    strands, count, code = (held(folder, name) for name in ("join", "counts", "coders"))
    together, schools = held(folder, "display")
    return {
        "join_stories": strands.joins, "asked_roles": strands.roles,
        "coverage": count.coverage, "reach": count.reach,
        "flows": count.flows, "value_matrix": count.matrix, "assigned": count.assigned,
        "cooccurrence": count.together, "triads": count.triads, "thread": together.thread,
        "agreement": code.agreement, "confusion": code.confusion, "quotes": together.quotes,
        "displays": together.display, "convergence": together.convergence,
        "collection": together.collection, "checklist": together.checklist,
        "school_stories": schools,
    }  # fmt: skip


def gates(folder: Path) -> Todo:
    """Every frame through its gate."""
    study, frames = held(folder, "study"), frames_of(folder)
    return lambda: {name: len(clear(name, frame, study).frame) for name, frame in frames.items()}


def figures(folder: Path) -> Todo:
    """Figures drawn and saved, from frames that are cleared already."""
    published = Published(frames_of(folder).__getitem__, held(folder, "study"))
    for name in FIGURES_DRAWN:
        for frame in FIGURES[name].reads:
            published[frame]
    return lambda: [make_figure(name, published, folder) is None for name in FIGURES_DRAWN]


STAGES: dict[str, Callable[[Path], Todo]] = {
    "floor": floor,
    "read taguette": read_taguette,
    "read": read,
    "make": make,
    "join": join,
    "counts": counts,
    "coders": coders,
    "display": display,
    "gates": gates,
    "figures": figures,
}
IN_ALL = tuple(STAGES)[2:]


def measure(stage: str, folder: Path) -> None:
    """Run one stage, keep what it made, and print seconds, processor seconds and megabytes."""
    todo = STAGES[stage](folder)
    began, worked = time.perf_counter(), time.process_time()
    made = todo()
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts kilobytes
    with (folder / f"{stage}.pkl").open("wb") as file:
        pickle.dump(made, file)
    print(seconds, processor, peak)


def run(scale: int, repeats: int) -> dict[str, list[float]]:
    """Each stage's seconds, processor seconds and megabytes at one scale, of its fastest run."""
    found = {}
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "studies" / NAME
        folder.mkdir(parents=True)
        write_study(folder, BASE * scale, BASE * scale * 10)
        with (folder / "study.pkl").open("wb") as file:
            pickle.dump(study_of(BASE * scale), file)
        there = os.environ | {"RESILIENCE_ROOT": root}
        for stage in STAGES:
            command = [sys.executable, __file__, "--stage", stage, str(folder)]
            runs = []
            for _ in range(repeats):
                done = subprocess.run(command, capture_output=True, text=True, env=there)
                if done.returncode:
                    raise SystemExit(f"{stage} at scale {scale}:\n{done.stderr}")
                runs.append([float(word) for word in done.stdout.split()])
            found[stage] = min(runs, key=lambda one: one[1])
    for name, parts in (("read and counts", ("read", "counts")), ("all", IN_ALL)):
        several = [found[stage] for stage in parts]
        seconds, processor = (sum(one[at] for one in several) for at in (0, 1))
        found[name] = [seconds, processor, max(one[2] for one in several)]
    return found


def main(scales: list[int], repeats: int) -> None:
    """Measure, print and write."""
    names = ["stage", "segments", "stories", "pupils", "seconds", "processor_seconds", "peak_mb",
             "growth", "growth_mb", "floors"]  # fmt: skip
    lines: list[list[object]] = [[*names]]
    print(*names, sep="\t")
    before: dict[str, list[float]] = {}
    for at, scale in enumerate(scales):
        found = run(scale, repeats)
        for stage, (seconds, processor, peak) in found.items():
            growth = ["", ""]
            if before:
                more = scale / scales[at - 1]
                growth = [f"{found[stage][k] / before[stage][k] / more:.2f}" for k in (1, 2)]
            sizes = [BASE * scale * IN_A_STORY, BASE * scale, BASE * scale * 10]
            floors = processor / found["floor"][1]
            measured = [f"{seconds:.2f}", f"{processor:.2f}", f"{peak:.0f}"]
            lines.append([stage, *sizes, *measured, *growth, f"{floors:.1f}"])
            print(*lines[-1], sep="\t", flush=True)
        before = found
    with RESULTS.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 3, 10])
    parser.add_argument("--repeats", type=int, default=2, help="how often each stage is run")
    parser.add_argument("--stage", nargs=2, help="for the processes that this one starts")
    asked = parser.parse_args()
    if asked.stage:
        measure(asked.stage[0], Path(asked.stage[1]))
    else:
        main(asked.scales, asked.repeats)
