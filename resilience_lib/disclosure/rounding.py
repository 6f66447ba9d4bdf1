"""How finely the values of a confidential study are published."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from resilience_lib.disclosure.nested import behind, nested_rows
from resilience_lib.disclosure.rules import Rules
from resilience_lib.study.schema import Study

SCALED: tuple[str, ...] = (
    *("mean", "sd", "mean_change", "mean_difference", "gender_gap"),
    "marginal_mean",
)
"""Estimands in the outcome's unit; the others are shares or in standard deviations."""

COUNTED: tuple[str, ...] = ("share_lost", "proportion")
"""Shares of pupils, which give a count; those of change in a person have a gate of their own."""

OWN_UNIT: tuple[str, ...] = ("estimate", "std_error", "conf_low", "conf_high")
SHARES: tuple[str, ...] = ("estimate", "conf_low", "conf_high")


def unit_for(n: float, step: float = 1.0, finest: float = 0.01) -> float:
    """Step in which a value on `n` pupils is published: 1, 2 or 5 times a power of ten.

    A mean of scores that move in steps (sums and means of items do) is a whole number of steps
    over n, so that its digits give n exactly although n is rounded; and the exact means of
    nested groups give the share of one in the other. Two exact n give the count between them.
    Published in units of at least step / n, a mean fits every n. Our own rule.

    Parameters
    ----------
    n : float
        Pupils; NaN gives the unit of 10 pupils.
    step : float
        How much of one pupil's score may not show.
    finest : float
        Never finer than that.

    Examples
    --------
    >>> [unit_for(n) for n in (441, 200, 60, 22)]
    [0.01, 0.01, 0.02, 0.05]
    >>> unit_for(435, 20.0), unit_for(2000, 30.0, 0.1)
    (0.05, 0.1)
    """
    wanted = max(step / (n if n > 0 else 10.0), finest)
    power = 10.0 ** math.floor(math.log10(wanted) + 1e-9)
    found = next(times * power for times in (1, 2, 5, 10) if times * power >= wanted - 1e-12)
    return float(f"{found:.6g}")


def steps_of(study: Study) -> dict[str, tuple[float, float, float]]:
    """For each outcome the step of its scores, the whole scale, and the finest unit.

    The step is a point, or a twentieth of a scale of more than 20 points. Units are never
    finer than two decimals, one for scales of 40 points and more, as tables print them.
    """
    spans = {outcome.name: outcome.range[1] - outcome.range[0] for outcome in study.outcomes}
    return {
        name: (max(1.0, span / 20), float(span), 0.1 if span >= 40 else 0.01)
        for name, span in spans.items()
    }


def rounded_to(values: pd.Series, units: pd.Series) -> pd.Series:
    """Values in whole units, without the digits that binary fractions add.

    Examples
    --------
    >>> rounded_to(pd.Series([3.59464, 0.2951]), pd.Series([0.01, 0.05])).tolist()
    [3.59, 0.3]
    """
    whole = (values / units).round() * units
    # adding zero takes the sign off a negative zero
    return whole.round(6) + 0.0


def round_estimates(
    frame: pd.DataFrame, study: Study, rules: Rules, nested: Sequence[bool] | None = None
) -> pd.DataFrame:
    """An Estimate frame with values as coarse as their groups are small.

    - Values in units of `unit_for`; p to three decimals and df to one, since p, df and
      std_error together give the estimate.
    - A difference between groups, or arms, is as coarse as the smaller of them (`behind`): a
      finer one and the value of the larger group would give the smaller group's digits.
    - Where fewer than the minimum have a score at one of two waves only, the means of both
      waves and the change give what those few scored. There the unit of the change lets the
      sum of a full minimum of pupils move by a quarter of the scale (or of 4 SDs) each, so
      that even nine at the end of the scale are known to a quarter of it at best. So are
      marginal means of these waves: a mixed model leans the mean of a wave towards what the few
      who were not seen there scored at the other, and the mean of the seen stands beside it.
    - Shares and their bounds are the rounded count over the rounded n: a finer share gives
      the count back.

    Parameters
    ----------
    frame : DataFrame
        With exact n; suppressed values are missing, their n is not.
    study : Study
        For the outcomes' ranges.
    rules : Rules
        Of a confidential study.
    nested : sequence of bool, optional
        For each row whether nearly all have a score at both waves; found from the means among
        the rows where left out.

    Returns
    -------
    DataFrame
        A copy; n is rounded too.
    """
    result = frame.copy()
    known = steps_of(study)
    nested = nested_rows(frame, rules) if nested is None else nested
    few = rules.minimum_cell
    units = []
    for outcome, estimand, n, close in zip(
        frame["outcome"], frame["estimand"], behind(frame), nested, strict=True
    ):
        step, scale, finest = known.get(outcome, (1.0, 4.0, 0.01))
        if estimand not in SCALED:
            step, scale, finest = 1.0, 4.0, 0.01
        units.append(unit_for(n, few * scale / 4 if close else step, finest))
    for name in OWN_UNIT:
        result[name] = rounded_to(frame[name], pd.Series(units, frame.index, dtype="float64"))
    for name, places in (("df", 1), ("p_value", 3), ("p_adjusted", 3)):
        result[name] = frame[name].round(places)
    lost = frame["estimand"].isin(COUNTED)
    for name in SHARES:
        result.loc[lost, name] = rounded_share(frame[name], frame["n"], rules)[lost]
    result["n"] = frame["n"].map(rules.rounded)
    return result


def rounded_share(share: pd.Series, base: pd.Series, rules: Rules) -> pd.Series:
    """Shares that tell no more than the rounded count and the rounded base, to two decimals.

    Examples
    --------
    >>> rounded_share(pd.Series([13 / 202]), pd.Series([202.0]),
    ...               Rules("s", False, False, 10, 10, 3)).tolist()
    [0.05]
    """
    step = float(rules.minimum_cell)
    count = np.floor(share * base / step + 0.5) * step
    return (count / base.map(rules.rounded)).round(2) + 0.0
