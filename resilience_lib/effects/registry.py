"""The estimands: one name for one definition, and which designs each is for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import pandas as pd

from resilience_lib.effects.estimands import (
    attrition,
    change,
    clustered,
    dose,
    groups,
    joint,
    levels,
    missing,
    paired,
    ranks,
    raters,
    scales,
    variance,
)
from resilience_lib.effects.estimands.shape import Estimand
from resilience_lib.errors import EstimandError
from resilience_lib.frames import estimate_frame

ESTIMANDS: dict[str, Estimand] = {
    entry.name: entry
    for entry in (
        *levels.ESTIMANDS,
        *change.ESTIMANDS,
        *paired.ESTIMANDS,
        *groups.ESTIMANDS,
        *ranks.ESTIMANDS,
        *variance.ESTIMANDS,
        *clustered.ESTIMANDS,
        *joint.ESTIMANDS,
        *attrition.ESTIMANDS,
        *scales.ESTIMANDS,
        *missing.ESTIMANDS,
        *dose.ESTIMANDS,
        *raters.ESTIMANDS,
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


def require_names(names: Sequence[str], known: Collection[str]) -> None:
    """Refuse names that a function does not estimate, with the nearest that it does.

    Raises
    ------
    EstimandError

    Examples
    --------
    >>> require_names(["d_x"], ("d_z", "g_z"))
    Traceback (most recent call last):
    ...
    resilience_lib.errors.EstimandError: 'd_x' is not estimated here; did you mean 'd_z'?
    """
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.3)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise EstimandError(f"{name!r} is not estimated here; {hint}")


def bounded_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as an Estimate frame, each interval clipped to the bounds of its estimand.

    Parameters
    ----------
    rows : iterable of mapping
        As for `frames.estimate_frame`; each names an estimand of the registry. Differences
        between subgroups have other bounds and do not belong here.

    Returns
    -------
    DataFrame
        Estimate frame.

    Examples
    --------
    >>> row = {"estimand": "share_lost", "estimate": 0.1, "conf_low": -0.1, "conf_high": 0.3}
    >>> bounded_frame([row])[["conf_low", "conf_high"]].iloc[0].tolist()
    [0.0, 0.3]
    """
    frame = estimate_frame(rows)
    bounds = [ESTIMANDS[name].bounds for name in frame["estimand"]]
    for column in ("conf_low", "conf_high"):
        frame[column] = frame[column].clip([low for low, _ in bounds], [high for _, high in bounds])
    return frame
