"""Scores in the long form: one row per pupil, wave and outcome."""

from __future__ import annotations

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.study.schema import Study

SCORES_COLUMNS: tuple[str, ...] = ("pupil", "wave", "outcome", "score")


def score_waves(waves: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Scores of every declared outcome.

    Parameters
    ----------
    waves : DataFrame
        Clean waves with one column per outcome that has a raw column.
    study : Study

    Returns
    -------
    DataFrame
        `SCORES_COLUMNS`; one row per row of `waves` and outcome, in the order of outcomes, a
        missing score as NaN. A sum is missing where one of its parts is.

    Raises
    ------
    FaultsError
        Scores outside the range that the study file declares, counted by outcome and wave.
    """
    scores: dict[str, pd.Series] = {}
    for outcome in study.outcomes:
        if outcome.sum_of is None:
            scores[outcome.name] = waves[outcome.name]
        else:
            parts = pd.DataFrame({part: scores[part] for part in outcome.sum_of})
            scores[outcome.name] = parts.sum(axis=1, skipna=False)
    faults = []
    for outcome in study.outcomes:
        low, high = outcome.range
        score = scores[outcome.name]
        outside = score.notna() & ~score.between(low, high)
        for wave, count in waves.loc[outside, "wave"].value_counts().sort_index().items():
            rule = f"scores of {outcome.name} lie in {low:g} to {high:g}; {count} at {wave} do not"
            remedy = "mend the raw scores' codebook or the range in the study file"
            place = f"studies/{study.study}/study.yml"
            faults.append(Fault(place, rule, remedy, column=f"outcomes.{outcome.name}.range"))
    if faults:
        raise FaultsError(faults)
    long = [
        pd.DataFrame(
            {"pupil": waves["pupil"], "wave": waves["wave"], "outcome": name, "score": score}
        )
        for name, score in scores.items()
    ]
    return pd.concat(long, ignore_index=True)[list(SCORES_COLUMNS)]
