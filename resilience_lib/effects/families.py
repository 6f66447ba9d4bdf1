"""Families of tests: Holm inside a declared family, Benjamini-Hochberg for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from resilience_lib.adapters.pingouin import adjust_p
from resilience_lib.effects.names import HEADLINES

OTHERS = "other outcomes"


def adjust_families(estimates: pd.DataFrame, families: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The frame with `family` and `p_adjusted` filled for the headline tests.

    A family is tested once for each estimand and subgroup: its members are the declared
    outcomes at every contrast. Change and effect, and "all", each gender and the gender
    difference, answer different questions and are not pooled.

    Parameters
    ----------
    estimates : DataFrame
        Estimate frame.
    families : mapping
        Name -> primary outcomes. Outcomes in none are adjusted together by
        Benjamini-Hochberg.

    Returns
    -------
    DataFrame
        A copy; rows that are no headline test keep an empty family.

    Raises
    ------
    ValueError
        An outcome in two families.

    Examples
    --------
    >>> from resilience_lib.effects.names import CHANGE_METHOD
    >>> from resilience_lib.frames import estimate_frame
    >>> rows = [{"outcome": o, "estimand": "mean_change", "subgroup": "all",
    ...          "method": CHANGE_METHOD, "p_value": p} for o, p in (("a", .01), ("b", .04))]
    >>> got = adjust_families(estimate_frame(rows), {"primary": ["a", "b"]})
    >>> got["family"].iloc[0], got["p_adjusted"].tolist()
    ('primary: Holm over 2', [0.02, 0.04])
    """
    listed = [outcome for outcomes in families.values() for outcome in outcomes]
    twice = sorted({outcome for outcome in listed if listed.count(outcome) > 1})
    if twice:
        raise ValueError(f"outcomes in more than one family: {twice}")
    result = estimates.copy()
    home = {outcome: name for name, outcomes in families.items() for outcome in outcomes}
    headline = [
        estimand in HEADLINES and method.startswith(HEADLINES[estimand])
        for estimand, method in zip(result["estimand"], result["method"], strict=True)
    ]
    tested = result["p_value"].notna() & pd.Series(headline, index=result.index, dtype=bool)
    names = result["outcome"].map(lambda outcome: home.get(outcome, OTHERS))
    for (name, _, _), rows in result[tested].groupby([names, "estimand", "subgroup"]):
        method = "Benjamini-Hochberg" if name == OTHERS else "Holm"
        result.loc[rows.index, "family"] = f"{name}: {method} over {len(rows)}"
        result.loc[rows.index, "p_adjusted"] = adjust_p(rows["p_value"], method)
    return result
