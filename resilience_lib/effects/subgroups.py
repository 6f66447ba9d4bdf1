"""Subgroups of an estimate: which cells they weigh, and who is counted in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.models.cr2 import Contrast
from resilience_lib.models.scores import scored_rows

ALL = "all"
"""The label of everyone together, also the one level where a study has no gender."""


def complete_scores(
    analysis: pd.DataFrame, waves: Sequence[str], gender: Sequence[str]
) -> pd.DataFrame:
    """Rows of one outcome with a score at `waves` and, where gender is asked for, a gender.

    Adds the column `group`: the gender, or "all" where `gender` is empty.

    Raises
    ------
    ModelInputError
        See `models.scores.scored_rows`.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": ["1", "2"], "wave": ["T1", "T1"], "outcome": "x",
    ...                       "gender": ["girls", None], "score": [1.0, 2.0]})
    >>> complete_scores(frame, ("T1",), ("girls", "boys"))["group"].tolist()
    ['girls']
    """
    rows = scored_rows(analysis, waves)
    if gender:
        rows = rows[rows["gender"].isin(list(gender))]
    return rows.assign(group=rows["gender"].astype(str) if gender else ALL)


def subgroup_weights(
    gender: Sequence[str], shares: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Weights of the gender levels for each row: all, each gender, and the difference.

    Parameters
    ----------
    gender : sequence of str
        Two levels, the difference being first - second; or none.
    shares : mapping
        Share of each level, adding to 1; used for "all" and treated as fixed.

    Examples
    --------
    >>> subgroup_weights(("girls", "boys"), {"girls": 0.4, "boys": 0.6})["girls - boys"]
    {'girls': 1.0, 'boys': -1.0}
    >>> subgroup_weights((), {})
    {'all': {'all': 1.0}}
    """
    if not gender:
        return {ALL: {ALL: 1.0}}
    first, second = gender
    return {
        ALL: {level: float(shares.get(level, 0.0)) for level in gender},
        first: {first: 1.0},
        second: {second: 1.0},
        difference_label(gender): {first: 1.0, second: -1.0},
    }


def difference_label(gender: Sequence[str]) -> str:
    """How the row of the gender difference is called.

    Examples
    --------
    >>> difference_label(("girls", "boys"))
    'girls - boys'
    """
    return " - ".join(gender)


def shares_of(pupils: pd.DataFrame) -> dict[str, float]:
    """Share of each `group` among pupils, each counted once.

    Examples
    --------
    >>> shares_of(pd.DataFrame({"pupil": ["1", "1", "2"], "group": ["girls", "girls", "boys"]}))
    {'boys': 0.5, 'girls': 0.5}
    """
    once = pupils.drop_duplicates("pupil")
    counts = once["group"].value_counts().sort_index()
    return {str(level): float(count) / len(once) for level, count in counts.items()}


def shares_text(shares: Mapping[str, float]) -> str:
    """The shares as a method text states them; empty where there is one group.

    Examples
    --------
    >>> shares_text({"boys": 0.542, "girls": 0.458})
    '; all = 0.542 boys + 0.458 girls'
    """
    if len(shares) < 2:
        return ""
    return "; all = " + " + ".join(f"{share:.3f} {level}" for level, share in shares.items())


def gender_note(analysis: pd.DataFrame, waves: Sequence[str], gender: Sequence[str]) -> str:
    """How many pupils with a score a gendered model leaves out; empty where none.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": ["1", "2"], "wave": "T1", "gender": ["girls", None],
    ...                       "score": [1.0, 2.0]})
    >>> gender_note(frame, ("T1",), ("girls", "boys"))
    '; 1 pupils without gender left out'
    """
    if not gender:
        return ""
    rows = analysis[analysis["wave"].isin(list(waves)) & analysis["score"].notna()]
    lost = rows.loc[~rows["gender"].isin(list(gender)), "pupil"].nunique()
    return f"; {lost} pupils without gender left out" if lost else ""


def cell_columns(cells: pd.Series) -> tuple[NDArray[np.float64], dict[str, int]]:
    """One indicator column for each cell, in sorted order, and where each cell stands.

    Examples
    --------
    >>> columns, where = cell_columns(pd.Series(["b", "a"]))
    >>> columns.tolist(), where
    ([[0.0, 1.0], [1.0, 0.0]], {'a': 0, 'b': 1})
    """
    code, labels = pd.factorize(cells, sort=True)
    columns = np.zeros((len(cells), len(labels)))
    columns[np.arange(len(cells)), code] = 1.0
    return columns, {str(label): i for i, label in enumerate(labels)}


def cell_weights(
    where: Mapping[str, int], wanted: Mapping[str, float]
) -> NDArray[np.float64] | None:
    """Weights over the columns of `cell_columns`; None where a cell has no data, or none counts.

    Examples
    --------
    >>> cell_weights({"a": 0, "b": 1}, {"b": 1.0})
    array([0., 1.])
    >>> cell_weights({"a": 0}, {"a": 0.0})
    """
    if not any(wanted.values()):
        return None
    weights = np.zeros(len(where))
    for cell, weight in wanted.items():
        if weight == 0:
            continue
        if cell not in where:
            return None
        weights[where[cell]] = weight
    return weights


def estimate_row(answer: Contrast, conf_level: float, **labels: object) -> dict[str, object]:
    """A row of the Estimate frame from a contrast; `labels` are the remaining columns.

    Examples
    --------
    >>> row = estimate_row(Contrast(1.0, .5, 9.0, .08, -.1, 2.1, ""), 0.95, estimand="mean")
    >>> row["interval"], row["estimand"]
    ('95% CR2, Satterthwaite df', 'mean')
    """
    base: dict[str, object] = {
        "estimate": answer.estimate,
        "std_error": answer.std_error,
        "df": answer.df,
        "p_value": answer.p_value,
        "conf_low": answer.conf_low,
        "conf_high": answer.conf_high,
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% CR2, Satterthwaite df",
        "reason": answer.reason,
    }
    given = str(labels.pop("reason", ""))
    base["reason"] = "; ".join(text for text in (answer.reason, given) if text)
    return base | labels


def scaled(answer: Contrast, factor: float, reason: str = "") -> Contrast:
    """A contrast times a constant: standardised, with the same df and p.

    Examples
    --------
    >>> scaled(Contrast(2.0, 1.0, 9.0, .08, -1.0, 5.0, ""), 0.5).conf_high
    2.5
    """
    if not np.isfinite(factor):
        nan = float("nan")
        why = "; ".join(t for t in (answer.reason, reason or "no standard deviation") if t)
        return Contrast(nan, nan, nan, nan, nan, nan, why)
    return Contrast(
        answer.estimate * factor,
        answer.std_error * factor,
        answer.df,
        answer.p_value,
        answer.conf_low * factor,
        answer.conf_high * factor,
        answer.reason,
    )


def no_data(what: str) -> Contrast:
    """A contrast that cannot be formed, with the reason.

    Examples
    --------
    >>> no_data("no girls at T2").reason
    'no girls at T2'
    """
    nan = float("nan")
    return Contrast(nan, nan, nan, nan, nan, nan, what)
