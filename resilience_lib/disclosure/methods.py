"""The gate for one contrast under several methods."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.estimates import COMPLEMENT, VALUES, suppress_estimates
from resilience_lib.disclosure.rounding import round_estimates
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
    means of waves stand in another frame, and a finer change here would undo that.

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
    others = anywhere & ~hidden & frame["estimate"].notna()
    result.loc[others, list(VALUES)] = float("nan")
    result.loc[others, "reason"] = COMPLEMENT
    sizes = frame.groupby(KEYS)["n"]
    alone = sizes.transform("max") - sizes.transform("min")
    changed = frame["estimand"].eq("mean_change")
    nearly_all = (changed & (alone < rules.minimum_cell)).tolist()
    shown = round_estimates(result.assign(n=frame["n"]), study, rules, nested=nearly_all)
    shown.loc[hidden | others, "n"] = float("nan")
    count = int((hidden | others).sum())
    note = f"{count} of {len(frame)} answers are suppressed for the protection of pupils"
    return seal(shown, rules, [note if count else ""])
