"""Pupils' and teachers' reports of the same pupils: bias, agreement and limits, by teacher."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from resilience_lib.effects.arrays import labels, numbers
from resilience_lib.effects.jackknife import jackknife_error
from resilience_lib.effects.registry import bounded_frame, require_names
from resilience_lib.effects.subgroups import ALL, estimate_row
from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, fit_cr2
from resilience_lib.models.scores import differences, flat
from resilience_lib.models.two_reports import (
    PERFECT,
    agreement,
    report_sums,
    textbook_interval,
)

Array = NDArray[np.float64]
Row = dict[str, object]

RATER_ESTIMANDS = ("rater_bias", "rater_correlation", "icc_a1", "loa_low", "loa_high")
_CONTRAST = "teacher - pupil"
METHOD = "pupils with both reports"


@dataclass(frozen=True)
class _Scale:
    """Where a statistic is near normal, and back."""

    words: str
    there: Callable[[Array], Array]
    back: Callable[[Array], Array]


def estimate_raters(
    pupil: ArrayLike,
    teacher: ArrayLike,
    rater: ArrayLike,
    *,
    names: Sequence[str] = RATER_ESTIMANDS,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """How far pupils' own reports and their teachers' reports of them agree.

    Parameters
    ----------
    pupil, teacher : array (n,)
        Scores of the same pupils on the same scale; pupils who lack one are left out.
    rater : array (n,)
        Who rated: the cluster of the headline intervals. One teacher's ratings share that
        teacher's severity.
    names : sequence of str
        Of `RATER_ESTIMANDS`.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame. Each estimand with the interval that respects teachers, then the
        textbook's, which says that it takes pupils as independent.

    Raises
    ------
    EstimandError
        A name that is not among them.
    ModelInputError
        Infinite scores or text, unequal lengths, or a missing rater.

    Notes
    -----
    `rater_bias`: mean of teacher - pupil; CR2 by teacher (Pustejovsky & Tipton 2018); t.
    `icc_a1`: ICC(A,1) = (MSR - MSE) / (MSR + MSE + 2 (MSC - MSE) / n), absolute agreement of
    single reports (McGraw & Wong 1996; Shrout & Fleiss' ICC(2,1)); jackknife over teachers on
    log(1 - ICC); their F interval. `rater_correlation`: Pearson; jackknife on Fisher's z; z.
    `loa_low`, `loa_high`: mean difference -+ 1.96 SD of the differences; jackknife; and error
    SD sqrt(1 / n + 1.96^2 / (2 (n - 1))) with t(n - 1) (Bland & Altman 1999, Statistical
    Methods in Medical Research 8). Jackknife: delete one teacher, t(k - 1).

    Examples
    --------
    >>> got = estimate_raters([1, 2, 3, 4, 5, 6], [2, 2, 4, 4, 7, 6], list("aabbcc"))
    >>> [round(float(x), 3) for x in got["estimate"][::2]]
    [0.667, 0.917, 0.875, -0.934, 2.267]
    """
    require_names(names, RATER_ESTIMANDS)
    x, y, code = _reports(pupil, teacher, rater)
    x, y = _without_rounding(x, y)
    k = int(code.max(initial=-1)) + 1
    told: Row = {"contrast": _CONTRAST, "subgroup": ALL, "n": len(x), "n_clusters": k}
    shift = float(x.mean()) if len(x) else 0.0
    parts = report_sums(x - shift, y - shift, code, k)
    rows = []
    for name in names:
        both = _bias(differences(x, y), code, conf_level) if name == "rater_bias" else None
        if both is None:
            both = _jackknifed(name, parts, conf_level), _textbook(name, parts, conf_level)
        rows += [{**row, **told, "estimand": name, "conf_level": conf_level} for row in both]
    return bounded_frame(rows)


def _reports(
    pupil: ArrayLike, teacher: ArrayLike, rater: ArrayLike
) -> tuple[Array, Array, NDArray[np.int64]]:
    x, y = numbers(pupil, "pupils' reports"), numbers(teacher, "teachers' reports")
    if len(x) != len(y):
        raise ModelInputError(f"{len(x)} pupils' and {len(y)} teachers' reports: one each")
    who = labels(rater, len(x), "raters")
    both = ~(np.isnan(x) | np.isnan(y))
    code, _ = pd.factorize(who[both])
    if (code < 0).any():
        raise ModelInputError("a report without a rater: name who rated, or leave the pupil out")
    return x[both], y[both], np.asarray(code, dtype=np.int64)


def _without_rounding(x: Array, y: Array) -> tuple[Array, Array]:
    """Reports that are the same but for rounding made the same: of one rater, or of both."""
    if flat(np.concatenate([x, y])):
        return np.zeros(len(x)), np.zeros(len(x))
    x, y = (np.full(len(v), np.median(v)) if flat(v) else v for v in (x, y))
    return x, (x if not differences(x, y).any() else y)


def _jackknifed(name: str, sums: Array, conf_level: float) -> Row:
    """Delete-one-teacher interval on the scale where the statistic is near normal."""
    scale = _scale(name)
    values = agreement(name, sums)
    estimate, left = float(values[0]), values[1:]
    k = len(left)
    row: Row = {
        "estimate": estimate,
        "interval": f"{100 * conf_level:g}% jackknife over teachers, t(k - 1){scale.words}",
        "method": METHOD,
    }
    if not np.isfinite(estimate):
        return row | {"reason": "fewer than two pupils with both reports, or reports all the same"}
    if k < 3 or not np.isfinite(left).all():
        return row | {"reason": "rests on fewer than three teachers: no jackknife error"}
    if scale.words and np.abs(values).max() > PERFECT:
        return row | {"reason": "a perfect agreement has no interval"}
    error = jackknife_error(left)
    near = scale.there(values)
    half = float(stats.t.ppf(0.5 + conf_level / 2, k - 1)) * jackknife_error(near[1:])
    if not half > 0 or flat(left):
        return row | {"reason": "nothing varies between teachers: no standard error"}
    ends = np.sort(scale.back(near[0] + np.array([-half, half])))
    doubt = "fewer than 4 df: the interval is unreliable" if k - 1 < 4 else ""
    return row | {
        "std_error": error,
        "df": k - 1.0,
        "conf_low": ends[0],
        "conf_high": ends[1],
        "reason": doubt,
    }


def _scale(name: str) -> _Scale:
    if name == "icc_a1":
        return _Scale(
            " on log(1 - ICC)",
            lambda v: np.asarray(np.log1p(-v)),
            lambda v: np.asarray(1 - np.exp(v)),
        )
    if name == "rater_correlation":
        return _Scale(" on Fisher's z", np.arctanh, np.tanh)
    return _Scale("", np.asarray, np.asarray)


def _bias(difference: Array, code: NDArray[np.int64], conf_level: float) -> tuple[Row, Row]:
    n = len(difference)
    method = "mean of teacher - pupil"
    plain: Row = {
        "interval": f"{100 * conf_level:g}% t, pupils independent",
        "method": method,
    }
    if n == 0:
        why = "no pupils with both reports"
        return {"reason": why, "method": method}, plain | {"reason": why}
    answer = contrast_cr2(fit_cr2(difference, np.ones((n, 1)), code), [1.0], conf_level)
    reason = answer.reason.replace("schools", "teachers").replace("school", "teacher")
    row = estimate_row(answer, conf_level, method=f"{method}, CR2 by teacher")
    row |= {"reason": reason, "interval": f"{100 * conf_level:g}% CR2 by teacher, Satterthwaite df"}
    estimate = float(difference.mean())
    plain |= {"estimate": estimate}
    sd = float(difference.std(ddof=1)) if n > 1 else 0.0
    if flat(difference):
        return row, plain | {"reason": "one pupil, or differences all the same"}
    error = sd / np.sqrt(n)
    half = float(stats.t.ppf(0.5 + conf_level / 2, n - 1)) * error
    plain |= {"std_error": error, "df": n - 1.0}
    plain |= {"conf_low": estimate - half, "conf_high": estimate + half}
    return row, plain | {"p_value": float(2 * stats.t.sf(abs(estimate) / error, n - 1))}


def _textbook(name: str, sums: Array, conf_level: float) -> Row:
    kinds = {"icc_a1": "F (McGraw & Wong 1996)", "rater_correlation": "Fisher's z"}
    kind = kinds.get(name, "t (Bland & Altman 1999)")
    found = textbook_interval(name, sums[0], conf_level)
    return {
        "estimate": float(agreement(name, sums[0])),
        "std_error": found.std_error,
        "conf_low": found.low,
        "conf_high": found.high,
        "df": found.df,
        "reason": found.reason,
        "interval": f"{100 * conf_level:g}% {kind}, pupils independent",
        "method": METHOD,
    }
