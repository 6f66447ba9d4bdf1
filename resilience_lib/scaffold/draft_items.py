"""Runs of columns that look like the items of an instrument."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resilience_lib.errors import TO_FILL_IN
from resilience_lib.instruments.key import Key
from resilience_lib.scaffold.draft_values import Values

FEWEST = 3
"""So many columns make a run."""

MOST_ANSWERS = 11
"""An answer has at most so many codes."""

ORDERED: tuple[str, ...] = (
    "never|almost never|rarely|seldom|sometimes|often|usually|almost always|always",
    "strongly disagree|disagree|neutral|neither agree nor disagree|agree|strongly agree",
    "no|maybe|yes",
)
"""Words that answer many questions, from the lowest up, in small letters."""

_UNNAMED = "neighbours of "
_NUMBERED = re.compile(r"(.*?)[_.\- ]*0*([1-9]\d?)")
_GRID = re.compile(r"(.+?) ?\[(.+)\]")


@dataclass(frozen=True)
class Item:
    """One column of a run.

    Parameters
    ----------
    stem : str
        What the names of the run have in common.
    number : str
        The item's number.
    count : int
        Columns in the run.
    answers : tuple of str
        All codes or words of the run, from the lowest up where that is known.
    whole : bool
        Whether they are whole numbers.
    """

    stem: str
    number: str
    count: int
    answers: tuple[str, ...]
    whole: bool


def find_items(columns: Mapping[str, tuple[str, str, Values]]) -> dict[str, Item]:
    """Columns that belong to a run of items.

    Parameters
    ----------
    columns : mapping of str to (base, wave, Values)
        Columns without another role, in the order of the file: name without the wave, the wave,
        and what their cells show.

    Returns
    -------
    dict of str to Item
        At least 3 columns of one stem and wave, numbered (`mmf_1`, `q03`) or the rows of a grid
        (`How are you? [row]`), or neighbours without a number that share well-known words; with
        the same small set of whole numbers, or the same words. A column whose numbers are not
        inside the commonest range of its stem stays out, and so does a run with one answer alone.

    Examples
    --------
    >>> from resilience_lib.codebook.variable import Code
    >>> answers = Values("integer", ("0", "1", "2"), ())
    >>> found = find_items({f"mmf_{n}": (f"mmf_{n}", "", answers) for n in (1, 2, 3)})
    >>> found["mmf_3"]
    Item(stem='mmf', number='3', count=3, answers=('0', '1', '2'), whole=True)
    """
    groups: dict[tuple[str, str, bool], list[tuple[str, str]]] = {}
    alone: list[str] = []
    for column, (base, wave, values) in columns.items():
        place = _place(base)
        if not _is_answer(values):
            alone = _closed(groups, alone, columns)
        elif place is not None:
            alone = _closed(groups, alone, columns)
            stem, number = place
            key = (stem, wave, _is_whole(values))
            groups.setdefault(key, []).append((column, number or str(len(groups.get(key, ())) + 1)))
        elif _order(values.different) is not None:
            if alone and _order(columns[alone[-1]][2].different) != _order(values.different):
                alone = _closed(groups, alone, columns)
            alone.append(column)
        else:
            alone = _closed(groups, alone, columns)
    _closed(groups, alone, columns)
    found: dict[str, Item] = {}
    for (stem, _, whole), members in groups.items():
        inside = _alike([(c, number, columns[c][2]) for c, number in members], whole)
        if len(inside) < FEWEST or len({number for _, number, _ in inside}) < len(inside):
            continue
        answers = _answers([values for _, _, values in inside], whole)
        if len(answers) < 2:
            continue  # one answer alone shows no scale
        for column, number, _ in inside:
            named = "" if stem.startswith(_UNNAMED) else stem
            found[column] = Item(named, number, len(inside), answers, whole)
    return found


def fitting(item: Item, keys: Sequence[Key]) -> tuple[str, ...]:
    """Instruments with as many items as the run, and the same lowest and highest answer.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> keys = [load_key(name) for name in ("mmf", "sdq_self", "rosenberg")]
    >>> fitting(Item("q", "1", 16, ("0", "1", "2"), True), keys)
    ('mmf',)
    >>> fitting(Item("q", "1", 25, ("Never", "Sometimes", "Always"), False), keys)
    ('sdq_self',)
    """
    found = []
    for key in keys:
        blocks = {len(block.items): block.codes for block in key.responses}
        if len({block.codes for block in key.responses}) == 1:
            blocks[len(key.items)] = key.responses[0].codes
        codes = blocks.get(item.count)
        if codes is None:
            continue
        low, high = codes
        ends = (float(item.answers[0]), float(item.answers[-1])) if item.whole else None
        if ends == (low, high) or (ends is None and len(item.answers) == high - low + 1):
            found.append(key.name)
    return tuple(found)


def instrument_cell(item: Item, keys: Sequence[Key]) -> str:
    """What a draft says in the column instrument: never more than a question."""
    names = fitting(item, keys)
    # a long stem is a question, whose wording belongs to somebody
    stem = item.stem if re.fullmatch(r"\w{1,20}", item.stem) else ""
    run = f"{item.count} columns {stem}".rstrip()
    if names:
        return f"{TO_FILL_IN}: {' or '.join(names)}? ({run}, as many items and answers)"
    return f"{TO_FILL_IN}: which instrument? ({run})"


def _place(base: str) -> tuple[str, str] | None:
    """Stem and number of a name; the rows of a grid have no number of their own."""
    match = _NUMBERED.fullmatch(base)
    if match is not None:
        return match[1], match[2]
    match = _GRID.fullmatch(base)
    return None if match is None else (match[1], "")


def _is_whole(values: Values) -> bool:
    return values.type == "integer" or (
        bool(values.labels) and all(code.isdigit() for code in values.different)
    )


def _is_answer(values: Values) -> bool:
    if not values.different:
        return False
    if _is_whole(values):
        low, high = float(values.different[0]), float(values.different[-1])
        return high - low < MOST_ANSWERS
    if values.type == "text":
        # in a short file words do not come back, and well-known ones are answers all the same
        return _order(values.different) is not None
    return values.type == "category" and 2 <= len(values.different) < MOST_ANSWERS


def _closed(
    groups: dict[tuple[str, str, bool], list[tuple[str, str]]],
    alone: list[str],
    columns: Mapping[str, tuple[str, str, Values]],
) -> list[str]:
    """Neighbours without a number become a run of their own; the next one begins empty."""
    if len(alone) >= FEWEST:
        # the first column's name keeps two such runs apart
        key = (_UNNAMED + alone[0], columns[alone[0]][1], False)
        groups[key] = [(column, str(n)) for n, column in enumerate(alone, start=1)]
    return []


def _alike(members: list[tuple[str, str, Values]], whole: bool) -> list[tuple[str, str, Values]]:
    if whole:
        ends = [(float(v.different[0]), float(v.different[-1])) for _, _, v in members]
        counts = Counter(ends)
        # the commonest range; of several the widest
        low, high = max(counts, key=lambda e: (counts[e], e[1] - e[0]))
        return [m for m, (a, b) in zip(members, ends, strict=True) if low <= a and b <= high]
    words = [set(values.different) for _, _, values in members]
    widest = max(words, key=len)
    return [m for m, own in zip(members, words, strict=True) if own <= widest]


def _answers(values: list[Values], whole: bool) -> tuple[str, ...]:
    seen = {code for one in values for code in one.different}
    if whole:
        return tuple(sorted(seen, key=float))
    order = _order(tuple(seen))
    return tuple(
        sorted(seen) if order is None else sorted(seen, key=lambda w: order.index(w.lower()))
    )


def _order(different: tuple[str, ...]) -> tuple[str, ...] | None:
    """The well-known order that all of these words belong to."""
    given = {word.lower() for word in different}
    orders = (tuple(order.split("|")) for order in ORDERED)
    return next((order for order in orders if given <= set(order)), None)
