"""Change and effects from the mixed model, with the same contrasts as the headline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_lib.adapters.mixedlm import MixedFit
from resilience_lib.effects.arms import arm_rows, effect_cells, effect_counts
from resilience_lib.effects.change import change_cells, change_counts
from resilience_lib.effects.covariates import covariate_columns, known_covariates
from resilience_lib.effects.subgroups import (
    ALL,
    cell_columns,
    cell_weights,
    complete_scores,
    gender_note,
    shares_of,
    shares_text,
    subgroup_weights,
)
from resilience_lib.frames import estimate_frame
from resilience_lib.models.mixed import fit_school_model, mixed_row


@dataclass(frozen=True)
class WaveModel:
    """The mixed model of waves and genders, which changes and marginal means are read from.

    Attributes
    ----------
    data : DataFrame
        Rows of the model.
    where : dict
        Column of each cell "wave|gender".
    fit : MixedFit or None
        None where nothing could be fitted.
    method : str
    """

    data: pd.DataFrame
    where: dict[str, int]
    fit: MixedFit | None
    method: str


def fit_wave_model(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    gender: Sequence[str] = (),
    covariates: Sequence[str] = (),
) -> WaveModel:
    """score ~ wave x gender with random school, school x wave, school x wave x gender, class
    (where known) and pupil; by REML.

    With three waves or more a pupil's waves have a free covariance matrix (a variance
    each, a covariance each pair): the form with equal correlations is a special case,
    a slope over wave numbers would be another. With two waves a pupil has an intercept.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    waves, gender : sequence of str
    covariates : sequence of str
        Columns of the frame: numbers, or texts of which each level but the first is an
        indicator. They stand beside the cells; rows in which one is missing are left out,
        and `method` says how many pupils that takes.

    Raises
    ------
    ModelInputError
        See `subgroups.complete_scores`, `covariates.known_covariates`; a covariate that
        tells no more than the cells.

    Examples
    --------
    >>> rows = [(f"{s}-{i}", str(s), "T1", s + (7 * i * i + s) % 5, "x")
    ...         for s in range(6) for i in range(8)]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> fit_wave_model(frame, waves=("T1",)).method
    'mixed model (school), Satterthwaite df'
    """
    analysis, note = known_covariates(analysis, covariates)
    data = complete_scores(analysis, waves, gender)
    cells, where = cell_columns(data["wave"] + "|" + data["group"])
    fit, method = fit_school_model(data, np.c_[cells, covariate_columns(data, covariates)])
    method += note + gender_note(analysis, waves, gender)
    return WaveModel(data, where, fit, method)


def estimate_change_mixed(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    changes: Sequence[tuple[str, str]],
    gender: Sequence[str] = (),
    covariates: Sequence[str] = (),
    conf_level: float = 0.95,
    model: WaveModel | None = None,
) -> pd.DataFrame:
    """`mean_change` from the model of `fit_wave_model`, with Satterthwaite df.

    Parameters
    ----------
    As in `effects.change.estimate_change`, whose gender shares "all" uses; pupils seen
    once stay in the model, n counts those seen at both waves. `covariates` as in
    `fit_wave_model`; `model` is one already fitted with the same arguments, where there is one.

    Returns
    -------
    DataFrame
        Estimate frame; a singular or unconverged fit is said in `reason`.

    Examples
    --------
    >>> rows = [(f"{s}-{i}", str(s), w, s * (1 + (w == "T2")) + (7 * i * i + s) % 5
    ...          + (w == "T2") * ((3 * i + s * s) % 4), "x")
    ...         for s in range(6) for i in range(8) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_change_mixed(frame, waves=("T1", "T2"), changes=[("T1", "T2")])
    >>> round(float(got["estimate"].iloc[0]), 3)
    4.0
    """
    model = model or fit_wave_model(analysis, waves=waves, gender=gender, covariates=covariates)
    shares = shares_of(model.data)
    rows = []
    for first, later in changes:
        for subgroup, weights in subgroup_weights(gender, shares).items():
            column = cell_weights(model.where, change_cells(first, later, weights))
            n, schools = change_counts(model.data, first, later, list(weights))
            text = model.method + (shares_text(shares) if subgroup == ALL else "")
            rows.append(
                {
                    **mixed_row(model.fit, column, conf_level, text),
                    "contrast": f"{later} - {first}",
                    "subgroup": subgroup,
                    "estimand": "mean_change",
                    "n": n,
                    "n_clusters": schools,
                }
            )
    return estimate_frame(rows)


def with_entry_class(analysis: pd.DataFrame) -> pd.DataFrame:
    """The frame with the class of each pupil's first wave, scored or not, as `entry_class`.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": ["1", "1"], "wave": ["T2", "T1"], "classroom": ["b", "a"],
    ...                       "school_attended": ["s", "s"]})
    >>> with_entry_class(frame)["entry_class"].tolist()
    ['s|T1|a', 's|T1|a']
    """
    if "classroom" not in analysis:
        return analysis
    # T2 comes before T10
    number = analysis["wave"].str[1:].astype(int)
    first = analysis.assign(number=number).sort_values("number").drop_duplicates("pupil")
    label = first["school_attended"] + "|" + first["wave"] + "|" + first["classroom"]
    classes = pd.Series(label.to_numpy(), index=first["pupil"])
    return analysis.assign(entry_class=analysis["pupil"].map(classes))


def estimate_effects_mixed(
    analysis: pd.DataFrame,
    *,
    waves: Sequence[str],
    arms: Sequence[str],
    gender: Sequence[str] = (),
    covariates: Sequence[str] = (),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`mean_difference` from score ~ arm x wave x gender with the same random terms.

    Schools are random here, so that strata need no terms of their own. Where classes are
    known, so is the class of a pupil's first wave, at each wave: that is what was assigned.
    The class of a later wave would not do, since it is where pupils came to sit. Waves of
    a pupil are as in `fit_wave_model`.

    Parameters
    ----------
    As in `effects.arms.estimate_effects`; `covariates` as in `fit_wave_model`. What
    the programme may have moved is no covariate: only what was known before it.

    Returns
    -------
    DataFrame
        Estimate frame; a singular or unconverged fit is said in `reason`.

    Examples
    --------
    >>> rows = [(f"{s}-{i}", str(s), "T1", "ab"[i % 2], s + i % 2 + (7 * i * i + s) % 5, "x")
    ...         for s in range(6) for i in range(8)]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "arm", "score",
    ...                                     "outcome"]).assign(stratum=lambda d: d["school"])
    >>> got = estimate_effects_mixed(frame, waves=("T1",), arms=("a", "b"))
    >>> round(float(got["estimate"].iloc[0]), 3)
    1.042
    """
    # before rows leave: the first wave of a pupil is the first one seen
    analysis, note = known_covariates(with_entry_class(analysis), covariates)
    data = arm_rows(analysis, waves, arms, gender)
    cells, where = cell_columns(data["wave"] + "|" + data["group"] + "|" + data["arm"])
    fit, method = fit_school_model(data, np.c_[cells, covariate_columns(data, covariates)])
    method += note + gender_note(analysis, waves, gender)
    rows = []
    for wave in waves:
        now = data[data["wave"] == wave]
        shares = shares_of(now)
        for arm in arms[1:]:
            for subgroup, weights in subgroup_weights(gender, shares).items():
                column = cell_weights(where, effect_cells(wave, arm, arms[0], weights))
                inside, _, outside = effect_counts(now, arm, arms[0], list(weights))
                pair = now[now["arm"].isin([arm, arms[0]]) & now["group"].isin(list(weights))]
                text = method + (shares_text(shares) if subgroup == ALL else "")
                rows.append(
                    {
                        **mixed_row(fit, column, conf_level, text),
                        "contrast": f"{arm} - {arms[0]} at {wave}",
                        "subgroup": subgroup,
                        "estimand": "mean_difference",
                        "n": inside + outside,
                        "n_clusters": pair["school"].nunique(),
                    }
                )
    return estimate_frame(rows)
