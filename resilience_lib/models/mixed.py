"""The mixed models that stand beside the headline, with the terms the design calls for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.adapters.mixedlm import MixedFit, contrast_satterthwaite, fit_random_terms
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.nested import by_school, fit_nested_waves

FREE = "a free covariance matrix over waves"
"""What the pupil's term has in place of an intercept, in words."""

FELL_BACK = "is singular or did not converge: waves of a pupil taken as equally correlated"


def school_terms(data: pd.DataFrame) -> dict[str, NDArray[np.object_]]:
    """Random terms: school, school x wave, school x wave x gender, classes, pupil.

    A term is left out where it says nothing of its own: fewer than two levels, as many
    levels as rows, or the same grouping as a term before it (one wave, no gender,
    pupils seen once). Classes enter where every row has one: pupils of unknown classes
    can neither share a class nor each be one.

    Parameters
    ----------
    data : DataFrame
        Columns pupil, school, wave, group; school_attended and classroom where classes
        are known, a classroom's name holding within one school and wave. A column
        entry_class (the class of a pupil's first wave) takes their place where whole
        classes were assigned: the class of a later wave is where pupils came to sit.

    Returns
    -------
    dict
        Name -> labels (n,).

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("112233"), "school": list("aaaabb"),
    ...                       "wave": ["T1", "T2"] * 3, "group": "all"})
    >>> list(school_terms(frame))
    ['school', 'school x wave', 'pupil']
    >>> classes = frame.assign(school_attended=frame["school"], classroom=list("ijikij"))
    >>> list(school_terms(classes))
    ['school', 'school x wave', 'class', 'pupil']
    >>> list(school_terms(frame.assign(entry_class=list("iijjii"))))
    ['school', 'school x wave', 'entry class x wave', 'pupil']
    """
    at_wave = data["school"] + "|" + data["wave"]
    wanted = {
        "school": data["school"],
        "school x wave": at_wave,
        "school x wave x gender": at_wave + "|" + data["group"],
    }
    if "entry_class" in data:
        if data["entry_class"].notna().all():
            wanted["entry class x wave"] = data["entry_class"] + "|" + data["wave"]
    elif "classroom" in data and data["classroom"].notna().all():
        # the school a pupil sits in, not the cluster, which is that of the first wave
        wanted["class"] = data["school_attended"] + "|" + data["wave"] + "|" + data["classroom"]
    wanted["pupil"] = data["pupil"]
    terms: dict[str, NDArray[np.object_]] = {}
    seen: list[NDArray[np.int64]] = []
    for name, labels in wanted.items():
        code, levels = pd.factorize(labels)
        # codes are given in order of appearance: equal groupings have equal codes
        if 1 < len(levels) < len(data) and not any((code == one).all() for one in seen):
            seen.append(code)
            terms[name] = labels.to_numpy(dtype=object)
    return terms


def waves_differ(data: pd.DataFrame) -> bool:
    """Whether the design has room for a variance each wave and a covariance each pair.

    So it is with three waves or more, each two of them shared by more pupils than there
    are waves. Two waves have one correlation, which a pupil's intercept already gives.

    Parameters
    ----------
    data : DataFrame
        Columns pupil, wave; a row for each score.

    Examples
    --------
    >>> frame = pd.DataFrame([(p, w) for p in "abcd" for w in ("T1", "T2", "T3")],
    ...                      columns=["pupil", "wave"])
    >>> waves_differ(frame), waves_differ(frame[frame["wave"] != "T2"])
    (True, False)
    >>> waves_differ(frame[(frame["wave"] != "T2") | (frame["pupil"] != "d")])
    False
    """
    pupil, pupils = pd.factorize(data["pupil"])
    wave, waves = pd.factorize(data["wave"])
    count = len(waves)
    seen = np.zeros((len(pupils), count))
    seen[pupil, wave] = 1.0
    return count > 2 and bool((seen.T @ seen > count).all())


def fit_school_model(data: pd.DataFrame, cells: NDArray[np.float64]) -> tuple[MixedFit | None, str]:
    """Fit score ~ cells + the random terms of the design; and the method text.

    A pupil's waves have a free covariance matrix where `waves_differ`, in place of one
    variance and equal correlations. Where that fit is singular in it or does not converge,
    the one with equal correlations is made, and its note says so.

    Parameters
    ----------
    data : DataFrame
        Columns of `school_terms`, and score.
    cells : array (n, p)
        Indicators of the fixed cells, and covariates beside them.

    Returns
    -------
    (MixedFit or None, str)
        None where there is nothing random to estimate or the scores do not vary. The text
        says what is singular or unconverged.

    Raises
    ------
    ModelInputError
        A column of `cells` is a combination of others.

    Examples
    --------
    >>> frame = pd.DataFrame({"pupil": list("1234"), "school": "a", "wave": "T1",
    ...                       "group": "all", "score": 1.0})
    >>> fit_school_model(frame, np.ones((4, 1)))
    (None, 'mixed model: not fitted')
    """
    if not len(data):
        return None, "mixed model: not fitted"
    terms = school_terms(data)
    plain, _, rank, _ = np.linalg.lstsq(cells, data["score"])
    if rank < cells.shape[1]:
        raise ModelInputError(
            "a covariate is a combination of waves, groups and other covariates: leave it out"
        )
    residual = data["score"].to_numpy() - cells @ plain
    flat = np.abs(residual).max(initial=0.0) <= 1e-10 * np.abs(data["score"]).max()
    if flat or "school" not in terms or len(data) <= cells.shape[1] + len(terms):
        return None, "mixed model: not fitted"
    text, note = ", ".join(terms), ""
    fit = None
    # less their mean, so that the search for variances does not lose digits to a high level
    middle = float(data["score"].mean())
    score = data["score"] - middle
    if "pupil" in terms and waves_differ(data):
        by = fit_nested_waves if by_school(terms) else fit_random_terms
        fit = by(score, cells, terms, data["wave"])
        if fit.converged:
            text += f" with {FREE}"
        else:
            fit, note = None, f"{FREE} {FELL_BACK}"
    if fit is None:
        fit = fit_random_terms(score, cells, terms)
    level = middle * np.linalg.lstsq(cells, np.ones(len(cells)))[0]
    fit = replace(fit, coefficients=fit.coefficients + level)
    flaws = [said for said in (note, fit.flaw) if said]
    fit = replace(fit, note="; ".join(said for said in (note, fit.note) if said))
    return fit, "; ".join([f"mixed model ({text}), Satterthwaite df", *flaws])


def mixed_row(
    fit: MixedFit | None, weights: NDArray[np.float64] | None, conf_level: float, method: str
) -> Mapping[str, object]:
    """A row of the Estimate frame from a contrast of a mixed model.

    `weights` are those of the cells; covariates, which stand after them and are centred,
    have none. An unconverged model gives the reason and no numbers; a singular one gives both.

    Examples
    --------
    >>> mixed_row(None, None, 0.95, "mixed model: not fitted")["reason"]
    'no data for a part of the contrast, or nothing random to estimate'
    """
    row: dict[str, object] = {
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% mixed model, Satterthwaite df",
        "method": method,
    }
    if fit is None or weights is None:
        return row | {"reason": "no data for a part of the contrast, or nothing random to estimate"}
    if not fit.converged:
        return row | {"reason": fit.note}
    column = np.pad(weights, (0, len(fit.coefficients) - len(weights)))
    estimate, error, df, p_value, low, high = contrast_satterthwaite(fit, column, conf_level)
    return row | {
        "estimate": estimate,
        "std_error": error,
        "df": df,
        "p_value": p_value,
        "conf_low": low,
        "conf_high": high,
        "reason": fit.note,
    }
