"""The gates for how change is distributed: over pupils, and over schools."""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.partitions import ALL, hide_complements
from resilience_lib.disclosure.rules import Rules
from resilience_lib.study.schema import Study

POINT_COLUMNS: tuple[str, ...] = ("outcome", "contrast", "gender", "change")
BIN_COLUMNS: tuple[str, ...] = ("outcome", "contrast", "gender", "left", "right", "share")


def clear_distribution(changes: pd.DataFrame, study: Study) -> Cleared:
    """Pupils' changes as they may be published: points where data are open, else bins.

    Open data: one row per pupil without ids, ordered by the change itself. Confidential: bins
    with the share of pupils in them, each on at least `minimum_cell` pupils: a smaller bin is
    merged into its neighbour (aggregation, UK LLC guidebook). The outermost bins are open
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
        `POINT_COLUMNS` (open data) or `BIN_COLUMNS`; shares are rounded to 3 decimals.
    """
    rules = Rules.from_study(study)
    rows = changes.dropna(subset=["change", "gender"])
    if rules.open_data:
        points = rows[list(POINT_COLUMNS)].sort_values(list(POINT_COLUMNS))
        return seal(points, rules)
    found: list[dict[str, object]] = []
    hidden_groups = 0
    for (outcome, contrast), block in rows.groupby(["outcome", "contrast"], sort=False):
        edges = _edges(block["change"].to_numpy(dtype=float))
        groups, hidden = _groups(block, rules)
        hidden_groups += hidden
        for gender, values in groups.items():
            for left, right, share in _bins(values, edges, rules.minimum_cell):
                row = (outcome, contrast, gender, left, right, share)
                found.append(dict(zip(BIN_COLUMNS, row, strict=True)))
    frame = pd.DataFrame(found, columns=list(BIN_COLUMNS))
    note = f"{hidden_groups} groups are too small to be shown by themselves"
    return seal(frame, rules, [note if hidden_groups else ""])


def clear_schools(school_changes: pd.DataFrame, study: Study) -> Cleared:
    """Schools' changes as they may be published: without a name, ordered by the estimate.

    For a confidential study schools with fewer than `minimum_base` pupils are left out and
    the number of pupils of each school, by which it could be known, goes too.

    Parameters
    ----------
    school_changes : DataFrame
        outcome, contrast, school, n, estimate, conf_low, conf_high, conf_level.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        outcome, contrast, position (1 is the lowest estimate: a place on the axis and no
        rank), n (open data only), estimate, conf_low, conf_high, conf_level.
    """
    rules = Rules.from_study(study)
    frame = school_changes.dropna(subset=["estimate"])
    note = ""
    if not rules.open_data:
        enough = frame["n"] >= max(rules.minimum_base, rules.minimum_cell)
        dropped = frame.loc[~enough].groupby(["outcome", "contrast"]).size()
        frame = frame.loc[enough]
        if len(dropped):
            note = (
                f"schools with fewer than {rules.minimum_base} pupils are left out "
                f"(at most {int(dropped.max())} in a panel)"
            )
    frame = frame.sort_values(["outcome", "contrast", "estimate", "conf_low"], kind="stable")
    position = frame.groupby(["outcome", "contrast"], sort=False).cumcount() + 1
    columns = ["outcome", "contrast", "position", "n", "estimate", "conf_low", "conf_high"]
    columns.append("conf_level")
    if not rules.open_data:
        columns.remove("n")
    return seal(frame.assign(position=position)[columns], rules, [note])


def _groups(block: pd.DataFrame, rules: Rules) -> tuple[dict[str, np.ndarray], int]:
    """Changes of each gender that may be shown, or of all where one may not; how many not."""
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
    hidden = hide_complements(sizes, few, within=["table"], parts=["gender"], size="n")
    shown = {
        str(name): rows["change"].to_numpy(dtype=float)
        for (name, rows), gone in zip(named, hidden, strict=True)
        if not gone
    }
    if hidden.iloc[1:].any():
        return {name: rows for name, rows in shown.items() if name == ALL}, int(hidden.sum())
    return {name: rows for name, rows in shown.items() if name != ALL}, 0


def _edges(values: np.ndarray) -> np.ndarray:
    """Edges of equal bins, half an SD wide, three SDs to both sides of the mean.

    Where scores move in steps (quarter points of a mean of four items), the width is a whole
    number of steps and edges lie between them, so that no bin catches one step more than
    the next.
    """
    spread = float(np.std(values)) or 1.0
    steps = np.diff(np.unique(np.round(values, 6)))
    step = float(steps.min()) if len(steps) else spread
    width = spread / 2
    if step > width / 8:
        width = step * max(1, round(width / step))
    centre = round(float(np.mean(values)) / width) * width
    reach = int(np.ceil(3 * spread / width))
    offsets = np.arange(-reach, reach + 2) - 0.5
    return np.round(centre + offsets * width, 6)


def _bins(values: np.ndarray, edges: np.ndarray, minimum: int) -> list[tuple[float, float, float]]:
    """Left, right and share of merged bins; what lies beyond the edges is in the outermost."""
    inside = np.clip(values, edges[0], np.nextafter(edges[-1], -np.inf))
    counts = np.histogram(inside, bins=edges)[0].tolist()
    bins = [[left, right, n] for left, right, n in zip(edges, edges[1:], counts, strict=False)]
    merged: list[list[float]] = []
    for left, right, n in bins:
        if merged and merged[-1][2] < minimum:
            merged[-1] = [merged[-1][0], right, merged[-1][2] + n]
        else:
            merged.append([left, right, n])
    if len(merged) > 1 and merged[-1][2] < minimum:
        last = merged.pop()
        merged[-1] = [merged[-1][0], last[1], merged[-1][2] + last[2]]
    return [(float(a), float(b), round(float(n) / len(values), 3)) for a, b, n in merged]
