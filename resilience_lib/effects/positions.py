"""Where schools stand within a wave: predicted school effects in SDs of that wave."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from resilience_lib.models.one_way import reml_components, shrink_to_mean, summarise

POSITIONS_COLUMNS: tuple[str, ...] = (
    "outcome",
    "contrast",
    "school",
    "n",
    "sd",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "conf_level",
    "reason",
)


def school_positions(
    analysis: pd.DataFrame,
    *,
    outcomes: Sequence[str],
    waves: Sequence[str],
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Each school's place within each wave, drawn towards the mean as far as it is uncertain.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame.
    outcomes, waves : sequence of str
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        `POSITIONS_COLUMNS`, one row per school attended, outcome and wave. `estimate` and its
        interval in SDs of all pupils at the wave; `sd` that of the school's own pupils in
        points; `contrast` the wave. Without values, and with a `reason`, where the variance
        between schools cannot be told from 0.

    Notes
    -----
    score = mean + school + pupil at one wave, REML. With B and W the two variances and n pupils
    the school's effect is predicted as shrink (school mean - mean), shrink = n B / (n B + W),
    mean weighted by generalised least squares, with standard error sqrt(B (1 - shrink)), the
    variances taken as known (lme4's conditional mode and its conditional SD); normal interval
    (Goldstein & Healy 1995 on what such intervals can be read for). All over the SD of all
    pupils at the wave (n - 1). A mean of few pupils is thus not taken for a school far from
    the others; nor is any place a rank, since schools differ in intake.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("123456"), "school_attended": list("aabbcc"),
    ...     "wave": "T1", "outcome": "x", "score": [1.0, 2, 5, 6, 9, 10]})
    >>> got = school_positions(frame, outcomes=["x"], waves=["T1"])
    >>> got[["school", "estimate"]].round(3).values.tolist()
    [['a', -1.088], ['b', 0.0], ['c', 1.088]]
    """
    scored = analysis[analysis["score"].notna()]
    parts = [pd.DataFrame(columns=list(POSITIONS_COLUMNS))]
    for outcome in outcomes:
        of = scored[scored["outcome"] == outcome]
        for wave in waves:
            now = of[of["wave"] == wave]
            if len(now):
                placed = _placed(now, conf_level).assign(outcome=outcome, contrast=wave)
                parts.append(placed[list(POSITIONS_COLUMNS)])
    return pd.concat(parts[1:] or parts, ignore_index=True)


def _placed(now: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    """Schools of one outcome and wave."""
    grouped = now.groupby("school_attended", sort=True)["score"]
    table = grouped.agg(n="size", mean="mean", sd="std").reset_index(names="school")
    table = table.assign(conf_level=conf_level, reason="")
    between, within = reml_components(summarise(now["score"], now["school_attended"]))
    if not between > 0:
        nothing = dict.fromkeys(("estimate", "std_error", "conf_low", "conf_high"), np.nan)
        why = "variance between schools estimated at 0, or not to be had"
        return table.assign(**nothing, reason=why)
    n, mean = table["n"].to_numpy(dtype=float), table["mean"].to_numpy()
    shrink, centre = shrink_to_mean(n, mean, between, within)
    spread = float(now["score"].std(ddof=1))
    estimate = shrink * (mean - centre) / spread
    error = np.sqrt(between * (1 - shrink)) / spread
    half = float(stats.norm.ppf(0.5 + conf_level / 2)) * error
    return table.assign(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - half,
        conf_high=estimate + half,
    )
