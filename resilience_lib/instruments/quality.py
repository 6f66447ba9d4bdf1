"""Where answers are missing, and where scores stand at the end of their range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.instruments.answers import MISSING, answer_matrix
from resilience_lib.instruments.key import Key
from resilience_lib.instruments.parts import items_needed, parts_wanted

SHARE_COLUMNS: tuple[str, ...] = (
    "wave",
    "gender",
    "n",
    "counted",
    "share",
    "schools",
    "schools_counted",
    "schools_others",
)
"""gender: "all" (with those of unknown gender) and each group; n: pupils looked at; counted: those
of them that the row is about; share in 0 to 1, NaN where n is 0; then from how many schools all of
them, those counted and the others come."""

ITEM_COLUMNS: tuple[str, ...] = ("instrument", "item", *SHARE_COLUMNS)
END_COLUMNS: tuple[str, ...] = ("outcome", "end", *SHARE_COLUMNS)
ALL = "all"

Flags = NDArray[np.bool_]


def missing_by_item(
    waves: pd.DataFrame, key: Key, parts: tuple[str, ...] | None = None
) -> pd.DataFrame:
    """Missing answers of every item by wave and gender.

    Parameters
    ----------
    waves : DataFrame
        One row per pupil and wave taken, with `wave`, `gender`, `school` and a column
        `<key.name>_<item>` per item. Pupils who were absent have no row and are not counted.
    key : Key
    parts : tuple of str, optional
        As in `score_items`: items of these parts only.

    Returns
    -------
    DataFrame
        `ITEM_COLUMNS`, counted being the pupils without an answer: per item and wave a row for
        `all` and one for each gender, in the order of the key, of waves and of genders.

    Raises
    ------
    FaultsError
        As in `score_items`.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> key = load_key("mmf")
    >>> waves = pd.DataFrame({f"mmf_{item}": [1.0, 2.0] for item in key.items})
    >>> waves = waves.assign(wave="T1", school="a", gender=["girls", "boys"], mmf_3=[None, 2.0])
    >>> found = missing_by_item(waves, key)
    >>> found[found["item"] == "3"][["gender", "n", "counted"]].to_numpy().tolist()
    [['all', 2, 1], ['boys', 1, 0], ['girls', 1, 1]]
    """
    items = items_needed(key, parts_wanted(key, parts))
    gone = answer_matrix(waves, key, items) == MISSING
    asked = np.ones(len(waves), dtype=bool)
    rows = [
        (key.name, item, *row)
        for at, item in enumerate(items)
        for row in shares(waves, gone[:, at], asked)
    ]
    return pd.DataFrame(rows, columns=list(ITEM_COLUMNS))


def floor_and_ceiling(
    scores: Mapping[str, pd.Series],
    waves: pd.DataFrame,
    limits: Mapping[str, tuple[float, float]],
) -> pd.DataFrame:
    """Shares of pupils with the lowest and the highest possible score.

    Parameters
    ----------
    scores : mapping of str to Series
        Scores by outcome, NaN = missing; the rows of `waves`.
    waves : DataFrame
        With `wave`, `gender` and `school`.
    limits : mapping of str to (float, float)
        Lowest and highest possible score by outcome.

    Returns
    -------
    DataFrame
        `END_COLUMNS`: per outcome and end ("floor", "ceiling") as in `missing_by_item`; n are the
        pupils with a score. Floor is the lowest possible score, whether or not it is the better
        one.

    Examples
    --------
    >>> waves = pd.DataFrame({"wave": ["T1"] * 5, "gender": ["girls"] * 5, "school": list("aabbb")})
    >>> scores = {"behavioural": pd.Series([0.0, 0.0, 12.0, 5.0, None])}
    >>> found = floor_and_ceiling(scores, waves, {"behavioural": (0, 12)})
    >>> found.loc[found["gender"] == "all", ["end", "n", "share"]].to_numpy().tolist()
    [['floor', 4, 0.5], ['ceiling', 4, 0.25]]
    """
    rows = []
    for name, score in scores.items():
        values = score.to_numpy(dtype=np.float64)
        for end, value in zip(("floor", "ceiling"), limits[name], strict=True):
            rows += [(name, end, *row) for row in shares(waves, values == value, ~np.isnan(values))]
    return pd.DataFrame(rows, columns=list(END_COLUMNS))


def shares(waves: pd.DataFrame, counted: Flags, base: Flags) -> Iterator[tuple[object, ...]]:
    """How many of some pupils are counted, by wave and gender; rows of `SHARE_COLUMNS`.

    Parameters
    ----------
    waves : DataFrame
        With `wave`, `gender` and `school`.
    counted, base : array of bool, one per row
        Whom the share is about, and of whom it is the share.
    """
    school = waves["school"].to_numpy(dtype=object)
    for wave, gender, inside in _groups(waves):
        of, here = inside & base, inside & base & counted
        n, count = int(of.sum()), int(here.sum())
        schools = (len(set(school[flags])) for flags in (of, here, of & ~here))
        yield (wave, gender, n, count, count / n if n else np.nan, *schools)


def _groups(waves: pd.DataFrame) -> Iterator[tuple[str, str, Flags]]:
    """Waves in order, each as a whole and by gender."""
    wave, gender = waves["wave"].to_numpy(), waves["gender"].to_numpy(dtype=object)
    known = sorted(waves["gender"].dropna().unique())
    for one in sorted(waves["wave"].unique()):
        inside = wave == one
        yield one, ALL, inside
        for group in known:
            both = inside & (gender == group)
            if both.any():
                yield one, group, both
