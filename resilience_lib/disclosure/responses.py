"""The gate for how pupils answered items."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
_VALUES = ["counted", "share", "above", "low", "high", "n", "n_clusters", "answering"]


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
    parts = [_item(rows, rules) for _, rows in frame.groupby(WITHIN, sort=False)]
    shown = pd.concat(parts)[list(SHOWN)]
    hidden = int(shown["share"].isna().sum())
    note = f"answers of {hidden} groups are suppressed for the protection of pupils"
    rare = "answers that few gave are shown together with the next ones"
    return seal(shown, rules, [note if hidden else "", rare])


def _item(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The groups of one item, or subscale, at one wave."""
    groups = rows.drop_duplicates("subgroup").assign(table=0)
    few = ~(groups["answering"] >= max(rules.minimum_cell, rules.minimum_base))
    few |= ~(groups["n_clusters"] >= rules.minimum_schools)
    few |= np.array(
        [not _splits(rows[rows["subgroup"] == name], rules) for name in groups["subgroup"]]
    )
    hidden = hide_complements(
        groups,
        few,
        within=["table"],
        parts=["subgroup"],
        size="answering",
        minimum=rules.minimum_cell,
    )
    names = groups.loc[~hidden, "subgroup"].tolist()
    runs = _runs(rows[rows["subgroup"].isin(names)], rules) if names else []
    if not runs and ALL in names:
        # no way of merging leaves enough pupils of no group that shows: all stand alone
        names = [ALL]
        runs = _runs(rows[rows["subgroup"] == ALL], rules)
    blocks = []
    for name in groups["subgroup"]:
        one = rows[rows["subgroup"] == name]
        blocks.append(_merged(one, runs, rules) if runs and name in names else _hidden(one))
    return pd.concat(blocks)


def _splits(rows: pd.DataFrame, rules: Rules) -> bool:
    """Whether enough pupils of enough schools gave answers on both sides of the middle."""
    upper = _upper(rows)
    return all(
        _pupils(rows.loc[side, "pupils"], rows) >= rules.minimum_cell
        and rows.loc[side, "schools"].max() >= rules.minimum_schools
        for side in (upper, ~upper)
    )


def _pupils(gave: pd.Series, rows: pd.DataFrame) -> float:
    """Pupils who gave one of several answers, at least.

    One pupil gives one answer to an item, but may give each of them to the items of a scale.
    """
    return float(gave.max() if (rows["item"] == "").any() else gave.sum())


def _upper(rows: pd.DataFrame) -> pd.Series:
    """Answers above the middle of the codes."""
    codes = rows["category"]
    return codes > (codes.min() + codes.max()) / 2


def _runs(rows: pd.DataFrame, rules: Rules) -> list[list[float]]:
    """Codes that are shown together, the same for all groups; empty where nothing may be."""
    pupils = rows.pivot(index="category", columns="subgroup", values="pupils").sort_index()
    schools = rows.pivot(index="category", columns="subgroup", values="schools").sort_index()
    parts = [name for name in pupils.columns if name != ALL]
    if ALL in pupils.columns and parts:
        rest = pupils[ALL] - pupils[parts].sum(axis=1)
        if rest.sum() > 0:
            pupils = pupils.assign(rest=rest)

    def few(run: list[float]) -> bool:
        least = min(_pupils(pupils.loc[run, name], rows) for name in pupils.columns)
        return bool(
            least < rules.minimum_cell or schools.loc[run].max().min() < rules.minimum_schools
        )

    codes = pupils.index.to_numpy(dtype=float)
    upper = codes > (codes[0] + codes[-1]) / 2
    runs: list[list[float]] = []
    for side in (codes[~upper], codes[upper]):
        found: list[list[float]] = []
        for code in side.tolist():
            if found and few(found[-1]):
                found[-1].append(code)
            else:
                found.append([code])
        if len(found) > 1 and few(found[-1]):
            found[-2:] = [found[-2] + found[-1]]
        if few(found[-1]):
            return []
        runs += found
    return runs


def _merged(rows: pd.DataFrame, runs: list[list[float]], rules: Rules) -> pd.DataFrame:
    """One group with its answers in these runs."""
    first = rows.iloc[0]
    boundary = rows.dropna(subset=["above"])
    coded = rows.set_index("category")
    found = []
    for run in runs:
        at = boundary[boundary["category"].isin(run)]
        found.append(
            first[[*WITHIN, "subgroup", "n", "n_clusters", "answering"]].to_dict()
            | {
                "category": run[0],
                "label": _label(coded, run),
                "counted": coded.loc[run, "counted"].sum(),
                **{name: at[name].max() for name in ("above", "low", "high")},
            }
        )
    shown = pd.DataFrame(found)
    exact = shown["n"]
    shown["share"] = shown["counted"] / exact
    for name in ("share", "above", "low", "high"):
        shown[name] = rounded_share(shown[name].astype("float64"), exact, rules)
    for name in ("counted", "n", "answering"):
        shown[name] = shown[name].map(rules.rounded)
    return shown


def _label(coded: pd.DataFrame, run: list[float]) -> str:
    ends = [str(coded.loc[code, "label"]) for code in (run[0], run[-1])]
    return "\N{EN DASH}".join(dict.fromkeys(ends))


def _hidden(rows: pd.DataFrame) -> pd.DataFrame:
    """One row that says that a group is not shown."""
    return rows.iloc[:1].assign(**dict.fromkeys(_VALUES, np.nan), category=np.nan, label="")
