"""Ratio of two rates from Poisson and negative binomial models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from resilience_lib.effects.arrays import numbers
from resilience_lib.effects.registry import require_names
from resilience_lib.effects.subgroups import no_data
from resilience_lib.frames import estimate_frame
from resilience_lib.models.counts import rate_contrast
from resilience_lib.models.cr2 import ModelInputError

RATE_MODELS: dict[str, tuple[bool, str]] = {
    "rate_ratio_poisson": (False, "Poisson"),
    "rate_ratio_negbin": (True, "negative binomial (NB2)"),
}
"""Estimand -> whether it is overdispersed, and its name in words."""


def estimate_rate_models(
    counts: ArrayLike,
    exposure: ArrayLike,
    group: ArrayLike,
    *,
    levels: tuple[str, str],
    school: ArrayLike | None = None,
    covariates: ArrayLike | None = None,
    names: Sequence[str] = ("rate_ratio_poisson", "rate_ratio_negbin"),
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Rate of one group over that of another, with errors by school.

    Parameters
    ----------
    counts, exposure : array (n,)
        Events of a pupil (or class, or month), and the time or number at risk behind them.
    group : array (n,)
        Labels, each one of `levels`.
    levels : (str, str)
        The ratio is the first's rate over the second's.
    school : array (n,), optional
        Labels. Without it rows are taken as independent.
    covariates : array (n, c), optional
        Numbers that stand beside the group.
    names : sequence of str
        Of `RATE_MODELS`.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame; n is rows. df and p are those of the log rate ratio. Numbers are NaN
        with the reason for a group without rows or events, a model that did not converge (so
        the negative binomial where counts vary no more than a Poisson's), and (error and
        interval) one school.

    Raises
    ------
    EstimandError
        A name that is not among them.
    ModelInputError
        See `models.counts.rate_contrast`; or a group that is none of `levels`.

    Notes
    -----
    log E(count) = log exposure + group + covariates; CR2 and Satterthwaite df by school
    (`models.counts.rate_contrast`), the interval on the log scale, raised. Poisson needs no
    Poisson counts for that, only the right mean; the negative binomial weighs rows with
    large means less.

    Examples
    --------
    >>> got = estimate_rate_models([2, 3, 1, 4, 3, 3, 2, 6], [2.0] * 8, list("abababab"),
    ...                            levels=("b", "a"), school=list("ssttuuvv"))
    >>> got["estimand"].tolist(), [round(float(x), 3) for x in got["estimate"]]
    (['rate_ratio_poisson', 'rate_ratio_negbin'], [2.0, nan])
    """
    require_names(names, tuple(RATE_MODELS))
    label = pd.Series(group, dtype=object).map(str).to_numpy()
    other = sorted(set(label) - set(levels))
    if other:
        raise ModelInputError(f"groups {', '.join(other)}: only {' and '.join(levels)} compare")
    events, time = numbers(counts, "counts"), numbers(exposure, "exposures")
    if not len(label) == len(events) == len(time):
        raise ModelInputError("counts, exposure and group: one row each is needed")
    first = label == levels[0]
    design = np.column_stack([np.ones(len(label)), first])
    if covariates is not None:
        more = np.asarray(covariates, dtype=float).reshape(len(label), -1)
        design = np.column_stack([design, more - more.mean(axis=0)])
    weights = np.zeros(design.shape[1])
    weights[1] = 1.0
    empty = [level for level, rows in zip(levels, (first, ~first), strict=True) if not rows.any()]
    rows = []
    for name in names:
        overdispersed, words = RATE_MODELS[name]
        method = f"{words} with log exposure as offset"
        if empty:
            answer = no_data(f"no rows of {' and '.join(empty)}")
        else:
            answer, fit = rate_contrast(
                events,
                time,
                design,
                weights,
                school,
                overdispersed=overdispersed,
                conf_level=conf_level,
            )
            if fit.reason:
                method += f"; {fit.reason}"
            elif overdispersed:
                method += f", overdispersion {fit.overdispersion:.3g}"
        robust = "CR2 by school" if school is not None else "HC2, rows independent"
        rows.append(
            {
                "contrast": " / ".join(levels),
                "estimand": name,
                "estimate": np.exp(answer.estimate),
                "conf_low": np.exp(answer.conf_low),
                "conf_high": np.exp(answer.conf_high),
                "conf_level": conf_level,
                "interval": f"{100 * conf_level:g}% {robust}, Satterthwaite df, log scale",
                "df": answer.df,
                "p_value": answer.p_value,
                "n": len(label),
                "n_clusters": None if school is None else pd.Series(school).nunique(),
                "method": method,
                "reason": answer.reason,
            }
        )
    return estimate_frame(rows)
