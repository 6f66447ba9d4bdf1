"""The gender gap at each wave, in points and in SDs of that wave; CR2 by school."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from resilience_lib.effects.arrays import spread
from resilience_lib.effects.names import GAP_METHOD
from resilience_lib.effects.subgroups import (
    complete_scores,
    difference_label,
    estimate_row,
    gender_note,
    no_data,
    scaled,
)
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import Contrast, contrast_cr2, fit_cr2


def estimate_gaps(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    gender: Sequence[str],
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`gender_gap` and `gender_gap_standardised` at each wave by itself.

    For scores that are not on one scale at all waves: nothing of one wave enters another.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    waves : sequence of str
    gender : sequence of str
        Two levels, the gap being first - second; empty for none, which gives no rows.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame, contrast the wave; points of that wave's test, and SDs of that wave.

    Raises
    ------
    ModelInputError
        Two scores of a pupil at a wave, an infinite score, several outcomes.

    Notes
    -----
    score ~ 1 + (gender is the first) at one wave; CR2 and Satterthwaite df by school
    (Pustejovsky & Tipton 2018). gender_gap_standardised = gap / SD, SD that of all pupils with
    a score at the wave (n - 1), those without a gender among them, taken as known; without a
    small-sample correction. It places the genders inside a wave (a total SD and no pooled one:
    the denominator is not moved by the gap itself), and says nothing of points gained between
    waves.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, "T1", s + 2.0 * (i % 2) + i // 2, "x", ("boys", "girls")[i % 2])
    ...         for s in range(5) for i in range(4)]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome",
    ...                                     "gender"])
    >>> got = estimate_gaps(frame, waves=("T1",), gender=("girls", "boys"))
    >>> got["estimand"].tolist(), [round(float(x), 3) for x in got["estimate"]]
    (['gender_gap', 'gender_gap_standardised'], [2.0, 1.081])
    """
    if not gender:
        return estimate_frame([])
    everyone = complete_scores(analysis, waves, ())
    rows = []
    for wave in waves:
        scores = everyone.loc[everyone["wave"] == wave, "score"]
        now = complete_scores(analysis, (wave,), gender)
        gap = _gap(now, wave, gender, conf_level)
        sd = spread(scores.to_numpy(dtype=float))
        labels = {
            "contrast": wave,
            "subgroup": difference_label(gender),
            "n": len(now),
            "n_clusters": now["school"].nunique(),
        }
        method = GAP_METHOD + gender_note(analysis, (wave,), gender)
        rows.append(estimate_row(gap, conf_level, estimand="gender_gap", method=method, **labels))
        rows.append(
            estimate_row(
                scaled(gap, 1 / sd if sd > 0 else np.nan, f"no SD at {wave}"),
                conf_level,
                estimand="gender_gap_standardised",
                method=f"{method}; over the SD of all pupils at {wave} (n - 1)",
                **labels,
            )
        )
    return estimate_frame(rows)


def _gap(now: pd.DataFrame, wave: str, gender: Sequence[str], conf_level: float) -> Contrast:
    for level in gender:
        if not (now["group"] == level).any():
            return no_data(f"no scores of {level} at {wave}")
    first = (now["group"] == gender[0]).to_numpy(dtype=float)
    design = np.column_stack([np.ones(len(now)), first])
    return contrast_cr2(fit_cr2(now["score"], design, now["school"]), [0.0, 1.0], conf_level)
