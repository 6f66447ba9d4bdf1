"""All counts of a study's stories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.mixed.apart import Apart, find_apart, mark_apart
from resilience_lib.mixed.coverage import cover_codes
from resilience_lib.mixed.matrix import list_claims, value_matrix
from resilience_lib.mixed.tellers import Tellers, tellers_of, who_tells
from resilience_lib.mixed.telling import (
    count_flows,
    count_reach,
    cycle_steps,
    story_orders,
    transitions,
)
from resilience_lib.mixed.together import code_pairs, compare_assigned
from resilience_lib.stories.coding_frames import CYCLES

if TYPE_CHECKING:
    from resilience_lib.mixed.read import Strands
    from resilience_lib.study.schema import Study

TRIAD_COLUMNS: tuple[str, ...] = ("triad", "corner_a", "corner_b", "corner_c", "a", "b", "c",
                                  "group", "fewest")  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """Counts by code and group, of the telling, and of codes that stand together.

    `apart` says of each count how few it would tell of (`mixed.apart`).
    """

    coverage: pd.DataFrame
    orders: pd.DataFrame
    reach: pd.DataFrame
    flows: pd.DataFrame
    matrix: pd.DataFrame
    claims: pd.DataFrame
    assigned: pd.DataFrame
    together: pd.DataFrame
    triads: pd.DataFrame
    apart: Apart


def count_stories(study: Study, strands: Strands) -> Counts:
    """Count what a study's stories tell.

    Returns
    -------
    Counts
        Each frame as its own module says (`mixed.coverage`, `telling`, `matrix`, `together`);
        reach and flows with `gives`: whether how many have a cycle gives those of few
        (`few_by_sum`); reach with `apart` as coverage.
    """
    assert study.stories is not None
    segments, sources, codes = strands.segments, strands.sources, strands.codes
    steps = cycle_steps(segments)
    moves = transitions(steps)
    orders = story_orders(steps, moves)
    covered = cover_codes(segments, sources, codes, groups_of(study), study.stories.called)
    beside = value_matrix(segments, sources, codes, strands.indicators)
    apart = find_apart(study, segments, sources, codes)
    least = study.stories.minimum_sources
    known = [frame for frame in CYCLES
             if few_by_sum(tellers_of(frame, segments, sources), least)]  # fmt: skip
    reach, flows = count_reach(orders, sources, codes), count_flows(moves, steps, codes)
    return Counts(
        coverage=mark_apart(covered, apart.codes),
        orders=orders,
        reach=mark_apart(reach.assign(gives=reach["frame"].isin(known)), apart.codes),
        flows=flows.assign(gives=flows["frame"].isin(known)),
        matrix=mark_apart(beside, apart.codes),
        claims=list_claims(segments),
        assigned=compare_assigned(segments, codes),
        together=mark_apart(code_pairs(segments, sources, codes), apart.pairs),
        triads=place_triads(strands.triads, sources, groups_of(study)[0]),
        apart=apart,
    )


def few_by_sum(tellers: Tellers, least: int) -> bool:
    """Whether how many tell of any code, less those of codes that show, gives the others.

    At least so many tell of the codes that are hidden, and of each one less than the minimum at
    most: where both are the same, each count is known.

    Examples
    --------
    >>> few_by_sum({"x": frozenset("abcd"), "y": frozenset("ef")}, 3)  # 6 - 4: two tell of y
    True
    >>> few_by_sum({"x": frozenset("abcd"), "y": frozenset("de")}, 3)  # 5 - 4: one or two
    False
    """
    counts = [len(of) for of in tellers.values()]
    few = [many for many in counts if many < least]
    rest = len(who_tells(tellers, tellers)) - (sum(counts) - sum(few))
    return bool(few) and rest >= len(few) * (least - 1)


def groups_of(study: Study) -> tuple[str, ...]:
    """By which groups counts are shown."""
    return study.mixed.groups if study.mixed is not None else ("role",)


def place_triads(triads: pd.DataFrame, sources: pd.DataFrame, by: str) -> pd.DataFrame:
    """Positions that tellers gave themselves, as shares of three.

    Parameters
    ----------
    triads : DataFrame
        As people wrote them; may be empty.
    sources : DataFrame
        The register.
    by : str
        Group that marks tell apart: the first that the study declares.

    Returns
    -------
    DataFrame
        triad, its corners, `a`, `b` and `c` (adding up to 1), `group`, and `fewest`: how many
        sources were asked in the smallest of all groups.

    Examples
    --------
    >>> rows = pd.DataFrame({"source": ["s"], "triad": ["Where from"], "corner_a": ["Own"],
    ...     "corner_b": ["Peers"], "corner_c": ["Course"], "a": [1.0], "b": [1.0], "c": [2.0]})
    >>> told = pd.DataFrame({"source": ["s", "t"], "role": ["coach", "head"], "asked": "yes"})
    >>> place_triads(rows, told, "role")[["c", "group", "fewest"]].to_numpy().tolist()
    [[0.5, 'coach', 1]]
    """
    if triads.empty:
        return pd.DataFrame(columns=list(TRIAD_COLUMNS))
    total = triads[["a", "b", "c"]].sum(axis=1)
    shares = triads[["a", "b", "c"]].div(total, axis=0)
    group = triads["source"].map(sources.set_index("source")[by]).fillna("")
    asked = sources.loc[(sources["asked"] == "yes") & (sources[by] != ""), by]
    fewest = int(asked.value_counts().min()) if len(asked) else 0
    whole = triads.assign(**{name: shares[name] for name in shares}, group=group, fewest=fewest)
    return whole[list(TRIAD_COLUMNS)].reset_index(drop=True)
