"""Table of reliability: each scale at each wave, for all pupils and by gender."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.few import few_said, share
from resilience_lib.tables.format import count, interval, number
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

COEFFICIENTS: dict[str, str] = {
    "omega_total": "Omega total",
    "omega_ordinal": "Ordinal omega",
    "spearman_brown": "Spearman-Brown",
    "icc_level": "ICC",
}
"""Estimand to its column; one that no scale has is left out."""

Cells = dict[tuple[str, ...], dict[str, Any]]


def table_reliability(reliability: Cleared, ends: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Alpha with two intervals, omega or Spearman-Brown, school ICC, floor and ceiling.

    Parameters
    ----------
    reliability : Cleared
        Estimate frame by outcome, wave and group.
    ends : Cleared
        Shares of pupils with the lowest and the highest possible score.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
        estimates, at_ends = _estimates(frame), _ends(shares)
        scored = {outcome for outcome, *_ in estimates}
        lines = [
            _line(outcome, wave, group, estimates, at_ends, labels)
            for outcome in labels.outcome_names
            if outcome in scored
            for wave, _ in labels.waves
            for group in ("all", *labels.genders)
        ]
        made = pd.DataFrame(lines)
        used = [name for name in made if name not in COEFFICIENTS.values() or made[name].any()]
        return made[used]

    cleared = reshape(cells, reliability, ends)
    note = (
        "n: pupils who answered all items. Alpha (Cronbach) with the interval of Feldt (1965), "
        "which takes pupils as independent, and with one from schools drawn with replacement. "
        "Omega total: one factor on covariances (McDonald 1999); ordinal omega: one factor on "
        "polychoric correlations, for items with few answers such as three (Gadermann, Guhn & "
        "Zumbo 2012). Spearman-Brown: scales of two items (Eisinga, te Grotenhuis & Pelzer "
        "2013). ICC: share of the variance of the mean of items that lies between schools. Floor "
        "and ceiling: pupils with the lowest and the highest possible score, of those with a "
        "score."
    )
    return (
        Table(
            title=titled("Reliability, floor and ceiling of the scales", cleared),
            note=noted([note, few_said(cleared)], cleared, labels),
            group="Outcome",
            landscape=True,
        ),
        cleared,
    )


def _estimates(frame: pd.DataFrame) -> Cells:
    """By outcome, wave, group and estimand; alpha by schools drawn is `alpha_schools`."""
    found: Cells = {}
    for row in frame.to_dict("records"):
        feldt = "Feldt" in row["interval"]
        name = "alpha_schools" if row["estimand"] == "alpha" and not feldt else row["estimand"]
        found[row["outcome"], row["contrast"], row["subgroup"], name] = row
    return found


def _ends(shares: pd.DataFrame) -> Cells:
    keys = ["outcome", "wave", "gender", "end"]
    return {tuple(row[key] for key in keys): row for row in shares.to_dict("records")}


def _line(
    outcome: str, wave: str, group: str, estimates: Cells, ends: Cells, labels: Labels
) -> dict[str, str]:
    key = (outcome, wave, group)
    alpha = estimates.get((*key, "alpha"), {})
    line = {
        "Outcome": labels.outcome_title(outcome),
        "Wave": f"{wave}: {labels.wave(wave)}",
        "Group": labels.group(group),
        "n": count(alpha.get("n", float("nan"))) or NOT_SHOWN,
        "Alpha": _value(alpha),
        "95% CI (Feldt)": _interval(alpha),
        "95% CI (schools)": _interval(estimates.get((*key, "alpha_schools"), {})),
    }
    for estimand, name in COEFFICIENTS.items():
        row = estimates.get((*key, estimand))
        line[name] = _value(row) if row else ""
    for end in ("floor", "ceiling"):
        row = ends.get((*key, end))
        line[f"{end.capitalize()}, %"] = (
            share(row["counted"], row["n"], row["hidden"], row["few"], labels.minimum_cell)
            if row
            else ""
        )
    return line


def _value(row: dict[str, Any]) -> str:
    """An estimate; where there is none, x: why it could not be had may tell of pupils."""
    return number(row.get("estimate", float("nan"))) or NOT_SHOWN


def _interval(row: dict[str, Any]) -> str:
    nan = float("nan")
    return interval(row.get("conf_low", nan), row.get("conf_high", nan)) or NOT_SHOWN
