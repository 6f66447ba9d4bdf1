"""The makers of records, for every test of this room."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """Makers of small frames (made_rows.py)."""
    path = Path(__file__).parent / "made_rows.py"
    spec = importlib.util.spec_from_file_location("made_rows", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
