"""Write synthetic_answers.csv: made-up answers of 441 pupils in 11 schools at two waves.

    python tests/references/make_answers.py <target.csv>

Items a1 to a5 have five answers and share a factor; b1 to b4 have three; c1 and c2 are a pair.
Girls answer a3 higher than boys with the same factor (uniform), a4 depends on the factor less
for girls (non-uniform), and b2 rises at T2 by itself. One answer in forty is missing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

FIVE, THREE = (-1.3, -0.4, 0.4, 1.3), (-0.5, 0.8)


def synthetic_answers() -> pd.DataFrame:
    """One row for each pupil and wave, from one fixed seed."""
    rng = np.random.default_rng(31)
    code = np.repeat(np.arange(11), [40] * 10 + [41])
    girls = rng.random(441) < 0.46
    level = rng.normal(0, 0.35, (11, 3))
    trait = level[code] + rng.normal(0, 1, (441, 3))
    waves = []
    for t, wave in enumerate(("T1", "T2")):
        frame = {
            "pupil": [f"p{i:03d}" for i in range(441)],
            "wave": wave,
            "school": [f"s{i + 1:02d}" for i in code],
            "gender": np.where(girls, "girls", "boys"),
        }
        factor = trait + rng.normal(0, 0.4, (441, 3)) + 0.1 * t
        for name, column, loading, cuts in (
            ("a1", 0, 0.8, FIVE), ("a2", 0, 0.6, FIVE), ("a3", 0, 0.7, FIVE),
            ("a4", 0, 0.9, FIVE), ("a5", 0, 0.5, FIVE),
            ("b1", 1, 0.7, THREE), ("b2", 1, 0.6, THREE), ("b3", 1, 0.9, THREE),
            ("b4", 1, 0.5, THREE), ("c1", 2, 0.7, FIVE), ("c2", 2, 0.8, FIVE),
        ):  # fmt: skip
            pull = loading * np.where(girls, 0.3, 1.0) if name == "a4" else loading
            shift = 0.9 * girls if name == "a3" else 0.8 * t if name == "b2" else 0.0
            latent = pull * factor[:, column] + shift + rng.normal(0, 0.7, 441)
            answer = np.searchsorted(cuts, latent).astype(float)
            answer[rng.random(441) < 0.025] = np.nan
            frame[name] = answer
        waves.append(pd.DataFrame(frame))
    return pd.concat(waves, ignore_index=True)


if __name__ == "__main__":
    synthetic_answers().to_csv(Path(sys.argv[1]), index=False)
