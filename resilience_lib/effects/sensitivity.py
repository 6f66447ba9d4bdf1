"""The same contrast under every method that the study file asks for, as one frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from resilience_lib.effects.answers import ANSWERS, delta_name
from resilience_lib.effects.arms import estimate_effects
from resilience_lib.effects.change import estimate_change
from resilience_lib.effects.change_wild import estimate_change_wild
from resilience_lib.effects.completed import Completed, complete_outcome
from resilience_lib.effects.imputed import estimate_change_imputed, estimate_effects_imputed
from resilience_lib.effects.jackknifed import estimate_change_jackknife
from resilience_lib.effects.names import HEADLINES
from resilience_lib.frames import ESTIMATE_COLUMNS
from resilience_lib.study.schema import Study

CONTRASTED = ("mean_change", "mean_difference")
SENSITIVITY_COLUMNS: tuple[str, ...] = ("answer", *ESTIMATE_COLUMNS)
_MIXED = "mixed model"


def sensitivity_declared(
    analysis: pd.DataFrame,
    pupils: pd.DataFrame,
    study: Study,
    estimates: pd.DataFrame,
    extra: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Change and effects in points under every answer of the block `sensitivity`.

    Parameters
    ----------
    analysis, pupils : DataFrame
        Analysis frame, and one row per pupil.
    study : Study
    estimates : DataFrame
        The study's Estimate frame: the headline and the mixed model are taken from it and not
        fitted again.
    extra : mapping of str to DataFrame, optional
        Answer (a name of `effects.answers.ANSWERS`) to an Estimate frame made elsewhere; other
        estimands than those compared are left out.

    Returns
    -------
    DataFrame
        `answer` and the columns of the Estimate frame: `mean_change` by outcome, pair of waves
        and subgroup, `mean_difference` by outcome, arm, wave and subgroup, answers in the order
        of the registry; and `tipping_delta` (answer `delta`) where scores were filled in.

    Raises
    ------
    KeyError
        An answer in `extra` that the registry does not know.
    """
    asked = study.sensitivity
    parts = _taken(estimates)
    for name, frame in (extra or {}).items():
        if name not in ANSWERS:
            raise KeyError(f"no answer {name!r}; known: {', '.join(ANSWERS)}")
        parts.append(frame[frame["estimand"].isin(CONTRASTED)].assign(answer=name))
    for outcome in study.outcomes:
        parts += _answers(analysis, pupils, study, outcome.name)
    parts = [part.assign(study=study.study) for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=list(SENSITIVITY_COLUMNS))
    shifts = [delta_name(delta) for delta in asked.deltas]
    names = [name for name in ANSWERS if name in asked.answers]
    order = [n for name in names for n in ([*shifts, name] if name == "delta" else [name])]
    frame = pd.concat(parts, ignore_index=True)[list(SENSITIVITY_COLUMNS)]
    outcomes = [outcome.name for outcome in study.outcomes]
    return _sorted(
        frame[frame["answer"].isin(order) & frame["outcome"].isin(outcomes)], outcomes, order
    )


def _taken(estimates: pd.DataFrame) -> list[pd.DataFrame]:
    """The headline's and the mixed model's rows."""
    taken = []
    for estimand in CONTRASTED:
        rows = estimates[estimates["estimand"] == estimand]
        for answer, begins in (("cr2", HEADLINES[estimand]), ("mixed_model", (_MIXED,))):
            mine = [method.startswith(begins) for method in rows["method"]]
            taken.append(rows[mine].assign(answer=answer))
    return taken


def _answers(
    analysis: pd.DataFrame, pupils: pd.DataFrame, study: Study, outcome: str
) -> list[pd.DataFrame]:
    """Everything that is estimated here of one outcome."""
    asked = study.sensitivity
    mine = analysis[analysis["outcome"] == outcome]
    waves, gender = study.wave_names, study.gender.difference
    changes = study.changes if outcome in study.comparable else ()
    arms = study.arm_names
    made: dict[str, list[pd.DataFrame]] = {}
    if "wild_bootstrap" in asked.answers and changes:
        wild = estimate_change_wild(
            mine, waves=waves, changes=changes, gender=gender, seed=study.seed
        )
        made["wild_bootstrap"] = [wild[wild["estimand"].isin(CONTRASTED)]]
    if "jackknife" in asked.answers and changes:
        jackknifed = estimate_change_jackknife(mine, waves=waves, changes=changes, gender=gender)
        made["jackknife"] = [jackknifed]
    if "complete_cases" in asked.answers and (changes or arms):
        whole = complete_cases(mine, pupils, waves)
        made["complete_cases"] = _headlines(whole, study, changes)
    filled = {"imputed", "delta"} & set(asked.answers)
    if filled and changes:
        completed = _completed(analysis, study, outcome, ())
        found = estimate_change_imputed(
            mine, completed, changes=changes, gender=gender, deltas=asked.deltas
        )
        for name, frame in found.items():
            made.setdefault(name, []).append(frame)
    if filled and arms:
        completed = _completed(analysis, study, outcome, arms)
        found = estimate_effects_imputed(
            mine,
            completed,
            waves=study.effects_at,
            arms=arms,
            gender=gender,
            deltas=asked.deltas,
        )
        for name, frame in found.items():
            made.setdefault(name, []).append(frame)
    names = {name: "delta" if name == "tipping" else name for name in made}
    return [
        frame.assign(answer=names[name], outcome=outcome)
        for name, frames in made.items()
        for frame in frames
    ]


def complete_cases(
    analysis: pd.DataFrame, pupils: pd.DataFrame, waves: Sequence[str]
) -> pd.DataFrame:
    """Rows of pupils seen at every wave who also have a score of this outcome at each.

    Parameters
    ----------
    analysis, pupils : DataFrame
        Analysis frame of one outcome, and one row per pupil with `seen_<wave>`.
    waves : sequence of str

    Examples
    --------
    >>> pupils = pd.DataFrame({"pupil": ["1", "2"], "seen_T1": True, "seen_T2": True})
    >>> frame = pd.DataFrame({"pupil": ["1", "1", "2", "2"], "wave": ["T1", "T2"] * 2,
    ...                       "score": [1.0, 2.0, 3.0, None]})
    >>> complete_cases(frame, pupils, ("T1", "T2"))["pupil"].unique().tolist()
    ['1']
    """
    seen = pupils[[f"seen_{wave}" for wave in waves]].astype(bool).all(axis=1)
    scored = analysis[analysis["wave"].isin(list(waves)) & analysis["score"].notna()]
    count = scored["pupil"].value_counts()
    whole = set(count.index[count == len(waves)]) & set(pupils.loc[seen, "pupil"])
    return analysis[analysis["pupil"].isin(whole)]


def _headlines(
    whole: pd.DataFrame, study: Study, changes: Sequence[tuple[str, str]]
) -> list[pd.DataFrame]:
    """The headline's own estimators on complete cases."""
    waves, gender = study.wave_names, study.gender.difference
    frames = []
    if changes:
        frames.append(estimate_change(whole, waves=waves, changes=changes, gender=gender))
    if study.arm_names:
        frames.append(
            estimate_effects(whole, waves=study.effects_at, arms=study.arm_names, gender=gender)
        )
    note = "; pupils with a score at every wave"
    return [
        frame.assign(method=frame["method"] + note)[frame["estimand"].isin(CONTRASTED)]
        for frame in frames
    ]


def _completed(
    analysis: pd.DataFrame, study: Study, outcome: str, arms: Sequence[str]
) -> Completed:
    return complete_outcome(
        analysis,
        outcome,
        waves=study.wave_names,
        gender=study.gender.difference,
        arms=arms,
        auxiliaries=study.sensitivity.auxiliaries,
        imputations=study.sensitivity.imputations,
        seed=study.seed,
    )


def _sorted(frame: pd.DataFrame, outcomes: Sequence[str], answers: Sequence[str]) -> pd.DataFrame:
    """By outcome, estimand, contrast and subgroup as they first stand, then by answer."""
    places = {}
    for column in ("estimand", "contrast", "subgroup"):
        codes, _ = pd.factorize(frame[column])
        places[column] = codes
    places["outcome"] = frame["outcome"].map(list(outcomes).index)
    places["answer"] = frame["answer"].map(list(answers).index)
    keys = pd.DataFrame(places, index=frame.index)
    by = ["outcome", "estimand", "contrast", "subgroup", "answer"]
    return frame.loc[keys.sort_values(by, kind="stable").index].reset_index(drop=True)
