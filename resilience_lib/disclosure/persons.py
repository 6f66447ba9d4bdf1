"""The gate for shares of pupils who improved, did not change reliably, or deteriorated."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.estimates import VALUES
from resilience_lib.disclosure.nested import behind
from resilience_lib.disclosure.partitions import ALL, hide_complements
from resilience_lib.disclosure.rounding import (
    SHARES,
    rounded_share,
    rounded_to,
    unit_for,
)
from resilience_lib.disclosure.rules import SUPPRESSED, Rules
from resilience_lib.disclosure.texts import with_coarse_alpha, without_counts
from resilience_lib.study.schema import Study

PARTS: tuple[str, ...] = ("share_improved", "share_unchanged", "share_deteriorated")
"""What the pupils of a group are parted into; every other estimand is of the group."""

_TABLE = ["outcome", "contrast", "rule"]


def clear_persons(persons: pd.DataFrame, study: Study) -> Cleared:
    """Shares of change in a person as they may be published.

    For a confidential study a share is hidden where fewer than the minimum are counted in it
    (zero included) or its group is too small, and then the next smallest of the three, and of the
    other gender, from which it could be worked out. Shares and their bounds are of the rounded
    counts; those that chance would give have two decimals and go with their group, or, by any
    change, with each of its three shares; a difference between groups goes with either of its
    shares, and is so coarse that it and one of them count the other no more finely.

    Parameters
    ----------
    persons : DataFrame
        Estimate frame and the text column `rule`.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same in the same order; suppressed rows say so in `reason`.
    """
    rules = Rules.from_study(study)
    frame = persons.reset_index(drop=True)
    if rules.open_data:
        return seal(frame, rules)
    gone = _gone(frame, rules)
    of_group = frame["estimand"].isin(PARTS)
    between = frame["subgroup"].str.contains(" - ", regex=False)
    shown = frame.copy()
    for name in ("estimate", "std_error", "conf_low", "conf_high"):
        shown[name] = frame[name].astype("float64").round(2)
    for name in SHARES:
        shown.loc[of_group, name] = rounded_share(frame[name], frame["n"], rules)[of_group]
    # by any change chance gives half of those who changed: a count as well
    halves = frame["estimand"].str.endswith("_by_chance") & frame["rule"].eq("any")
    shown.loc[halves, "estimate"] = rounded_share(2 * frame["estimate"], frame["n"], rules) / 2
    coarse = _coarse(frame, rules)
    for name in ("estimate", "std_error", "conf_low", "conf_high"):
        shown.loc[between, name] = rounded_to(frame[name], coarse)[between]
    for name, places in (("df", 1), ("p_value", 3), ("p_adjusted", 3)):
        shown[name] = frame[name].round(places)
    shown["n"] = frame["n"].map(rules.rounded)
    for name in ("method", "reason"):
        shown[name] = [without_counts(text, rules) for text in frame[name]]
    sizes = frame["n"].mask(gone)
    shown["method"] = [
        with_coarse_alpha(text, n) for text, n in zip(shown["method"], sizes, strict=True)
    ]
    shown.loc[gone, list(VALUES)] = float("nan")
    why = f"{SUPPRESSED}fewer than {rules.minimum_cell} pupils counted, or worked out from another"
    shown.loc[gone, "reason"] = why
    note = f"{int(gone.sum())} of {len(shown)} shares are suppressed for the protection of pupils"
    return seal(shown, rules, [note if gone.any() else ""])


def _coarse(frame: pd.DataFrame, rules: Rules) -> pd.Series:
    """Units of differences: two rounded counts of all, or what the smaller share lacks in digits.

    The larger group's share is known to half a minimum over its n, so that a difference may not
    be finer than what is left to half a minimum over the smaller group's n.
    """
    units = []
    for n, small in zip(frame["n"], behind(frame), strict=True):
        lacking = n / small - n / (n - small) if 0 < small < n else 0.0
        units.append(unit_for(n, rules.minimum_cell * max(2.0, lacking)))
    return pd.Series(units, frame.index, dtype="float64")


def _gone(frame: pd.DataFrame, rules: Rules) -> pd.Series:
    """Rows to suppress."""
    given = frame["estimate"].notna()
    cell = given & ~frame["subgroup"].str.contains(" - ", regex=False)
    parts = frame[cell & frame["estimand"].isin(PARTS)].rename(columns={"estimand": "part"})
    parts = parts.assign(size=(parts["n"] * parts["estimate"]).round())
    # each group as a whole is a line of the table as well
    whole = parts.drop_duplicates([*_TABLE, "subgroup"]).assign(part=ALL)
    whole["size"] = whole["n"]
    cells = pd.concat([parts, whole], ignore_index=True)
    least = max(rules.minimum_cell, rules.minimum_base)
    # comparisons with a missing number are false: what does not say on how many it rests goes
    few = ~(cells["size"] >= rules.minimum_cell) | ~(cells["n"] >= least)
    few |= ~(cells["n_clusters"] >= rules.minimum_schools)
    hidden = hide_complements(
        cells,
        few,
        within=_TABLE,
        parts=["subgroup", "part"],
        size="size",
        minimum=rules.minimum_cell,
    )
    keys = [*_TABLE, "subgroup", "part"]
    secret = set(cells.loc[hidden, keys].itertuples(index=False, name=None))
    found = []
    rows = frame[[*_TABLE, "subgroup", "estimand"]].itertuples(index=False, name=None)
    for outcome, contrast, rule, subgroup, estimand in rows:
        parts = {ALL, estimand} if estimand in PARTS else {ALL}
        if estimand.endswith("_by_chance") and rule == "any":
            parts = {ALL, *PARTS}
        groups = subgroup.split(" - ")
        found.append(
            any(
                (outcome, contrast, rule, group, one) in secret for group in groups for one in parts
            )
        )
    return pd.Series(found, index=frame.index, dtype=bool)
