"""Table of standardised change: each definition by its own name, side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.effects.names import BESIDE_NAMES
from resilience_lib.effects.sizes import definition_text, headline_rows, interval_sentence
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import interval, number
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

DEFAULT: tuple[str, ...] = ("g_change_model", "d_av_mean", "d_z")
"""Definitions of a study file that says nothing of them; their note is longer."""
KEYS = ["outcome", "contrast", "subgroup"]
_DEFAULT_NOTE = (
    "g_change_model: modelled change over the total SD at the first wave, all pupils, with "
    "Hedges' exact correction; interval CR2. d_av_mean: mean change of pupils seen at both "
    "waves over the mean of their two SDs (Lakens 2013). d_z: mean change over the SD of the "
    "change. Intervals of the last two leave out one school at a time (t, schools - 1 df). "
    "The three are different quantities and cannot stand in for one another."
)


def columns_of(definitions: tuple[str, ...], contrast: str = "Change") -> list[str]:
    """Columns of the table: what, then each definition with its interval.

    Examples
    --------
    >>> columns_of(("d_z",))
    ['Outcome', 'Change', 'Group', 'd_z', '95% CI of d_z']
    """
    pairs = [name for d in definitions for name in (d, f"95% CI of {d}")]
    return ["Outcome", contrast, "Group", *pairs]


def definitions_of(labels: Labels) -> tuple[str, ...]:
    """Those of change, and those of effects where the study file names others than g_total.

    g_total alone stands in the table of tests.
    """
    change = labels.change_sizes if labels.changes else ()
    named = labels.arms and labels.effect_sizes != ("g_total",)
    return (*change, *(labels.effect_sizes if named else ()))


def table_effect_sizes(estimates: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Every effect size that the study file names, with intervals that respect schools.

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
    definitions = definitions_of(labels)
    effects = bool(set(definitions) & set(labels.effect_sizes))
    named = "Contrast" if effects else "Change"

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        of = [headline_rows(frame, name) for name in definitions]
        rows = frame[pd.concat(of, axis=1).any(axis=1) & frame["subgroup"].isin(labels.groups)]
        columns = ["estimate", "conf_low", "conf_high", "reason"]
        wide = rows.set_index([*KEYS, "estimand"])[columns].to_dict("index")
        shown = []
        for outcome, contrast, subgroup in dict.fromkeys(rows[KEYS].itertuples(index=False)):
            line = {
                "Outcome": labels.outcome_title(outcome),
                named: labels.contrast(contrast),
                "Group": labels.group(subgroup),
            }
            for name in definitions:
                found = wide.get((outcome, contrast, subgroup, name))
                line[name] = _cell(found)
                ends = (found["conf_low"], found["conf_high"]) if found else ()
                line[f"95% CI of {name}"] = interval(*ends) if ends else ""
            shown.append(line)
        return pd.DataFrame(shown, columns=columns_of(definitions, named))

    cleared = reshape(cells, estimates)
    note = _DEFAULT_NOTE if definitions == DEFAULT else _note(definitions)
    title = titled(f"Standardised change{' and effect' * effects} by outcome and gender", cleared)
    return (
        Table(title=title, note=noted([note], cleared, labels), group="Outcome", landscape=True),
        cleared,
    )


def _cell(found: dict[str, Any] | None) -> str:
    if found is None:
        return ""
    return (
        NOT_SHOWN if found["reason"].startswith(SUPPRESSED) else number(found["estimate"]) or "none"
    )


def _note(definitions: tuple[str, ...]) -> str:
    said = [f"{definition_text(name)}." for name in definitions]
    said.append(interval_sentence(definitions))
    if len(definitions) > 1:
        said.append("They are different quantities and cannot stand in for one another.")
    if set(definitions) & set(BESIDE_NAMES):
        said.append(
            f"Of all pupils only: {', '.join(d for d in definitions if d in BESIDE_NAMES)}."
        )
    return " ".join(said)
