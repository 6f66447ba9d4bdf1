"""Names of figures and tables that made-up pupils can fill; those of stories have their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resilience_lib.figures.names import BOTH, STORY_DESIGNS


def of_pupils(registry: Mapping[str, Any]) -> list[str]:
    """Registered names without those of coded stories (tests/unit/made_up_stories.py)."""
    return [n for n, spec in registry.items() if spec.fit.design not in {*STORY_DESIGNS, BOTH}]
