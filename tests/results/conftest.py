"""Built studies for the tests of results: the checkout itself, and copies to spoil."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


def run_in(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A verb on `root`, with the library that lies there."""
    return subprocess.run(
        [sys.executable, "-m", "resilience_lib", *words],
        cwd=root,
        env=environment(root),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs a verb in a root: run(root, "verify", "--study", name)."""
    return run_in


@pytest.fixture(scope="session")
def built() -> Path:
    """The checkout with all studies built; returns at once where they are."""
    done = run_in(REPOSITORY, "paper-figures")
    assert done.returncode == 0, done.stderr
    return REPOSITORY


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A copy of the checkout with Bounce Forward built, for a test to spoil."""
    target = tmp_path / "copy"
    for part in ("resilience_lib", "notebooks", "studies", "data", "figures", "reports"):
        shutil.copytree(built / part, target / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy2(built / name, target / name)
    # what a test changes is held against the state of this moment, not of the last acceptance
    script = "from resilience_lib.numbers.lock import write_lock; write_lock('bounce_forward')"
    subprocess.run([sys.executable, "-c", script], cwd=target, env=environment(target), check=True)
    return target


def environment(root: Path) -> dict[str, str]:
    """For a process that works on `root` with the library that lies there, else this one's."""
    library = root if (root / "resilience_lib").is_dir() else REPOSITORY
    return {**os.environ, "RESILIENCE_ROOT": str(root), "PYTHONPATH": str(library)}
