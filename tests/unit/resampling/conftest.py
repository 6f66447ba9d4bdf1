"""Data and R's answers, from tests/references."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "references"))

from reference_fixtures import agree, reference, star, synthetic

__all__ = ["agree", "reference", "star", "synthetic"]
