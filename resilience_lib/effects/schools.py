"""Change of each pupil and of each school, for pictures of how much they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

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
    """Mean change of each school with a t interval over its pupils.

    Interval: mean +- t(n - 1) * sd / sqrt(n). It speaks of the pupils of that school alone and
    is no ground for ranking schools, whose intakes differ.

    Parameters
    ----------
    changes : DataFrame
        As `pupil_changes` gives it.
    conf_level : float
        Between 0 and 1.

    Returns
    -------
    DataFrame
        outcome, contrast, school, n, estimate, conf_low, conf_high, conf_level; the interval is
        missing for a school with one pupil.
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
    return table.drop(columns="sd")
