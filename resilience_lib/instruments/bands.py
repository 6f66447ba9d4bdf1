"""Scores as bands of a norm set."""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.instruments.key import Key


def band_scores(scores: pd.DataFrame, key: Key, norm_set: str) -> pd.DataFrame:
    """Bands of every score that a norm set cuts.

    Parameters
    ----------
    scores : DataFrame
        As `score_items` gives them: one column per part of the key.
    key : Key
    norm_set : str
        One of `key.norm_sets`; there is no default, since cut-offs differ by informant, country
        and number of bands.

    Returns
    -------
    DataFrame
        Index of `scores`; per part that is in `scores` and has bands in this norm set a column of
        the same name, an ordered category from the band of the lowest scores up, missing where
        the score is. A prorated score between two bands is in the lower one: a band holds whoever
        has reached its lowest score.

    Raises
    ------
    FaultsError
        The key has no such norm set (what it leaves out, and why, is said), or it is switched off.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> scores = pd.DataFrame({"emotional": [9.0, 9.5, 10.0, 12.0]})
    >>> band_scores(scores, load_key("mmf"), "code_three_bands")["emotional"].tolist()
    ['expected', 'expected', 'borderline', 'clinical']
    """
    place = f"instrument {key.name}"
    named = [bands for bands in key.bands if bands.norm_set == norm_set]
    if not named:
        left_out = "; ".join(f"{left.what}: {left.reason}" for left in key.left_out)
        has = f"norm sets are {', '.join(key.norm_sets)}" if key.norm_sets else left_out
        rule = f"there is no norm set called {norm_set}"
        raise FaultsError([Fault(place, rule, has or "it has no bands", value=norm_set)])
    off = [bands for bands in named if bands.switched_off is not None]
    if off:
        remedy = "leave it out, or write a key of your own beside the study file"
        raise FaultsError(
            [
                Fault(
                    place, f"bands are switched off: {bands.switched_off}", remedy, column=bands.of
                )
                for bands in off
            ]
        )
    columns = {}
    for bands in named:
        if bands.of not in scores:
            continue
        starts = np.array([cut.lowest for cut in bands.cuts])
        score = scores[bands.of].to_numpy(dtype=np.float64)
        # how many bands begin at or below the score, less one; -1 is a category's missing
        codes = np.where(np.isnan(score), -1, np.searchsorted(starts, score, side="right") - 1)
        columns[bands.of] = pd.Categorical.from_codes(
            codes, categories=[cut.label for cut in bands.cuts], ordered=True
        )
    return pd.DataFrame(columns, index=scores.index)
