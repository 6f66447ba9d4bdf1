"""What several rooms' tests share."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

# made_up takes frames of estimation from the module beside it
sys.path.insert(0, str(Path(__file__).parent))


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    """Makers of small studies and of frames of stage 4 (tests/unit/made_up.py)."""
    return _load("made_up")


@pytest.fixture(scope="session")
def published() -> ModuleType:
    """Readers of published files (tests/unit/published.py)."""
    return _load("published")
