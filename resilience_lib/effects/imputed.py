"""Change and effects with gaps filled, and with what was filled in shifted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.effects.arms import effect_cells
from resilience_lib.effects.change import first_wave_spread
from resilience_lib.effects.completed import Completed
from resilience_lib.effects.shifted import Shiftable, answer_frames
from resilience_lib.effects.subgroups import (
    ALL,
    cell_columns,
    cell_weights,
    shares_of,
    shares_text,
    subgroup_weights,
)
from resilience_lib.models.cr2_many import Parts, contrast_many
from resilience_lib.models.one_way import total_sd
from resilience_lib.models.scores import differences

Array = NDArray[np.float64]

IMPUTED_METHOD = "multilevel multiple imputation (normal, school intercepts), CR2 by school"


def estimate_change_imputed(
    analysis: pd.DataFrame,
    completed: Completed,
    *,
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str] = (),
    deltas: Sequence[float] = (),
    conf_level: float = 0.95,
) -> dict[str, pd.DataFrame]:
    """`mean_change` of everyone with a score, gaps filled; the same with shifts; tipping points.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of this outcome, whose total SD at the first wave is the unit of shifts.
    completed : Completed
        Of the same outcome and gender.
    changes : sequence of (str, str)
    gender : sequence of str
    deltas : sequence of float
        SDs added to filled-in scores after the first wave: were those who were not seen worse
        (negative) or better than the seen ones like them.
    conf_level : float, in (0, 1)

    Returns
    -------
    dict of str to DataFrame
        Estimate frames by answer: `imputed`, `delta_<x>`, and `tipping`: `tipping_delta`, the
        shift nearest to 0 at which the interval reaches 0 (missing, with the reason, where it
        does not within 2 SDs, or has 0 inside already).

    Notes
    -----
    On completed data the regression over waves is the regression of differences on gender.
    Rubin's rules (1987) with Barnard & Rubin's (1999) df, complete-data df those of CR2.
    Pattern-mixture shift: Carpenter & Kenward 2013, Multiple Imputation and its Application,
    chapter 10; the shift is that of the score, not of its change.

    Examples
    --------
    >>> from resilience_lib.effects.completed import complete_outcome
    >>> rows = [(f"{s}-{i}", str(s), w, s + (7 * i * i + s) % 5
    ...          + (w == "T2") * ((i + s * s) % 3), "x")
    ...         for s in range(6) for i in range(8) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> frame["school_attended"] = frame["school"]
    >>> made = complete_outcome(frame, "x", waves=("T1", "T2"), imputations=2, seed=1)
    >>> got = estimate_change_imputed(frame, made, changes=[("T1", "T2")], deltas=[-0.2])
    >>> list(got), round(float(got["imputed"]["estimate"].iloc[0]), 3)
    (['imputed', 'delta_-0.2', 'tipping'], 1.042)
    """
    answered = list(_changes(analysis, completed, changes, gender))
    return answer_frames(answered, completed.imputed.reason, deltas, conf_level, "mean_change")


def estimate_effects_imputed(
    analysis: pd.DataFrame,
    completed: Completed,
    *,
    waves: Sequence[str],
    arms: Sequence[str],
    gender: Sequence[str] = (),
    deltas: Sequence[float] = (),
    conf_level: float = 0.95,
) -> dict[str, pd.DataFrame]:
    """`mean_difference` of arms at each wave, gaps filled, as `estimate_change_imputed`.

    Shifts move both arms alike, so that they matter only where one lost more pupils. Their unit
    is the total SD at the effect's own wave, as that of `g_total`: waves may have other scales.

    Parameters
    ----------
    analysis, completed, gender, deltas, conf_level
        As in `estimate_change_imputed`; gaps filled with the same arms.
    waves, arms : sequence of str
        As in `effects.arms.estimate_effects`, whose strata are kept.

    Examples
    --------
    >>> from resilience_lib.effects.completed import complete_outcome
    >>> rows = [(f"{s}-{i}", str(s), w, "ab"[i % 2], s + (7 * i * i + s) % 5 + i % 2, "x")
    ...         for s in range(6) for i in range(8) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "arm", "score", "outcome"])
    >>> frame["stratum"] = frame["school_attended"] = frame["school"]
    >>> arms = ("a", "b")
    >>> made = complete_outcome(frame, "x", waves=("T1",), arms=arms, imputations=2, seed=1)
    >>> got = estimate_effects_imputed(frame, made, waves=("T1",), arms=arms)
    >>> round(float(got["imputed"]["estimate"].iloc[0]), 3)
    1.042
    """
    answered = list(_effects(analysis, completed, waves, arms, gender))
    return answer_frames(answered, completed.imputed.reason, deltas, conf_level, "mean_difference")


def _changes(
    analysis: pd.DataFrame,
    completed: Completed,
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str],
) -> Iterator[Shiftable]:
    pupils, values = completed.pupils, completed.imputed.values
    lost = _shiftable(completed) * _unit(analysis, completed.waves[0])
    shares = shares_of(pupils) if len(pupils) else {}
    for first, later in changes:
        a, b = (completed.waves.index(wave) for wave in (first, later))
        subgroups = subgroup_weights(gender, shares)
        cells, where = cell_columns(pupils["group"])
        yield from _answer(
            _changed(values[:, :, a], values[:, :, b]),
            lost[:, b] - lost[:, a],
            cells,
            pupils["school"],
            None,
            {name: cell_weights(where, weights) for name, weights in subgroups.items()},
            [_labels(completed, f"{later} - {first}", w, n, shares) for n, w in subgroups.items()],
        )


def _changed(first: Array, later: Array) -> Array:
    """Change in each completed data set."""
    if not len(first):
        return later - first
    return np.stack([differences(x, y) for x, y in zip(first, later, strict=True)])


def _effects(
    analysis: pd.DataFrame,
    completed: Completed,
    waves: Sequence[str],
    arms: Sequence[str],
    gender: Sequence[str],
) -> Iterator[Shiftable]:
    pupils, values = completed.pupils, completed.imputed.values
    lost = _shiftable(completed)
    shares = shares_of(pupils) if len(pupils) else {}
    stratified = bool(pupils["stratum"].notna().all())
    for wave in waves:
        at = completed.waves.index(wave)
        shift = lost[:, at] * _unit(analysis, wave)
        for arm in arms[1:]:
            subgroups = subgroup_weights(gender, shares)
            cells, where = cell_columns(wave + "|" + pupils["group"] + "|" + pupils["arm"])
            contrast = f"{arm} - {arms[0]} at {wave}"
            yield from _answer(
                values[:, :, at],
                shift,
                cells,
                pupils["school"],
                pupils["stratum"] if stratified else None,
                {
                    name: cell_weights(where, effect_cells(wave, arm, arms[0], weights))
                    for name, weights in subgroups.items()
                },
                [_labels(completed, contrast, w, n, shares) for n, w in subgroups.items()],
            )


def _shiftable(completed: Completed) -> Array:
    """1 where a score after the first wave was filled in."""
    lost = completed.imputed.missing.astype(float)
    lost[:, :1] = 0.0
    return lost


def _unit(analysis: pd.DataFrame, wave: str) -> float:
    """Total SD at a wave, the unit of shifts."""
    spread = first_wave_spread(analysis, wave)
    return total_sd(spread)[0] if spread else float("nan")


def _labels(
    completed: Completed,
    contrast: str,
    weights: Mapping[str, float],
    subgroup: str,
    shares: Mapping[str, float],
) -> dict[str, object]:
    inside = completed.pupils["group"].isin(list(weights))
    method = f"{IMPUTED_METHOD}; {completed.note}"
    return {
        "contrast": contrast,
        "subgroup": subgroup,
        "n": int(inside.sum()),
        "n_clusters": completed.pupils.loc[inside, "school"].nunique(),
        "method": method + (shares_text(shares) if subgroup == ALL else ""),
    }


def _answer(
    outcomes: Array,
    shift: Array,
    cells: Array,
    school: pd.Series,
    absorb: pd.Series | None,
    weights: Mapping[str, Array | None],
    labels: Sequence[Mapping[str, object]],
) -> Iterator[Shiftable]:
    """Contrasts of every data set, the shift's own contrast beside them."""
    nan = float("nan")
    known = [w for w in weights.values() if w is not None]
    found: Iterator[Parts] = iter(())
    if len(outcomes) and known:
        both = np.concatenate([outcomes, np.nan_to_num(shift)[None]])
        found = iter(contrast_many(both, cells, school, np.stack(known), absorb))
    for weight, label in zip(weights.values(), labels, strict=True):
        if weight is None or not len(outcomes):
            nothing = np.full(1, nan)
            yield Shiftable(label, Parts(nothing, nothing[None], nan, "no pupils"), nan, nothing)
            continue
        part = next(found)
        base = Parts(part.estimate[:-1], part.by_cluster[:-1], part.df, part.reason)
        slope = float(part.estimate[-1]) if np.isfinite(shift).all() else nan
        yield Shiftable(label, base, slope, part.by_cluster[-1])
