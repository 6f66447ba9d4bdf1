"""The gates for values of single schools: their change, and their places within a wave."""

from __future__ import annotations

import math

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.rounding import rounded_to, steps_of, unit_for
from resilience_lib.disclosure.rules import Rules
from resilience_lib.study.schema import Study

PANEL = ["outcome", "contrast"]
SHOWN: tuple[str, ...] = ("estimate", "conf_low", "conf_high")


def clear_schools(school_changes: pd.DataFrame, study: Study) -> Cleared:
    """Schools' changes as they may be published: without a name, ordered by the estimate.

    For a confidential study schools with fewer than `minimum_base` pupils, or whose pupils all
    change by the same, are left out, and while those left out could be worked out from the
    change of all pupils (one school, or fewer pupils than the minimum) the smallest other is
    as well; fewer than `minimum_schools` schools are not shown at all. The number of pupils of
    a school, by which it could be known, goes, and so does what would give it: estimates and
    bounds are in the unit of the panel's smallest school (`rounding.unit_for`).

    Parameters
    ----------
    school_changes : DataFrame
        outcome, contrast, school, n, estimate, conf_low, conf_high, conf_level.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        outcome, contrast, position (1 is the lowest estimate: a place on the axis and no
        rank), n (open data only), estimate, conf_low, conf_high, conf_level.
    """
    rules = Rules.from_study(study)
    frame = school_changes.dropna(subset=["estimate"])
    frame = frame.assign(alike=~(frame["conf_high"] > frame["conf_low"]))
    shown, note = _leave_out(frame, rules)
    panels = [
        _rounded(rows, *steps_of(study)[str(rows["outcome"].iloc[0])][::2])
        for rows in shown
        if not rules.open_data
    ]
    return seal(_unnamed(panels or shown, frame, rules), rules, [note])


def clear_positions(school_positions: pd.DataFrame, study: Study) -> Cleared:
    """Schools' places within a wave as they may be published.

    Schools are left out as by `clear_schools`, one in which all pupils score the same for that.
    The interval of a school whose effect is drawn towards the mean depends on its number of
    pupils alone: in a confidential study every school of a panel has the widest of them.

    Parameters
    ----------
    school_positions : DataFrame
        As `effects.positions.school_positions` gives it; `contrast` is the wave.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The columns of `clear_schools`. Outcomes and waves without an estimate have no row.
    """
    rules = Rules.from_study(study)
    frame = school_positions.dropna(subset=["estimate"])
    frame = frame.assign(alike=~(frame["sd"] > 0))
    shown, note = _leave_out(frame, rules)
    if rules.open_data or not shown:
        return seal(_unnamed(shown, frame, rules), rules, [note])
    panels = [_widest(rows) for rows in shown]
    wide = "every school has the interval of the smallest one of its panel"
    return seal(_unnamed(panels, frame, rules), rules, [note, wide])


def _leave_out(frame: pd.DataFrame, rules: Rules) -> tuple[list[pd.DataFrame], str]:
    """Schools that may be shown, panel by panel, and a sentence on those that may not."""
    panels = [rows for _, rows in frame.groupby(PANEL, sort=False)]
    if rules.open_data:
        return panels, ""
    shown = [_panel(rows, rules) for rows in panels]
    left_out = [len(rows) - len(kept) for rows, kept in zip(panels, shown, strict=True)]
    note = ""
    if any(left_out):
        note = (
            f"schools with fewer than {rules.minimum_base} pupils, and those from which such "
            f"a school could be worked out, are left out (at most {max(left_out)} in a panel)"
        )
    return [rows for rows in shown if len(rows)], note


def _panel(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Schools of one outcome and contrast that may be shown."""
    least = max(rules.minimum_base, rules.minimum_cell)
    shown = (rows["n"] >= least) & ~rows["alike"]
    while shown.any() and not shown.all():
        if (~shown).sum() > 1 and rows.loc[~shown, "n"].sum() >= least:
            break
        shown[rows.loc[shown, "n"].idxmin()] = False
    kept = rows[shown]
    return kept if len(kept) >= rules.minimum_schools else kept.iloc[:0]


def _rounded(rows: pd.DataFrame, step: float, finest: float) -> pd.DataFrame:
    """Estimates and bounds in the unit of the panel's smallest school."""
    unit = pd.Series(unit_for(float(rows["n"].min()), step, finest), index=rows.index)
    return rows.assign(**{name: rounded_to(rows[name], unit) for name in SHOWN})


def _widest(rows: pd.DataFrame) -> pd.DataFrame:
    """Rounded estimates, each with the widest interval of all, rounded up."""
    unit = unit_for(float(rows["n"].min()))
    half = math.ceil((rows["conf_high"] - rows["conf_low"]).max() / 2 / unit - 1e-9) * unit
    place = rounded_to(rows["estimate"], pd.Series(unit, index=rows.index))
    return rows.assign(
        estimate=place, conf_low=(place - half).round(6), conf_high=(place + half).round(6)
    )


def _unnamed(panels: list[pd.DataFrame], like: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Panels in one frame, schools in the order of their estimates and known by it alone."""
    frame = pd.concat(panels) if panels else like.iloc[:0]
    frame = frame.sort_values([*PANEL, "estimate", "conf_low"], kind="stable")
    position = frame.groupby(PANEL, sort=False).cumcount() + 1
    columns = [*PANEL, "position", *([] if not rules.open_data else ["n"]), *SHOWN, "conf_level"]
    return frame.assign(position=position)[columns]
