"""Where answers are missing, and where scores stand at the end of their range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from resilience_lib.instruments.answers import MISSING, answer_matrix
from resilience_lib.instruments.key import Key
from resilience_lib.instruments.parts import items_needed, parts_wanted

MISSING_ITEM_COLUMNS: tuple[str, ...] = (
    "instrument",
    "item",
    "wave",
    "gender",
    "n",
    "missing",
    "share_missing",
)
"""n: rows (pupils who took the wave); missing: those without an answer; share in 0 to 1."""

FLOOR_CEILING_COLUMNS: tuple[str, ...] = (
    "instrument",
    "part",
    "wave",
    "gender",
    "n",
    "at_floor",
    "at_ceiling",
    "share_floor",
    "share_ceiling",
)
"""n: pupils with a score; at_floor, at_ceiling: those with the lowest and highest possible one."""

ALL = "all"
"""The row over both genders and those whose gender is not known."""


def missing_by_item(
    waves: pd.DataFrame, key: Key, parts: Sequence[str] | None = None
) -> pd.DataFrame:
    """Missing answers of every item by wave and gender.

    Parameters
    ----------
    waves : DataFrame
        One row per pupil and wave taken, with `wave`, `gender` and a column
        `<key.name>_<item>` per item. Pupils who were absent have no row and are not counted.
    key : Key
    parts : sequence of str, optional
        As in `score_items`: items of these parts only.

    Returns
    -------
    DataFrame
        `MISSING_ITEM_COLUMNS`: per item and wave a row for `all` and one for each gender, in the
        order of the key, of waves and of genders.

    Raises
    ------
    FaultsError
        As in `score_items`.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> key = load_key("mmf")
    >>> waves = pd.DataFrame({f"mmf_{item}": [1.0, 2.0] for item in key.items})
    >>> waves = waves.assign(wave="T1", gender=["girls", "boys"], mmf_3=[None, 2.0])
    >>> found = missing_by_item(waves, key)
    >>> found[found["item"] == "3"][["gender", "n", "missing"]].to_numpy().tolist()
    [['all', 2, 1], ['boys', 1, 0], ['girls', 1, 1]]
    """
    items = items_needed(key, parts_wanted(key, parts))
    gone = answer_matrix(waves, key, items) == MISSING
    rows = []
    groups = list(_groups(waves))
    for at, item in enumerate(items):
        for wave, gender, inside in groups:
            n, missing = int(inside.sum()), int(gone[inside, at].sum())
            rows.append((key.name, item, wave, gender, n, missing, missing / n))
    return pd.DataFrame(rows, columns=list(MISSING_ITEM_COLUMNS))


def floor_and_ceiling(scores: pd.DataFrame, waves: pd.DataFrame, key: Key) -> pd.DataFrame:
    """Shares of pupils with the lowest and the highest possible score.

    Parameters
    ----------
    scores : DataFrame
        As `score_items` gives them.
    waves : DataFrame
        The rows that were scored, with `wave` and `gender`; same index as `scores`.
    key : Key

    Returns
    -------
    DataFrame
        `FLOOR_CEILING_COLUMNS`: per part and wave a row for `all` and one for each gender. Shares
        are of the pupils with a score, NaN where there is none. Floor is the lowest possible
        score, whether or not it is the better one.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> scores = pd.DataFrame({"behavioural": [0.0, 0.0, 12.0, 5.0, None]})
    >>> waves = pd.DataFrame({"wave": ["T1"] * 5, "gender": ["girls"] * 5})
    >>> found = floor_and_ceiling(scores, waves, load_key("mmf"))
    >>> found.loc[0, ["n", "share_floor", "share_ceiling"]].tolist()
    [4.0, 0.5, 0.25]
    """
    rows = []
    groups = list(_groups(waves))
    for name in scores.columns:
        low, high = key.part(name).range
        values = scores[name].to_numpy(dtype=np.float64)
        for wave, gender, inside in groups:
            here = values[inside & ~np.isnan(values)]
            n, floor, ceiling = len(here), int((here == low).sum()), int((here == high).sum())
            shares = (floor / n, ceiling / n) if n else (np.nan, np.nan)
            rows.append((key.name, name, wave, gender, n, floor, ceiling, *shares))
    return pd.DataFrame(rows, columns=list(FLOOR_CEILING_COLUMNS))


def _groups(waves: pd.DataFrame) -> Iterator[tuple[str, str, np.ndarray]]:
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
