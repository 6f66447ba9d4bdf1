"""Change of each pupil and of each school, for pictures of how much they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from resilience_lib.models.one_way import summarise
from resilience_lib.models.one_way_posterior import predict_groups

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
        with one pupil; `shrunk` and its interval are missing where there are fewer than three
        schools, or where pupils differ inside none of them.

    Notes
    -----
    `estimate` is the mean of the school's pupils with mean +- t(n - 1) sd / sqrt(n), which
    speaks of that school alone. `shrunk` is the posterior mean of m + u of the model change = m +
    u of the school + pupil, and its interval has equal tails of that posterior: flat priors on m,
    on the SD of u and on the logarithm of the variance within, all three integrated out
    (`one_way_posterior.predict_groups`; Gelman 2006, Bayesian Analysis 1; Gelman et al. 2013,
    Bayesian Data Analysis, section 11.6). Few pupils are not taken for a school far from the
    others, and no one value of the SD between schools is taken as known: of 11 schools it is
    hardly known. Neither is a ground for ranking schools, whose intakes differ.

    Examples
    --------
    >>> frame = pd.DataFrame({"school": list("aabbcc"), "outcome": "x", "contrast": "T2 - T1",
    ...                       "change": [1.0, 2, 5, 6, 9, 10]})
    >>> got = school_changes(frame)
    >>> got[["school", "estimate", "shrunk"]].round(3).values.tolist()
    [['a', 1.5, 1.59], ['b', 5.5, 5.5], ['c', 9.5, 9.41]]
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
    panel = ["outcome", "contrast"]
    of = dict(list(changes.groupby(panel)))
    panels = [_drawn_in(rows, of[key], conf_level) for key, rows in table.groupby(panel)]
    drawn = pd.concat(panels) if panels else pd.DataFrame(columns=list(SHRUNKEN), dtype="float64")
    return table.drop(columns="sd").join(drawn)


def _drawn_in(rows: pd.DataFrame, changes: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    """Shrunken changes of one outcome and contrast, and their bounds; the rows' index."""
    # schools in the order of the rows
    pupils = changes.dropna(subset=["school"]).sort_values("school", kind="stable")
    got = predict_groups(summarise(pupils["change"], pupils["school"]), conf_level)
    values = (got.mean, got.low, got.high)
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
