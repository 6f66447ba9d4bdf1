"""Scores in the long form: one row per pupil, wave and outcome."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.instruments.key import Key
from resilience_lib.instruments.parts import items_needed
from resilience_lib.instruments.score import score_items
from resilience_lib.paths import relative, study_file
from resilience_lib.study.schema import Study

SCORES_COLUMNS: tuple[str, ...] = ("pupil", "wave", "outcome", "score")


def score_waves(waves: pd.DataFrame, study: Study, keys: Mapping[str, Key]) -> pd.DataFrame:
    """Scores of every declared outcome.

    Parameters
    ----------
    waves : DataFrame
        Clean waves with one column per outcome that has a raw column, and one per item of the
        instruments.
    study : Study
    keys : mapping of str to Key
        Of the instruments that outcomes name (`keys_of.load_keys`).

    Returns
    -------
    DataFrame
        `SCORES_COLUMNS`; one row per row of `waves` and outcome, in the order of outcomes, a
        missing score as NaN. A sum is missing where one of its parts is; a scale where its
        instrument's missing rule says so.

    Raises
    ------
    FaultsError
        Scores outside the range that the study file declares, counted by outcome and wave;
        answers that are no codes of their instrument; items that are not there, or that nobody
        answered at a wave at which others of a scale were that is said to be the same at all.
    """
    faults = _not_asked(waves, study, keys)
    if faults:
        raise FaultsError(faults)
    scored: dict[str, pd.DataFrame] = {}
    for name, key in keys.items():
        parts = [o.scale for o in study.outcomes if o.instrument == name and o.scale is not None]
        scored[name] = score_items(waves, key, list(dict.fromkeys(parts)))
    scores: dict[str, pd.Series] = {}
    for outcome in study.outcomes:
        if outcome.instrument is not None:
            scores[outcome.name] = scored[outcome.instrument][outcome.scale]
        elif outcome.sum_of is not None:
            parts_of = pd.DataFrame({part: scores[part] for part in outcome.sum_of})
            scores[outcome.name] = parts_of.sum(axis=1, skipna=False)
        else:
            scores[outcome.name] = waves[outcome.name]
    faults = _out_of_range(waves, scores, study)
    if faults:
        raise FaultsError(faults)
    long = [
        pd.DataFrame(
            {"pupil": waves["pupil"], "wave": waves["wave"], "outcome": name, "score": score}
        )
        for name, score in scores.items()
    ]
    return pd.concat(long, ignore_index=True)[list(SCORES_COLUMNS)]


def _not_asked(waves: pd.DataFrame, study: Study, keys: Mapping[str, Key]) -> list[Fault]:
    """Items of a scale that were asked at some waves only: prorated, it would be another scale."""
    faults = []
    place = relative(study_file(study.study))
    for number, outcome in enumerate(study.outcomes):
        name, scale = outcome.instrument, outcome.scale
        # where no change is estimated of it, a scale may have lost or won items
        if name is None or scale is None or not outcome.comparable_across_waves:
            continue
        items = {f"{name}_{item}": item for item in items_needed(keys[name], [scale])}
        answers = waves[[column for column in items if column in waves]]
        answered = answers.notna().groupby(waves["wave"]).any()
        for wave, there in answered[answered.any(axis=1)].iterrows():
            rule = (
                f"at a wave at which {scale} of {name} is asked, somebody answers each item of it"
            )
            remedy = (
                "give its column role item; if it was not asked, write a key of your own without "
                "it, or say comparable_across_waves: false"
            )
            faults += [
                Fault(
                    place, rule, remedy, None, f"outcomes.{number}.scale", f"{items[i]} at {wave}"
                )
                for i in there.index[~there]
            ]
    return faults


def _out_of_range(
    waves: pd.DataFrame, scores: Mapping[str, pd.Series], study: Study
) -> list[Fault]:
    faults = []
    for number, outcome in enumerate(study.outcomes):
        low, high = outcome.range
        score = scores[outcome.name]
        outside = score.notna() & ~score.between(low, high)
        for wave, count in waves.loc[outside, "wave"].value_counts().sort_index().items():
            rule = f"scores of {outcome.name} lie in {low:g} to {high:g}; {count} at {wave} do not"
            remedy = "mend the raw scores' codebook or the range in the study file"
            place = relative(study_file(study.study))
            shown = f"[{low:g}, {high:g}]"
            key = f"outcomes.{number}.range"
            faults.append(Fault(place, rule, remedy, column=key, value=shown))
    return faults
