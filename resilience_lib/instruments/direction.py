"""Does every item point the way its key says? Items are compared with the rest of their subscale.

An item that was not reversed, or reversed twice, correlates negatively with the other items. The
score is still a number, and nothing else says that it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.instruments.answers import MISSING, answer_matrix
from resilience_lib.instruments.key import Key, Subscale
from resilience_lib.instruments.parts import items_needed, parts_wanted, subscales_needed

DIRECTION_COLUMNS: tuple[str, ...] = (
    "instrument",
    "subscale",
    "item",
    "wave",
    "reversed",
    "n",
    "item_rest",
    "conf_low",
    "conf_high",
    "clearly_negative",
    "turned_item_rest",
    "finding",
    "sentence",
)
"""reversed: whether the key reverses the item; n: pupils with the item and half of the rest;
item_rest and its interval: as scored; clearly_negative: the interval lies below 0;
turned_item_rest: the same once every item found against the key is turned round; finding: one of
`FINDINGS`; sentence: what is found, for a person, "" where all is well."""

FINDINGS: tuple[str, ...] = (
    "as keyed",
    "already reversed",
    "against its scale",
    "pulled down",
    "one of two halves",
    "cannot be told",
)

NORMAL_975 = 1.959963984540054
"""97.5% point of the standard normal distribution."""


@dataclass(frozen=True)
class _Correlation:
    n: int
    r: float
    low: float
    high: float

    @property
    def clearly_negative(self) -> bool:
        return self.high < 0  # NaN, where it cannot be told, is not


def check_direction(
    waves: pd.DataFrame, key: Key, parts: Sequence[str] | None = None
) -> pd.DataFrame:
    """Item-rest correlations of every item by wave, and which items run against the key.

    Parameters
    ----------
    waves : DataFrame
        One row per pupil and wave, with `wave` and a column `<key.name>_<item>` per item, as in
        `score_items`: as coded in the questionnaire. That the file keeps to this is what is
        checked.
    key : Key
    parts : sequence of str, optional
        As in `score_items`.

    Returns
    -------
    DataFrame
        `DIRECTION_COLUMNS`, one row per wave, subscale with two items or more, and item.

    Raises
    ------
    FaultsError
        As in `score_items`.

    Notes
    -----
    Item-rest correlation: Pearson's r of the item, after recoding and reversing as the key says,
    with the mean of the subscale's other items (corrected item-total correlation; Nunnally &
    Bernstein 1994), over pupils who answered the item and at least half of the others. The 95%
    interval is Fisher's: tanh(atanh r +- 1.96 / sqrt(n - 3)). It takes pupils for independent; in
    schools it is a little narrow.

    An item is *clearly negative* where the whole interval lies below 0: no item of a scale should,
    so that no least size is asked for. With several wrong items the right ones can be clearly
    negative too, against the wrong ones. So the most negative of the clearly negative items is
    turned round and all correlations are taken again, until none is clearly negative. That parts
    the items into two halves which agree within themselves; the half that is wrong is the one with
    fewer items that the key does not reverse, then the smaller one. Found are then: *already
    reversed* (wrong, and the key reverses it: it was reversed before it came), *against its scale*
    (wrong, and the key does not), *pulled down* (right, and clearly negative only because of
    those), *one of two halves* (the halves are alike, as with two items: which is wrong cannot be
    told), *cannot be told* (fewer than 4 pupils, or everybody answers the same).

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> rows = [[2, 2, 1, 2], [0, 0, 1, 0], [1, 1, 0, 1], [2, 1, 2, 2], [0, 1, 0, 0]] * 4
    >>> columns = ["mmf_11", "mmf_12", "mmf_13", "mmf_15"]  # 15 came reversed already
    >>> waves = pd.DataFrame(rows, columns=columns).assign(wave="T1", mmf_14=1, mmf_16=1)
    >>> found = check_direction(waves, load_key("mmf"), ["behavioural"])
    >>> found[["item", "finding"]].to_numpy().tolist()[3:5]
    [['14', 'cannot be told'], ['15', 'already reversed']]
    """
    wanted = parts_wanted(key, parts)
    items = items_needed(key, wanted)
    answers = answer_matrix(waves, key, items)
    wave = waves["wave"].to_numpy()
    rows: list[tuple[object, ...]] = []
    for one in sorted(waves["wave"].unique()):
        for subscale in subscales_needed(key, wanted):
            if len(subscale.items) < 2:
                continue
            columns = [items.index(item) for item in subscale.items]
            # both indexed at once
            scored = _as_scored(answers[np.ix_(wave == one, columns)], key, subscale)
            rows += _rows(scored, key, subscale, one)
    return pd.DataFrame(rows, columns=list(DIRECTION_COLUMNS))


def _as_scored(answers: NDArray[np.int8], key: Key, subscale: Subscale) -> NDArray[np.float64]:
    """Recoded, reversed and taken from the middle, so that turning an item round is its minus."""
    scored = np.where(answers == MISSING, np.nan, answers.astype(np.float64))
    for at, item in enumerate(subscale.items):
        block = key.responses_of(item)
        if block.recode is not None:
            codes = scored[:, at].copy()
            for code, score in block.recode.items():
                scored[codes == code, at] = score
        scored[:, at] -= sum(block.scores) / 2
        if key.is_reversed(item):
            scored[:, at] *= -1
    return scored


def _rows(
    scored: NDArray[np.float64], key: Key, subscale: Subscale, wave: str
) -> Iterator[tuple[object, ...]]:
    keyed = _item_rest(scored)
    wrong, alike = _wrong_items(scored, keyed, [key.is_reversed(i) for i in subscale.items])
    turned = _item_rest(np.where(wrong, -scored, scored))
    for at, item in enumerate(subscale.items):
        found, reverse = keyed[at], key.is_reversed(item)
        if np.isnan(found.r):
            finding = "cannot be told"
        elif alike and found.clearly_negative:
            finding = "one of two halves"
        elif wrong[at] and not alike:
            finding = "already reversed" if reverse else "against its scale"
        else:
            finding = "pulled down" if found.clearly_negative else "as keyed"
        sentence = _sentence(f"{key.name}_{item}", subscale, wave, found, reverse, finding)
        interval = (found.n, found.r, found.low, found.high, found.clearly_negative)
        yield (
            key.name,
            subscale.name,
            item,
            wave,
            reverse,
            *interval,
            turned[at].r,
            finding,
            sentence,
        )


def _wrong_items(
    scored: NDArray[np.float64], keyed: list[_Correlation], reverse: list[bool]
) -> tuple[NDArray[np.bool_], bool]:
    """Items that run against the key, and whether the other half is as likely to be wrong."""
    turned = np.zeros(scored.shape[1], dtype=np.bool_)
    now = keyed
    while True:
        left = [at for at, c in enumerate(now) if c.clearly_negative and not turned[at]]
        if not left:
            break
        turned[min(left, key=lambda at: now[at].r)] = True
        now = _item_rest(np.where(turned, -scored, scored))
    if not turned.any():
        return turned, False
    known = np.array([not np.isnan(c.r) for c in keyed])
    halves = [turned, ~turned & known]
    forward = ~np.array(reverse)
    costs = [(int((half & forward).sum()), int(half.sum())) for half in halves]
    return halves[costs.index(min(costs))], costs[0] == costs[1]


def _item_rest(scored: NDArray[np.float64]) -> list[_Correlation]:
    """Correlation of each column with the mean of the others, where half of these are there."""
    there = ~np.isnan(scored)
    filled = np.where(there, scored, 0.0)
    sums, counts = filled.sum(axis=1), there.sum(axis=1)
    found = []
    for at in range(scored.shape[1]):
        others = counts - there[:, at]
        use = there[:, at] & (2 * others >= scored.shape[1] - 1) & (others > 0)
        rest = (sums - filled[:, at])[use] / others[use]
        found.append(_correlation(scored[use, at], rest))
    return found


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> _Correlation:
    n = len(x)
    if n < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return _Correlation(n, np.nan, np.nan, np.nan)
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -1.0, 1.0))
    if abs(r) == 1:
        return _Correlation(n, r, r, r)
    slack = NORMAL_975 / sqrt(n - 3)
    return _Correlation(n, r, tanh(atanh(r) - slack), tanh(atanh(r) + slack))


def _sentence(
    column: str, subscale: Subscale, wave: str, found: _Correlation, reverse: bool, finding: str
) -> str:
    if finding == "as keyed":
        return ""
    scored = "reversed as the key says" if reverse else "as it stands (the key does not reverse it)"
    size = (
        f"{column}, {wave}: {scored}, it correlates {found.r:.2f} (95% {found.low:.2f} to "
        f"{found.high:.2f}, n {found.n}) with the rest of {subscale.name}. "
    )
    return {
        "already reversed": size + "It agrees with the rest the other way round: it seems to have "
        "been reversed before it came. Code it as in the questionnaire.",
        "against its scale": size + "It runs against the rest: it seems to be coded the other way "
        "round in the file, or to be the wrong column. Compare it with the questionnaire.",
        "pulled down": size + "Items found against the key pull it down; it agrees once they are "
        "turned round.",
        "one of two halves": size + "The items fall into two halves that run against each other; "
        "which one is wrong cannot be told from the answers. Compare both with the questionnaire.",
        "cannot be told": f"{column}, {wave}: too few pupils answered it with half of the rest of "
        f"{subscale.name} (n {found.n}), or all answered the same: its direction cannot be told.",
    }[finding]
