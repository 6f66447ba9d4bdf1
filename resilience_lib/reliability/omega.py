"""McDonald's omega total, omega of ordinal answers, and Spearman-Brown, without and with schools.

Each function returns the value of all schools first, then of all but each school in turn, and
why the first is missing; `resampling.schools.jackknife_interval` makes the interval.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from resilience_lib.reliability.answers import Answers, covariances
from resilience_lib.reliability.one_factor import fit_ml, fit_uls
from resilience_lib.reliability.polychoric import (
    BOUND,
    bivariate_normal,
    category_tables,
    polychoric,
    thresholds_of,
)

Array = NDArray[np.float64]

TOO_FEW_ITEMS = "two items do not identify a one-factor model"
MOST_CATEGORIES = 5
"""Beyond five answers the normal theory serves (Rhemtulla, Brosseau-Liard & Savalei 2012)."""


def omega_total(answers: Answers) -> tuple[Array, str]:
    """(sum l)^2 / ((sum l)^2 + sum u), one factor by maximum likelihood on the covariances.

    l are the loadings and u the unique variances in the items' own units; the denominator
    is the variance the model implies, not the observed one.

    Parameters
    ----------
    answers : Answers
        Without a flaw.

    Returns
    -------
    (array (k + 1,), str)
        NaN with the reason for two items, a Heywood case, linear dependence, or no
        convergence.

    Notes
    -----
    McDonald 1999, Test Theory, equation 6.20b. Equal to the first omega of
    `semTools::reliability` on `lavaan::cfa`.

    Examples
    --------
    >>> import pandas as pd
    >>> from resilience_lib.reliability.answers import complete_answers
    >>> frame = pd.DataFrame({"school": list("aabb"), "q": [1.0, 2, 3, 4], "r": [1.0, 1, 2, 4]})
    >>> omega_total(complete_answers(frame, ["q", "r"]))[1]
    'two items do not identify a one-factor model'
    """
    if len(answers.items) < 3:
        return np.full(answers.n_schools + 1, np.nan), TOO_FEW_ITEMS
    covariance = covariances(answers)
    fit = fit_ml(covariance)
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    common = (fit.loadings * np.sqrt(variance)).sum(axis=1) ** 2
    return common / (common + (fit.unique * variance).sum(axis=1)), fit.reason[0]


def spearman_brown(answers: Answers) -> tuple[Array, str]:
    """2 r / (1 + r) of two items.

    Parameters
    ----------
    answers : Answers
        Without a flaw.

    Returns
    -------
    (array (k + 1,), str)
        NaN with the reason for another number of items and for r = -1.

    Notes
    -----
    Spearman 1910; Brown 1910, British Journal of Psychology 3; for two items see Eisinga,
    te Grotenhuis & Pelzer 2013, International Journal of Public Health 58.

    Examples
    --------
    >>> import pandas as pd
    >>> from resilience_lib.reliability.answers import complete_answers
    >>> frame = pd.DataFrame({"school": list("aabb"), "q": [1.0, 2, 3, 4], "r": [1.0, 1, 2, 4]})
    >>> round(float(spearman_brown(complete_answers(frame, ["q", "r"]))[0][0]), 4)
    0.9545
    """
    if len(answers.items) != 2:
        nothing = np.full(answers.n_schools + 1, np.nan)
        return nothing, f"Spearman-Brown is for two items, not {len(answers.items)}"
    covariance = covariances(answers)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = covariance[:, 0, 1] / np.sqrt(covariance[:, 0, 0] * covariance[:, 1, 1])
    # a perfect correlation leaves no error to speak of, and -1 no scale
    value = np.where(r > -1 + 1e-12, 2 * r / np.maximum(1 + r, 1e-12), np.nan)
    return value, "" if np.isfinite(value[0]) else "the two items are each other's opposite"


def omega_ordinal(answers: Answers, categories: int) -> tuple[Array, Array, str]:
    """Ordinal omega, and categorical omega, from polychoric correlations.

    One factor is fitted to the polychoric correlations by unweighted least squares, which
    gives loadings l of the continuous answers that are thought to lie behind the given ones.

    - `omega_ordinal` = (sum l)^2 / ((sum l)^2 + sum (1 - l^2)): of the sum of those
      continuous answers, which nobody observes (Gadermann, Guhn & Zumbo 2012, Practical
      Assessment, Research & Evaluation 17; Chalmers 2018 warns of reading it as more).
    - `omega_categorical`: of the sum of the answers as scored (Green & Yang 2009,
      Psychometrika 74, equation 21): sum over all i, j of C_ij(l_i l_j), over the same with
      C_ii(1) on the diagonal, where C_ij(r) = sum over thresholds s of i and t of j of
      d_s d_t (Phi2(s, t, r) - Phi(s) Phi(t)), d the step between the answers on either side
      of a threshold (1, where every answer is given). Equal to `semTools::reliability`.

    Parameters
    ----------
    answers : Answers
        Without a flaw.
    categories : int
        How many answers each item offers.

    Returns
    -------
    (array (k + 1,), array (k + 1,), str)
        Ordinal and categorical omega; NaN with the reason for two items, more than
        `MOST_CATEGORIES` answers, answers that were not offered, a polychoric correlation
        at its bound, a Heywood case, or no convergence.

    Examples
    --------
    >>> import pandas as pd
    >>> from resilience_lib.reliability.answers import complete_answers
    >>> frame = pd.DataFrame({"school": list("aabb"), "q": [1.0, 2, 3, 4], "r": [1.0, 1, 2, 4]})
    >>> omega_ordinal(complete_answers(frame, ["q", "r"]), 4)[2]
    'two items do not identify a one-factor model'
    """
    nothing = np.full(answers.n_schools + 1, np.nan)
    levels = np.unique(answers.values)
    if len(answers.items) < 3:
        return nothing, nothing, TOO_FEW_ITEMS
    if categories > MOST_CATEGORIES:
        why = f"for up to {MOST_CATEGORIES} answers; with {categories} omega total serves"
        return nothing, nothing, why
    if len(levels) > categories:
        why = f"{len(levels)} different answers, where {categories} are offered"
        return nothing, nothing, why
    tables = category_tables(answers, levels)
    correlation = polychoric(tables)
    off = correlation - np.eye(len(answers.items))
    # a pair without information is at its bound: what follows would be a number about nothing
    beyond = np.abs(off) > BOUND - 1e-6
    correlation[beyond.any(axis=(1, 2))] = np.nan
    fit = fit_uls(correlation)
    if beyond[0].any():
        i, j = np.argwhere(beyond[0])[0]
        pair = f"{answers.items[i]} and {answers.items[j]}"
        return nothing, nothing, f"polychoric correlation of {pair} at its bound: empty cells"
    common = fit.loadings.sum(axis=1) ** 2
    return (
        common / (common + fit.unique.sum(axis=1)),
        _categorical(fit.loadings, thresholds_of(tables)[:, :, 1:-1], np.diff(levels)),
        fit.reason[0],
    )


def _categorical(loadings: Array, cut: Array, step: Array) -> Array:
    """Green and Yang's omega from loadings (B, p), thresholds (B, p, c - 1), steps (c - 1,)."""
    item = special.ndtr(cut) @ step
    expected = item[:, :, None] * item[:, None, :]
    implied = loadings[:, :, None] * loadings[:, None, :]
    joint = bivariate_normal(
        cut[:, :, None, :, None], cut[:, None, :, None, :], implied[:, :, :, None, None]
    )
    common = joint @ step @ step - expected
    both = special.ndtr(np.minimum(cut[:, :, :, None], cut[:, :, None, :])) @ step @ step
    observed = both - np.diagonal(expected, axis1=1, axis2=2)
    own = np.diagonal(common, axis1=1, axis2=2)
    numerator = common.sum(axis=(1, 2))
    return np.asarray(numerator / (numerator + (observed - own).sum(axis=1)))
