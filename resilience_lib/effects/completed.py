"""Completed data sets of one outcome: scores at all waves, gaps filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_lib.effects.subgroups import complete_scores, gender_note
from resilience_lib.models.imputation import Imputed, impute
from resilience_lib.resampling.streams import stream


@dataclass(frozen=True)
class Completed:
    """One outcome of n pupils at w waves in m completed data sets.

    Attributes
    ----------
    pupils : DataFrame (n,)
        pupil, school, group (gender, or "all"), arm and stratum where the frame has them.
    imputed : Imputed
        values (m, n, w): auxiliaries are taken off again.
    waves : tuple of str
    note : str
        For the method text: data sets, auxiliaries, and who is left out.
    """

    pupils: pd.DataFrame
    imputed: Imputed
    waves: tuple[str, ...]
    note: str


def complete_outcome(
    analysis: pd.DataFrame,
    outcome: str,
    *,
    waves: Sequence[str],
    gender: Sequence[str] = (),
    arms: Sequence[str] = (),
    auxiliaries: Sequence[str] = (),
    imputations: int = 20,
    seed: int,
) -> Completed:
    """Fill the gaps of one outcome.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame with this outcome and its auxiliaries.
    outcome : str
    waves : sequence of str
        All waves of the study.
    gender, arms : sequence of str
        Groups with means of their own; pupils outside them are left out.
    auxiliaries : sequence of str
        Other outcomes whose scores at every wave help to fill gaps.
    imputations : int, at least 2
    seed : int
        The study's. Each data set has a stream of its own, named by outcome and number.

    Returns
    -------
    Completed
        Everyone with a score of this outcome at one wave or more.

    Examples
    --------
    >>> rows = [(f"{s}-{i}", str(s), w, (s + 7 * i * i) % 5 + (w == "T2") * (i % 3), "x")
    ...         for s in range(6) for i in range(8) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> frame.loc[frame.index % 10 == 3, "score"] = None
    >>> made = complete_outcome(frame, "x", waves=("T1", "T2"), imputations=3, seed=1)
    >>> made.imputed.values.shape, made.note
    ((3, 48, 2), '3 completed data sets')
    """
    others = [name for name in auxiliaries if name != outcome]
    mine = analysis[analysis["outcome"] == outcome]
    data = complete_scores(mine, waves, gender)
    if arms:
        data = data[data["arm"].isin(list(arms))]
    kept = [c for c in ("pupil", "school", "group", "arm", "stratum") if c in data]
    pupils = data[kept].drop_duplicates("pupil").sort_values("pupil", ignore_index=True)
    columns = [_wide(data, waves, pupils)]
    names = list(waves)
    for name in others:
        rows = complete_scores(analysis[analysis["outcome"] == name], waves, ())
        columns.append(_wide(rows, waves, pupils))
        names += [f"{wave} of {name}" for wave in waves]
    note = f"{imputations} completed data sets"
    if others:
        note += f", auxiliaries {', '.join(others)}"
    streams = [stream(seed, "imputed", outcome, str(i)) for i in range(imputations)]
    group = pupils["group"] + "|" + pupils["arm"] if arms else pupils["group"]
    if len(pupils):
        values = np.column_stack(columns)
        made = impute(values, pupils["school"], group, streams, names)
    else:
        shape, none = (0, len(waves)), "not imputed: no scores"
        made = Imputed(np.empty((0, *shape)), np.empty(shape, dtype=bool), float("nan"), 0, none)
    w = len(waves)
    imputed = Imputed(
        made.values[:, :, :w], made.missing[:, :w], made.rhat, made.sweeps, made.reason
    )
    return Completed(pupils, imputed, tuple(waves), note + gender_note(mine, waves, gender))


def _wide(rows: pd.DataFrame, waves: Sequence[str], pupils: pd.DataFrame) -> np.ndarray:
    wide = rows.pivot(index="pupil", columns="wave", values="score")
    return np.asarray(
        wide.reindex(index=pupils["pupil"], columns=list(waves)).to_numpy(dtype=float)
    )
