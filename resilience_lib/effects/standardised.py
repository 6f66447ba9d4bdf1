"""A contrast over an estimated SD: its interval counts what is not known of both."""

from __future__ import annotations

import numpy as np
from scipy import stats

from resilience_lib.effects.subgroups import no_data
from resilience_lib.models.cr2 import Contrast
from resilience_lib.models.one_way import small_sample_factor

WITH_SD = ", put together with that of the SD (chi-squared)"
"""What is said of an interval that counts the SD as estimated, behind that of the contrast."""


def interval_in_sds(conf_level: float) -> str:
    """What a row in SDs says of its interval by CR2.

    Examples
    --------
    >>> interval_in_sds(0.95)
    '95% CR2, Satterthwaite df, put together with that of the SD (chi-squared)'
    """
    return f"{100 * conf_level:g}% CR2, Satterthwaite df{WITH_SD}"


def standardise(
    answer: Contrast, sd: float, df: float, conf_level: float = 0.95, reason: str = ""
) -> Contrast:
    """A contrast in SDs that were estimated from the same pupils.

    Parameters
    ----------
    answer : Contrast
        In points, with its limits at `conf_level`.
    sd : float
        In points; 0, negative or NaN for none.
    df : float
        Effective degrees of freedom of the SD.
    conf_level : float, in (0, 1)
    reason : str
        What is said where there is no SD.

    Returns
    -------
    Contrast
        In SDs; df and p are those of the contrast in points, whose null is the same. NaN, with
        the reason, where there is no SD.

    Notes
    -----
    The estimate is J(df) c / S, J exact (Hedges 1981). Limits: those of c, and those of S by
    chi-squared, S sqrt(df / q), put together by recovered variances (Donner & Zou 2012, doi
    10.1177/0962280210383082): an end g solves (c - g S)^2 = (c - its limit)^2 + g^2 (S - its
    limit)^2, where an end away from 0 takes the lower limit of S and one towards 0 the upper. An
    end is 0 only where that of c is, so that interval and p agree. c and S are taken as
    independent, as they are of normal scores. The standard error is J sqrt(var(c) / S^2 +
    (c / S)^2 / (2 df)).

    Examples
    --------
    >>> got = standardise(Contrast(2.0, 1.0, 9.0, .08, -0.26, 4.26, ""), 4.0, 50.0)
    >>> round(got.estimate, 4), round(got.conf_low, 4), round(got.conf_high, 4), got.p_value
    (0.4925, -0.0651, 1.0925, 0.08)
    """
    if not (sd > 0 and df > 1):
        why = "; ".join(t for t in (answer.reason, reason or "no standard deviation") if t)
        return no_data(why)
    factor = small_sample_factor(df)
    tails = np.array([0.5 + conf_level / 2, 0.5 - conf_level / 2])
    small, large = sd * np.sqrt(df / stats.chi2.ppf(tails, df))
    c, d = answer.estimate, answer.estimate / sd

    def end(limit: float, side: int) -> float:
        if limit == 0 or not np.isfinite(limit):
            return limit
        away = side * limit > 0
        apart = sd - small if away else large - sd
        inside = c**2 - (limit - c) ** 2
        square = sd**2 - apart**2
        root = np.sqrt((c * sd) ** 2 - square * inside)
        # the smaller of two roots from their product, which loses no digits
        return float((c * sd + side * root) / square if away else inside / (c * sd - side * root))

    error = factor * np.sqrt((answer.std_error / sd) ** 2 + d**2 / (2 * df))
    low, high = end(answer.conf_low, -1), end(answer.conf_high, 1)
    return Contrast(factor * d, float(error), answer.df, answer.p_value, low, high, answer.reason)
