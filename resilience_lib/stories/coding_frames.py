"""Coding frames as versioned data: cycles of value creation, moves of the Resilience Framework."""

from __future__ import annotations

import csv
from importlib import resources

import pandas as pd

FRAME_COLUMNS: tuple[str, ...] = ("code", "label", "parent", "position", "certainty", "source")
CYCLES: tuple[str, ...] = ("value_creation_2011", "value_creation_2020")
"""Frames whose codes are cycles: only in these has a story an order of cycles."""
REACH: tuple[str, ...] = ("immediate", "potential", "applied", "realised")
"""The cycles along which a story's reach is told; the others are no steps further."""
OWN = "own"
INDICATORS = "indicators"


def load_frame(name: str) -> pd.DataFrame:
    """One coding frame.

    Parameters
    ----------
    name : str
        Such as value_creation_2020.

    Returns
    -------
    DataFrame
        `FRAME_COLUMNS` in the frame's own order: `parent` is "" at the top level, `position`
        counts from 1, `certainty` says whether the wording was read in a public source
        ("verified") or recalled.

    Raises
    ------
    FileNotFoundError
        There is no such frame; the study file's schema lists those there are.

    Examples
    --------
    >>> load_frame("value_creation_2011")["code"].tolist()
    ['immediate', 'potential', 'applied', 'realised', 'reframing']
    """
    folder = resources.files("resilience_lib.stories") / "frames"
    text = (folder / f"{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    frame = pd.DataFrame(rows, columns=list(FRAME_COLUMNS)).astype("str")
    return frame.assign(position=frame["position"].astype("int64"))
