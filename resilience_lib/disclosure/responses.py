"""The gate for how pupils answered items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.partitions import ALL, hide_complements
from resilience_lib.disclosure.rounding import rounded_share
from resilience_lib.disclosure.rules import Rules
from resilience_lib.study.schema import Study

SHOWN: tuple[str, ...] = (
    "instrument",
    "item",
    "subscale",
    "wave",
    "subgroup",
    "category",
    "label",
    "counted",
    "share",
    "above",
    "low",
    "high",
    "n",
    "n_clusters",
    "answering",
)
WITHIN = ["instrument", "item", "subscale", "wave"]
_VALUES = ["category", "counted", "share", "above", "low", "high", "n", "n_clusters", "answering"]
_TABLES = ["pupils", "schools", "label", *_VALUES]


def clear_responses(responses: pd.DataFrame, study: Study) -> Cleared:
    """Shares of answers as they may be published.

    For a confidential study:

    - Answers that fewer pupils than the minimum gave (none included), or pupils of too few
      schools, are merged with the next ones (aggregation, UK LLC guidebook): at one item and
      wave in the same way for all groups, and so that the pupils of no group that shows are not
      too few either. Answers are never merged across the middle of the codes, where the
      interval is; a group that has too few on one side of it is not shown.
    - A group of too few pupils or schools is not shown, nor is its complement by gender.
    - Counts are rounded, and shares and bounds are those of rounded counts.

    Parameters
    ----------
    responses : DataFrame
        `effects.responses.RESPONSES_COLUMNS`.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        `SHOWN`; of merged answers `category` is the lowest and `label` names the lowest and the
        highest. A group that is not shown has one row without values.
    """
    rules = Rules.from_study(study)
    frame = responses.reset_index(drop=True)
    if rules.open_data or frame.empty:
        return seal(frame[list(SHOWN)], rules)
    frame = frame.sort_values(["subgroup", "category"], kind="stable")
    found: list[dict[str, object]] = []
    for key, rows in frame.groupby(WITHIN, sort=False):
        found += [dict(zip(WITHIN, key, strict=True)) | row for row in _item(rows, rules)]
    shown = pd.DataFrame(found)
    for name in ("share", "above", "low", "high"):
        shown[name] = rounded_share(shown[name].astype("float64"), shown["n"], rules)
    for name in ("counted", "n", "answering"):
        shown[name] = shown[name].map(rules.rounded)
    hidden = int(shown["share"].isna().sum())
    note = f"answers of {hidden} groups are suppressed for the protection of pupils"
    rare = "answers that few gave are shown together with the next ones"
    return seal(shown[list(SHOWN)], rules, [note if hidden else "", rare])


@dataclass(frozen=True)
class _Grid:
    """One item, or scale, at one wave: its groups, codes, and a table (groups, codes) each."""

    groups: list[str]
    codes: list[float]
    several: bool
    tables: dict[str, NDArray[Any]]

    def pupils(self, at: int, run: list[int]) -> float:
        """Pupils of a group who gave one of several answers, at least.

        One pupil gives one answer to an item, but may give each of them to the items of a scale.
        """
        gave = self.tables["pupils"][at, run]
        return float(gave.max() if self.several else gave.sum())

    def few(self, at: int, run: list[int], rules: Rules) -> bool:
        """Whether too few pupils of a group, or of too few schools, gave these answers."""
        small = self.pupils(at, run) < rules.minimum_cell
        return bool(small or self.tables["schools"][at, run].max() < rules.minimum_schools)

    def sides(self) -> list[list[int]]:
        """Places of the codes below and above the middle."""
        middle = (self.codes[0] + self.codes[-1]) / 2
        places = range(len(self.codes))
        return [
            [at for at in places if self.codes[at] <= middle],
            [at for at in places if self.codes[at] > middle],
        ]


def _item(rows: pd.DataFrame, rules: Rules) -> list[dict[str, object]]:
    """The groups of one item, or scale, at one wave, their values not rounded yet."""
    names = list(dict.fromkeys(rows["subgroup"]))
    tables = {name: rows[name].to_numpy().reshape(len(names), -1) for name in _TABLES}
    codes = tables["category"][0].tolist()
    grid = _Grid(names, codes, bool((rows["item"] == "").any()), tables)
    first = {name: tables[name][:, 0] for name in ("n", "n_clusters", "answering")}
    groups = pd.DataFrame({"subgroup": names, "table": 0, **first})
    few = ~(groups["answering"] >= max(rules.minimum_cell, rules.minimum_base))
    few |= ~(groups["n_clusters"] >= rules.minimum_schools)
    sides = grid.sides()
    few |= np.array([any(grid.few(at, side, rules) for side in sides) for at in groups.index])
    hidden = hide_complements(
        groups,
        few,
        within=["table"],
        parts=["subgroup"],
        size="answering",
        minimum=rules.minimum_cell,
    )
    shown = [at for at in groups.index if not hidden[at]]
    runs = _runs(grid, shown, rules) if shown else []
    if not runs and ALL in names and names.index(ALL) in shown:
        # no way of merging leaves enough pupils of no group that shows: all stand alone
        shown = [names.index(ALL)]
        runs = _runs(grid, shown, rules)
    found: list[dict[str, object]] = []
    for at, name in enumerate(names):
        values = {key: float(first[key][at]) for key in first}
        if not runs or at not in shown:
            found.append({"subgroup": name, "label": "", **dict.fromkeys(_VALUES, np.nan)})
        else:
            found += [{"subgroup": name, **values, **_merged(grid, at, run)} for run in runs]
    return found


def _runs(grid: _Grid, shown: list[int], rules: Rules) -> list[list[int]]:
    """Codes that are shown together, the same for all groups; empty where nothing may be."""
    pupils = grid.tables["pupils"]
    parts = [at for at in shown if grid.groups[at] != ALL]
    rest = None
    if parts and len(parts) < len(shown):
        rest = pupils[grid.groups.index(ALL)] - pupils[parts].sum(axis=0)

    def few(run: list[int]) -> bool:
        if any(grid.few(at, run, rules) for at in shown):
            return True
        if rest is None or rest.sum() <= 0:
            return False
        left_over = rest[run].max() if grid.several else rest[run].sum()
        return bool(left_over < rules.minimum_cell)

    runs: list[list[int]] = []
    for side in grid.sides():
        found: list[list[int]] = []
        for at in side:
            if found and few(found[-1]):
                found[-1].append(at)
            else:
                found.append([at])
        if len(found) > 1 and few(found[-1]):
            found[-2:] = [found[-2] + found[-1]]
        if few(found[-1]):
            return []
        runs += found
    return runs


def _merged(grid: _Grid, at: int, run: list[int]) -> dict[str, object]:
    """One group's answers in one run of codes."""
    table = grid.tables
    ends = dict.fromkeys(str(table["label"][at, place]) for place in (run[0], run[-1]))
    counted = float(table["counted"][at, run].sum())
    # given at one code alone, the lowest above the middle
    interval = {
        name: next((float(x) for x in table[name][at, run] if x == x), float("nan"))
        for name in ("above", "low", "high")
    }
    return {
        "category": grid.codes[run[0]],
        "label": "\N{EN DASH}".join(ends),
        "counted": counted,
        "share": counted / float(table["n"][at, 0]),
        **interval,
    }
