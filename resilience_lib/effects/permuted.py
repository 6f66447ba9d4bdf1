"""Change and differences of arms tested by permuting schools."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from resilience_lib.effects.arms import arm_rows
from resilience_lib.effects.subgroups import ALL, complete_scores, difference_label, gender_note
from resilience_lib.frames import estimate_frame
from resilience_lib.resampling.permutation import flip_schools, permute_arms
from resilience_lib.resampling.signs import school_weights
from resilience_lib.resampling.streams import stream


def estimate_change_permuted(
    analysis: pd.DataFrame,
    *,
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str] = (),
    conf_level: float = 0.95,
    seed: int,
    draws: int = 9999,
) -> pd.DataFrame:
    """`mean_change` with p and interval from signs of schools' changes.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    changes : sequence of (str, str)
        Pairs (earlier, later).
    gender : sequence of str
        Two levels, difference first - second; empty for none.
    conf_level : float, in (0, 1)
    seed : int
        The study's; used only beyond 12 schools, where `draws` vectors of signs are drawn.
    draws : int

    Returns
    -------
    DataFrame
        Estimate frame. The mean is that of all pupils seen at both waves; the gender difference
        is that inside schools, each school weighed by n_1 n_2 / (n_1 + n_2), so that schools
        with one gender say nothing.

    Raises
    ------
    ModelInputError
        See `effects.subgroups.complete_scores`.

    Notes
    -----
    `resampling.permutation.flip_schools`.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, s + i + (w == "T2") * (1 + .1 * s * i), "x")
    ...         for s in range(7) for i in range(4) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_change_permuted(frame, changes=[("T1", "T2")], seed=1)
    >>> round(float(got["estimate"].item()), 3), float(got["p_value"].item())
    (1.45, 0.015625)
    """
    waves = sorted({wave for pair in changes for wave in pair})
    data = complete_scores(analysis, waves, gender)
    outcome = str(analysis["outcome"].iloc[0]) if len(analysis) else ""
    note = gender_note(analysis, waves, gender)
    rows = []
    for first, later in changes:
        wide = data[data["wave"] == first].merge(
            data.loc[data["wave"] == later, ["pupil", "score"]], on="pupil", suffixes=("_1", "_2")
        )
        wide = wide.assign(change=wide["score_2"] - wide["score_1"])
        for subgroup in (ALL, *gender, *([difference_label(gender)] if gender else [])):
            part = wide[wide["group"] == subgroup] if subgroup in gender else wide
            contrast = f"{later} - {first}"
            apart = bool(gender) and subgroup == difference_label(gender)
            if apart:
                part = wide[wide.groupby("school")["group"].transform("nunique") == 2]
            sums, sizes = _within(part, gender) if apart else _sums(part)
            random = stream(seed, "permuted", outcome, contrast, subgroup)
            how = "schools with both genders" if apart else "pupils seen at both waves"
            rows.append(
                _flipped(sums, sizes, random, draws, conf_level)
                | {"contrast": contrast, "subgroup": subgroup, "estimand": "mean_change"}
                | {"method": f"mean over {how}, signs of schools permuted{note}", "n": len(part)}
            )
    return estimate_frame(rows)


def estimate_difference_permuted(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    arms: Sequence[str],
    seed: int,
    draws: int = 9999,
) -> pd.DataFrame:
    """`mean_difference` of each arm with p from other assignments of whole schools.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    waves : sequence of str
        Each by itself.
    arms : sequence of str
        The comparison first.
    seed, draws
        As in `estimate_change_permuted`; drawn beyond 20,000 assignments.

    Returns
    -------
    DataFrame
        Estimate frame without an interval: a difference of pupils' means. No p, with the reason,
        where a school has pupils of both arms (then it was not assigned as a whole).

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, "T1", "ab"[s > 2], s + i % 3, "x")
    ...         for s in range(6) for i in range(4)]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "arm", "score", "outcome"])
    >>> got = estimate_difference_permuted(frame, waves=["T1"], arms=("a", "b"), seed=1)
    >>> float(got["estimate"].item()), float(got["p_value"].item())
    (3.0, 0.1)
    """
    data = arm_rows(analysis, waves, arms, ())
    outcome = str(analysis["outcome"].iloc[0]) if len(analysis) else ""
    rows = []
    for wave in waves:
        for arm in arms[1:]:
            pair = data[(data["wave"] == wave) & data["arm"].isin([arm, arms[0]])]
            contrast = f"{arm} - {arms[0]} at {wave}"
            row: dict[str, object] = {
                "estimand": "mean_difference",
                "contrast": contrast,
                "subgroup": ALL,
                "n": len(pair),
                "n_clusters": pair["school"].nunique(),
                "method": "difference of pupils' means, arms of whole schools permuted",
            }
            treated = pair[pair["arm"] == arm]
            if not 0 < len(treated) < len(pair):
                rows.append(row | {"reason": f"an arm has no pupils at {wave}"})
                continue
            schools = pair.groupby("school", sort=True).agg(
                sums=("score", "sum"), n=("score", "size"), arms=("arm", "nunique")
            )
            means = treated["score"].mean() - pair.loc[pair["arm"] != arm, "score"].mean()
            row["estimate"] = means
            if (schools["arms"] > 1).any():
                rows.append(row | {"reason": "pupils, not whole schools, were assigned: no test"})
                continue
            got = permute_arms(
                schools["sums"].to_numpy(dtype=float),
                schools["n"].to_numpy(dtype=float),
                np.asarray(schools.index.isin(treated["school"]), dtype=bool),
                stream(seed, "permuted", outcome, contrast),
                draws=draws,
            )
            kind = "all {:,} assignments" if got.complete else "{:,} assignments drawn"
            row["method"] = f"{row['method']}, {kind.format(got.arrangements)}"
            rows.append(row | {"p_value": got.p_value})
    return estimate_frame(rows)


def _sums(part: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    by = part.groupby("school", sort=True)["change"]
    return by.sum().to_numpy(dtype=float), by.size().to_numpy(dtype=float)


def _within(part: pd.DataFrame, gender: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Of schools with both genders: difference of means times weight, and weight."""
    if not len(part):
        return np.empty(0), np.empty(0)
    cells = part.groupby(["school", "group"])["change"].agg(["mean", "size"]).unstack()
    one, two = gender
    n1, n2 = cells["size", one], cells["size", two]
    weight = (n1 * n2 / (n1 + n2)).to_numpy(dtype=float)
    return (cells["mean", one] - cells["mean", two]).to_numpy(dtype=float) * weight, weight


def _flipped(
    sums: np.ndarray,
    sizes: np.ndarray,
    random: np.random.Generator,
    draws: int,
    conf_level: float,
) -> dict[str, object]:
    k = len(sums)
    row: dict[str, object] = {"conf_level": conf_level, "n_clusters": k}
    if k == 0:
        return row | {"reason": "no pupils of this group at both waves"}
    if k == 1:
        why = "one school: no variation between schools can be seen"
        return row | {"estimate": sums.sum() / sizes.sum(), "reason": why}
    signs = school_weights(k, random, draws=draws)
    test, interval = flip_schools(sums, sizes, signs, conf_level)
    kind = "all {:,} sign vectors" if test.complete else "{:,} sign vectors drawn"
    how = kind.format(test.arrangements)
    return row | {
        "estimate": sums.sum() / sizes.sum(),
        "p_value": test.p_value,
        "conf_low": interval.low,
        "conf_high": interval.high,
        "interval": f"{100 * conf_level:g}% signs of schools permuted, {how}, test inverted",
        "reason": interval.reason,
    }
