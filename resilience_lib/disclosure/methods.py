"""The gate for one contrast under several methods."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.estimates import COMPLEMENT, VALUES, suppress_estimates
from resilience_lib.disclosure.nested import behind, with_wholes
from resilience_lib.disclosure.rounding import (
    OWN_UNIT,
    round_estimates,
    rounded_to,
    steps_of,
    unit_for,
)
from resilience_lib.disclosure.rules import Rules
from resilience_lib.reliability.rules import ALIKE
from resilience_lib.study.schema import Study

CONTRASTED: tuple[str, ...] = ("mean_change", "mean_difference")
KEYS = ["outcome", "contrast", "subgroup"]


def clear_sensitivity(sensitivity: pd.DataFrame, study: Study) -> Cleared:
    """The same contrast under every method as it may be published.

    For a confidential study each method's estimates are suppressed as any are
    (`estimates.suppress_estimates`); what is hidden under one method is hidden under all. They
    are rounded as where nearly all have a score at both waves (`rounding.round_estimates`),
    unless the methods themselves show that the minimum and more have one at one wave only: the
    means of waves stand in another frame, and a finer change here would undo that. So they are
    where a method counts few pupils less than another: n times the one less n times the other is
    what those few changed by. Filled-in scores that are shifted move the estimate by the shift
    and the share that is filled in, which is a count: it is as coarse as its minimum.

    Parameters
    ----------
    sensitivity : DataFrame
        Estimate frame and the text column `answer`.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same in the same order; suppressed rows say so in `reason`.
    """
    rules = Rules.from_study(study)
    frame = sensitivity.reset_index(drop=True)
    if rules.open_data or frame.empty:
        return seal(frame, rules)
    kept, gone = [], []
    # an estimate without an interval is of pupils who all change by the same, or of one school
    points = frame["estimate"].notna() & ~(frame["conf_high"] > frame["conf_low"])
    alike = frame["estimand"].isin(CONTRASTED) & points
    for _, rows in frame.assign(reason=frame["reason"].mask(alike, ALIKE)).groupby(
        "answer", sort=False
    ):
        shown, hidden = suppress_estimates(rows, study)
        kept.append(shown.set_index(rows.index))
        gone.append(hidden.set_axis(rows.index))
    result = pd.concat(kept).sort_index()
    hidden = pd.concat(gone).sort_index()
    anywhere = hidden.groupby([frame[name] for name in KEYS]).transform("any")
    # where there is no estimate, the reason may say whether the interval holds 0
    others = anywhere & ~hidden
    result.loc[others, list(VALUES)] = float("nan")
    result.loc[others, "reason"] = COMPLEMENT
    nearly_all = _nearly_all(frame, rules)
    shown = round_estimates(result.assign(n=frame["n"]), study, rules, nested=nearly_all)
    units = _shifted_units(frame, study, rules, nearly_all)
    for name in OWN_UNIT:
        shown[name] = shown[name].mask(units.notna(), rounded_to(result[name], units))
    shown.loc[hidden | others, "n"] = float("nan")
    # the interval of the wild bootstrap says how many schools there are
    shown.loc[hidden | others, "interval"] = ""
    count = int((hidden | others).sum())
    note = f"{count} of {len(frame)} answers are suppressed for the protection of pupils"
    return seal(shown, rules, [note if count else ""])


def _nearly_all(frame: pd.DataFrame, rules: Rules) -> list[bool]:
    """Rows on few pupils less than another method counts, or all where all count the same."""
    found = pd.Series(False, index=frame.index)
    for _, rows in frame.groupby([*KEYS, "estimand"]):
        sizes = sorted(set(rows["n"].dropna()))
        fewer = [a for a, b in pairwise(sizes) if b - a < rules.minimum_cell]
        found[rows.index] = rows["n"].isin(fewer)
        if rows["estimand"].iloc[0] == "mean_change":
            found[rows.index] |= not sizes or sizes[-1] - sizes[0] < rules.minimum_cell
    return with_wholes(frame, found.tolist(), ["outcome", "contrast", "estimand", "answer"])


def _shifted_units(
    frame: pd.DataFrame, study: Study, rules: Rules, nearly_all: list[bool]
) -> pd.Series:
    """Units of estimates with shifted scores, and of the tipping point; NaN for others.

    All shifts together tell the share that is filled in, up to the SD, for which a quarter of
    the scale stands: their unit is what a full minimum of pupils moves between the farthest two.
    """
    steps = steps_of(study)
    shifts = [0.0, *study.sensitivity.deltas]
    units = []
    named = (frame[name] for name in ("outcome", "answer", "estimand"))
    for outcome, answer, estimand, n, close in zip(*named, behind(frame), nearly_all, strict=True):
        step, scale, finest = steps.get(outcome, (1.0, 4.0, 0.01))
        if close:
            step = rules.minimum_cell * scale / 4
        if estimand == "tipping_delta":
            units.append(unit_for(n, rules.minimum_cell, 0.1))
        elif answer.startswith("delta"):
            moved = rules.minimum_cell * (max(shifts) - min(shifts)) * scale / 4
            units.append(unit_for(n, max(step, moved), finest))
        else:
            units.append(float("nan"))
    return pd.Series(units, frame.index, dtype="float64")
