"""Who is lost after the first wave: shares, differences, and the baseline of the lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import Contrast, contrast_cr2, fit_cr2
from resilience_lib.models.scores import flat, scored_rows
from resilience_lib.models.transformed import ON_LOGIT, share_of

LOST_METHOD = "linear probability, CR2 by school"


def pupils_seen(analysis: pd.DataFrame, waves: Sequence[str]) -> pd.DataFrame:
    """One row per pupil with `seen_<wave>`: any score in any outcome at that wave.

    Stands in for the pupils frame where there is none.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": ["1", "1", "2"], "school": "a", "gender": "girls",
    ...                       "arm": None, "wave": ["T1", "T2", "T1"], "score": [1.0, None, 2.0]})
    >>> pupils_seen(frame, ("T1", "T2"))[["seen_T1", "seen_T2"]].to_numpy().tolist()
    [[True, False], [True, False]]
    """
    pupils = analysis.groupby("pupil", sort=True)[["school", "gender", "arm"]].first()
    scored = analysis[analysis["score"].notna()]
    for wave in waves:
        here = scored.loc[scored["wave"] == wave, "pupil"]
        pupils[f"seen_{wave}"] = pupils.index.isin(here)
    return pupils.reset_index()


def estimate_attrition(
    pupils: pd.DataFrame,
    *,
    waves: Sequence[str],
    gender: Sequence[str] = (),
    arms: Sequence[str] = (),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Share lost by each later wave, and its differences by gender and arm.

    Parameters
    ----------
    pupils : DataFrame
        Pupils frame: school, gender, arm, `seen_<wave>`; where pupils may enter later,
        only those seen at the first wave count.
    waves : sequence of str
        The first is the baseline. "Lost by T3" is not seen at T3, whether or not seen
        in between.
    gender, arms : sequence of str
        May be empty; the comparison arm first.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame of `share_lost` (0 to 1) and `risk_difference`.

    Notes
    -----
    Means and differences of a linear probability model with CR2 by school (Pustejovsky & Tipton
    2018). Intervals of shares stand on the logit scale, logit(p) -+ t se / (p (1 - p))
    (`transformed.share_of`): p -+ t se reached below 0 and held too few true shares at 6 and 11
    schools. Those of differences are p - q -+ t se.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("123456"), "school": list("aabbcc"),
    ...     "gender": None, "arm": None, "seen_T1": True,
    ...     "seen_T2": [True, False, True, True, False, False]})
    >>> got = estimate_attrition(frame, waves=("T1", "T2"))
    >>> got["contrast"].iloc[0], round(float(got["estimate"].iloc[0]), 3)
    ('lost by T2', 0.5)
    """
    base = pupils[pupils[f"seen_{waves[0]}"].astype(bool)]
    rows = []
    for wave in waves[1:]:
        data = base.assign(lost=1.0 - base[f"seen_{wave}"].astype(float))
        contrast = f"lost by {wave}"
        groups = [("all", data)]
        groups += [(level, data[data["gender"] == level]) for level in gender]
        groups += [(f"all, {arm}", data[data["arm"] == arm]) for arm in arms]
        groups += [
            (f"{level}, {arm}", data[(data["gender"] == level) & (data["arm"] == arm)])
            for arm in arms
            for level in gender
        ]
        for subgroup, part in groups:
            ones = np.ones((len(part), 1))
            answer = share_of(_answer(part["lost"], ones, part["school"], [1.0], conf_level))
            row = _row(answer, part["school"], conf_level)
            row |= {"interval": f"{row['interval']}{ON_LOGIT}", "estimand": "share_lost"}
            # that nobody or everybody is lost is no test against zero
            rows.append(row | {"contrast": contrast, "subgroup": subgroup, "p_value": None})
        pairs = [("gender", tuple(gender))] if gender else []
        pairs += [("arm", (arm, arms[0])) for arm in arms[1:]]
        for column, (one, two) in pairs:
            part = data[data[column].isin([one, two])]
            first = (part[column] == one).to_numpy(dtype=float)
            design = np.column_stack([first, 1 - first])
            answer = _answer(part["lost"], design, part["school"], [1.0, -1.0], conf_level)
            row = _row(answer, part["school"], conf_level)
            row |= {"contrast": contrast, "subgroup": f"{one} - {two}"}
            rows.append(row | {"estimand": "risk_difference"})
    return estimate_frame(rows)


def estimate_baseline_loss(
    analysis: pd.DataFrame,
    pupils: pd.DataFrame,
    *,
    waves: Sequence[str],
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """How loss goes with the first score: risk per SD, and lost minus kept in SDs.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    pupils, waves, conf_level
        As in `estimate_attrition`.

    Returns
    -------
    DataFrame
        Estimate frame: `risk_slope` with subgroup "per SD of T1 score" and
        `baseline_difference` with subgroup "lost - kept", whose n and n_clusters are those
        of the smaller side: a comparison rests on no more.

    Notes
    -----
    z = (score - mean) / SD at the first wave, over pupils with a score there;
    lost ~ z, and z ~ lost, both with CR2 by school.

    Examples
    --------
    >>> pupils = pd.DataFrame({"pupil": list("123456"), "school": list("aabbcc"),
    ...     "seen_T1": True, "seen_T2": [True, False, True, True, False, False]})
    >>> scores = pd.DataFrame({"pupil": list("123456"), "wave": "T1",
    ...                        "score": [1.0, 2, 3, 4, 5, 6]})
    >>> got = estimate_baseline_loss(scores, pupils, waves=("T1", "T2"))
    >>> [round(float(x), 3) for x in got["estimate"]]
    [0.267, 0.891]
    """
    first = waves[0]
    now = scored_rows(analysis, (first,))[["pupil", "score"]]
    base = pupils[pupils[f"seen_{first}"].astype(bool)].merge(now, on="pupil")
    sd = 0.0 if flat(base["score"]) else float(base["score"].std(ddof=1))
    rows: list[dict[str, object]] = []
    for wave in waves[1:]:
        lost = 1.0 - base[f"seen_{wave}"].to_numpy(dtype=float)
        labels: dict[str, object] = {"contrast": f"lost by {wave}"}
        per_sd = labels | {"estimand": "risk_slope", "subgroup": f"per SD of {first} score"}
        gap = labels | {"estimand": "baseline_difference", "subgroup": "lost - kept"}
        if not sd > 0:
            rows += [row | {"reason": f"no scores that vary at {first}"} for row in (per_sd, gap)]
            continue
        z = ((base["score"] - base["score"].mean()) / sd).to_numpy()
        design = np.column_stack([np.ones(len(z)), z])
        answer = _answer(lost, design, base["school"], [0.0, 1.0], conf_level)
        rows.append(_row(answer, base["school"], conf_level) | per_sd)
        sides = np.column_stack([lost, 1 - lost])
        answer = _answer(z, sides, base["school"], [1.0, -1.0], conf_level)
        row = _row(answer, base["school"], conf_level) | gap
        both = [base.loc[lost == side, "school"] for side in (1.0, 0.0)]
        row |= {"n": min(map(len, both)), "n_clusters": min(s.nunique() for s in both)}
        rows.append(row | {"method": f"{first} scores in SDs, CR2 by school"})
    return estimate_frame(rows)


def _answer(
    outcome: ArrayLike,
    design: NDArray[np.float64],
    school: pd.Series,
    weights: Sequence[float],
    conf_level: float,
) -> Contrast:
    if not len(design):
        nan = float("nan")
        return Contrast(nan, nan, nan, nan, nan, nan, "no pupils")
    return contrast_cr2(fit_cr2(outcome, design, school), weights, conf_level)


def _row(answer: Contrast, school: pd.Series, conf_level: float) -> dict[str, object]:
    return {
        "estimate": answer.estimate,
        "std_error": answer.std_error,
        "df": answer.df,
        "p_value": answer.p_value,
        "conf_low": answer.conf_low,
        "conf_high": answer.conf_high,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% CR2, Satterthwaite df",
        "method": LOST_METHOD,
        "reason": answer.reason,
        "n": len(school),
        "n_clusters": school.nunique(),
    }
