"""Rate ratios from regressions of counts over exposure, with errors by school."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from resilience_lib.adapters.statsmodels import CountFit, fit_counts
from resilience_lib.models.cr2 import Contrast, ModelInputError, contrast_cr2, fit_cr2

Array = NDArray[np.float64]

_FAR_FROM_WHOLE = 1e-9


def rate_contrast(
    counts: ArrayLike,
    exposure: ArrayLike,
    design: ArrayLike,
    weights: ArrayLike,
    school: ArrayLike | None,
    *,
    overdispersed: bool = False,
    conf_level: float = 0.95,
) -> tuple[Contrast, CountFit]:
    """A log rate ratio with its CR2 error and Satterthwaite df, and the fit it is from.

    Parameters
    ----------
    counts : array (n,)
        Whole numbers of 0 or more.
    exposure : array (n,)
        Time or number at risk, above 0; in one unit.
    design : array (n, p)
        With the constant; full rank.
    weights : array (p,)
        Of the coefficients, which are logarithms.
    school : array (n,), optional
        Without it each row is its own cluster (HC2).
    overdispersed : bool
        Negative binomial (NB2: variance = mean + alpha mean^2) in place of Poisson.
    conf_level : float, in (0, 1)

    Returns
    -------
    (Contrast, CountFit)
        NaN with the reason where the model has no fit or no standard error.

    Raises
    ------
    ModelInputError
        Counts that are none, an exposure of 0 or less, unequal lengths, missing numbers, a
        design that is not of full rank.

    Notes
    -----
    At its maximum the model is the weighted regression of its last Newton step, of
    log mean + (count - mean) / mean with weights mean / (1 + alpha mean). CR2 and the df
    are those of that regression, the model's variances being the working model (Bell &
    McCaffrey 2002; McCaffrey, Bell & Botts 2001), alpha taken as known. R's
    `clubSandwich::vcovCR` gives the same of the whitened regression; of the `glm` itself it
    takes another root of the same equation, with errors some tenths of a per cent apart.

    Examples
    --------
    >>> x = np.column_stack([np.ones(8), [0, 1] * 4])
    >>> counts, school = [2, 3, 1, 4, 3, 3, 2, 6], list("aabbccdd")
    >>> answer, _ = rate_contrast(counts, np.ones(8), x, [0, 1], school)
    >>> round(float(np.exp(answer.estimate)), 3), round(answer.std_error, 3)
    (2.0, 0.306)
    """
    y, time = (np.asarray(values, dtype=float) for values in (counts, exposure))
    x = np.asarray(design, dtype=float)
    if y.ndim != 1 or y.shape != time.shape or x.shape[:1] != y.shape or len(y) == 0:
        raise ModelInputError("counts, exposure and design: one row each is needed")
    if not all(np.isfinite(values).all() for values in (y, time, x)):
        raise ModelInputError("missing or infinite numbers: drop those rows")
    if (y < 0).any() or (np.abs(y - np.round(y)) > _FAR_FROM_WHOLE).any():
        raise ModelInputError("counts must be whole numbers of 0 or more")
    if (time <= 0).any():
        raise ModelInputError("exposure must be above 0: who was not at risk has no rate")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise ModelInputError("a column is a combination of others: leave it out")
    fit = fit_counts(y, time, x, overdispersed=overdispersed)
    if fit.reason:
        nan = float("nan")
        return Contrast(nan, nan, nan, nan, nan, nan, fit.reason), fit
    root = np.sqrt(fit.fitted / (1 + fit.overdispersion * fit.fitted))
    pseudo = x @ fit.coefficients + (y - fit.fitted) / fit.fitted
    cluster = np.arange(len(y)) if school is None else pd.Series(school).to_numpy()
    answer = contrast_cr2(fit_cr2(root * pseudo, root[:, None] * x, cluster), weights, conf_level)
    # the step has no length at the maximum: what is printed is the model's own number
    return replace(answer, estimate=float(np.asarray(weights) @ fit.coefficients)), fit
