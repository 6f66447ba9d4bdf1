"""Change between waves, the headline: one regression over waves, CR2 by school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.effects.names import CHANGE_METHOD
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
from resilience_lib.models.cr2 import Contrast, Cr2Fit, contrast_cr2
from resilience_lib.models.one_way import OneWay, small_sample_factor, summarise, total_sd
from resilience_lib.models.waves_covariance import FIXED_CORRELATION, fit_waves


@dataclass(frozen=True)
class ChangeModel:
    """The regression of change of one outcome, and what turns its contrasts into rows.

    Attributes
    ----------
    data : DataFrame
        Rows with a score, pupils seen once as well.
    fit : Cr2Fit or None
        None where there are no scores.
    where : mapping
        Column of each wave x group cell.
    shares : mapping
        Share of each group among the pupils.
    sd, sd_df : float
        Total SD at the first wave and its degrees of freedom; NaN where there is none.
    note : str
        Covariance of a pupil's scores, and pupils left out, as method texts state it.
    refused : str
        Why there is no fit although there are scores; empty where there is one.
    """

    data: pd.DataFrame
    fit: Cr2Fit | None
    where: Mapping[str, int]
    shares: Mapping[str, float]
    sd: float
    sd_df: float
    note: str
    refused: str = ""

    @property
    def factor(self) -> float:
        """J(df) / total SD at the first wave; NaN where there is none."""
        return small_sample_factor(self.sd_df) / self.sd if self.sd > 0 else np.nan


def estimate_change(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str] = (),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Mean change and `g_change_model` for each pair of waves: all, genders, difference.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    waves : sequence of str
        All waves of the model, the study's first wave first.
    changes : sequence of (str, str)
        Pairs (earlier, later).
    gender : sequence of str
        Two levels, difference first - second; empty for none.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame; `mean_change` in points of the scale, `g_change_model` in SDs.

    Raises
    ------
    ModelInputError
        Two scores of a pupil at a wave, an infinite score, several outcomes.

    Notes
    -----
    score ~ wave:gender by generalised least squares, a pupil's scores having a free covariance
    matrix over waves (`models.waves_covariance`); CR2 by school does not depend on its being
    right. Every score counts, so that change is that of all pupils where scores are missing at
    random given a pupil's other scores and gender; n counts pupils seen at both waves. Without
    missing scores it is the regression with an effect for each pupil. "all" weighs genders by
    their share of the pupils in the model.
    g_change_model = J(df) change / SD, SD = total SD of everyone at the first wave
    (`models.one_way.total_sd`), J exact (Hedges 1981); its interval is made of those of the change
    (CR2) and of the SD (`effects.standardised`).

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, s + i + (w == "T2") * (1 + .1 * s * i), "x")
    ...         for s in range(5) for i in range(4) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_change(frame, waves=("T1", "T2"), changes=[("T1", "T2")])
    >>> got["estimand"].tolist(), [round(float(x), 3) for x in got["estimate"]]
    (['mean_change', 'g_change_model'], [1.3, 0.61])
    """
    model = change_model(analysis, waves, gender)
    data, shares = model.data, model.shares
    method = CHANGE_METHOD + model.note
    rows = []
    for first, later in changes:
        for subgroup, weights in subgroup_weights(gender, shares).items():
            column = change_column(model, first, later, weights)
            answer = (
                unanswered(model, first, later)
                if model.fit is None or column is None
                else contrast_cr2(model.fit, column, conf_level)
            )
            n, schools = change_counts(data, first, later, list(weights))
            labels = {
                "contrast": f"{later} - {first}",
                "subgroup": subgroup,
                "n": n,
                "n_clusters": schools,
            }
            mean_method = method + (shares_text(shares) if subgroup == ALL else "")
            rows.append(
                estimate_row(
                    answer, conf_level, estimand="mean_change", method=mean_method, **labels
                )
            )
            rows.append(
                estimate_row(
                    in_first_sds(answer, model, waves[0], conf_level),
                    conf_level,
                    estimand="g_change_model",
                    interval=interval_in_sds(conf_level),
                    method=f"{mean_method}; J x change / total SD at {waves[0]} (REML)",
                    **labels,
                )
            )
    return estimate_frame(rows)


def change_model(
    analysis: pd.DataFrame, waves: Sequence[str], gender: Sequence[str]
) -> ChangeModel:
    """The regression behind `estimate_change`; parameters as there.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("112233"), "school": list("aabbcc"),
    ...                       "wave": ["T1", "T2"] * 3, "outcome": "x",
    ...                       "score": [1.0, 2.0, 2.0, 4.0, 4.0, 5.0]})
    >>> model = change_model(frame, ("T1", "T2"), ())
    >>> dict(model.where), dict(model.shares), model.fit.n_clusters
    ({'T1|all': 0, 'T2|all': 1}, {'all': 1.0}, 3)
    """
    data = complete_scores(analysis, waves, gender)
    spread = first_wave_spread(analysis, waves[0])
    sd, sd_df = total_sd(spread) if spread else (np.nan, np.nan)
    fit: Cr2Fit | None = None
    where: dict[str, int] = {}
    note = refused = ""
    if len(data):
        cells, where = cell_columns(data["wave"] + "|" + data["group"])
        places = (data[name] for name in ("pupil", "wave", "group", "school"))
        fit, covariance = fit_waves(data["score"], cells, *places)
        note, refused = covariance_text(covariance.reason), covariance.refused
    note += gender_note(analysis, waves, gender)
    answered = None if refused else fit
    return ChangeModel(data, answered, where, shares_of(data), sd, sd_df, note, refused)


def in_first_sds(answer: Contrast, model: ChangeModel, wave: str, conf_level: float) -> Contrast:
    """A change in total SDs at the first wave.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("112233"), "school": list("aabbcc"),
    ...                       "wave": ["T1", "T2"] * 3, "outcome": "x",
    ...                       "score": [1.0, 2.0, 2.0, 4.0, 4.0, 5.0]})
    >>> answer = Contrast(1.0, 0.2, 9.0, .01, 0.5, 1.5, "")
    >>> round(in_first_sds(answer, change_model(frame, ("T1", "T2"), ()), "T1", 0.95).estimate, 3)
    0.369
    """
    return standardise(answer, model.sd, model.sd_df, conf_level, f"no total SD at {wave}")


def covariance_text(reason: str) -> str:
    """What a method text says of the working covariance; `reason` why it is not estimated.

    Examples
    --------
    >>> covariance_text("")
    "; free covariance of a pupil's scores, pupils seen once included"
    """
    how = "free covariance of a pupil's scores"
    if reason:
        how = f"correlation of a pupil's scores set to {FIXED_CORRELATION:g} ({reason})"
    return f"; {how}, pupils seen once included"


def change_column(
    model: ChangeModel, first: str, later: str, weights: Mapping[str, float]
) -> NDArray[np.float64] | None:
    """Weights of one change over the model's columns; None where a group has nobody seen twice.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("1123"), "school": list("aabc"), "outcome": "x",
    ...                       "wave": ["T1", "T2", "T1", "T3"], "score": [1.0, 2.0, 2.0, 4.0]})
    >>> model = change_model(frame, ("T1", "T2", "T3"), ())
    >>> change_column(model, "T1", "T2", {"all": 1.0})
    array([-1.,  1.,  0.])
    >>> change_column(model, "T1", "T3", {"all": 1.0})
    """
    weighed = [level for level, weight in weights.items() if weight]
    if not all(change_counts(model.data, first, later, [level])[0] for level in weighed):
        return None
    return cell_weights(model.where, change_cells(first, later, weights))


def unanswered(model: ChangeModel, first: str, later: str) -> Contrast:
    """The answer where there is no fit, or `change_column` has none.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("12"), "school": list("ab"), "outcome": "x",
    ...                       "wave": ["T1", "T2"], "score": [1.0, 2.0]})
    >>> unanswered(change_model(frame, ("T1", "T2"), ()), "T1", "T2").reason
    'no pupils of this group at both T1 and T2'
    """
    return no_data(model.refused or f"no pupils of this group at both {first} and {later}")


def first_wave_spread(analysis: pd.DataFrame, wave: str) -> OneWay | None:
    """Everyone's scores at a wave by the school attended; None where there are none.

    Examples
    --------
    >>> frame = pd.DataFrame({"school": ["a", "b"], "wave": "T1", "score": [1.0, 2.0]})
    >>> first_wave_spread(frame, "T1").n
    2
    """
    rows = analysis[(analysis["wave"] == wave) & analysis["score"].notna()]
    place = "school_attended" if "school_attended" in rows else "school"
    return summarise(rows["score"], rows[place]) if len(rows) else None


def change_cells(first: str, later: str, weights: Mapping[str, float]) -> dict[str, float]:
    """Weights of the wave x group cells for one change.

    Examples
    --------
    >>> change_cells("T1", "T2", {"girls": 1.0})
    {'T2|girls': 1.0, 'T1|girls': -1.0}
    """
    cells: dict[str, float] = {}
    for level, weight in weights.items():
        cells[f"{later}|{level}"] = weight
        cells[f"{first}|{level}"] = -weight
    return cells


def change_counts(
    data: pd.DataFrame, first: str, later: str, levels: Sequence[str]
) -> tuple[int, int]:
    """Pupils of these groups seen at both waves, and their schools.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": ["1", "1"], "wave": ["T1", "T2"], "school": "a",
    ...                       "group": "all"})
    >>> change_counts(frame, "T1", "T2", ["all"])
    (1, 1)
    """
    rows = data[data["group"].isin(list(levels))]
    early = rows[rows["wave"] == first]
    both = early[early["pupil"].isin(rows.loc[rows["wave"] == later, "pupil"])]
    return len(both), both["school"].nunique()
