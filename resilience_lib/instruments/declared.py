"""What a study's items and scores look like before anything is estimated from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_lib.instruments.direction import DIRECTION_COLUMNS, check_direction
from resilience_lib.instruments.key import Key
from resilience_lib.instruments.quality import ITEM_COLUMNS, floor_and_ceiling, missing_by_item
from resilience_lib.study.schema import Study


@dataclass(frozen=True)
class ItemMeasures:
    """What is known of a study's items and of the scores made of them.

    Parameters
    ----------
    answers : DataFrame
        pupil, wave, and a float column `<instrument>_<item>` per item, recoded and reversed.
    missing : DataFrame
        Missing answers by item, wave and gender, `quality.ITEM_COLUMNS`.
    ends : DataFrame
        Scores of every outcome at the floor and the ceiling by wave and gender,
        `quality.END_COLUMNS`.
    direction : DataFrame
        Item-rest correlations by wave and what they say, `direction.DIRECTION_COLUMNS`, and the
        schools of that wave.
    """

    answers: pd.DataFrame
    missing: pd.DataFrame
    ends: pd.DataFrame
    direction: pd.DataFrame


def measure_items(
    waves: pd.DataFrame, scores: pd.DataFrame, study: Study, keys: Mapping[str, Key]
) -> ItemMeasures:
    """Missing answers, floors and ceilings, and the direction of every item that is scored.

    Parameters
    ----------
    waves : DataFrame
        Clean waves with a column `<instrument>_<item>` per item.
    scores : DataFrame
        Scores in the long form, in the rows of `waves` outcome by outcome (`score_waves`).
    study : Study
    keys : mapping of str to Key

    Returns
    -------
    ItemMeasures
        Frames about items have no rows where no outcome is scored from items.
    """
    missing = [pd.DataFrame(columns=list(ITEM_COLUMNS))]
    direction = [pd.DataFrame(columns=[*DIRECTION_COLUMNS, "schools"])]
    answers = waves[["pupil", "wave"]].copy()
    schools = waves.groupby("wave")["school"].nunique()
    for name, key in keys.items():
        parts = tuple(
            dict.fromkeys(o.scale for o in study.outcomes if o.instrument == name if o.scale)
        )
        missing.append(missing_by_item(waves, key, parts))
        found = check_direction(waves, key, parts)
        direction.append(found.assign(schools=found["wave"].map(schools)))
        answers = answers.join(scored_answers(waves, key))
    by_outcome = {
        outcome.name: scores.loc[scores["outcome"] == outcome.name, "score"]
        for outcome in study.outcomes
    }
    limits = {outcome.name: (outcome.range[0], outcome.range[1]) for outcome in study.outcomes}
    ends = floor_and_ceiling(by_outcome, waves, limits)
    return ItemMeasures(answers, _pile(missing), ends, _pile(direction))


def scored_answers(waves: pd.DataFrame, key: Key) -> pd.DataFrame:
    """Answers to the items of a key as they are scored: recoded, and reversed where it says so.

    Parameters
    ----------
    waves : DataFrame
        With columns `<key.name>_<item>`, as coded in the questionnaire.
    key : Key

    Returns
    -------
    DataFrame
        Index of `waves`; a float column for each item of the key that `waves` has.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> waves = pd.DataFrame({"mmf_14": [2.0], "mmf_15": [2.0]})
    >>> scored_answers(waves, load_key("mmf")).iloc[0].tolist()
    [2.0, 0.0]
    """
    columns = {}
    for item in key.items:
        name = f"{key.name}_{item}"
        if name not in waves:
            continue
        block = key.responses_of(item)
        values = waves[name].astype("float64")
        if block.recode is not None:
            values = values.map({float(code): float(to) for code, to in block.recode.items()})
        if key.is_reversed(item):
            values = sum(block.scores) - values
        columns[name] = values
    return pd.DataFrame(columns, index=waves.index, dtype=np.float64)


def _pile(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames one below the other; the first has no rows and gives the columns alone."""
    return pd.concat(frames[1:], ignore_index=True) if len(frames) > 1 else frames[0]
