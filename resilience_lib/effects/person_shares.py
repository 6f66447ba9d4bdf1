"""Shares of pupils who improved, did not change and deteriorated by one rule, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.effects.jackknife import jackknife_columns, jackknife_error
from resilience_lib.effects.person_rules import PersonRule, reliable_status
from resilience_lib.effects.subgroups import ALL, difference_label, estimate_row, no_data
from resilience_lib.models.cr2 import contrast_cr2, fit_cr2
from resilience_lib.models.transformed import ON_LOGIT, share_of

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
Row = dict[str, object]
Parts = list[NDArray[np.bool_]]
"""The pupils of a group, or those of the two of a difference."""

SHARES: tuple[str, ...] = ("share_improved", "share_unchanged", "share_deteriorated")
SIDES: tuple[float, ...] = (1.0, 0.0, -1.0)
"""Status of those counted in each of `SHARES`."""
CHANCE: tuple[str, ...] = ("share_improved_by_chance", "share_deteriorated_by_chance")
_NONE = "no pupils of this group at both waves"
_IN_STEPS = "the limit lies by a step of the scores: the interval may be far too short"
"""Counted by benchmarks/long_run_further.py, as `_in_steps`."""


def share_rows(
    rule: PersonRule,
    pupils: pd.DataFrame,
    school: Codes,
    begun: Codes,
    *,
    gender: Sequence[str],
    conf_level: float,
) -> list[Row]:
    """`SHARES` and `CHANCE` for all, each gender and the difference.

    Parameters
    ----------
    rule : PersonRule
    pupils : DataFrame
        `gender` of those with both scores.
    school : array (n,)
        Codes of their schools.
    begun : array (m,)
        Codes of the schools of all first scores.
    gender : sequence of str
        Two levels, difference first - second; empty for none.
    conf_level : float, in (0, 1)

    Returns
    -------
    list of dict
        Columns of the Estimate frame; intervals of differences are not clipped.

    Notes
    -----
    See `effects.persons.estimate_persons`. A school with first scores and no pupil of the group is
    left out in its turn, since it moves the threshold, but does not count in the df.

    Examples
    --------
    >>> rule = PersonRule("any", np.array([1.0, -1.0, 0.0, 1.0]), None, "scores differ", "half")
    >>> school = np.array([0, 0, 1, 1])
    >>> got = share_rows(rule, pd.DataFrame({"gender": ["x"] * 4}), school, school, gender=(),
    ...                  conf_level=0.95)
    >>> [row["estimate"] for row in got]
    [0.5, 0.25, 0.25, 0.375, 0.375]
    """
    groups: dict[str, Parts] = {ALL: [np.ones(len(pupils), dtype=bool)]}
    groups |= {level: [(pupils["gender"] == level).to_numpy(dtype=bool)] for level in gender}
    if gender:
        groups[difference_label(gender)] = [groups[level][0] for level in gender]
    left, doubt = None, ""
    if rule.anew is not None and rule.change is not None:
        limits = np.array([rule.anew(begun != one) for one in np.unique(begun)])
        left = _left_out(rule.change, limits, school, begun, groups)
        doubt = _IN_STEPS if _passes_step(rule, limits) else ""
    rows = []
    for label, parts in groups.items():
        of = np.any(parts, axis=0)
        whole, k = _shares(rule.status, parts), len(np.unique(school[of]))
        if left is None:
            design = np.column_stack(parts).astype(float)[of]
            found = [
                _by_cr2((rule.status[of] == side).astype(float), design, school[of], conf_level)
                for side in SIDES
            ]
        else:
            found = [
                _doubted(
                    jackknife_columns(float(share), without, conf_level, missing=_NONE,
                                      logit=len(parts) == 1, schools=k), doubt)
                for share, without in zip(whole, left[label].T, strict=True)
            ]  # fmt: skip
        found = [
            row | {"estimand": name, "method": rule.method}
            for name, row in zip(SHARES, found, strict=True)
        ]
        found += _by_chance(rule, whole, str(found[0].get("reason", "")), len(parts) > 1)
        same: Row = {"subgroup": label, "n": int(of.sum()), "n_clusters": k}
        if len(parts) == 1:
            # that nobody or everybody changed is no test against zero
            same["p_value"] = None
        rows += [row | same for row in found]
    return rows


def _shares(status: Array, parts: Parts) -> Array:
    """Shares of `SIDES`, or their difference between two groups; NaN where one is empty."""
    held = np.where(np.isnan(status), np.nan, status == np.array(SIDES)[:, None])
    means = [held[:, of].mean(axis=1) if of.any() else np.full(len(SIDES), np.nan) for of in parts]
    return np.asarray(means[0] - means[1] if len(means) > 1 else means[0])


def _left_out(
    change: Array, limits: Array, school: Codes, begun: Codes, groups: dict[str, Parts]
) -> dict[str, Array]:
    """Shares (schools, sides) of each group, by the threshold made anew without each school."""
    found: dict[str, list[Array]] = {label: [] for label in groups}
    for one, limit in zip(np.unique(begun), limits, strict=True):
        status, kept = reliable_status(change, float(limit)), school != one
        for label, parts in groups.items():
            found[label].append(_shares(status, [of & kept for of in parts]))
    return {label: np.array(shares) for label, shares in found.items()}


def _passes_step(rule: PersonRule, limits: Array) -> bool:
    """Whether other schools could move the threshold past a step on which pupils stand."""
    if rule.step <= 0 or rule.anew is None or rule.change is None or len(limits) < 2:
        return False
    reach = 2 * jackknife_error(limits)
    off = np.abs(np.abs(rule.change) - limits.mean())
    return bool((off < reach).any())


def _doubted(row: Row, doubt: str) -> Row:
    """The row with the doubt, where it has an interval to be doubted."""
    if not doubt or row.get("conf_low") is None:
        return row
    said = (str(row.get("reason", "")), doubt)
    return row | {"reason": "; ".join(text for text in said if text)}


def _by_cr2(held: Array, design: Array, school: Codes, conf_level: float) -> Row:
    """A share, or the difference of two, with the columns of its interval."""
    answer, several = no_data(_NONE), design.shape[1] > 1
    if len(held) and design.any(axis=0).all():
        weights = [1.0, -1.0] if several else [1.0]
        answer = contrast_cr2(fit_cr2(held, design, school), weights, conf_level)
    row = estimate_row(answer if several else share_of(answer), conf_level)
    return row if several else row | {"interval": f"{row['interval']}{ON_LOGIT}"}


def _by_chance(rule: PersonRule, whole: Array, lacking: str, difference: bool) -> list[Row]:
    """What chance alone would show; `lacking` is why there are no shares, where there are none."""
    changed = float(whole[0] + whole[2])
    chance = changed / 2 if rule.chance is None else 0.0 if difference else rule.chance
    reason = rule.chance_reason or ("" if np.isfinite(changed) else lacking)
    row: Row = {"estimate": np.nan if reason else chance, "reason": reason, "interval": "none"}
    row |= {"method": f"{rule.method}; by chance: {rule.chance_method}"}
    return [row | {"estimand": name} for name in CHANCE]
