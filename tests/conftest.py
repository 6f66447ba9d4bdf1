"""Shared by all tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Builds of whole studies first: begun last, one of two workers would wait for them."""
    items.sort(key=lambda item: item.get_closest_marker("build") is None)


@pytest.fixture
def repository() -> Path:
    """The checkout."""
    return REPOSITORY


@pytest.fixture
def empty_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository of its own, in which a test may write what it likes."""
    monkeypatch.setenv("RESILIENCE_ROOT", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real files of other tools, kept beside the main checkout and never committed."""
    common = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    for checkout in (REPOSITORY, Path(common).parent):
        folder = checkout.parent / "shared" / "data-candidates"
        if folder.is_dir():
            return folder
    raise pytest.skip.Exception("the real samples are not beside this checkout")
