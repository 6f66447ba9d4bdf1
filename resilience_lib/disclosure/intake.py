"""The gates for what intake found: the cleaning log, the links, items and scales."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.partitions import hide_complements
from resilience_lib.disclosure.rounding import rounded_share, rounded_to, unit_for
from resilience_lib.disclosure.rules import Rules
from resilience_lib.disclosure.texts import without_counts
from resilience_lib.study.schema import Study

_LOG_COUNTS: tuple[str, ...] = ("changed", "rows_before", "rows_after")
_FUNCTIONING_VALUES: tuple[str, ...] = ("r2_change", "log_odds", "p_adjusted", "p_clustered")


def clear_log(log: pd.DataFrame, study: Study) -> Cleared:
    """The cleaning log as it may be published.

    Counts of a confidential study below the minimum are hidden, zero included, and the others
    are rounded to it, as in the participation flow.

    Parameters
    ----------
    log : DataFrame
        `cleaning.log.COLUMNS`.
    study : Study

    Returns
    -------
    Cleared
        The same columns.
    """
    rules = Rules.from_study(study)
    return seal(log.assign(**{name: log[name].map(rules.rounded) for name in _LOG_COUNTS}), rules)


def clear_links(links: pd.DataFrame, study: Study) -> Cleared:
    """The link report as it may be published; counts as in `clear_log`.

    Parameters
    ----------
    links : DataFrame
        count, waves, n, what.
    study : Study

    Returns
    -------
    Cleared
        The same columns.
    """
    rules = Rules.from_study(study)
    return seal(links.assign(n=links["n"].map(rules.rounded)), rules)


def clear_shares(frame: pd.DataFrame, study: Study, *, within: list[str]) -> Cleared:
    """Shares of pupils, such as those who left an item out or score at the floor.

    For a confidential study a row loses its share where the pupils counted or the others are
    fewer than the minimum (zero included) or come from too few schools, and so do its
    complements by gender; a share is that of the rounded counts.

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
        `within`, gender, n, counted, share and the bool column `hidden`.
    """
    rules = Rules.from_study(study)
    kept = [*within, "gender", "n", "counted", "share"]
    shown = frame.reset_index(drop=True).astype({"n": "float64", "counted": "float64"})
    if rules.open_data:
        return seal(shown[kept].assign(hidden=False), rules)
    hidden = pd.Series(False, index=shown.index)
    sizes = {"counted": shown["counted"], "others": shown["n"] - shown["counted"]}
    for name, size in sizes.items():
        few = (size < rules.minimum_cell) | (shown[f"schools_{name}"] < rules.minimum_schools)
        few |= (shown["n"] < rules.minimum_base) | (shown["schools"] < rules.minimum_schools)
        hidden |= hide_complements(
            shown.assign(size=size),
            few,
            within=within,
            parts=["gender"],
            size="size",
            minimum=rules.minimum_cell,
        )
    shown["share"] = rounded_share(shown["share"], shown["n"], rules)
    shown.loc[hidden, ["counted", "share"]] = float("nan")
    small = (shown["n"] < rules.minimum_base) | (shown["schools"] < rules.minimum_schools)
    shown["n"] = shown["n"].mask(small).map(rules.rounded)
    shown["counted"] = shown["counted"].map(rules.rounded)
    note = f"{int(hidden.sum())} shares are suppressed for the protection of pupils"
    return seal(shown[kept].assign(hidden=hidden), rules, [note if hidden.any() else ""])


def clear_items(items: pd.DataFrame, study: Study) -> Cleared:
    """Missing answers by item, wave and gender (`clear_shares`)."""
    return clear_shares(items, study, within=["instrument", "item", "wave"])


def clear_ends(ends: pd.DataFrame, study: Study) -> Cleared:
    """Scores at floor and ceiling by outcome, end, wave and gender (`clear_shares`)."""
    return clear_shares(ends, study, within=["outcome", "end", "wave"])


def clear_direction(direction: pd.DataFrame, study: Study) -> Cleared:
    """Item-rest correlations by item and wave: two decimals, on enough pupils and schools.

    Parameters
    ----------
    direction : DataFrame
        `instruments.direction.DIRECTION_COLUMNS` and schools.
    study : Study

    Returns
    -------
    Cleared
        Without schools; rows on too few pupils or schools keep neither value nor finding.
    """
    rules = Rules.from_study(study)
    frame = direction.reset_index(drop=True)
    if rules.open_data:
        return seal(frame.drop(columns="schools"), rules)
    few = (frame["n"] < rules.minimum_base) | (frame["schools"] < rules.minimum_schools)
    for name in ("item_rest", "conf_low", "conf_high", "turned_item_rest"):
        frame[name] = frame[name].astype("float64").round(2).mask(few)
    frame["n"] = frame["n"].mask(few).map(rules.rounded)
    frame.loc[few, ["finding", "sentence"]] = "not shown"
    frame["sentence"] = [without_counts(text, rules) for text in frame["sentence"]]
    note = f"{int(few.sum())} item-rest correlations are suppressed for the protection of pupils"
    return seal(frame.drop(columns="schools"), rules, [note if few.any() else ""])


def clear_functioning(functioning: pd.DataFrame, study: Study) -> Cleared:
    """Item functioning as it may be published: sizes and adjusted p, by the smaller group.

    Parameters
    ----------
    functioning : DataFrame
        `reliability.compare_item.FUNCTIONING_COLUMNS` and `smaller`, the pupils of the smaller
        of the two groups that are compared.
    study : Study

    Returns
    -------
    Cleared
        subscale, item, contrast, subgroup, r2_change, log_odds, p_adjusted, p_clustered, size,
        flagged, n, n_clusters, rule, method, reason.
    """
    rules = Rules.from_study(study)
    kept = ["subscale", "item", "contrast", "subgroup", *_FUNCTIONING_VALUES, "size", "flagged",
            "n", "n_clusters", "rule", "method", "reason"]  # fmt: skip
    frame = functioning.reset_index(drop=True)
    if rules.open_data:
        return seal(frame[kept], rules)
    few = (frame["smaller"] < rules.minimum_base) | (frame["n_clusters"] < rules.minimum_schools)
    unit = frame["smaller"].map(unit_for).astype("float64")
    for name in ("r2_change", "log_odds"):
        frame[name] = rounded_to(frame[name].astype("float64"), unit).mask(few)
    for name in ("p_adjusted", "p_clustered"):
        frame[name] = frame[name].astype("float64").round(3).mask(few)
    frame["n"] = frame["n"].mask(few).map(rules.rounded)
    frame["size"] = frame["size"].mask(few, "not shown")
    frame["flagged"] = frame["flagged"] & ~few
    for name in ("method", "reason"):
        frame[name] = [without_counts(str(text), rules) for text in frame[name]]
    note = f"{int(few.sum())} item comparisons are suppressed for the protection of pupils"
    return seal(frame[kept], rules, [note if few.any() else ""])
