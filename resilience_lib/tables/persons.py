"""Table of persons: how many pupils improved, did not change or deteriorated, by each rule."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.figures.captions import CAUTION
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import count, interval, number
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

SHARES: dict[str, str] = {
    "share_improved": "Improved, %",
    "share_improved_by_chance": "Improved by chance, %",
    "share_unchanged": "No change, %",
    "share_deteriorated": "Deteriorated, %",
    "share_deteriorated_by_chance": "Deteriorated by chance, %",
}
"""Estimand to its column, in the order of the table."""

RULES: dict[str, str] = {
    "any": "Any change",
    "reliable": "Reliable change",
    "important": "Important change",
}
_KEYS = ["outcome", "contrast", "rule", "subgroup"]


def table_persons(persons: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Shares of pupils with 95% intervals, beside the share that chance alone would give.

    Parameters
    ----------
    persons : Cleared
        Frame `persons`.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """
    groups = labels.groups[:-1]

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame["subgroup"].isin(groups)]
        wide = rows.set_index([*_KEYS, "estimand"]).to_dict("index")
        found = []
        for key in dict.fromkeys(rows[_KEYS].itertuples(index=False, name=None)):
            outcome, contrast, rule, group = key
            of = {name: wide[*key, name] for name in SHARES if (*key, name) in wide}
            known = next(iter(of.values()))
            found.append(
                {
                    "Outcome": labels.outcome_title(outcome),
                    "Change": labels.change(contrast),
                    "Rule": RULES[rule],
                    "Group": labels.group(group),
                    **{column: _cell(of.get(name)) for name, column in SHARES.items()},
                    "n": count(known["n"]),
                    "Schools": count(known["n_clusters"]),
                }
            )
        columns = ["Outcome", "Change", "Rule", "Group", *SHARES.values(), "n", "Schools"]
        return pd.DataFrame(found, columns=columns)

    cleared = reshape(cells, persons)
    note = (
        "Shares of pupils seen at both waves, with 95% intervals by school on the logit scale. "
        "Reliable: beyond 1.96 standard errors of a difference (Jacobson & Truax 1991), which hold "
        "these pupils' own SD: its intervals leave out one school at a time (jackknife). By "
        "chance: what would be seen without any true change, from measurement error alone, or of "
        "any change half of those who changed. A share that is not above it says nothing of "
        "persons."
    )
    return (
        Table(
            title=titled("Pupils who improved, did not change, or deteriorated", cleared),
            note=noted([note, CAUTION if labels.one_group else ""], cleared, labels),
            group="Outcome",
            landscape=True,
        ),
        cleared,
    )


def _cell(found: dict[str, Any] | None) -> str:
    if found is None:
        return ""
    if found["reason"].startswith(SUPPRESSED):
        return NOT_SHOWN
    value = number(100 * found["estimate"], 1)
    if not value:
        return "none"
    return f"{value} {interval(100 * found['conf_low'], 100 * found['conf_high'], 1)}".rstrip()
