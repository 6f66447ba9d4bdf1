"""The tables of cases lie beside the tests that run them, and are imported by them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
