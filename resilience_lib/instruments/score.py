"""Scores of an instrument from the answers to its items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.errors import FaultsError
from resilience_lib.instruments.answers import MISSING, answer_matrix, code_faults
from resilience_lib.instruments.key import Key, Subscale, Total
from resilience_lib.instruments.parts import items_needed, parts_wanted, subscales_needed
from resilience_lib.instruments.score_table import score_table

BLOCK = 1 << 16
"""Pupils scored at a time: what a subscale needs of them stays in the processor's cache."""


def score_items(
    waves: pd.DataFrame,
    key: Key,
    parts: Sequence[str] | None = None,
    *,
    file: str | None = None,
    lines: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Scores of an instrument, one column per subscale and total.

    Parameters
    ----------
    waves : DataFrame
        One row per pupil and wave with a numeric column `<key.name>_<item>` for every item that is
        needed, as the answers were coded in the questionnaire (not reversed, not recoded), NaN
        where missing. Other columns are not looked at.
    key : Key
    parts : sequence of str, optional
        Subscales and totals wanted; all of the key that are not switched off by default.
    file, lines : optional
        File that the answers come from and the line of each row of `waves` in it, for messages.

    Returns
    -------
    DataFrame
        Index of `waves`, columns `parts` in order, float64. NaN where the missing rule of a
        subscale does not allow a score, and where a subscale of a total is missing.

    Raises
    ------
    FaultsError
        All at once: an unknown or switched-off part; items without a column; answers that are no
        numbers, not whole or outside the item's codes (checked before anything is reversed), by
        line and column.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> key = load_key("rosenberg")
    >>> answers = {f"rosenberg_{item}": [0 if key.is_reversed(item) else 3] for item in key.items}
    >>> score_items(pd.DataFrame(answers), key)["self_esteem"].tolist()
    [30.0]
    """
    wanted = parts_wanted(key, parts)
    items = items_needed(key, wanted)
    place = file or f"answers to {key.name}"
    matrix = answer_matrix(waves, key, items, file=place, lines=lines)
    scores = score_matrix(matrix, key, wanted, items=items, file=place, lines=lines)
    return pd.DataFrame(scores, index=waves.index, columns=list(wanted))


def score_matrix(
    matrix: NDArray[np.int8],
    key: Key,
    parts: Sequence[str] | None = None,
    *,
    items: Sequence[str] | None = None,
    file: str | None = None,
    lines: Sequence[int] | None = None,
) -> NDArray[np.float64]:
    """The same from a matrix of answers, at about the cost of adding them up.

    Parameters
    ----------
    matrix : ndarray of int8, shape (pupils, items)
        Answers as coded in the questionnaire, `MISSING` (-128) where missing. Fastest where each
        item's answers lie next to each other (order "F").
    key : Key
    parts : sequence of str, optional
        As in `score_items`.
    items : sequence of str, optional
        The item of each column of `matrix`; all of the key in its order by default.
    file, lines : optional
        As in `score_items`.

    Returns
    -------
    ndarray of float64, shape (pupils, parts), order "F"

    Raises
    ------
    FaultsError
        An unknown or switched-off part; answers outside their item's codes.

    Notes
    -----
    Per item and block of pupils, in bytes: how far the answer lies above the item's lowest code, or
    below its highest one where the item is reversed (lowest + highest - answer, less the lowest).
    In a byte without sign every answer outside the codes lies further than highest - lowest, so
    that one comparison checks the range of the answers as they came. Answers are counted and
    distances added up; the score is looked up by the two (`score_table`).
    """
    wanted = parts_wanted(key, parts)
    columns = {item: at for at, item in enumerate(key.items if items is None else items)}
    if matrix.ndim != 2 or matrix.dtype != np.int8 or matrix.shape[1] != len(columns):
        raise ValueError(f"matrix is int8 with {len(columns)} columns, one per item")
    plans = [_plan(key, part, columns) for part in subscales_needed(key, wanted)]
    out = np.empty((len(matrix), len(wanted)), order="F")
    # a subscale that is wanted only for its total gets a column of its own
    scores = {
        plan.name: out[:, wanted.index(plan.name)] if plan.name in wanted else np.empty(len(matrix))
        for plan in plans
    }
    good = True
    work = _Work(min(BLOCK, len(matrix)))
    for first in range(0, len(matrix), BLOCK):
        block = matrix[first : first + BLOCK]
        for plan in plans:
            good &= _score_block(block, plan, work, scores[plan.name][first : first + BLOCK])
    if not good:
        place = file or f"answers to {key.name}"
        raise FaultsError(code_faults(matrix, key, list(columns), file=place, lines=lines))
    for at, name in enumerate(wanted):
        part = key.part(name)
        if isinstance(part, Total):
            out[:, at] = scores[part.sum_of[0]]
            for other in part.sum_of[1:]:
                out[:, at] += scores[other]
    return out


@dataclass(frozen=True)
class _Item:
    """How one column of the matrix becomes a distance from the lowest score, in one byte."""

    column: int
    start: int
    turned: bool
    recoded: NDArray[np.uint8] | None


@dataclass(frozen=True)
class _Plan:
    """What scoring a subscale needs, worked out once."""

    name: str
    items: tuple[_Item, ...]
    span: int
    sums: np.dtype[Any]
    places: np.dtype[Any]
    table: NDArray[np.float64]


class _Work:
    """Room for one block, made once: fresh memory at every step would cost more than the sums."""

    def __init__(self, size: int) -> None:
        self.distance = np.empty(size, np.uint8)
        self.given = np.empty(size, np.bool_)
        self.answered = np.empty(size, np.uint8)


def _plan(key: Key, subscale: Subscale, columns: dict[str, int]) -> _Plan:
    low, high = key.responses_of(subscale.items[0]).scores
    items = []
    for item in subscale.items:
        block, turned = key.responses_of(item), key.is_reversed(item)
        recoded = None
        if block.recode is not None:
            # by the answer's byte; whatever is no code lands beyond the span
            recoded = np.full(256, 255, np.uint8)
            for code, score in block.recode.items():
                recoded[code % 256] = high - score if turned else score - low
        items.append(_Item(columns[item], high if turned else low, turned, recoded))
    span = high - low
    table = score_table(subscale, (low, high))
    sums, places = (np.min_scalar_type(n) for n in (table.shape[1] - 1, max(table.size, 256)))
    return _Plan(subscale.name, tuple(items), span, sums, places, table)


def _score_block(
    block: NDArray[np.int8], plan: _Plan, work: _Work, scores: NDArray[np.float64]
) -> bool:
    """Write the scores of a block of pupils; False where an answer is outside its codes."""
    size = len(block)
    distance, given = work.distance[:size], work.given[:size]
    signed, one = distance.view(np.int8), given.view(np.uint8)
    total = np.zeros(size, plan.sums)
    answered = work.answered[:size]
    answered.fill(0)
    furthest = 0
    for item in plan.items:
        answers = block[:, item.column]
        np.not_equal(answers, MISSING, out=given)
        if item.recoded is not None:
            np.take(item.recoded, answers.view(np.uint8), out=distance, mode="clip")
        elif item.turned:
            np.subtract(item.start, answers, out=signed)
        else:
            np.subtract(answers, item.start, out=signed)
        np.multiply(distance, one, out=distance)
        furthest = max(furthest, int(distance.max()))
        np.add(total, distance, out=total)
        np.add(answered, one, out=answered)
    place = np.multiply(answered, plan.table.shape[1], dtype=plan.places)
    np.add(place, total, out=place)
    np.take(plan.table.ravel(), place, out=scores, mode="clip")
    return furthest <= plan.span
