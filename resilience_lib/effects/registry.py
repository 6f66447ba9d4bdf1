"""The estimands: one name for one definition, and which designs each is for."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from resilience_lib.effects.estimands import attrition, change, clustered, levels, models, scales
from resilience_lib.effects.estimands.shape import Estimand
from resilience_lib.errors import EstimandError

ESTIMANDS: dict[str, Estimand] = {
    entry.name: entry
    for entry in (
        *levels.ESTIMANDS,
        *change.ESTIMANDS,
        *clustered.ESTIMANDS,
        *attrition.ESTIMANDS,
        *scales.ESTIMANDS,
        *models.ESTIMANDS,
    )
}

NEEDS: dict[str, str] = {
    "comparable": "is a change and needs comparable_across_waves: true",
    "comparison": "is an effect and needs a comparison arm",
    "exposure": "is a rate and needs an exposure (time or number at risk) beside each count",
}
"""What an estimand can need of a design, and what is said where it is missing."""


def require_estimand(name: str, has: Collection[str]) -> Estimand:
    """The estimand, if it fits the design.

    Parameters
    ----------
    name : str
    has : collection of str
        What the design has of `NEEDS`.

    Raises
    ------
    EstimandError
        Unknown name (the nearest is named), or one that the design does not fit: change on a
        scale that is not comparable, an effect without a comparison, a rate without exposure.
        Each says what to ask for instead.

    Examples
    --------
    >>> require_estimand("mean", ()).symbol
    'M'
    >>> require_estimand("g_total", {"comparable"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    resilience_lib.errors.EstimandError: 'g_total' is an effect and needs a comparison arm; ...
    """
    if name not in ESTIMANDS:
        near = get_close_matches(name, ESTIMANDS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise EstimandError(f"no estimand {name!r}{hint} Known: {', '.join(ESTIMANDS)}")
    entry = ESTIMANDS[name]
    lacks = [NEEDS[need] for need in entry.needs if need not in has]
    if lacks:
        other = _fitting(entry, has)
        label = f"{other.label[:1].lower()}{other.label[1:]}"
        raise EstimandError(f"{name!r} {' and '.join(lacks)}; ask for {other.name!r}: {label}")
    return entry


def _fitting(entry: Estimand, has: Collection[str]) -> Estimand:
    """The first in the chain of `instead` whose needs are met."""
    while any(need not in has for need in entry.needs):
        entry = ESTIMANDS[entry.instead]
    return entry
