"""Trees of toy studies: built once, then copied for each test that changes something."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

# tests are imported by file, so what they share has to be found
sys.path.insert(0, str(Path(__file__).parent))

import toy_tree


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = toy_tree.make_tree(tmp_path_factory.mktemp("toy") / "tree")
    expected = [f"{s} {stage}" for s in toy_tree.STUDIES for stage in toy_tree.ALL]
    assert toy_tree.build(tree) == sorted(expected)
    return tree


@pytest.fixture
def tree(built_once: Path, tmp_path: Path) -> Path:
    """A built tree of one's own (file times are copied too)."""
    return Path(shutil.copytree(built_once, tmp_path / "tree"))


@pytest.fixture
def new_tree(tmp_path: Path) -> Path:
    """A tree in which nothing is built."""
    return toy_tree.make_tree(tmp_path / "tree")
