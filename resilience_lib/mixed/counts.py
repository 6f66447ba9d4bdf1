"""All counts of a study's stories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.mixed.apart import mark_apart
from resilience_lib.mixed.coverage import cover_codes
from resilience_lib.mixed.matrix import list_claims, value_matrix
from resilience_lib.mixed.telling import (
    count_flows,
    count_reach,
    cycle_steps,
    story_orders,
    transitions,
)
from resilience_lib.mixed.together import code_pairs, compare_assigned

if TYPE_CHECKING:
    from resilience_lib.mixed.read import Strands
    from resilience_lib.study.schema import Study

TRIAD_COLUMNS: tuple[str, ...] = ("triad", "corner_a", "corner_b", "corner_c", "a", "b", "c",
                                  "group")  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """Counts by code and group, of the telling, and of codes that stand together."""

    coverage: pd.DataFrame
    orders: pd.DataFrame
    reach: pd.DataFrame
    flows: pd.DataFrame
    matrix: pd.DataFrame
    claims: pd.DataFrame
    assigned: pd.DataFrame
    together: pd.DataFrame
    triads: pd.DataFrame


def count_stories(study: Study, strands: Strands) -> Counts:
    """Count what a study's stories tell.

    Returns
    -------
    Counts
        Each frame as its own module says (`mixed.coverage`, `telling`, `matrix`, `together`).
    """
    assert study.stories is not None
    segments, sources, codes = strands.segments, strands.sources, strands.codes
    steps = cycle_steps(segments)
    moves = transitions(steps)
    orders = story_orders(steps, moves)
    covered = cover_codes(segments, sources, codes, groups_of(study), study.stories.called)
    beside = value_matrix(segments, sources, codes, strands.indicators)
    told = (segments, sources, codes)
    return Counts(
        coverage=mark_apart(study, covered, *told),
        orders=orders,
        reach=count_reach(orders, sources, codes),
        flows=count_flows(moves, steps, codes),
        matrix=mark_apart(study, beside, *told),
        claims=list_claims(segments),
        assigned=compare_assigned(segments, codes),
        together=code_pairs(segments, sources, codes),
        triads=place_triads(strands.triads, sources, groups_of(study)[0]),
    )


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
        triad, its corners, `a`, `b` and `c` (adding up to 1), `group`.

    Examples
    --------
    >>> rows = pd.DataFrame({"source": ["s"], "triad": ["Where from"], "corner_a": ["Own"],
    ...     "corner_b": ["Peers"], "corner_c": ["Course"], "a": [1.0], "b": [1.0], "c": [2.0]})
    >>> place_triads(rows, pd.DataFrame({"source": ["s"], "role": ["coach"]}), "role")["c"].tolist()
    [0.5]
    """
    if triads.empty:
        return pd.DataFrame(columns=list(TRIAD_COLUMNS))
    total = triads[["a", "b", "c"]].sum(axis=1)
    shares = triads[["a", "b", "c"]].div(total, axis=0)
    group = triads["source"].map(sources.set_index("source")[by]).fillna("")
    whole = triads.assign(**{name: shares[name] for name in shares}, group=group)
    return whole[list(TRIAD_COLUMNS)].reset_index(drop=True)
