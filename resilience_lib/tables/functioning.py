"""Table of item functioning: how many items differ, which, and change without them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.figures.labels import MINUS, Labels
from resilience_lib.reliability.rules import RULES
from resilience_lib.tables.format import count, decimals_for, interval, number, p_value
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

COMPARED = "Items flagged of those compared"
FLAGGED = "Flagged items"
REPEATED = "Change with all items, and without those flagged"
COLUMNS = ["Part", "What", "Contrast", "Group", "Value", "95% CI", "R2 change", "Size", "p",
           "Clustered p", "n"]  # fmt: skip

Row = dict[str, Any]


def table_functioning(
    functioning: Cleared, estimates: Cleared, repeated: Cleared, labels: Labels
) -> tuple[Table, Cleared]:
    """Items compared and flagged by scale, those flagged, and the headline change without them.

    Parameters
    ----------
    functioning : Cleared
        One row per item and comparison.
    estimates, repeated : Cleared
        Estimate frames: headline change, and that of scales without their flagged items.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(items: pd.DataFrame, headline: pd.DataFrame, without: pd.DataFrame) -> pd.DataFrame:
        found = [
            *(
                _compared(name, part, labels)
                for name, part in items.groupby("subscale", sort=False)
            ),
            *(_flagged(row, labels) for row in items[items["flagged"]].to_dict("records")),
            *_changes(items, headline, without, labels),
        ]
        return pd.DataFrame([{**dict.fromkeys(COLUMNS, ""), **row} for row in found])

    cleared = reshape(cells, functioning, estimates, repeated)
    rules = "; ".join(
        f"{rule.moderate:g} (moderate; large from {rule.large:g}; {rule.source})"
        for rule in RULES.values()
        if rule.source in set(functioning.frame["rule"])
    )
    note = (
        "An item works differently where pupils of one group answer it otherwise than pupils of "
        "the other with the same score on the rest of the scale (proportional odds). Each item is "
        "compared by gender at each wave, and each later wave with the first. Flagged: p, adjusted "
        "inside scale and comparison (Benjamini-Hochberg), below .05, and a change of Nagelkerke's "
        f"R2 of at least {rules}. Value: log odds of a higher answer in the group named first. "
        "Clustered p respects schools; p takes pupils as independent. Below: mean change in the "
        "unit of the outcome, CR2 by school, p not adjusted; without flagged items a scale is "
        "scored on the range that it has with them."
    )
    nothing = "No item is flagged, so that no change is repeated."
    ending = "" if functioning.frame["flagged"].any() else nothing
    return (
        Table(
            title=titled("Items that work differently by gender or between waves", cleared),
            note=noted([note, ending, *_refusals(repeated.frame)], cleared, labels),
            group="Part",
            landscape=True,
        ),
        cleared,
    )


def _compared(name: object, part: pd.DataFrame, labels: Labels) -> Row:
    known = part[part["r2_change"].notna()]
    if known.empty:
        two = part["item"].nunique() < 3
        tests, value = ("two items: which differs cannot be told" if two else NOT_SHOWN), ""
    else:
        tests = f"{len(known)} tests, {int(known['flagged'].sum())} flagged"
        flagged = known.loc[known["flagged"], "item"].nunique()
        value = f"{flagged} of {known['item'].nunique()} items"
    what = labels.outcome_title(str(name))
    return {"Part": COMPARED, "What": what, "Contrast": tests, "Value": value}


def _flagged(row: Row, labels: Labels) -> Row:
    by_wave = " - " in row["contrast"]
    return {
        "Part": FLAGGED,
        "What": f"{labels.outcome(row['subscale']).label}, item {_short(row, labels)}",
        "Contrast": row["contrast"].replace(" - ", f" {MINUS} "),
        "Group": "All pupils" if by_wave else labels.group(row["subgroup"]),
        "Value": number(row["log_odds"]),
        "R2 change": number(row["r2_change"], 2 if labels.minimum_cell else 3),
        "Size": row["size"],
        "p": p_value(row["p_adjusted"]),
        "Clustered p": p_value(row["p_clustered"]),
        "n": count(row["n"]),
    }


def _short(row: Row, labels: Labels) -> str:
    """The item's name in its key: columns begin with the instrument."""
    instrument = labels.outcome(row["subscale"]).instrument
    return str(row["item"]).removeprefix(f"{instrument}_")


def _changes(
    items: pd.DataFrame, headline: pd.DataFrame, without: pd.DataFrame, labels: Labels
) -> list[Row]:
    """Each change with all items, and below it without those flagged."""
    flagged: dict[str, list[str]] = {}
    for row in items[items["flagged"]].to_dict("records"):
        names = flagged.setdefault(row["subscale"], [])
        names += [name for name in [_short(row, labels)] if name not in names]
    main = headline[headline["method"].str.contains("CR2")]
    main = main[main["estimand"] == "mean_change"]
    keys = ["outcome", "contrast", "subgroup"]
    beside = {tuple(row[key] for key in keys): row for row in main.to_dict("records")}
    found = []
    for row in without[without["contrast"] != ""].to_dict("records"):
        gone = ", ".join(flagged.get(row["outcome"], ["those flagged"]))
        whole = beside.get(tuple(row[key] for key in keys))
        label = labels.outcome(row["outcome"]).label
        if whole is not None:
            found.append(_change(whole, f"{label}, all items", labels))
        found.append(_change(row, f"{label}, without item {gone}", labels))
    return found


def _change(row: Row, what: str, labels: Labels) -> Row:
    low, high = labels.outcome(row["outcome"]).range
    places = decimals_for((high - low) / 4)
    found = {
        "Part": REPEATED,
        "What": what,
        "Contrast": labels.change(row["contrast"]),
        "Group": labels.group(row["subgroup"]),
        "Value": number(row["estimate"], places),
        "95% CI": interval(row["conf_low"], row["conf_high"], places),
        "p": p_value(row["p_value"]),
        "n": count(row["n"]),
    }
    if row["reason"].startswith(SUPPRESSED):
        found.update(dict.fromkeys(("Value", "95% CI", "p", "n"), NOT_SHOWN))
    return found


def _refusals(repeated: pd.DataFrame) -> list[str]:
    """Why the change of an outcome could not be repeated."""
    rows = repeated[(repeated["contrast"] == "") & (repeated["reason"] != "")]
    return [f"{text.rstrip('.')}." for text in dict.fromkeys(rows["reason"])]
