"""nbval: notebooks run at their defaults, and two runs agree to the letter.

Lax on the committed notebooks shows that each runs in a kernel of its own, as JupyterLab runs it.
Strict on freshly executed copies compares every output (nbval itself leaves pictures out; those
are compared as files) with a second run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent
THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "RAYON")}
PARTS = ("notebooks", "studies", "data", "figures", "reports")
pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built copy, since notebooks write."""
    done = subprocess.run(
        [sys.executable, "-m", "resilience_lib", "paper-figures"],
        cwd=REPOSITORY,
        env={**os.environ, "RESILIENCE_ROOT": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    copy = tmp_path_factory.mktemp("nbval")
    for part in PARTS:
        shutil.copytree(REPOSITORY / part, copy / part)
    shutil.copy2(REPOSITORY / "requirements.lock", copy)
    return copy


def nbval(root: Path, how: str, notebooks: list[Path]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", how, "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
         "--rootdir", str(root), "-c", os.devnull, *map(str, notebooks)],
        cwd=root,
        # as many threads as a build gives its kernels: sums in another order differ in last digits
        env={**os.environ, "RESILIENCE_ROOT": str(root), **THREADS},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout.splitlines()[-1]


def test_every_notebook_runs_at_its_defaults(root: Path) -> None:
    notebooks = sorted((root / "notebooks").rglob("*.ipynb"))
    assert len(notebooks) == 9
    assert "passed" in nbval(root, "--nbval-lax", notebooks)


@pytest.mark.parametrize(
    ("study", "stages"),
    [
        ("bounce_forward", 8),
        ("junior_school_project", 6),
        ("project_star", 6),
        ("wheelchair_curling", 4),
    ],
)
def test_two_runs_agree_to_the_letter(root: Path, study: str, stages: int) -> None:
    executed = [
        *(root / "data" / "processed" / study / "notebooks").glob("*.ipynb"),
        *(root / "reports" / study / "notebooks").glob("*.ipynb"),
    ]
    notebooks = sorted(executed, key=lambda path: path.name)
    assert len(notebooks) == stages
    assert "passed" in nbval(root, "--nbval", notebooks)
