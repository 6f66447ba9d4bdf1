"""How far a study's scales can be trusted: reliability, item functioning, contrasts repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_lib.effects.change import estimate_change
from resilience_lib.frames import estimate_frame
from resilience_lib.instruments.key import Key
from resilience_lib.instruments.key import Subscale as KeySubscale
from resilience_lib.reliability.answers import Subscale
from resilience_lib.reliability.flagged import flagged_items, without_items
from resilience_lib.reliability.functioning import item_functioning
from resilience_lib.reliability.table import reliability_table
from resilience_lib.study.schema import Outcome, Study


@dataclass(frozen=True)
class ScaleMeasures:
    """What is known of a study's scales.

    Parameters
    ----------
    reliability : DataFrame
        Estimate frame: alpha, omega and so on by outcome, wave and gender.
    functioning : DataFrame
        One row per item and contrast, `reliability.compare_item.FUNCTIONING_COLUMNS`, and
        `smaller`: the pupils of the smaller of the two groups who answered all items.
    repeated : DataFrame
        Estimate frame: mean change of outcomes with flagged items, scored without them; `reason`
        says which were left out. Empty where no item is flagged.
    """

    reliability: pd.DataFrame
    functioning: pd.DataFrame
    repeated: pd.DataFrame


def measure_scales(
    answers: pd.DataFrame,
    analysis: pd.DataFrame,
    pupils: pd.DataFrame,
    study: Study,
    keys: Mapping[str, Key],
) -> ScaleMeasures:
    """Reliability and item functioning of every outcome that is scored from items.

    Parameters
    ----------
    answers : DataFrame
        pupil, wave, and a column `<instrument>_<item>` per item, recoded and reversed.
    analysis, pupils : DataFrame
        Analysis frame, and one row per pupil (whose school is the cluster).
    study : Study
    keys : mapping of str to Key

    Returns
    -------
    ScaleMeasures
        With empty frames where no outcome is scored from items.
    """
    scales = _scales(study, keys)
    who = pupils[["pupil", "school", "gender"]]
    items = answers.merge(who, on="pupil", how="left", validate="many_to_one")
    waves, gender = study.wave_names, study.gender.difference
    reliability = reliability_table(items, scales, waves=waves, gender=gender, seed=study.seed)
    functioning = item_functioning(items, scales, waves=waves, gender=gender)
    functioning = functioning.assign(smaller=_smaller(functioning, items, scales, study))
    repeated = [estimate_frame([])]
    for name, flagged in flagged_items(functioning).items():
        repeated.append(_repeat(name, flagged, scales[name], items, analysis, study, keys))
    rows = pd.concat(repeated, ignore_index=True) if len(repeated) > 1 else repeated[0]
    return ScaleMeasures(reliability.assign(study=study.study), functioning, rows)


def _scales(study: Study, keys: Mapping[str, Key]) -> dict[str, Subscale]:
    """Outcomes scored from the items of one subscale, as items and number of answers."""
    found = {}
    for outcome in study.outcomes:
        part = _part(outcome, keys)
        if part is not None:
            key = keys[outcome.instrument or ""]
            low, high = key.responses_of(part.items[0]).scores
            columns = tuple(f"{key.name}_{item}" for item in part.items)
            found[outcome.name] = Subscale(columns, high - low + 1)
    return found


def _part(outcome: Outcome, keys: Mapping[str, Key]) -> KeySubscale | None:
    if outcome.instrument is None or outcome.scale is None:
        return None
    part = keys[outcome.instrument].part(outcome.scale)
    return part if isinstance(part, KeySubscale) else None


def _smaller(
    functioning: pd.DataFrame,
    items: pd.DataFrame,
    scales: Mapping[str, Subscale],
    study: Study,
) -> list[float]:
    """Pupils with all items of a scale in the smaller of the two groups of each comparison."""
    whole = {n: items[list(s.items)].notna().all(axis=1) for n, s in scales.items()}
    sizes: dict[tuple[str, str, str], float] = {}
    found = []
    for name, contrast, subgroup in functioning[["subscale", "contrast", "subgroup"]].itertuples(
        index=False
    ):
        key = (name, contrast, subgroup)
        if key not in sizes:
            rows = items[whole[name]]
            if contrast in study.wave_names:
                counts = rows[rows["wave"] == contrast]["gender"].value_counts()
                groups: tuple[str, ...] = study.gender.difference
            else:
                counts, groups = rows["wave"].value_counts(), tuple(contrast.split(" - "))
            sizes[key] = float(min(counts.get(group, 0) for group in groups))
        found.append(sizes[key])
    return found


def _repeat(
    name: str,
    flagged: tuple[str, ...],
    scale: Subscale,
    items: pd.DataFrame,
    analysis: pd.DataFrame,
    study: Study,
    keys: Mapping[str, Key],
) -> pd.DataFrame:
    """Mean change of an outcome scored without its flagged items."""
    outcome = study.outcome(name)
    part = _part(outcome, keys)
    reduced, said = without_items(name, scale, flagged)
    comparable = outcome.comparable_across_waves and bool(study.changes)
    if part is None or part.scoring == "table":
        said = f"{name} cannot be repeated without {', '.join(flagged)}: its table is for all items"
    if reduced is None or part is None or part.scoring == "table" or not comparable:
        return estimate_frame([{"study": study.study, "outcome": name, "estimand": "mean_change",
                                "reason": said}])  # fmt: skip
    scores = _score(items, reduced, len(scale.items), part)
    own = analysis[analysis["outcome"] == name].drop(columns="score")
    frame = own.merge(scores, on=["pupil", "wave"], how="left", validate="one_to_one")
    found = estimate_change(
        frame,
        waves=study.wave_names,
        changes=study.changes,
        gender=study.gender.difference,
        conf_level=0.95,
    )
    rows = found[found["estimand"] == "mean_change"]
    notes = [f"{said} {reason}".strip() for reason in rows["reason"]]
    return rows.assign(study=study.study, outcome=name, reason=notes)


def _score(items: pd.DataFrame, reduced: Subscale, whole: int, part: KeySubscale) -> pd.DataFrame:
    """Scores on the scale's own range: the mean of the items that are left, or that times the
    number of all its items where the scale is a sum; the same share has to be answered."""
    values = items[list(reduced.items)].to_numpy(dtype=float)
    needed = part.missing.answers_needed(whole) / whole * len(reduced.items)
    enough = (~np.isnan(values)).sum(axis=1) >= needed - 1e-9
    score = np.full(len(values), np.nan)
    score[enough] = np.nanmean(values[enough], axis=1)
    if part.scoring == "sum":
        score *= whole
    return items[["pupil", "wave"]].assign(score=score)
