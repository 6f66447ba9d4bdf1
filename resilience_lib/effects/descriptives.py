"""Means and standard deviations by wave, gender and arm; means with CR2 intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from resilience_lib.effects.arrays import spread
from resilience_lib.effects.subgroups import ALL, complete_scores, estimate_row, no_data
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import contrast_cr2, fit_cr2


def estimate_descriptives(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    gender: Sequence[str] = (),
    arms: Sequence[str] = (),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Mean and SD at each wave, for all and each gender, in all arms and each arm.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    waves, gender, arms : sequence of str
        `gender` and `arms` may be empty.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame: `mean` with its CR2 interval by school, `sd` (n - 1) without
        one. Subgroups "all", "girls", ..., and with arms "all, small", "girls, small".

    Notes
    -----
    The cell mean of a cell-means regression with CR2 by school; since the adjustment
    matrices are block-diagonal by cell, each cell is fitted by itself. "all" counts
    pupils without a gender as well.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("1234"), "school": list("aabb"), "wave": "T1",
    ...                       "outcome": "x", "score": [1.0, 2.0, 3.0, 6.0]})
    >>> got = estimate_descriptives(frame, waves=("T1",))
    >>> got["estimand"].tolist(), [round(float(x), 3) for x in got["estimate"]]
    (['mean', 'sd'], [3.0, 2.16])
    """
    data = complete_scores(analysis, waves, ())
    rows = []
    for wave in waves:
        now = data[data["wave"] == wave]
        for arm in (None, *arms):
            in_arm = now if arm is None else now[now["arm"] == arm]
            for level in (ALL, *gender):
                cell = in_arm if level == ALL else in_arm[in_arm["gender"] == level]
                answer = no_data(f"no scores at {wave}")
                if len(cell):
                    fit = fit_cr2(cell["score"], np.ones((len(cell), 1)), cell["school"])
                    answer = contrast_cr2(fit, [1.0], conf_level)
                labels = {
                    "contrast": wave,
                    "subgroup": level if arm is None else f"{level}, {arm}",
                    "n": len(cell),
                    "n_clusters": cell["school"].nunique(),
                }
                # a test of the mean against zero answers nothing
                row = estimate_row(answer, conf_level, method="cell mean, CR2 by school", **labels)
                rows.append(row | {"estimand": "mean", "p_value": None})
                rows.append(
                    labels
                    | {
                        "estimand": "sd",
                        "estimate": spread(cell["score"].to_numpy(dtype=float)),
                        "method": "standard deviation of pupils, n - 1",
                        "reason": "" if len(cell) > 1 else "fewer than two pupils",
                    }
                )
    return estimate_frame(rows)
