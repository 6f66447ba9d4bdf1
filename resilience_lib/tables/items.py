"""Table of items: answered, left out, and whether each goes with the rest of its scale."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.scales import HIDDEN
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.few import few_said, share
from resilience_lib.tables.format import count, interval, number
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

KEYS = ["instrument", "item", "wave"]


def table_items(items: Cleared, direction: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """One row per item; per wave its answers, those left out, and its item-rest correlation.

    Parameters
    ----------
    items : Cleared
        Missing answers by instrument, item, wave and gender.
    direction : Cleared
        Item-rest correlations by instrument, subscale, item and wave, with the finding.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(missing: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
        everyone = missing[missing["gender"] == "all"].drop(columns="gender")
        frame = everyone.merge(found.rename(columns={"n": "n_rest"}), on=KEYS, how="left")
        frame["subscale"] = frame["subscale"].fillna("")
        lines = [
            _line([row._asdict() for row in part.itertuples()], labels)
            for _, part in frame.groupby(["instrument", "item", "subscale"], sort=False)
        ]
        scales = list(dict.fromkeys(line["Scale"] for line in lines))
        lines.sort(key=lambda line: scales.index(line["Scale"]))
        return pd.DataFrame(lines)

    cleared = reshape(cells, items, direction)
    note = (
        f"{labels.waves_line()}. Missing: of the pupils at the wave; r: correlation of the item, "
        "scored as its key says, with the mean of the other items of its scale, over the n pupils "
        "who answered it and at least half of those; in brackets its 95% "
        "interval (Fisher), which takes pupils as independent. (R): reversed by the key. Finding: "
        "as keyed where no interval lies wholly below 0; an item that does runs against its scale, "
        "or came reversed already."
    )
    return (
        Table(
            title=titled("Items: answers left out, and direction", cleared),
            note=noted([note, few_said(cleared)], cleared, labels),
            group="Scale",
            landscape=True,
        ),
        cleared,
    )


def _line(rows: list[dict[str, Any]], labels: Labels) -> dict[str, str]:
    first = rows[0]
    turned = " (R)" if str(first["reversed"]) == "True" else ""
    line = {
        "Scale": _scale(first["instrument"], first["subscale"], labels),
        "Item": f"{first['instrument']}_{first['item']}{turned}",
    }
    findings: dict[str, list[str]] = {}
    for row in rows:
        wave = row["wave"]
        r = number(row["item_rest"])
        bounds = interval(row["conf_low"], row["conf_high"])
        hidden = row["finding"] == HIDDEN
        line[f"{wave} n"] = count(row["n_rest"]) or (NOT_SHOWN if hidden else "")
        line[f"{wave} missing, %"] = share(
            row["counted"], row["n"], row["hidden"], row["few"], labels.minimum_cell
        )
        line[f"{wave} r"] = NOT_SHOWN if hidden else f"{r} {bounds}".strip()
        if isinstance(row["finding"], str):
            findings.setdefault(NOT_SHOWN if hidden else row["finding"], []).append(wave)
    said = [f"{', '.join(waves)}: {finding}" for finding, waves in findings.items()]
    line["Finding"] = next(iter(findings)) if len(findings) == 1 else "; ".join(said)
    return line


def _scale(instrument: str, subscale: str, labels: Labels) -> str:
    """The outcome's label where one is that scale, else the scale's own name."""
    names = {(o.instrument, o.scale): o.label for o in labels.outcomes}
    plain = subscale.replace("_", " ").capitalize() or "In no scale of two items or more"
    return names.get((instrument, subscale), plain)
