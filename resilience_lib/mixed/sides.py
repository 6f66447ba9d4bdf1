"""Which side a measured change takes, by its whole interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from resilience_lib.study.mixed import Theme
    from resilience_lib.study.schema import Study

SIDES: tuple[str, ...] = (
    *("improved", "no important change", "worsened", "unclear", "not measured", "not shown"),
)
HEADLINE = "CR2"


def side_of(low: float, high: float, smallest: float, higher_is_better: bool) -> str:
    """What a change amounts to, by its whole interval.

    Parameters
    ----------
    low, high : float
        Ends of the interval.
    smallest : float, > 0
        Smallest change that matters, declared beforehand.
    higher_is_better : bool

    Returns
    -------
    str
        One of `SIDES`: "improved" or "worsened" where the whole interval lies at or beyond the
        smallest important change, "no important change" where it lies inside, else "unclear".

    Examples
    --------
    >>> side_of(0.2, 0.5, 0.1, True), side_of(-0.05, 0.04, 0.1, True)
    ('improved', 'no important change')
    >>> side_of(0.6, 1.2, 0.5, False), side_of(0.05, 0.3, 0.1, True)
    ('worsened', 'unclear')
    """
    if low != low or high != high:
        return "unclear"
    if not higher_is_better:
        low, high = -high, -low
    if low >= smallest:
        return "improved"
    if high <= -smallest:
        return "worsened"
    return "no important change" if -smallest < low and high < smallest else "unclear"


def headline_rows(theme: Theme, estimates: pd.DataFrame, subgroup: str = "all") -> pd.DataFrame:
    """The headline's estimate beside a theme, of all pupils or one group."""
    return estimates[
        (estimates["outcome"] == theme.outcome)
        & (estimates["contrast"] == theme.contrast)
        & (estimates["estimand"] == theme.estimand)
        & (estimates["subgroup"] == subgroup)
        & estimates["method"].str.contains(HEADLINE)
    ]


def side_of_row(study: Study, smallest: float, higher_is_better: bool, row: pd.Series) -> str:
    """The side of one estimate; "not shown" where too few are behind it."""
    rules = study.disclosure
    few = row["n"] < (rules.minimum_base or 0) or row["n_clusters"] < (rules.minimum_schools or 0)
    if few and not rules.open_data:
        # the side that a hidden interval takes would tell of it
        return "not shown"
    return side_of(row["conf_low"], row["conf_high"], smallest, higher_is_better)


def group_sides(study: Study, estimates: pd.DataFrame | None) -> pd.DataFrame:
    """Which side the change of each gender takes, by its own interval.

    That one group improved and another did not is no difference between them: the row of their
    difference in the table of tests says whether there is one.

    Parameters
    ----------
    study : Study
    estimates : DataFrame or None
        Estimate frame of stage 4; None for a study without pupils.

    Returns
    -------
    DataFrame
        theme, group, quantitative; no rows for themes without an outcome.
    """
    assert study.mixed is not None
    rows = []
    for theme in study.mixed.themes:
        if theme.outcome is None or estimates is None or theme.smallest_important is None:
            continue
        better = study.outcome(theme.outcome).higher_is_better
        for group in study.gender.difference:
            for _, row in headline_rows(theme, estimates, group).iterrows():
                side = side_of_row(study, theme.smallest_important, better, row)
                rows.append((theme.theme, group, side))
    return pd.DataFrame(rows, columns=["theme", "group", "quantitative"])
