"""Table of standardised change: each definition by its own name, side by side."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import interval, number
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

DEFINITIONS: tuple[str, ...] = ("g_change_model", "d_av_mean", "d_z")
KEYS = ["outcome", "contrast", "subgroup"]


def columns_of(definitions: tuple[str, ...]) -> list[str]:
    """Columns of the table: what, then each definition with its interval.

    Examples
    --------
    >>> columns_of(("d_z",))
    ['Outcome', 'Change', 'Group', 'd_z', '95% CI of d_z']
    """
    pairs = [name for d in definitions for name in (d, f"95% CI of {d}")]
    return ["Outcome", "Change", "Group", *pairs]


def table_effect_sizes(estimates: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """g_change_model, d_av_mean and d_z of every change, with intervals that respect schools.

    Parameters
    ----------
    estimates : Cleared
        Estimate frame.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame["estimand"].isin(DEFINITIONS) & frame["subgroup"].isin(labels.groups)]
        columns = ["estimate", "conf_low", "conf_high", "reason"]
        wide = rows.set_index([*KEYS, "estimand"])[columns].to_dict("index")
        shown = []
        for outcome, contrast, subgroup in dict.fromkeys(rows[KEYS].itertuples(index=False)):
            line = {
                "Outcome": labels.outcome_title(outcome),
                "Change": labels.change(contrast),
                "Group": labels.group(subgroup),
            }
            for name in DEFINITIONS:
                found = wide.get((outcome, contrast, subgroup, name))
                text = number(found["estimate"]) if found else ""
                line[name] = text or (NOT_SHOWN if found and found["reason"] else "")
                bounds = (found["conf_low"], found["conf_high"]) if found else (float("nan"),) * 2
                line[f"95% CI of {name}"] = interval(*bounds)
            shown.append(line)
        return pd.DataFrame(shown, columns=columns_of(DEFINITIONS))

    cleared = reshape(cells, estimates)
    note = (
        "g_change_model: modelled change over the total SD at the first wave, all pupils, with "
        "Hedges' exact correction; interval CR2. d_av_mean: mean change of pupils seen at both "
        "waves over the mean of their two SDs (Lakens 2013). d_z: mean change over the SD of the "
        "change. Intervals of the last two leave out one school at a time (t, schools - 1 df). "
        "The three are different quantities and cannot stand in for one another."
    )
    return (
        Table(
            title=titled("Standardised change by outcome and gender", cleared),
            note=noted([note], cleared, labels),
            group="Outcome",
            landscape=True,
        ),
        cleared,
    )
