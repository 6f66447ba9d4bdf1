"""A new study runs at once, says everywhere that its pupils are invented, and has no numbers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
REPOSITORY = Path(__file__).resolve().parent.parent.parent
FIGURES = (
    "participation_flow",
    "wave_means",
    "change_forest",
    "change_distribution",
    "school_change",
    "missingness",
    "marginal_means",
    "responses",
    "item_responses",
    "paired_estimation",
    "sensitivity_strip",
    "person_change",
)
TABLES = (
    "sample",
    "descriptives",
    "tests",
    "effect_sizes",
    "attrition",
    "cleaning",
    "links",
    "items",
    "reliability",
    "functioning",
    "sensitivity",
    "persons",
)
pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A root with one new study, built with the two commands of the README."""
    root = tmp_path_factory.mktemp("started")
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks")
    shutil.copy2(REPOSITORY / "requirements.lock", root)
    for words in (("new-study", "hope"), ("paper-figures", "--study", "hope")):
        done = run(root, *words)
        assert done.returncode == 0, done.stderr
    assert "Built 6 of 6 stages" in done.stdout
    return root


def test_every_figure_and_its_caption_say_synthetic(started: Path) -> None:
    folder = started / "figures" / "hope"
    assert {path.stem for path in folder.glob("*.svg")} == set(FIGURES)
    for name in FIGURES:
        assert "SYNTHETIC" in (folder / f"{name}.svg").read_text(encoding="utf-8")
        assert "ynthetic" in (folder / f"{name}.txt").read_text(encoding="utf-8")
        assert set(pd.read_csv(folder / f"{name}.csv")["data"]) == {"synthetic"}


def test_every_table_and_page_says_synthetic(started: Path) -> None:
    reports = started / "reports" / "hope"
    for name in TABLES:
        assert "ynthetic" in (reports / "tables" / f"{name}.html").read_text(encoding="utf-8")
    for name in ("index", "5_figures", "6_report"):
        page = (reports / f"{name}.html").read_text(encoding="utf-8")
        assert re.search("SYNTHETIC|[Ss]ynthetic", page), name
    assert "SYNTHETIC DATA" in (reports / "index.html").read_text(encoding="utf-8")


def test_verify_says_that_there_are_no_numbers_yet(started: Path, run: Run) -> None:
    done = run(started, "verify", "--study", "hope")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no numbers: write studies/hope/numbers.csv to have any checked" in done.stdout


def test_the_second_build_has_nothing_to_do_and_loads_nothing_for_it(started: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "resilience_lib", "paper-figures"],
        cwd=started,
        env={**os.environ, "RESILIENCE_ROOT": str(started)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("Nothing to do: 6 stages are up to date")
    loaded = set(re.findall(r"\| +([\w.]+)$", done.stderr, flags=re.MULTILINE))
    assert "resilience_lib.build.driver" in loaded
    assert not loaded & {"pandas", "numpy", "matplotlib", "pydantic", "ruamel.yaml", "papermill"}


def test_a_wrong_name_of_a_figure_stops_the_build_before_a_notebook_runs(
    started: Path, run: Run
) -> None:
    path = started / "studies" / "hope" / "study.yml"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace("wave_means", "wave_mean"), encoding="utf-8")
    try:
        done = run(started, "paper-figures")
    finally:
        path.write_text(right, encoding="utf-8")
    assert done.returncode == 1
    # no line of progress: nothing has run
    assert done.stderr.startswith("studies/hope/study.yml, line ")
    assert "figures: 'wave_mean': there is no such name among the figures. " in done.stderr
    assert len(done.stderr.splitlines()) == 1
