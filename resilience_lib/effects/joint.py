"""Joint tests of change and of arms: all contrasts of one question at once, CR2 by school."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.effects.arms import arm_rows, effect_cells, effect_fit
from resilience_lib.effects.change import change_column, change_model
from resilience_lib.effects.names import CHANGE_METHOD, EFFECT_METHOD, PLAIN_METHOD
from resilience_lib.effects.subgroups import (
    ALL,
    cell_weights,
    difference_label,
    gender_note,
    shares_of,
    shares_text,
    subgroup_weights,
)
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import Cr2Fit
from resilience_lib.models.cr2_joint import JointTest, joint_cr2


def estimate_joint(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]] = (),
    gender: Sequence[str] = (),
    arms: Sequence[str] = (),
    effects_at: Sequence[str] = (),
) -> pd.DataFrame:
    """`wald_f`: whether all changes are zero, change alike by gender, and no arm differs.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    waves : sequence of str
        All waves of the model of change, the study's first wave first.
    changes : sequence of (str, str)
        Pairs (earlier, later); fewer than two leave nothing to test at once.
    gender : sequence of str
        Two levels, difference first - second; empty for none.
    arms : sequence of str
        The comparison first.
    effects_at : sequence of str
        Waves of the effects.

    Returns
    -------
    DataFrame
        Estimate frame: F in `estimate`, its first df in words in `method`, the second in `df`;
        no interval. A row for all, each gender and the gender difference ("girls and boys
        change alike at every wave"); `contrast` names the contrasts tested.

    Raises
    ------
    ModelInputError
        See `effects.change.estimate_change`.

    Notes
    -----
    `models.cr2_joint.joint_cr2` on the regressions of `effects.change.estimate_change` and
    `effects.arms.estimate_effects`, with the weights of their rows.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, s + i + .1 * s * i * (w == "T2") + i * (w == "T3"), "x")
    ...         for s in range(7) for i in range(4) for w in ("T1", "T2", "T3")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_joint(frame, waves=("T1", "T2"), changes=[("T1", "T2"), ("T1", "T3")])
    >>> got["contrast"].item(), got["reason"].item()
    ('T2 - T1, T3 - T1', 'no pupils of a group at a wave')
    """
    rows = []
    if len(changes) > 1:
        rows += _changes(analysis, waves, changes, gender)
    if len(arms) > 1 and (len(arms) - 1) * len(effects_at) > 1:
        rows += _effects(analysis, arms, effects_at, gender)
    return estimate_frame(rows)


def _changes(
    analysis: pd.DataFrame,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str],
) -> list[dict[str, object]]:
    model = change_model(analysis, waves, gender)
    alike = difference_label(gender) if gender else ""
    rows = []
    for subgroup, weights in subgroup_weights(gender, model.shares).items():
        columns = [change_column(model, first, later, weights) for first, later in changes]
        question = (
            f"{' and '.join(gender)} change alike at every wave"
            if subgroup == alike
            else "all changes are zero"
        )
        shares = shares_text(model.shares) if subgroup == ALL else ""
        counted = model.data[model.data["group"].isin(list(weights))]
        rows.append(
            _row(
                _tested(model.fit, columns, model.refused),
                question,
                CHANGE_METHOD + model.note + shares,
                counted[counted["pupil"].duplicated(keep=False)],
            )
            | {"contrast": ", ".join(f"{b} - {a}" for a, b in changes), "subgroup": subgroup}
        )
    return rows


def _effects(
    analysis: pd.DataFrame,
    arms: Sequence[str],
    effects_at: Sequence[str],
    gender: Sequence[str],
) -> list[dict[str, object]]:
    data = arm_rows(analysis, effects_at, arms, gender)
    fit, where = effect_fit(data)
    method = EFFECT_METHOD if data["stratum"].notna().all() else PLAIN_METHOD
    shares = {wave: shares_of(data[data["wave"] == wave]) for wave in effects_at}
    by_wave = {wave: subgroup_weights(gender, shares[wave]) for wave in effects_at}
    pairs = [(wave, arm) for wave in effects_at for arm in arms[1:]]
    rows = []
    for subgroup in subgroup_weights(gender, {}):
        cells = [effect_cells(w, arm, arms[0], by_wave[w][subgroup]) for w, arm in pairs]
        question = (
            f"arms differ alike for {' and '.join(gender)} at every wave"
            if gender and subgroup == difference_label(gender)
            else "no arm differs at any wave"
        )
        levels = [subgroup] if subgroup in gender else [*(gender or [ALL])]
        rows.append(
            _row(
                _tested(fit, [cell_weights(where, wanted) for wanted in cells]),
                question,
                method + gender_note(analysis, effects_at, gender),
                data[data["group"].isin(levels)],
            )
            | {
                "contrast": ", ".join(f"{arm} - {arms[0]} at {wave}" for wave, arm in pairs),
                "subgroup": subgroup,
            }
        )
    return rows


def _tested(
    fit: Cr2Fit | None, columns: Sequence[NDArray[np.float64] | None], refused: str = ""
) -> JointTest:
    if fit is None or any(column is None for column in columns):
        nan = float("nan")
        return JointTest(nan, 0, nan, nan, refused or "no pupils of a group at a wave")
    return joint_cr2(fit, np.array(columns, dtype=float))


def _row(got: JointTest, question: str, model: str, counted: pd.DataFrame) -> dict[str, object]:
    return {
        "estimand": "wald_f",
        "estimate": got.f,
        "df": got.df_denominator,
        "p_value": got.p_value,
        "method": f"joint HTZ test that {question}, F({got.df}, df); {model}",
        "n": counted["pupil"].nunique(),
        "n_clusters": counted["school"].nunique(),
        "reason": got.reason,
    }
