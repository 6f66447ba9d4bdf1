"""Write synthetic_11_schools.csv: made-up pupils, 441 in 11 schools, three waves, dropout.

    python tests/references/make_synthetic_schools.py <target.csv>

Two outcomes: `wellbeing` (schools differ in level and in change) and `flat` (no
variance between schools at all, so that mixed models are singular).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd


def synthetic_schools() -> pd.DataFrame:
    """The analysis frame, from one fixed seed."""
    rng = np.random.default_rng(20210)
    sizes = [40] * 10 + [41]
    school = np.repeat([f"s{i:02d}" for i in range(1, 12)], sizes)
    code = np.repeat(np.arange(11), sizes)
    boys = rng.random(441) < 0.542
    level, pupil = rng.normal(0, 0.4, 11), rng.normal(0, 0.8, 441)
    rows = []
    for t, wave in enumerate(("T1", "T2", "T3")):
        change = rng.normal(0, 0.25, 11)
        score = 5 + level[code] + pupil + 0.2 * t * ~boys + change[code] * (t > 0)
        score = score + rng.normal(0, 0.7, 441)
        noise = rng.normal(0, 1, 441)
        for outcome, values in (("wellbeing", score), ("flat", noise + 0.5 * pupil)):
            values = values.round(3)
            if t:
                values[rng.random(441) < 0.05 + 0.08 * t + 0.05 * boys] = np.nan
            rows.append(
                pd.DataFrame(
                    {
                        "pupil": [f"p{i:03d}" for i in range(441)],
                        "school": school,
                        "school_attended": school,
                        "wave": wave,
                        "gender": np.where(boys, "boys", "girls"),
                        "outcome": outcome,
                        "score": values,
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)


if __name__ == "__main__":
    synthetic_schools().to_csv(Path(sys.argv[1]), index=False)
