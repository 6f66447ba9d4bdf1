"""Change of each pupil and of each school, for pictures of how much they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from resilience_lib.models.one_way import OneWay, reml_components, shrink_to_mean

CHANGES_COLUMNS: tuple[str, ...] = (
    "pupil",
    "school",
    "gender",
    "arm",
    "outcome",
    "contrast",
    "first",
    "last",
    "change",
)
SHRUNKEN: tuple[str, ...] = ("shrunk", "shrunk_low", "shrunk_high")


def pupil_changes(analysis: pd.DataFrame, changes: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Each pupil's change between pairs of waves, where both scores are there.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame, any number of outcomes.
    changes : sequence of (str, str)
        Pairs of waves, the earlier first.

    Returns
    -------
    DataFrame
        `CHANGES_COLUMNS`, one row per pupil, outcome and pair; `change` = `last` - `first` in
        the outcome's unit.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": ["a", "a"], "school": "1", "gender": "girls", "arm": None,
    ...     "outcome": "reading", "wave": ["T1", "T2"], "score": [10.0, 14.0]})
    >>> pupil_changes(frame, [("T1", "T2")])[["contrast", "change"]].values.tolist()
    [['T2 - T1', 4.0]]
    """
    keys = ["pupil", "school", "gender", "arm", "outcome"]
    scored = analysis[analysis["score"].notna()]
    parts = []
    for first, last in changes:
        before = scored.loc[scored["wave"] == first, [*keys, "score"]]
        after = scored.loc[scored["wave"] == last, ["pupil", "outcome", "score"]]
        both = before.merge(after, on=["pupil", "outcome"], suffixes=("_first", "_last"))
        both = both.rename(columns={"score_first": "first", "score_last": "last"})
        both["contrast"] = f"{last} - {first}"
        both["change"] = both["last"] - both["first"]
        parts.append(both)
    joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=keys)
    return joined.reindex(columns=list(CHANGES_COLUMNS))


def school_changes(changes: pd.DataFrame, conf_level: float = 0.95) -> pd.DataFrame:
    """Mean change of each school, as it was and drawn towards the mean of schools.

    Parameters
    ----------
    changes : DataFrame
        As `pupil_changes` gives it.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        outcome, contrast, school, n, estimate, conf_low, conf_high, conf_level, shrunk,
        shrunk_low, shrunk_high; all in points. The interval of `estimate` is missing for a school
        with one pupil; `shrunk` and its interval are missing where the variance between schools
        is estimated at 0 or cannot be had, so that no school can be told from another.

    Notes
    -----
    `estimate` is the mean of the school's pupils with mean +- t(n - 1) sd / sqrt(n), which
    speaks of that school alone. `shrunk` is m + s (mean - m) of the model change = m + school +
    pupil by REML, with B and W the two variances, s = n B / (n B + W) and m the generalised
    least squares mean (`one_way.shrink_to_mean`): few pupils are not taken for a school far from
    the others. Its error variance is B (1 - s) + (1 - s)^2 Var(m), Var(m) = B / sum s, the
    variances taken as known (lme4's conditional variance, and what is not known of m; Robinson
    1991); normal interval. Neither is a ground for ranking schools, whose intakes differ.

    Examples
    --------
    >>> frame = pd.DataFrame({"school": list("aabbcc"), "outcome": "x", "contrast": "T2 - T1",
    ...                       "change": [1.0, 2, 5, 6, 9, 10]})
    >>> got = school_changes(frame)
    >>> got[["school", "estimate", "shrunk"]].round(3).values.tolist()
    [['a', 1.5, 1.562], ['b', 5.5, 5.5], ['c', 9.5, 9.438]]
    """
    from scipy.stats import t

    grouped = changes.groupby(["outcome", "contrast", "school"], sort=True)["change"]
    table = grouped.agg(n="size", estimate="mean", sd="std").reset_index()
    n = table["n"].to_numpy(dtype=float)
    enough = n > 1
    half = np.full(n.size, np.nan)
    quantile = t.ppf((1 + conf_level) / 2, n[enough] - 1)
    half[enough] = quantile * table["sd"].to_numpy()[enough] / np.sqrt(n[enough])
    table["conf_low"] = table["estimate"] - half
    table["conf_high"] = table["estimate"] + half
    table["conf_level"] = conf_level
    panels = [_drawn_in(rows, conf_level) for _, rows in table.groupby(["outcome", "contrast"])]
    drawn = pd.concat(panels) if panels else pd.DataFrame(columns=list(SHRUNKEN), dtype="float64")
    return table.drop(columns="sd").join(drawn)


def _drawn_in(rows: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    """Shrunken changes of one outcome and contrast, and their bounds; the rows' index."""
    from scipy.stats import norm

    size, mean = (rows[name].to_numpy(dtype=float) for name in ("n", "estimate"))
    inside = ((size - 1) * rows["sd"].fillna(0.0).to_numpy() ** 2).sum()
    between, within = reml_components(OneWay(size, mean, float(inside)))
    if not between > 0:
        return pd.DataFrame(np.nan, index=rows.index, columns=list(SHRUNKEN))
    share, centre = shrink_to_mean(size, mean, between, within)
    shrunk = centre + share * (mean - centre)
    error = np.sqrt(between * (1 - share) + (1 - share) ** 2 * between / share.sum())
    half = float(norm.ppf(0.5 + conf_level / 2)) * error
    values = (shrunk, shrunk - half, shrunk + half)
    return pd.DataFrame(dict(zip(SHRUNKEN, values, strict=True)), index=rows.index)


def pupil_scores(analysis: pd.DataFrame) -> pd.DataFrame:
    """Each pupil's score at each wave, where there is one.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame, any number of outcomes.

    Returns
    -------
    DataFrame
        pupil, school, gender, arm, outcome, wave, score.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": ["a", "a"], "school": "1", "gender": "girls", "arm": None,
    ...     "outcome": "reading", "wave": ["T1", "T2"], "score": [10.0, float("nan")]})
    >>> pupil_scores(frame)[["wave", "score"]].values.tolist()
    [['T1', 10.0]]
    """
    columns = ["pupil", "school", "gender", "arm", "outcome", "wave", "score"]
    return analysis.loc[analysis["score"].notna(), columns].reset_index(drop=True)
