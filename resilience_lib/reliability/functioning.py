"""Differential item functioning: items that gender or wave moves at the same rest score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.adapters.pingouin import adjust_p
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.reliability.answers import Answers, Subscale, complete_answers
from resilience_lib.reliability.compare_item import ItemTest, compare_item
from resilience_lib.reliability.rules import RULES, Rule

_ROUNDS = 10
_FEWEST_ANCHORS = 2


FUNCTIONING_COLUMNS: tuple[str, ...] = (
    "subscale",
    "item",
    "contrast",
    "subgroup",
    "chi2",
    "p_value",
    "p_adjusted",
    "p_uniform",
    "p_nonuniform",
    "r2_change",
    "r2_uniform",
    "mcfadden_change",
    "log_odds",
    "std_error",
    "p_uniform_clustered",
    "p_clustered",
    "size",
    "flagged",
    "n",
    "n_clusters",
    "rule",
    "method",
    "reason",
)


def item_functioning(
    items: pd.DataFrame,
    subscales: Mapping[str, Subscale],
    *,
    waves: Sequence[str],
    gender: Sequence[str] = (),
    rule: str = "jodoin_gierl_2001",
    level: float = 0.05,
    purify: bool = True,
) -> pd.DataFrame:
    """Each item by gender at each wave, and by wave against the first.

    See `compare_item.compare_item` for the tests. p-values of an item's two effects
    together are adjusted by Benjamini and Hochberg inside a scale and contrast; an item is
    flagged where the adjusted one is below `level` and the change of R2 reaches the rule's
    moderate size. The likelihood-ratio tests take pupils as independent, those by wave also
    the two answers of one pupil; the clustered p-values beside do not.

    Parameters
    ----------
    items : DataFrame
        As in `table.reliability_table`.
    subscales : mapping
        Name -> `Subscale`.
    waves : sequence of str
        The first is what the others are compared with.
    gender : sequence of str
        Two levels, the difference being first - second; or none.
    rule : str
        A name in `RULES`.
    level : float, in (0, 1)
    purify : bool
        Whether flagged items leave the rest score of the others, until the same items are
        flagged twice (at most 10 rounds; at least 2 items stay).

    Returns
    -------
    DataFrame
        `FUNCTIONING_COLUMNS`, one row for each item and contrast: contrast the wave and
        subgroup "girls - boys", or contrast "T2 - T1" and subgroup "all".

    Raises
    ------
    ModelInputError
        See `answers.complete_answers`; or a gender with other than two levels.

    Examples
    --------
    >>> rows = [(f"{s}{i}", "T1", s, "gb"[i % 2], (i * 7 + k) % 3, (i * i + k) % 3, (i // 4) % 3)
    ...         for k, s in enumerate("abcdef") for i in range(12)]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "wave", "school", "gender", "q", "r", "s"])
    >>> got = item_functioning(frame, {"x": Subscale(("q", "r", "s"), 3)}, waves=["T1"],
    ...                        gender=["g", "b"])
    >>> got["item"].tolist(), got["size"].tolist()
    (['q', 'r', 's'], ['negligible', 'negligible', 'negligible'])
    """
    if gender and len(gender) != 2:
        raise ModelInputError(f"item functioning compares two genders, not {len(gender)}")
    frames = [pd.DataFrame(columns=list(FUNCTIONING_COLUMNS))]
    for name, subscale in subscales.items():
        for contrast, subgroup, rows, group in _contrasts(items, waves, gender):
            answers, chosen = _answers(rows, group, subscale)
            table = _settle(answers, chosen, RULES[rule], level, purify)
            table = table.assign(
                subscale=name, contrast=contrast, subgroup=subgroup, rule=RULES[rule].source
            )
            frames.append(table[list(FUNCTIONING_COLUMNS)])
    return pd.concat(frames[1:] or frames, ignore_index=True)


def _contrasts(
    items: pd.DataFrame, waves: Sequence[str], gender: Sequence[str]
) -> list[tuple[str, str, pd.DataFrame, NDArray[np.bool_]]]:
    """(contrast, subgroup, rows, whether a row is in the group named first)."""
    found = []
    for wave in waves if gender else ():
        now = items[(items["wave"] == wave) & items["gender"].isin(list(gender))]
        first = (now["gender"] == gender[0]).to_numpy()
        found.append((wave, " - ".join(gender), now, first))
    for later in waves[1:]:
        both = items[items["wave"].isin([waves[0], later])]
        found.append((f"{later} - {waves[0]}", "all", both, (both["wave"] == later).to_numpy()))
    return found


def _answers(
    rows: pd.DataFrame, group: NDArray[np.bool_], subscale: Subscale
) -> tuple[Answers, NDArray[np.bool_]]:
    """Complete answers, and which of their pupils are in the group named first."""
    answers = complete_answers(rows, subscale.items)
    whole = rows[list(subscale.items)].notna().all(axis=1).to_numpy()
    return answers, group[whole]


def _settle(
    answers: Answers, group: NDArray[np.bool_], rule: Rule, level: float, purify: bool
) -> pd.DataFrame:
    """Items tested against anchors, from which flagged ones leave until nothing changes."""
    out: frozenset[str] = frozenset()
    seen = {out}
    for _ in range(_ROUNDS):
        table = _compare(answers, group, out, rule, level)
        flagged = frozenset(table.loc[table["flagged"], "item"])
        if not purify or flagged == out:
            return table
        if len(answers.items) - len(flagged) < _FEWEST_ANCHORS:
            return _note(table, "nearly all items are flagged: the rest score is in doubt")
        if flagged in seen:
            break
        out = flagged
        seen.add(out)
    return _note(table, "which items are flagged did not settle: the rest score is in doubt")


def _compare(
    answers: Answers, group: NDArray[np.bool_], out: frozenset[str], rule: Rule, level: float
) -> pd.DataFrame:
    note = f"; {answers.incomplete} pupils with an item missing left out"
    left = note if answers.incomplete else ""
    rows = []
    for place, item in enumerate(answers.items):
        anchors = [i for i, name in enumerate(answers.items) if i != place and name not in out]
        if answers.flaw:
            test = ItemTest(reason=answers.flaw)
        elif len(answers.items) < 3:
            test = ItemTest(reason="two items: which of them differs cannot be told")
        else:
            rest = answers.values[:, anchors].sum(axis=1)
            test = compare_item(answers.values[:, place], rest, group, answers.school)
        names = ", ".join(answers.items[i] for i in anchors)
        rows.append({"item": item, "method": f"proportional odds, rest score of {names}{left}"})
        rows[-1] |= {field.name: getattr(test, field.name) for field in fields(test)}
    table = pd.DataFrame(rows).assign(n=float(answers.n), n_clusters=float(answers.n_schools))
    table["p_adjusted"] = adjust_p(table["p_value"], "Benjamini-Hochberg")
    change = table["r2_change"]
    table["size"] = np.select(
        [change.isna(), change >= rule.large, change >= rule.moderate],
        ["", "large", "moderate"],
        "negligible",
    )
    table["flagged"] = (table["p_adjusted"] < level) & (change >= rule.moderate)
    return table


def _note(table: pd.DataFrame, text: str) -> pd.DataFrame:
    reasons = ["; ".join(part for part in (reason, text) if part) for reason in table["reason"]]
    return table.assign(reason=reasons)
