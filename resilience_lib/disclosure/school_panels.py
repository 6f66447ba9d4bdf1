"""The gates for predicted values of schools: their change, and their places within a wave."""

from __future__ import annotations

import math

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.rounding import rounded_to, steps_of, unit_for
from resilience_lib.disclosure.rules import Rules
from resilience_lib.study.schema import Study

PANEL = ["outcome", "contrast"]
SHOWN: tuple[str, ...] = ("estimate", "conf_low", "conf_high")


def clear_schools(
    school_changes: pd.DataFrame, study: Study, beside: tuple[str, ...] = ()
) -> Cleared:
    """Schools' shrunken changes as they may be published: unnamed, ordered by the estimate.

    For a confidential study schools with fewer than `minimum_base` pupils, or whose pupils all
    change by the same, are left out, and while those left out could be worked out from the
    change of all pupils (one school, or fewer pupils than the minimum) the smallest other is
    as well; fewer than `minimum_schools` schools are not shown at all. The number of pupils of
    a school, by which it could be known, goes, and so does what would give it: how far its mean
    is drawn in (the mean itself is not published), its interval (every school of a panel has the
    widest), and digits (`rounding.unit_for` the panel's smallest school).

    Parameters
    ----------
    school_changes : DataFrame
        As `effects.schools.school_changes` gives it.
    study : Study
        Whose rules hold.
    beside : tuple of str
        Further columns that may be seen of every school that is shown.

    Returns
    -------
    Cleared
        outcome, contrast, position (1 is the lowest estimate: a place on the axis and no
        rank), n (open data only), estimate, conf_low, conf_high (the shrunken ones), conf_level.
        Outcomes and contrasts without a shrunken change have no row.
    """
    frame = school_changes.assign(alike=~(school_changes["conf_high"] > school_changes["conf_low"]))
    drawn = {"shrunk": "estimate", "shrunk_low": "conf_low", "shrunk_high": "conf_high"}
    frame = frame.drop(columns=list(drawn.values())).rename(columns=drawn)
    return _clear(frame, study, beside=beside)


def clear_positions(school_positions: pd.DataFrame, study: Study) -> Cleared:
    """Schools' places within a wave as they may be published.

    As `clear_schools`; left out is a school in which all pupils score the same.

    Parameters
    ----------
    school_positions : DataFrame
        As `effects.positions.school_positions` gives it; `contrast` is the wave, and values are
        in SDs.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The columns of `clear_schools`. Outcomes and waves without an estimate have no row.
    """
    frame = school_positions.assign(alike=~(school_positions["sd"] > 0))
    return _clear(frame, study, standardised=True)


def _clear(
    frame: pd.DataFrame,
    study: Study,
    *,
    standardised: bool = False,
    beside: tuple[str, ...] = (),
) -> Cleared:
    """Predicted values of schools that may be shown, each with the widest interval of its panel."""
    rules = Rules.from_study(study)
    frame = frame.dropna(subset=["estimate"])
    shown, note = _leave_out(frame, rules)
    if rules.open_data or not shown:
        return seal(_unnamed(shown, frame, rules, beside), rules, [note])
    steps = steps_of(study)
    panels = [
        _widest(rows, *((1.0, 0.01) if standardised else steps[rows["outcome"].iloc[0]][::2]))
        for rows in shown
    ]
    wide = "every school has the widest interval of its panel"
    return seal(_unnamed(panels, frame, rules, beside), rules, [note, wide])


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


def _widest(rows: pd.DataFrame, step: float, finest: float) -> pd.DataFrame:
    """Rounded estimates, each with the widest interval of all, rounded up."""
    unit = unit_for(float(rows["n"].min()), step, finest)
    # the longer side, since an interval need not lie evenly around its estimate
    sides = [rows["conf_high"] - rows["estimate"], rows["estimate"] - rows["conf_low"]]
    half = math.ceil(max(side.max() for side in sides) / unit - 1e-9) * unit
    place = rounded_to(rows["estimate"], pd.Series(unit, index=rows.index))
    return rows.assign(
        estimate=place, conf_low=(place - half).round(6), conf_high=(place + half).round(6)
    )


def _unnamed(
    panels: list[pd.DataFrame], like: pd.DataFrame, rules: Rules, beside: tuple[str, ...]
) -> pd.DataFrame:
    """Panels in one frame, schools in the order of their estimates and known by it alone."""
    frame = pd.concat(panels) if panels else like.iloc[:0]
    frame = frame.sort_values([*PANEL, "estimate", "conf_low"], kind="stable")
    position = frame.groupby(PANEL, sort=False).cumcount() + 1
    columns = [*PANEL, "position", *([] if not rules.open_data else ["n"]), *SHOWN, "conf_level"]
    columns += list(beside)
    return frame.assign(position=position)[columns]
