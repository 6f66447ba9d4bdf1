"""What a plan could find, as a table: the planned number of schools among others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from resilience_lib.design.plan import Plan
from resilience_lib.design.power import detectable, power_of
from resilience_lib.design.precision import precisions
from resilience_lib.design.simulate import Simulated

EFFECTS: tuple[float, ...] = (0.1, 0.2, 0.3)
"""True changes, in SDs of the first wave, whose power is shown."""

NUMBERS: tuple[int, ...] = (6, 8, 11, 15, 20, 30, 40)
"""Schools of the table beside the planned number."""


def design_table(plan: Plan, simulated: Sequence[Simulated] = ()) -> pd.DataFrame:
    """A row for each contrast and number of schools.

    Parameters
    ----------
    plan : Plan
    simulated : sequence of Simulated
        Beside the formula at the planned number of schools, at its detectable effects.

    Returns
    -------
    DataFrame
        contrast, schools, planned, pupils (expected at both waves), std_error, df, detectable
        and power_0.1 ... in SDs of the first wave, simulated_power, simulated_error, runs,
        reason.

    Examples
    --------
    >>> table = design_table(Plan(9, 30, 0.05, 0.05, 0.6))
    >>> table.loc[table["planned"], ["contrast", "schools"]].to_numpy().tolist()
    [['change', 9], ['gender_difference', 9]]
    """
    table = by_schools(plan, sorted({*NUMBERS, plan.schools}))
    first = {name: place for place, name in enumerate(table["contrast"].unique())}
    table = table.sort_values("contrast", key=lambda c: c.map(first), kind="stable")
    table = table.assign(simulated_power=float("nan"), simulated_error=float("nan"), runs=0)
    for one in simulated:
        row = table["planned"] & table["contrast"].eq(one.contrast)
        table.loc[row, "simulated_power"] = one.power
        table.loc[row, "simulated_error"] = one.error
        table.loc[row, "runs"] = one.runs
    order = [*[c for c in table.columns if c != "reason"], "reason"]
    return table[order].reset_index(drop=True)


def by_schools(plan: Plan, numbers: Iterable[int]) -> pd.DataFrame:
    """The columns of `design_table` that come from the formula, for these numbers of schools.

    Examples
    --------
    >>> table = by_schools(Plan(9, 30, 0.05, 0.05, 0.6), [10, 40])
    >>> table["detectable"].round(3).tolist()
    [0.255, 0.325, 0.116, 0.148]
    """
    rows = []
    for schools in numbers:
        for one in precisions(replace(plan, schools=schools)):
            powers = {
                f"power_{effect:g}": power_of(effect, one.std_error, one.df, plan.alpha)
                for effect in EFFECTS
            }
            rows.append(
                {
                    "contrast": one.contrast,
                    "schools": schools,
                    "planned": schools == plan.schools,
                    "pupils": one.pupils,
                    "std_error": one.std_error,
                    "df": one.df,
                    "detectable": detectable(one.std_error, one.df, plan.power, plan.alpha),
                    **powers,
                    "reason": one.reason,
                }
            )
    return pd.DataFrame(rows)
