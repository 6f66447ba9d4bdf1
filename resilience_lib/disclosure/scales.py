"""The gates for items and scales: answers left out, floors, directions, item functioning."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.partitions import hide_complements
from resilience_lib.disclosure.rounding import rounded_share, rounded_to, unit_for
from resilience_lib.disclosure.rules import Rules
from resilience_lib.disclosure.texts import without_counts
from resilience_lib.study.schema import Study

DIRECTION_VALUES: tuple[str, ...] = ("item_rest", "conf_low", "conf_high")
FUNCTIONING_VALUES: tuple[str, ...] = ("r2_change", "log_odds", "p_adjusted", "p_clustered")
HIDDEN = "not shown"


def clear_shares(frame: pd.DataFrame, study: Study, *, within: list[str]) -> Cleared:
    """Shares of pupils, such as those who left an item out or score at the floor.

    For a confidential study a row loses its share where the pupils counted or the others are
    fewer than the minimum (zero included) or come from too few schools, and so do its
    complements by gender; a share is that of the rounded counts. A group that is itself too
    small loses its n, and its complement does.

    Parameters
    ----------
    frame : DataFrame
        Columns `within`, gender ("all" and the groups), n, counted, share, schools,
        schools_counted, schools_others.
    study : Study
    within : list of str
        What tells the rows of one whole and its parts from others.

    Returns
    -------
    Cleared
        `within`, gender, n, counted, share, the bool column `hidden`, and the bool column `few`:
        hidden because fewer than the minimum are counted.
    """
    rules = Rules.from_study(study)
    kept = [*within, "gender", "n", "counted", "share"]
    shown = frame.reset_index(drop=True).astype({"n": "float64", "counted": "float64"})
    if rules.open_data:
        return seal(shown[kept].assign(hidden=False, few=False), rules)
    small = (shown["n"] < rules.minimum_base) | (shown["schools"] < rules.minimum_schools)

    def complements(size: pd.Series, few: pd.Series) -> pd.Series:
        return hide_complements(
            shown.assign(size=size),
            few | small,
            within=within,
            parts=["gender"],
            size="size",
            minimum=rules.minimum_cell,
        )

    others = shown["n"] - shown["counted"]
    below = shown["counted"] < rules.minimum_cell
    marks = [
        complements(shown["counted"], below | _few(shown["schools_counted"], rules)),
        complements(others, (others < rules.minimum_cell) | _few(shown["schools_others"], rules)),
    ]
    unseen = complements(shown["n"], small)
    hidden = marks[0] | marks[1] | unseen
    shown["share"] = rounded_share(shown["share"], shown["n"], rules).mask(hidden)
    shown["counted"] = shown["counted"].map(rules.rounded).mask(hidden)
    shown["n"] = shown["n"].map(rules.rounded).mask(unseen)
    return seal(shown[kept].assign(hidden=hidden, few=below & ~unseen), rules)


def _few(schools: pd.Series, rules: Rules) -> pd.Series:
    return schools < rules.minimum_schools


def clear_items(items: pd.DataFrame, study: Study) -> Cleared:
    """Missing answers by item, wave and gender (`clear_shares`)."""
    return clear_shares(items, study, within=["instrument", "item", "wave"])


def clear_ends(ends: pd.DataFrame, study: Study) -> Cleared:
    """Scores at floor and ceiling by outcome, end, wave and gender (`clear_shares`)."""
    return clear_shares(ends, study, within=["outcome", "end", "wave"])


def clear_direction(direction: pd.DataFrame, study: Study) -> Cleared:
    """Item-rest correlations by item and wave.

    For a confidential study they are in units of `rounding.unit_for`, since a correlation and
    its interval give n; rows on too few pupils or schools keep neither value nor finding, and
    so do those without a correlation, where all answer the same.

    Parameters
    ----------
    direction : DataFrame
        `instruments.direction.DIRECTION_COLUMNS` and schools.
    study : Study

    Returns
    -------
    Cleared
        instrument, subscale, item, wave, reversed, n, item_rest, conf_low, conf_high, finding.
        The sentences of the check, which hold exact n, stay with the data.
    """
    rules = Rules.from_study(study)
    kept = ["instrument", "subscale", "item", "wave", "reversed", "n", *DIRECTION_VALUES]
    kept.append("finding")
    frame = direction.reset_index(drop=True).astype({"n": "float64"})
    if rules.open_data:
        return seal(frame[kept], rules)
    few = (frame["n"] < rules.minimum_base) | _few(frame["schools"], rules)
    few |= frame["item_rest"].isna()
    unit = frame["n"].map(unit_for).astype("float64")
    for name in DIRECTION_VALUES:
        frame[name] = rounded_to(frame[name].astype("float64"), unit).clip(-1, 1).mask(few)
    frame["n"] = frame["n"].map(rules.rounded).mask(few)
    frame["finding"] = frame["finding"].mask(few, HIDDEN)
    note = f"{int(few.sum())} item-rest correlations are suppressed for the protection of pupils"
    return seal(frame[kept], rules, [note if few.any() else ""])


def clear_functioning(functioning: pd.DataFrame, study: Study) -> Cleared:
    """Item functioning as it may be published: sizes and adjusted p, by the smaller group.

    Parameters
    ----------
    functioning : DataFrame
        `reliability.functioning.FUNCTIONING_COLUMNS` and `smaller`, the pupils of the smaller
        of the two groups that are compared.
    study : Study

    Returns
    -------
    Cleared
        subscale, item, contrast, subgroup, r2_change, log_odds, p_adjusted, p_clustered, size,
        flagged, n, n_clusters, rule, method, reason. Which answers nobody in a group gave is
        not said.
    """
    rules = Rules.from_study(study)
    kept = ["subscale", "item", "contrast", "subgroup", *FUNCTIONING_VALUES, "size", "flagged",
            "n", "n_clusters", "rule", "method", "reason"]  # fmt: skip
    frame = functioning.reset_index(drop=True)
    if rules.open_data:
        return seal(frame[kept], rules)
    few = (frame["smaller"] < rules.minimum_base) | _few(frame["n_clusters"], rules)
    unit = frame["smaller"].map(unit_for).astype("float64")
    for name in ("r2_change", "log_odds"):
        frame[name] = rounded_to(frame[name].astype("float64"), unit).mask(few)
    for name in ("p_adjusted", "p_clustered"):
        frame[name] = frame[name].astype("float64").round(3).mask(few)
    frame["n"] = frame["n"].map(rules.rounded).mask(few)
    frame["n_clusters"] = frame["n_clusters"].astype("float64").mask(few)
    frame["size"] = frame["size"].mask(few, HIDDEN)
    frame["flagged"] = frame["flagged"].astype(bool) & ~few
    for name in ("method", "reason"):
        frame[name] = [without_counts(str(text), rules) for text in frame[name]]
    note = f"{int(few.sum())} item comparisons are suppressed for the protection of pupils"
    return seal(frame[kept], rules, [note if few.any() else ""])
