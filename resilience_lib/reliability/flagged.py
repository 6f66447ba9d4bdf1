"""What follows from items that work differently: scales without them, and rows to publish."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from scipy import stats

from resilience_lib.frames import estimate_frame
from resilience_lib.reliability.answers import Subscale


def flagged_items(functioning: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Items flagged in any of the rows, by subscale; subscales without any are left out.

    Parameters
    ----------
    functioning : DataFrame
        From `functioning.item_functioning`; choose rows first to ask about gender alone.

    Examples
    --------
    >>> frame = pd.DataFrame({"subscale": ["x", "x", "y"], "item": ["a", "b", "c"],
    ...                       "flagged": [True, False, False]})
    >>> flagged_items(frame)
    {'x': ('a',)}
    """
    rows = functioning[functioning["flagged"].astype(bool)]
    return {
        str(name): tuple(dict.fromkeys(part["item"]))
        for name, part in rows.groupby("subscale", sort=False)
    }


def without_items(
    name: str, subscale: Subscale, flagged: Collection[str]
) -> tuple[Subscale | None, str]:
    """The subscale without flagged items, and a sentence that says so.

    Parameters
    ----------
    name : str
    subscale : Subscale
    flagged : collection of str

    Returns
    -------
    (Subscale or None, str)
        None where fewer than two items are left: the contrast cannot be repeated.

    Examples
    --------
    >>> without_items("x", Subscale(("a", "b", "c"), 5), ["b"])[1]
    'x without b, which works differently: 2 of 3 items.'
    >>> without_items("x", Subscale(("a", "b"), 5), ["b"])
    (None, 'x cannot be repeated without b: fewer than two items are left.')
    """
    gone = [item for item in subscale.items if item in flagged]
    kept = tuple(item for item in subscale.items if item not in flagged)
    if not gone:
        return subscale, f"{name}: no item is flagged."
    listed = ", ".join(gone)
    if len(kept) < 2:
        return None, f"{name} cannot be repeated without {listed}: fewer than two items are left."
    verb = "works" if len(gone) == 1 else "work"
    said = f"{name} without {listed}, which {verb} differently: "
    return Subscale(kept, subscale.categories), said + (
        f"{len(kept)} of {len(subscale.items)} items."
    )


def functioning_estimates(functioning: pd.DataFrame, conf_level: float = 0.95) -> pd.DataFrame:
    """Item functioning as an Estimate frame: `dif_log_odds` and `dif_r2` of each row.

    Parameters
    ----------
    functioning : DataFrame
        From `functioning.item_functioning`.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame: outcome "subscale: item". `dif_log_odds` has the error, interval and
        p-value clustered by school, t with k - 1 df; `dif_r2` the likelihood-ratio p-value
        on 2 df, adjusted, and the size, and whether it is flagged, in `reason`.

    Examples
    --------
    >>> row = {"subscale": "x", "item": "a", "contrast": "T1", "subgroup": "g - b",
    ...        "log_odds": 1.0, "std_error": 0.5, "p_uniform_clustered": 0.07, "r2_change": 0.04,
    ...        "p_value": 0.001, "p_adjusted": 0.003, "size": "moderate", "flagged": True,
    ...        "n": 400.0, "n_clusters": 11.0, "rule": "r", "method": "m", "reason": ""}
    >>> got = functioning_estimates(pd.DataFrame([row]))
    >>> round(float(got["conf_low"].iloc[0]), 3), got["reason"].tolist()
    (-0.114, ['', 'moderate by r: flagged'])
    """
    rows: list[Mapping[str, object]] = []
    for record in functioning.to_dict("records"):
        base = {name: record[name] for name in ("contrast", "subgroup", "n", "n_clusters")}
        base |= {"outcome": f"{record['subscale']}: {record['item']}", "method": record["method"]}
        df = record["n_clusters"] - 1
        known = np.isfinite(record["std_error"]) and df > 0
        alone = "one school: no error by school" if record["n_clusters"] == 1 else ""
        half = stats.t.ppf(0.5 + conf_level / 2, df) * record["std_error"] if known else np.nan
        rows.append(
            base
            | {
                "estimand": "dif_log_odds",
                "estimate": record["log_odds"],
                "std_error": record["std_error"],
                "conf_low": record["log_odds"] - half,
                "conf_high": record["log_odds"] + half,
                "conf_level": conf_level,
                "interval": f"{100 * conf_level:g}% sandwich by school, t",
                "df": df if known else np.nan,
                "p_value": record["p_uniform_clustered"],
                "reason": "; ".join(text for text in (record["reason"], alone) if text),
            }
        )
        verdict = f"{record['size']} by {record['rule']}" if record["size"] else ""
        if record["flagged"]:
            verdict += ": flagged"
        rows.append(
            base
            | {
                "estimand": "dif_r2",
                "estimate": record["r2_change"],
                "df": 2.0,
                "p_value": record["p_value"],
                "family": f"{record['subscale']}, {record['contrast']}: Benjamini-Hochberg",
                "p_adjusted": record["p_adjusted"],
                "method": f"{record['method']}; likelihood ratio, pupils independent",
                "reason": "; ".join(text for text in (verdict, record["reason"]) if text),
            }
        )
    return estimate_frame(rows)
