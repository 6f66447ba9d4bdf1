"""What a plan could find, in plain words; and what a study file has to say for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from resilience_lib.design.plan import Plan, asked, seen_twice
from resilience_lib.design.power import MOST_SCHOOLS, schools_needed
from resilience_lib.design.precision import CHANGE, CHANGE_EFFECT, DIFFERENCE, EFFECT
from resilience_lib.errors import TO_FILL_IN
from resilience_lib.study.design import Assumed, Design

ASSUMED = "Assumptions about a study that is planned; nothing here is a result."
AIM = 0.2
_FEW_DF = 4.0

BLOCK = f"""\
# What make design assumes. Fill in every number and say where it comes from; scores are in SDs
# of the first wave. Published studies of the same instrument and age are the place to look.
design:
  schools:                  # that will take part, 3 or more
    {{value: {TO_FILL_IN}, source: {TO_FILL_IN}}}
  pupils_per_school:        # asked in each, on average
    {{value: {TO_FILL_IN}, source: {TO_FILL_IN}}}
  icc_level:                # share of the variance of a score between schools, such as 0.05
    {{value: {TO_FILL_IN}, source: {TO_FILL_IN}}}
  icc_change:               # share of the variance of pupils' change between schools
    {{value: {TO_FILL_IN}, source: {TO_FILL_IN}}}
  pre_post_r:               # correlation of pupils' scores at two waves, such as 0.6
    {{value: {TO_FILL_IN}, source: {TO_FILL_IN}}}
  attrition:                # share of pupils who are not seen again
    {{value: {TO_FILL_IN}, source: {TO_FILL_IN}}}
  gender_share:             # share of the first group of gender.difference
    {{value: {TO_FILL_IN}, source: {TO_FILL_IN}}}
  # size_variation: {{value: 0.4, source: where from}}   # SD of schools' sizes over their mean
  # icc_difference: {{value: 0.02, source: where from}}  # how far schools differ in the gap
  # assigned: schools       # or pupils (inside schools), where some get the programme
  power: 0.8                # how often a true change should be found
  alpha: 0.05               # how often none may be taken for one
"""
"""To paste into a study file, which refuses what is not filled in."""


def contrast_names(genders: Sequence[str], assigned: str) -> dict[str, str]:
    """What each contrast is called.

    Examples
    --------
    >>> contrast_names(("girls", "boys"), "schools")["effect"]
    'an effect of the programme (schools assigned)'
    """
    whose = "schools" if assigned == "schools" else "pupils inside schools"
    return {
        CHANGE: "a change",
        DIFFERENCE: f"a difference between {genders[0]} and {genders[1]} in change",
        EFFECT: f"an effect of the programme ({whose} assigned)",
        CHANGE_EFFECT: "a difference between the arms in change (d_ppc2)",
    }


def sentences(plan: Plan, table: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """The answer first, then how far it can be trusted.

    Parameters
    ----------
    plan : Plan
    table : DataFrame
        `design.table.design_table` of the same plan.
    names : mapping
        `contrast_names`.

    Examples
    --------
    >>> from resilience_lib.design.table import design_table
    >>> plan = Plan(11, 40, 0.05, 0.05, 0.6)
    >>> sentences(plan, design_table(plan), contrast_names(("girls", "boys"), "none"))[0]
    'With 11 schools of 40 pupils a change of 0.23 SD or more would be found 80 times in 100.'
    """
    kept = float(seen_twice(plan).sum() / plan.schools)
    size = f"{plan.schools} schools of {plan.pupils:g} pupils"
    if plan.attrition > 0:
        size += f" ({kept:.0f} of them seen twice)"
    said = []
    for row in table[table["planned"]].to_dict("records"):
        name = names[str(row["contrast"])]
        if not np.isfinite(row["detectable"]):
            said.append(f"With {size} {name} cannot be estimated: {row['reason']}.")
            continue
        said.append(
            f"With {size} {name} of {row['detectable']:.2f} SD or more would be found "
            f"{100 * plan.power:.0f} times in 100."
        )
        if row["runs"]:
            said[-1] += (
                f" Of {row['runs']:,} generated studies with just that, estimated like real ones, "
                f"{100 * row['simulated_power']:.0f} in 100 found it (Monte Carlo error "
                f"{100 * row['simulated_error']:.1f})."
            )
        if row["df"] < _FEW_DF:
            said[-1] += " Fewer than 4 df: so few schools make any interval unreliable."
    return [*said, _needed(plan, names, list(table["contrast"].unique())), *_cautions(plan)]


def _needed(plan: Plan, names: Mapping[str, str], contrasts: list[str]) -> str:
    parts = []
    for contrast in contrasts:
        schools = schools_needed(plan, contrast, AIM)
        number = f"more than {MOST_SCHOOLS}" if schools is None else str(schools)
        parts.append(f"{number} for {names[contrast]}")
    return f"Schools needed for {AIM:g} SD, all else the same: {'; '.join(parts)}."


def _cautions(plan: Plan) -> list[str]:
    more = "more pupils in each school add little: more schools do"
    floor = plan.change_variance * plan.icc_change / plan.schools
    said = ["SD: that of all pupils' scores at the first wave, taken to be the same at both."]
    if plan.icc_change * asked(plan).mean() > 1:
        said.append(
            f"Schools' own change alone leaves a standard error of {np.sqrt(floor):.2f} SD; {more}."
        )
    if plan.assigned == "none":
        said.append("One group: a change is no effect; maturation and retesting are in it as well.")
    else:
        said.append(
            "An effect compares scores at the later wave and is not adjusted for the first score."
        )
    return said


def assumptions(design: Design) -> pd.DataFrame:
    """Every assumption with its source, those left out among them.

    Returns
    -------
    DataFrame
        key, value, source.

    Examples
    --------
    >>> said = {"source": "a guess"}
    >>> block = {name: {"value": 0.05, **said} for name in
    ...          ("icc_level", "icc_change", "attrition", "pre_post_r")}
    >>> block |= {name: {"value": value, **said} for name, value in
    ...           {"gender_share": 0.5, "schools": 11, "pupils_per_school": 40}.items()}
    >>> assumptions(Design.model_validate(block)).iloc[2].tolist()
    ['size_variation', '0', 'left out: taken as 0']
    """
    rows = []
    for key in type(design).model_fields:
        said = getattr(design, key)
        if said is None:
            rows.append((key, "0", "left out: taken as 0"))
        elif isinstance(said, Assumed):
            rows.append((key, f"{said.value:g}", said.source))
        else:
            rows.append((key, str(said), ""))
    return pd.DataFrame(rows, columns=["key", "value", "source"])
