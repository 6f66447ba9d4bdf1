"""What the tests of coded stories share: the one invented story, and copies to spoil."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

STORIES = Path(__file__).resolve().parents[3] / "data" / "stories"


@pytest.fixture
def one_story() -> Path:
    """Folder of the one invented story in every format."""
    return STORIES / "one_story"


@pytest.fixture
def stories() -> Path:
    """Folder of all exports made for these tests."""
    return STORIES


@pytest.fixture
def spoiled(tmp_path: Path) -> Callable[..., Path]:
    """A copy of a database in which statements were run."""

    def make(database: Path, *statements: str) -> Path:
        copy = tmp_path / database.name
        shutil.copyfile(database, copy)
        connection = sqlite3.connect(copy)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return copy

    return make
