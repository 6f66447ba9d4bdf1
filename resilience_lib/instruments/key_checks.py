"""What must hold between the parts of an instrument's key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from resilience_lib.study.problems import Problem

if TYPE_CHECKING:
    from resilience_lib.instruments.key import Bands, Key, Part, Responses, Subscale


def key_problems(key: Key) -> Iterator[Problem]:
    """All disagreements inside a key whose blocks are each well formed.

    Parameters
    ----------
    key : Key

    Yields
    ------
    Problem
        Unknown or repeated items, recodes and tables with gaps, missing rules that would count a
        missing answer as the lowest one, ranges that the items cannot give, totals and bands of
        what is not there, bands with gaps or overlaps, unverified parts that are not switched off.
    """
    yield from _responses(key)
    items = set(key.items)
    turned = key.reversed
    if turned is not None:
        yield from _items(turned.items, items, ("reversed", "items"))
        yield from _switched_off(turned, ("reversed",))
    for position, subscale in enumerate(key.subscales):
        yield from _subscale(key, subscale, ("subscales", position))
    names = [part.name for part in key.all_parts]
    for position, name in enumerate(names):
        if name in names[:position]:
            count = len(key.subscales)
            block, at = (
                ("totals", position - count) if position >= count else ("subscales", position)
            )
            yield Problem((block, at, "name"), "names of subscales and totals are unique", name)
    yield from _totals(key)
    yield from _bands(key)


def _responses(key: Key) -> Iterator[Problem]:
    counts = Counter(key.items)
    for position, block in enumerate(key.responses):
        place: tuple[str | int, ...] = ("responses", position)
        for item in dict.fromkeys(block.items):
            if counts[item] > 1:
                rule = f"an item has its answer codes once; item {item} stands {counts[item]} times"
                yield Problem((*place, "items"), rule, item)
        low, high = block.codes
        if low >= high:
            yield Problem((*place, "codes"), "codes are [lowest, highest]", list(block.codes))
        elif low < -127 or high > 127:
            rule = "codes lie in -127 to 127"  # one byte an answer; -128 stands for missing
            yield Problem((*place, "codes"), rule, list(block.codes))
        elif block.recode is not None and set(block.recode) != set(range(low, high + 1)):
            rule = f"recode has every code from {low} to {high} and no other"
            yield Problem((*place, "recode"), rule, ", ".join(map(str, block.recode)))
        elif max(map(abs, block.scores)) > 127 or block.scores[0] == block.scores[1]:
            yield Problem((*place, "recode"), "scores differ and lie in -127 to 127", None)


def _items(
    found: Iterable[str], known: set[str], place: tuple[str | int, ...]
) -> Iterator[Problem]:
    for item, count in Counter(found).items():
        if item not in known:
            yield Problem(place, f"item {item} stands in no block of responses", item)
        if count > 1:
            yield Problem(place, f"item {item} stands here once", item)


def _switched_off(part: Part, place: tuple[str | int, ...]) -> Iterator[Problem]:
    if part.certainty == "unverified" and part.switched_off is None:
        rule = "what is unverified is switched off: give switched_off, the reason"
        yield Problem((*place, "certainty"), rule, part.certainty)


def _subscale(key: Key, subscale: Subscale, place: tuple[str | int, ...]) -> Iterator[Problem]:
    yield from _items(subscale.items, set(key.items), (*place, "items"))
    yield from _switched_off(subscale, place)
    blocks = [b for b in key.responses if set(b.items) & set(subscale.items)]
    if subscale.switched_off is None:
        yield from _unsure(key, subscale, blocks, place)
    count = len(subscale.items)
    needed = subscale.missing.answers_needed(count)
    if needed > count:
        rule = f"no more answers are needed than the {count} items"
        yield Problem((*place, "missing"), rule, needed)
    if needed < count and subscale.scoring != "mean" and not subscale.missing.prorated:
        rule = "a sum with answers left out is prorated, or a missing answer counts as 0"
        yield Problem((*place, "missing", "prorated"), rule, False)
    if (subscale.scoring == "table") != (subscale.table is not None):
        yield Problem((*place, "scoring"), "table stands where scoring is table", subscale.scoring)
    if len({block.scores for block in blocks}) > 1:
        rule = "items of a subscale have the same lowest and highest score"
        yield Problem((*place, "items"), rule, None)
    elif len(blocks) >= 1 and blocks[0].scores[0] < blocks[0].scores[1]:
        yield from _range(subscale, blocks[0].scores, needed < count, place)


def _unsure(
    key: Key, subscale: Subscale, blocks: list[Responses], place: tuple[str | int, ...]
) -> Iterator[Problem]:
    """What a subscale rests on must be good enough to use."""
    unsure = [f"the codes of its items ({b.source})" for b in blocks if b.certainty == "unverified"]
    if subscale.missing.certainty == "unverified":
        unsure.append("its missing rule")
    if subscale.table is not None and subscale.table.certainty == "unverified":
        unsure.append("its table")
    turned = key.reversed
    if turned is not None and turned.switched_off and set(turned.items) & set(subscale.items):
        unsure.append("which of its items are reversed")
    for what in unsure:
        rule = f"{subscale.name} is switched off while {what} may not be used"
        yield Problem((*place, "switched_off"), rule, None)


def _range(
    subscale: Subscale, scores: tuple[int, int], partly: bool, place: tuple[str | int, ...]
) -> Iterator[Problem]:
    count = len(subscale.items)
    sums = (count * scores[0], count * scores[1])
    expected: tuple[float, float] = scores if subscale.scoring == "mean" else sums
    if subscale.scoring == "table" and subscale.table is not None:
        values = subscale.table.values
        gaps = sorted(set(range(sums[0], sums[1] + 1)) ^ set(values))
        if gaps:
            rule = f"the table has every raw sum from {sums[0]} to {sums[1]} and no other"
            shown = ", ".join(map(str, gaps[:5]))
            yield Problem((*place, "table", "values"), rule, shown)
            return
        ordered = [values[raw] for raw in sorted(values)]
        steps = [later - earlier for earlier, later in pairwise(ordered)]
        if not (all(s > 0 for s in steps) or all(s < 0 for s in steps)):
            rule = "scores of a table rise (or fall) with every raw sum"
            yield Problem((*place, "table", "values"), rule, None)
        if partly and subscale.rounding == "none":
            rule = "a prorated sum is rounded before it is looked up: rounding: half_up"
            yield Problem((*place, "rounding"), rule, subscale.rounding)
        expected = (min(ordered), max(ordered))
    if subscale.range != expected:
        rule = f"range is what its items can give, [{expected[0]:g}, {expected[1]:g}]"
        yield Problem((*place, "range"), rule, list(subscale.range))


def _totals(key: Key) -> Iterator[Problem]:
    subscales = {subscale.name: subscale for subscale in key.subscales}
    for position, total in enumerate(key.totals):
        place: tuple[str | int, ...] = ("totals", position)
        yield from _switched_off(total, place)
        unknown = [name for name in total.sum_of if name not in subscales]
        for name in unknown:
            yield Problem((*place, "sum_of"), f"{name} is no subscale of this key", name)
        if len(set(total.sum_of)) < len(total.sum_of):
            yield Problem((*place, "sum_of"), "a subscale is summed once", list(total.sum_of))
        elif not unknown:
            parts = [subscales[name] for name in total.sum_of]
            off = [part.name for part in parts if part.switched_off is not None]
            if off and total.switched_off is None:
                rule = f"{total.name} is switched off while {', '.join(off)} is"
                yield Problem((*place, "switched_off"), rule, None)
            low, high = (sum(part.range[end] for part in parts) for end in (0, 1))
            if total.range != (low, high):
                rule = f"range is what its subscales can give, [{low:g}, {high:g}]"
                yield Problem((*place, "range"), rule, list(total.range))


def _bands(key: Key) -> Iterator[Problem]:
    parts = {part.name: part for part in key.all_parts}
    seen: set[tuple[str, str]] = set()
    for position, bands in enumerate(key.bands):
        place: tuple[str | int, ...] = ("bands", position)
        yield from _switched_off(bands, place)
        if (bands.of, bands.norm_set) in seen:
            yield Problem((*place, "norm_set"), "a part has its bands once per norm set", bands.of)
        seen.add((bands.of, bands.norm_set))
        part = parts.get(bands.of)
        if part is None:
            rule = f"{bands.of} is no subscale or total of this key"
            yield Problem((*place, "of"), rule, bands.of)
            continue
        if part.switched_off is not None and bands.switched_off is None:
            rule = f"bands of {bands.of} are switched off while it is"
            yield Problem((*place, "switched_off"), rule, None)
        yield from _cuts(bands, part.range, place)


def _cuts(
    bands: Bands, limits: tuple[float, float], place: tuple[str | int, ...]
) -> Iterator[Problem]:
    cuts = bands.cuts
    labels = [cut.label for cut in cuts]
    if len(set(labels)) < len(labels):
        yield Problem((*place, "cuts"), "labels of bands are unique", labels)
    for at, cut in enumerate(cuts):
        here = (*place, "cuts", at)
        if cut.lowest > cut.highest:
            yield Problem((*here, "lowest"), "lowest is not above highest", cut.lowest)
        if at == 0 and cut.lowest != limits[0]:
            rule = f"the first band begins at the lowest score, {limits[0]:g}"
            yield Problem((*here, "lowest"), rule, cut.lowest)
        # a hair of tolerance: 2.6 - 2.5 is a little more than 0.1 as a float
        elif at > 0 and not 0 < cut.lowest - cuts[at - 1].highest <= bands.step * (1 + 1e-9):
            rule = (
                f"bands follow each other without gap or overlap: {cut.label} begins at most "
                f"{bands.step:g} above {cuts[at - 1].highest:g}"
            )
            yield Problem((*here, "lowest"), rule, cut.lowest)
        if at == len(cuts) - 1 and cut.highest != limits[1]:
            rule = f"the last band ends at the highest score, {limits[1]:g}"
            yield Problem((*here, "highest"), rule, cut.highest)
