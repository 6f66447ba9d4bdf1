"""A share of pupils, with its intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from resilience_lib.effects.arrays import Array, numbers, schools_of
from resilience_lib.effects.proportion_intervals import clopper_pearson, wilson_interval
from resilience_lib.effects.subgroups import estimate_row, no_data
from resilience_lib.frames import estimate_frame
from resilience_lib.models.cr2 import ModelInputError, contrast_cr2, fit_cr2
from resilience_lib.models.transformed import ON_LOGIT, share_of

Row = dict[str, object]

BY_SCHOOL = "linear probability, CR2 by school"
_EMPTY = "no pupils"


def estimate_proportion(
    events: ArrayLike, *, school: ArrayLike | None = None, conf_level: float = 0.95
) -> pd.DataFrame:
    """A share with its intervals.

    Parameters
    ----------
    events : array (n,)
        1 for a pupil with the event, 0 for one without; missing ones are left out.
    school : array (n,), optional
        Schools; the first row then holds the CR2 interval.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame of `proportion`: by school where schools are given, by Wilson, by
        Clopper & Pearson; the last two take pupils as independent.

    Raises
    ------
    ModelInputError
        A value other than 0 and 1, unequal lengths, a pupil without a school.

    Notes
    -----
    By school: mean of a linear probability model with CR2 and Satterthwaite df (Pustejovsky &
    Tipton 2018), its interval on the logit scale (`transformed.share_of`).

    Examples
    --------
    >>> got = estimate_proportion([1, 0, 1, 0, 0, 0], school=list("aabbcc"))
    >>> [round(float(x), 3) for x in got["conf_high"]]
    [0.926, 0.7, 0.777]
    """
    y = zero_one(events)
    kept = np.isfinite(y)
    code = schools_of(school, len(y), kept)
    y = y[kept]
    rows = []
    if code is not None:
        answer = no_data(_EMPTY)
        if len(y):
            answer = contrast_cr2(fit_cr2(y, np.ones((len(y), 1)), code), [1.0], conf_level)
        row = estimate_row(share_of(answer), conf_level, method=BY_SCHOOL)
        row |= {"interval": f"{row['interval']}{ON_LOGIT}"}
        # that nobody or everybody has it is no test against zero
        row |= {"p_value": None, "n_clusters": len(np.unique(code)), "n": len(y)}
        rows.append(row | {"estimand": "proportion"})
    return estimate_frame([*rows, *_one_share(int(y.sum()), len(y), conf_level)])


def estimate_proportion_from_summary(
    events: float, n: float, *, conf_level: float = 0.95
) -> pd.DataFrame:
    """A share from counts, by Wilson and by Clopper & Pearson.

    Parameters
    ----------
    events, n : int
        Pupils with the event, and all pupils.
    conf_level : float, in (0, 1)

    Raises
    ------
    ModelInputError
        Counts that are no whole numbers, negative, or more events than pupils.

    Examples
    --------
    >>> got = estimate_proportion_from_summary(0, 20)
    >>> [round(float(x), 4) for x in got["conf_high"]]
    [0.1611, 0.1684]
    """
    return estimate_frame(_one_share(*whole_counts(events, n), conf_level))


def zero_one(events: ArrayLike) -> Array:
    """The values as 0 and 1, missing as NaN.

    Raises
    ------
    ModelInputError
        Anything else among them.

    Examples
    --------
    >>> zero_one([1, 0, None]).tolist()
    [1.0, 0.0, nan]
    """
    values = numbers(events, "events")
    if not np.isin(values[np.isfinite(values)], (0, 1)).all():
        raise ModelInputError("events must be 1 or 0")
    return values


def whole_counts(events: float, n: float) -> tuple[int, int]:
    """The counts as whole numbers.

    Raises
    ------
    ModelInputError
        They are not, are negative, or more than there are pupils.

    Examples
    --------
    >>> whole_counts(3.0, 10)
    (3, 10)
    """
    whole = all(float(x).is_integer() for x in numbers([events, n], "counts"))
    if not whole or not 0 <= events <= n:
        raise ModelInputError(f"counts are whole numbers, 0 <= events <= n: not {events} of {n}")
    return int(events), int(n)


def _one_share(x: int, n: int, conf_level: float) -> list[Row]:
    rows: list[Row] = []
    for name, ends in (("Wilson", wilson_interval), ("Clopper-Pearson", clopper_pearson)):
        row: Row = {
            "estimand": "proportion",
            "conf_level": conf_level,
            "interval": f"{100 * conf_level:g}% {name}, pupils independent",
            "method": "events / pupils",
            "n": n,
        }
        if n:
            low, high = ends(x, n, conf_level)
            row |= {"estimate": x / n, "conf_low": low, "conf_high": high}
        rows.append(row if n else row | {"reason": _EMPTY})
    return rows
