"""Pupils picked by their first score: what is left of their change after regression to the mean.

Who is picked for a low score rises by itself, since part of that score was bad luck. Correlating
the change with the first score does not repair it: the first score stands in both (Tu &
Gilthorpe 2007).
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.effects.arrays import numbers
from resilience_lib.effects.jackknife import jackknife_columns, leave_out_schools
from resilience_lib.effects.subgroups import estimate_row, no_data
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, fit_cr2

Array = NDArray[np.float64]
Row = dict[str, object]
Side = Literal["at most", "at least"]

CANNOT = "cannot be separated from regression to the mean: no reliability from outside the sample"


def estimate_picked_change(
    first: ArrayLike,
    later: ArrayLike,
    school: ArrayLike,
    *,
    cut: float,
    side: Side = "at most",
    reliability: float | None = None,
    source: str = "",
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Change of one group's picked pupils, less what regression to the mean would give.

    Parameters
    ----------
    first, later : array (n,)
        Scores of everyone, picked or not; NaN where missing.
    school : array (n,)
    cut : float
        Score at which pupils are picked.
    side : {"at most", "at least"}
        Whether those at the cut or below are picked, or at the cut or above.
    reliability : float, in (0, 1), optional
        Of the score over the time between the two waves, from outside this sample. Without one
        the two cannot be separated, and that is the answer.
    source : str
        Where it was published; needed with it.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame: `picked_change` and `expected_regression`, in points of the scale.

    Raises
    ------
    ModelInputError
        Scores that are no numbers or infinite, unequal lengths, another side, a cut that is no
        number, a reliability outside (0, 1) or without its source.

    Notes
    -----
    Expected regression = (1 - reliability) (M - m): M the mean first score of everyone, m that of
    the picked who have a later score. Where first scores are normal M - m is SD C(z), which gives
    the formula of Barnett, van der Pols & Dobson 2005, International Journal of Epidemiology 34;
    in this form only the regression of the second true score on the first has to be straight.
    picked_change = mean (later - first) of the picked, less that. Both intervals are -+ t(k - 1)
    times the delete-one-school jackknife error, M, m and the change made anew without each school
    and the reliability taken as known (Efron & Tibshirani 1993, chapter 11).

    Examples
    --------
    >>> first, later = [2.0, 4.0, 6.0, 8.0, 10.0, 12.0], [5.0, 6.0, 6.0, 8.0, 9.0, 13.0]
    >>> got = estimate_picked_change(first, later, list("abcabc"), cut=4, reliability=0.8,
    ...                              source="manual")
    >>> [round(float(x), 3) for x in got["estimate"]]
    [1.7, 0.8]
    """
    x, y, place = _scores(first, later, school)
    _checked(cut, side)
    if reliability is not None and not 0 < reliability < 1:
        raise ModelInputError(f"a reliability lies between 0 and 1: not {reliability}")
    if reliability is not None and not source:
        raise ModelInputError("a reliability needs its source, from outside the sample")
    started = np.isfinite(x)
    x, y, place = x[started], y[started], place[started]
    picked = (x <= cut if side == "at most" else x >= cut) & np.isfinite(y)
    # both less one number: what is left of equal scores is then no rounding of large ones
    middle = x.mean() if len(x) else 0.0
    x, y = x - middle, y - middle
    names = ("picked_change", "expected_regression")
    method = f"picked with a first score of {side} {cut:g}"
    counts = {"n": picked.sum(), "n_clusters": len(pd.unique(place[picked]))}
    if reliability is None:
        row: Row = {"method": method, "reason": CANNOT, "conf_level": conf_level}
        return estimate_frame(row | counts | {"estimand": name} for name in names)
    method = f"{method}; Barnett et al. 2005, reliability {reliability:g} ({source})"

    def expected(kept: NDArray[np.bool_]) -> float:
        of = picked & kept
        if not of.any():
            return float("nan")
        return float((1 - reliability) * (x[kept].mean() - x[of].mean()))

    def adjusted(kept: NDArray[np.bool_]) -> float:
        of = picked & kept
        return float((y[of] - x[of]).mean()) - expected(kept) if of.any() else float("nan")

    missing = "no picked pupil has a later score"
    rows = []
    for name, measure in zip(names, (adjusted, expected), strict=True):
        whole, left = measure(np.ones(len(x), dtype=bool)), leave_out_schools(measure, place)
        found = jackknife_columns(whole, left, conf_level, missing=missing)
        rows.append(found | counts | {"estimand": name, "method": method})
    return estimate_frame(rows)


def estimate_picked_difference(
    first: ArrayLike,
    later: ArrayLike,
    school: ArrayLike,
    programme: ArrayLike,
    *,
    cut: float,
    side: Side = "at most",
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Difference from a comparison group among those picked by their first score.

    Both groups regress to the mean alike, so that nothing has to be known of the reliability.

    Parameters
    ----------
    first, later, school, cut, side, conf_level
        As in `estimate_picked_change`.
    programme : array (n,)
        1 in the programme, 0 in the comparison.

    Returns
    -------
    DataFrame
        Estimate frame: `picked_difference`, in points of the scale.

    Raises
    ------
    ModelInputError
        As there; another value than 0 and 1 in `programme`.

    Notes
    -----
    Analysis of covariance among the picked: later ~ programme + first, CR2 by school.

    Examples
    --------
    >>> got = estimate_picked_difference([1, 2, 3, 1, 2, 3], [2, 3, 5, 1, 2, 2], list("abcabc"),
    ...                                  [1, 1, 1, 0, 0, 0], cut=3)
    >>> round(float(got["estimate"].iloc[0]), 3)
    1.667
    """
    x, y, place = _scores(first, later, school)
    _checked(cut, side)
    arm = np.asarray(programme, dtype=float)
    if arm.shape != x.shape or not np.isin(arm, (0, 1)).all():
        raise ModelInputError("programme is 1 or 0 for each pupil")
    picked = (x <= cut if side == "at most" else x >= cut) & np.isfinite(y)
    answer = no_data("no picked pupils in the programme, or none in the comparison")
    if len(np.unique(arm[picked])) == 2:
        start = x[picked] - x[picked].mean()
        design = np.column_stack([np.ones(len(start)), arm[picked], start])
        answer = contrast_cr2(fit_cr2(y[picked], design, place[picked]), [0.0, 1, 0], conf_level)
    row = estimate_row(
        answer,
        conf_level,
        estimand="picked_difference",
        method=f"later ~ programme + first, picked with a first score of {side} {cut:g}",
        n=picked.sum(),
        n_clusters=len(pd.unique(place[picked])),
    )
    return estimate_frame([row])


def _scores(
    first: ArrayLike, later: ArrayLike, school: ArrayLike
) -> tuple[Array, Array, NDArray[np.object_]]:
    x, y = numbers(first, "first scores"), numbers(later, "later scores")
    place = np.asarray(school, dtype=object)
    if x.shape != y.shape or x.shape != place.shape:
        raise ModelInputError("a first score, a later score and a school are needed for each pupil")
    if pd.isna(place).any():
        raise ModelInputError("missing schools: name them or drop those rows")
    return x, y, place


def _checked(cut: float, side: str) -> None:
    if side not in get_args(Side):
        raise ModelInputError(f"pupils are picked {' or '.join(get_args(Side))} a cut: not {side}")
    if not np.isfinite(cut):
        raise ModelInputError(f"a cut is a score: not {cut}")
