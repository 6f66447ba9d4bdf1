"""The gates for how change, and scores at a wave, are distributed over pupils."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.partitions import ALL, hide_complements
from resilience_lib.disclosure.rounding import rounded_to, unit_for
from resilience_lib.disclosure.rules import Rules
from resilience_lib.study.schema import Study

POINT_COLUMNS: tuple[str, ...] = ("outcome", "contrast", "gender", "change")
BIN_COLUMNS: tuple[str, ...] = ("outcome", "contrast", "gender", "left", "right", "share")


def clear_distribution(changes: pd.DataFrame, study: Study) -> Cleared:
    """Pupils' changes as they may be published: points where data are open, else bins.

    Open data: one row per pupil without ids, ordered by the change itself. Confidential: bins
    with the share of pupils in them, each on at least `minimum_cell` pupils of at least
    `minimum_schools` schools: a smaller bin is merged into its neighbour (aggregation, UK LLC
    guidebook). Shares are in units of one pupil or more (`rounding.unit_for`), so that they fit
    every number of pupils and none can be counted from them. The outermost bins are open
    ended; their printed edges are set by mean and SD and never by the most extreme pupil. A
    group on fewer than `minimum_base` pupils or `minimum_schools` schools is hidden, its
    complement too, and the bins of all pupils together stand in.

    Parameters
    ----------
    changes : DataFrame
        pupil, school, gender, arm, outcome, contrast, first, last, change.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        `POINT_COLUMNS` (open data) or `BIN_COLUMNS`.
    """
    rules = Rules.from_study(study)
    rows = changes.dropna(subset=["change", "gender"])
    if rules.open_data:
        points = rows[list(POINT_COLUMNS)].sort_values(list(POINT_COLUMNS))
        return seal(points, rules)
    return _binned(rows, rules)


def clear_scores(scores: pd.DataFrame, study: Study) -> Cleared:
    """Pupils' scores at each wave as they may be published: as `clear_distribution` changes.

    Edges of bins lie inside the outcome's range, which is known.

    Parameters
    ----------
    scores : DataFrame
        As `effects.schools.pupil_scores` gives it.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        outcome, contrast (the wave), gender, and score (open data), or left, right, share.
    """
    rules = Rules.from_study(study)
    rows = scores.rename(columns={"wave": "contrast"}).dropna(subset=["score", "gender"])
    if rules.open_data:
        names = ["outcome", "contrast", "gender", "score"]
        return seal(rows[names].sort_values(names), rules)
    ranges = {outcome.name: outcome.range for outcome in study.outcomes}
    return _binned(rows.rename(columns={"score": "change"}), rules, ranges)


def _binned(
    rows: pd.DataFrame, rules: Rules, ranges: Mapping[str, tuple[float, float]] | None = None
) -> Cleared:
    """Bins of every outcome and contrast; within `ranges` where they are given."""
    found: list[dict[str, object]] = []
    hidden_groups = 0
    for (outcome, contrast), block in rows.groupby(["outcome", "contrast"], sort=False):
        edges = _edges(block["change"].to_numpy(dtype=float))
        if ranges is not None:
            edges = np.unique(np.clip(edges, *ranges[outcome]))
        groups, hidden = _groups(block, rules)
        hidden_groups += hidden
        for gender, members in groups.items():
            for left, right, share in _bins(members, edges, rules):
                row = (outcome, contrast, gender, left, right, share)
                found.append(dict(zip(BIN_COLUMNS, row, strict=True)))
    frame = pd.DataFrame(found, columns=list(BIN_COLUMNS))
    note = f"{hidden_groups} groups are too small to be shown by themselves"
    return seal(frame, rules, [note if hidden_groups else ""])


def _groups(block: pd.DataFrame, rules: Rules) -> tuple[dict[str, pd.DataFrame], int]:
    """Rows of each gender that may be shown, or of all where one may not; how many not."""
    named = [(ALL, block), *block.groupby("gender", sort=True)]
    sizes = pd.DataFrame(
        {
            "gender": [str(name) for name, _ in named],
            "n": [float(len(rows)) for _, rows in named],
            "schools": [rows["school"].nunique() for _, rows in named],
            "table": 0,
        }
    )
    few = sizes["n"] < max(rules.minimum_base, rules.minimum_cell)
    few |= sizes["schools"] < rules.minimum_schools
    hidden = hide_complements(
        sizes, few, within=["table"], parts=["gender"], size="n", minimum=rules.minimum_base
    )
    shown = {str(name): rows for (name, rows), gone in zip(named, hidden, strict=True) if not gone}
    if hidden.iloc[1:].any():
        return {name: rows for name, rows in shown.items() if name == ALL}, int(hidden.sum())
    return {name: rows for name, rows in shown.items() if name != ALL}, 0


def _edges(values: np.ndarray) -> np.ndarray:
    """Edges of equal bins, half an SD wide, three SDs to both sides of the mean.

    Where scores move in steps (quarter points of a mean of four items), the width is a whole
    number of steps and edges lie between them, so that no bin catches one step more than
    the next.
    """
    # two digits place the bins; all of them would give the spread away
    spread = float(f"{np.std(values):.2g}") or 1.0
    steps = np.diff(np.unique(np.round(values, 6)))
    step = float(steps.min()) if len(steps) else spread
    width = spread / 2
    if step > width / 8:
        width = step * max(1, round(width / step))
    centre = round(float(np.mean(values)) / width) * width
    reach = int(np.ceil(3 * spread / width))
    offsets = np.arange(-reach, reach + 2) - 0.5
    return np.round(centre + offsets * width, 6)


def _bins(rows: pd.DataFrame, edges: np.ndarray, rules: Rules) -> list[tuple[float, float, float]]:
    """Left, right and share of merged bins; what lies beyond the edges is in the outermost."""
    inside = rows["change"].clip(edges[0], np.nextafter(edges[-1], -np.inf))
    places = np.searchsorted(edges, inside, side="right") - 1
    schools = rows["school"].groupby(places).agg(list)
    merged: list[tuple[float, float, list[object]]] = []
    for at, (left, right) in enumerate(itertools.pairwise(edges)):
        members = schools.get(at, [])
        if merged and _few(merged[-1][2], rules):
            left, _, before = merged.pop()
            members = before + members
        merged.append((float(left), float(right), members))
    if len(merged) > 1 and _few(merged[-1][2], rules):
        _, right, members = merged.pop()
        left, _, before = merged.pop()
        merged.append((left, right, before + members))
    unit = unit_for(float(len(rows)))
    shares = rounded_to(
        pd.Series([len(members) / len(rows) for *_, members in merged]),
        pd.Series([unit] * len(merged)),
    )
    return [(left, right, share) for (left, right, _), share in zip(merged, shares, strict=True)]


def _few(members: list[object], rules: Rules) -> bool:
    """Whether a bin rests on too few pupils or schools."""
    return len(members) < rules.minimum_cell or len(set(members)) < rules.minimum_schools
