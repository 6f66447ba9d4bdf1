"""Effects of an arm at each wave: one regression with stratum x wave effects, CR2 by school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from resilience_lib.effects.change import first_wave_spread
from resilience_lib.effects.names import EFFECT_METHOD, PLAIN_METHOD, RAW_METHOD, STRATUM_METHOD
from resilience_lib.effects.standardised import interval_in_sds, standardise
from resilience_lib.effects.subgroups import (
    ALL,
    cell_columns,
    cell_weights,
    complete_scores,
    estimate_row,
    gender_note,
    no_data,
    shares_of,
    shares_text,
    subgroup_weights,
)
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import Cr2Fit, contrast_cr2, fit_cr2
from resilience_lib.models.one_way import total_sd


def estimate_effects(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    arms: Sequence[str],
    gender: Sequence[str] = (),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Mean difference and `g_total` of each arm against the comparison, at each wave.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome, with `arm` and `stratum`; strata are missing where
        pupils were not assigned inside any.
    waves : sequence of str
        Waves at which effects are wanted; all enter the regression.
    arms : sequence of str
        The comparison first.
    gender : sequence of str
        Two levels, difference first - second; empty for none.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame; `mean_difference` in points, `g_total` in SDs. n and n_clusters
        count the two arms' pupils of the subgroup in strata where both arms are found.

    Notes
    -----
    score ~ stratum:wave (absorbed) + arm:wave:gender + gender:wave. A stratum without
    one of the two arms says nothing of their difference. Without strata the cells alone
    are compared: nothing but the arms then makes them alike. "all" weighs genders by their
    share of the pupils at that wave. g_total = J(df) difference / SD, SD = total SD of
    everyone at that wave in the unconditional model (EEF statistical guidance); its interval
    is made of those of the difference (CR2) and of the SD (`effects.standardised`).

    Examples
    --------
    >>> rows = [(f"{s}{i}", str(s), "T1", "ab"[i % 2], s + i % 2 + .1 * s * i, "x")
    ...         for s in range(5) for i in range(6)]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "arm", "score",
    ...                                     "outcome"]).assign(stratum=lambda d: d["school"])
    >>> got = estimate_effects(frame, waves=("T1",), arms=("a", "b"))
    >>> got["contrast"].tolist(), [round(float(x), 3) for x in got["estimate"]]
    (['b - a at T1', 'b - a at T1'], [1.2, 0.482])
    """
    data = arm_rows(analysis, waves, arms, gender)
    stratified = bool(data["stratum"].notna().all())
    headline = EFFECT_METHOD if stratified else PLAIN_METHOD
    fit, where = effect_fit(data)
    rows = []
    for wave in waves:
        now = data[data["wave"] == wave]
        spread = first_wave_spread(analysis, wave)
        sd, sd_df = total_sd(spread) if spread else (np.nan, np.nan)
        shares = shares_of(now)
        note = gender_note(analysis, (wave,), gender)
        for arm in arms[1:]:
            for subgroup, weights in subgroup_weights(gender, shares).items():
                column = cell_weights(where, effect_cells(wave, arm, arms[0], weights))
                answer = (
                    no_data(f"an arm has no pupils of this group at {wave}")
                    if fit is None or column is None
                    else contrast_cr2(fit, column, conf_level)
                )
                n, schools, outside = effect_counts(now, arm, arms[0], list(weights))
                labels = {
                    "contrast": f"{arm} - {arms[0]} at {wave}",
                    "subgroup": subgroup,
                    "n": n,
                    "n_clusters": schools,
                }
                method = headline + note + (shares_text(shares) if subgroup == ALL else "")
                if outside:
                    method += f"; {outside} pupils in strata with one of the two arms not counted"
                standard = f"; J x difference / total SD at {wave} (REML)"
                rows.append(
                    estimate_row(
                        answer, conf_level, estimand="mean_difference", method=method, **labels
                    )
                )
                rows.append(
                    estimate_row(
                        standardise(answer, sd, sd_df, conf_level, f"no total SD at {wave}"),
                        conf_level,
                        estimand="g_total",
                        interval=interval_in_sds(conf_level),
                        method=method + standard,
                        **labels,
                    )
                )
    return estimate_frame(rows)


def estimate_unadjusted(
    analysis: pd.DataFrame, *, wave: str, arms: Sequence[str], conf_level: float = 0.95
) -> pd.DataFrame:
    """Mean differences at one wave without gender terms, without and with stratum effects.

    For comparison with publications: everyone with a score and an arm at `wave`.

    Parameters
    ----------
    analysis, arms, conf_level
        As in `estimate_effects`.
    wave : str

    Returns
    -------
    DataFrame
        Estimate frame of `mean_difference`, told apart by `method`.

    Examples
    --------
    >>> rows = [(f"{s}{i}", str(s), "T1", "ab"[i % 2], s + i % 2 + .1 * s * i, "x")
    ...         for s in range(5) for i in range(5)]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "arm", "score",
    ...                                     "outcome"]).assign(stratum=lambda d: d["school"])
    >>> got = estimate_unadjusted(frame, wave="T1", arms=("a", "b"))
    >>> [round(float(x), 3) for x in got["estimate"]]
    [1.0, 1.0]
    """
    data = arm_rows(analysis, (wave,), arms, ())
    rows = []
    kinds: list[tuple[str, str | None]] = [(RAW_METHOD, None)]
    if data["stratum"].notna().all():
        kinds.append((STRATUM_METHOD, "stratum"))
    for method, absorb in kinds:
        if len(data):
            cells, where = cell_columns(data["arm"])
            fit = fit_cr2(
                data["score"], cells, data["school"], None if absorb is None else data[absorb]
            )
        for arm in arms[1:]:
            column = cell_weights(where, {arm: 1.0, arms[0]: -1.0}) if len(data) else None
            pair = data[data["arm"].isin([arm, arms[0]])]
            answer = (
                no_data(f"an arm has no pupils at {wave}")
                if column is None
                else contrast_cr2(fit, column, conf_level)
            )
            rows.append(
                estimate_row(
                    answer,
                    conf_level,
                    contrast=f"{arm} - {arms[0]} at {wave}",
                    subgroup=ALL,
                    estimand="mean_difference",
                    method=method,
                    n=len(pair),
                    n_clusters=pair["school"].nunique(),
                )
            )
    return estimate_frame(rows)


def arm_rows(
    analysis: pd.DataFrame, waves: Sequence[str], arms: Sequence[str], gender: Sequence[str]
) -> pd.DataFrame:
    """Complete rows of pupils in one of the arms.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": ["1", "2"], "wave": "T1", "outcome": "x",
    ...                       "arm": ["a", None], "score": [1.0, 2.0]})
    >>> arm_rows(frame, ("T1",), ("a", "b"), ())["pupil"].tolist()
    ['1']
    """
    data = complete_scores(analysis, waves, gender)
    return data[data["arm"].isin(list(arms))]


def effect_fit(data: pd.DataFrame) -> tuple[Cr2Fit | None, dict[str, int]]:
    """The regression behind `estimate_effects` on `arm_rows`, and where its cells stand.

    Stratum x wave effects are absorbed where every pupil has a stratum; None without rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"wave": "T1", "group": "all", "arm": ["a", "b", "a", "b"],
    ...                       "stratum": None, "school": list("xxyy"), "score": [1.0, 2, 3, 5]})
    >>> effect_fit(frame)[1]
    {'T1|all|a': 0, 'T1|all|b': 1}
    """
    if not len(data):
        return None, {}
    cells, where = cell_columns(data["wave"] + "|" + data["group"] + "|" + data["arm"])
    blocks = data["stratum"] + "|" + data["wave"] if data["stratum"].notna().all() else None
    return fit_cr2(data["score"], cells, data["school"], absorb=blocks), where


def effect_cells(
    wave: str, arm: str, comparison: str, weights: Mapping[str, float]
) -> dict[str, float]:
    """Weights of the wave x group x arm cells for one effect.

    Examples
    --------
    >>> effect_cells("T1", "small", "regular", {"girls": 1.0})
    {'T1|girls|small': 1.0, 'T1|girls|regular': -1.0}
    """
    cells: dict[str, float] = {}
    for level, weight in weights.items():
        cells[f"{wave}|{level}|{arm}"] = weight
        cells[f"{wave}|{level}|{comparison}"] = -weight
    return cells


def effect_counts(
    now: pd.DataFrame, arm: str, comparison: str, levels: Sequence[str]
) -> tuple[int, int, int]:
    """Pupils in strata with both arms, their schools, and pupils in the other strata.

    Examples
    --------
    >>> frame = pd.DataFrame({"arm": ["a", "b", "a"], "stratum": ["1", "1", "2"],
    ...                       "school": ["1", "1", "2"], "group": "all"})
    >>> effect_counts(frame, "b", "a", ["all"])
    (2, 1, 1)
    """
    pair = now[now["arm"].isin([arm, comparison])]
    # without strata all pupils are one block
    both = pair.groupby(pair["stratum"].fillna(""))["arm"].transform("nunique") == 2
    mine = pair["group"].isin(list(levels))
    counted = pair[both & mine]
    return len(counted), counted["school"].nunique(), int((mine & ~both).sum())
