"""g_ancova: the difference of two groups adjusted for covariates, over the unadjusted SD."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from resilience_lib.effects.arrays import Array, numbers, schools_of, two_groups
from resilience_lib.effects.group_moments import groups_of, hedges_factor
from resilience_lib.effects.groups import school_row
from resilience_lib.effects.registry import bounded_frame
from resilience_lib.models.cr2 import ModelInputError

_RANK = 1e-9


def estimate_ancova(
    scores: ArrayLike,
    group: ArrayLike,
    covariates: Sequence[ArrayLike],
    *,
    levels: Sequence[object],
    school: ArrayLike | None = None,
    exact: bool = True,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """`g_ancova`: adjusted difference of two groups in unadjusted pooled SDs.

    Parameters
    ----------
    scores, group : array (n,)
        As in `effects.groups.estimate_groups`.
    covariates : sequence of array (n,)
        Each a list of numbers, such as the first score; a pupil without one is left out.
    levels : sequence of two labels
        The difference is first - second; the second is the comparison.
    school : array (n,), optional
        With schools, the headline is the CR2 interval of the adjusted difference, and the
        textbook interval stands in a row of its own below.
    exact : bool
        False: the approximate correction, WWC's omega.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame.

    Raises
    ------
    ModelInputError
        Text or infinite numbers, unequal lengths, no covariate, a pupil without a school.

    Notes
    -----
    g = J(n1 + n2 - 2) b / S: b of score ~ group + covariates, S the pooled SD of the scores
    (What Works Clearinghouse Procedures Handbook 4.1, appendix E). Textbook interval:
    g -+ t(n - 2 - q) s, s = J sqrt(se(b)^2 / S^2 + b^2 / (2 (n1 + n2 - 2) S^2)), by the delta
    method from the regression's own standard error, q covariates. With schools: CR2 with
    Satterthwaite df (Pustejovsky & Tipton 2018), S taken as known.

    Examples
    --------
    >>> got = estimate_ancova([3, 4, 6, 8, 1, 2, 4, 5], list("aaaabbbb"),
    ...                       [[1, 2, 3, 4, 1, 2, 3, 4]], levels=("a", "b"))
    >>> [round(float(got[c].iloc[0]), 3) for c in ("estimate", "conf_low", "conf_high")]
    [0.962, 0.189, 1.735]
    """
    if len(covariates) == 0:
        raise ModelInputError("g_ancova needs a covariate; without one, ask for g_independent")
    y = numbers(scores, "scores")
    columns = [numbers(one, "covariates") for one in covariates]
    if any(len(column) != len(y) for column in columns):
        raise ModelInputError(f"covariates: one number for each of {len(y)} pupils is needed")
    one, two = two_groups(group, levels, len(y))
    x = np.column_stack(columns)
    kept = np.isfinite(y) & np.isfinite(x).all(axis=1) & (one | two)
    code = schools_of(school, len(y), kept)
    y, x, one, two = y[kept], x[kept], one[kept], two[kept]
    groups = groups_of(y[one], y[two])
    factor, words = hedges_factor(groups.df, exact=exact)
    design = np.column_stack([np.ones(len(y)), one.astype(float), x])
    text: dict[str, object] = {
        "estimand": "g_ancova",
        "conf_level": conf_level,
        "interval": f"{100 * conf_level:g}% t of the regression, pupils independent",
        "method": f"difference adjusted for {x.shape[1]} covariates / pooled SD of scores; {words}",
        "n": len(y),
    }
    sd = groups.pooled_sd
    reason = groups.missing(sd)
    scale = factor / sd if not reason else float("nan")
    if reason:
        text["reason"] = reason
    else:
        text |= _textbook(y, design, scale, groups.df, conf_level)
        scale = scale if "estimate" in text else float("nan")
    rows = [text]
    if code is not None:
        rows.insert(0, school_row(y, design, code, scale, text))
    return bounded_frame({**row, "contrast": f"{levels[0]} - {levels[1]}"} for row in rows)


def _textbook(
    y: Array, design: Array, scale: float, df_sd: float, conf_level: float
) -> dict[str, object]:
    size = np.sqrt((design**2).sum(axis=0))
    size[size == 0] = 1.0
    if np.linalg.matrix_rank(design / size, tol=_RANK) < design.shape[1]:
        return {"reason": "a covariate does not vary, or the others or the group determine it"}
    df = len(y) - design.shape[1]
    if df < 1:
        return {"reason": "too few pupils for an error"}
    q, upper = np.linalg.qr(design / size)
    beta = np.linalg.solve(upper, q.T @ y) / size
    residual = y - design @ beta
    inverse = np.linalg.inv(upper) / size[:, None]
    variance = float(residual @ residual) / df * float((inverse[1] ** 2).sum())
    estimate = float(beta[1]) * scale
    if variance <= (1e-12 * float(np.abs(y).max())) ** 2:
        return {"estimate": estimate, "reason": "the regression fits without error: no interval"}
    plain = float(np.sqrt(variance))
    error = float(np.sqrt((scale * plain) ** 2 + estimate**2 / (2 * df_sd)))
    half = float(stats.t.ppf(0.5 + conf_level / 2, df)) * error
    return {
        "estimate": estimate,
        "std_error": error,
        "df": df,
        "p_value": float(2 * stats.t.sf(abs(float(beta[1])) / plain, df)),
        "conf_low": estimate - half,
        "conf_high": estimate + half,
    }
