"""Intraclass correlations: of the level at each wave, and of change between waves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from resilience_lib.frames import estimate_frame
from resilience_lib.models.one_way import reml_components, summarise, wald_interval
from resilience_lib.models.scores import differences, scored_rows


def estimate_icc(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]] = (),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`icc_level` per wave (school attended) and `icc_change` per pair (first school).

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    waves : sequence of str
    changes : sequence of (str, str)
        Pairs (earlier, later); difference scores of pupils seen at both.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame; the reason says when the variance between schools is 0.

    Raises
    ------
    ModelInputError
        See `models.scores.scored_rows`; or a score without a school.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("123456"), "school_attended": list("aabbcc"),
    ...                       "wave": "T1", "score": [1.0, 2, 5, 6, 9, 10]})
    >>> round(float(estimate_icc(frame, waves=("T1",))["estimate"].iloc[0]), 4)
    0.9692
    """
    pairs = [wave for pair in changes for wave in pair]
    data = scored_rows(analysis, list(dict.fromkeys([*waves, *pairs])))
    rows = []
    for wave in waves:
        now = data[data["wave"] == wave]
        rows.append(
            icc_row(now["score"], now["school_attended"], conf_level)
            | {"contrast": wave, "estimand": "icc_level"}
        )
    for first, later in changes:
        early = data.loc[data["wave"] == first, ["pupil", "school", "score"]]
        late = data.loc[data["wave"] == later, ["pupil", "score"]]
        both = early.merge(late, on="pupil", suffixes=("_1", "_2"))
        rows.append(
            icc_row(differences(both["score_1"], both["score_2"]), both["school"], conf_level)
            | {"contrast": f"{later} - {first}", "estimand": "icc_change"}
        )
    return estimate_frame(rows)


def icc_row(values: ArrayLike, school: ArrayLike, conf_level: float) -> dict[str, object]:
    """Intraclass correlation by REML with Wald's exact interval.

    between / (between + within) of the one-way random model, as lme4's
    `y ~ 1 + (1 | school)`; interval: `models.one_way.wald_interval`.

    Examples
    --------
    >>> icc_row([1, 2, 1, 2], list("aabb"), 0.95)["reason"]
    'variance between schools estimated at 0; interval cut at 0'
    """
    y = np.asarray(values, dtype=float)
    row: dict[str, object] = {
        "subgroup": "all",
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% exact F (Wald 1947)",
        "method": "one-way random model, REML",
        "n": len(y),
        "n_clusters": 0,
    }
    if len(y) == 0:
        return row | {"reason": "no scores"}
    data = summarise(y, school)
    row["n_clusters"] = data.n_groups
    between, within = reml_components(data)
    if not np.isfinite(within):
        why = "needs two schools, and pupils who differ within a school"
        return row | {"reason": why}
    low, high = wald_interval(data, conf_level)
    reasons = []
    if between == 0:
        reasons.append("variance between schools estimated at 0")
    if low == 0:
        reasons.append("interval cut at 0")
    return row | {
        "estimate": between / (between + within),
        "conf_low": low,
        "conf_high": high,
        "reason": "; ".join(reasons),
    }
