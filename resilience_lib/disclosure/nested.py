"""Which estimates of nearly the same pupils would give the few who are in one alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from resilience_lib.disclosure.rules import Rules


def behind(frame: pd.DataFrame) -> list[float]:
    """Pupils behind the coarsest part of each row: of a difference those of the smaller group.

    Parameters
    ----------
    frame : DataFrame
        outcome, contrast, subgroup, and exact n. Groups of "girls - boys" are looked up at the
        same contrast, arms of "small - regular at T1" at the wave.

    Examples
    --------
    >>> behind(pd.DataFrame({"outcome": "x", "contrast": "T2 - T1", "n": [30.0, 400.0, 430.0],
    ...                      "subgroup": ["girls", "boys", "girls - boys"]}))
    [30.0, 400.0, 30.0]
    """
    keys = ["outcome", "contrast", "subgroup"]
    smallest = frame.groupby(keys)["n"].min().to_dict()
    found = []
    for outcome, contrast, subgroup, n in zip(*(frame[k] for k in keys), frame["n"], strict=True):
        groups = subgroup.split(" - ")
        arms, at, wave = contrast.partition(" at ")
        parts = [(contrast, group) for group in groups if len(groups) > 1]
        parts += [(wave, f"{group}, {arm}") for group in groups for arm in arms.split(" - ") if at]
        sizes = [smallest.get((outcome, *part), math.nan) for part in parts]
        found.append(float(np.nanmin([n, *sizes])) if n == n else math.nan)
    return found


def nested_rows(frame: pd.DataFrame, rules: Rules) -> list[bool]:
    """Changes of nearly all of those with a score at either wave; marginal means there.

    Parameters
    ----------
    frame : DataFrame
        Estimate frame with exact n.
    rules : Rules
        Of a confidential study.
    """
    means = frame[frame["estimand"] == "mean"]
    keys = zip(means["outcome"], means["contrast"], means["subgroup"], strict=True)
    sizes = dict(zip(keys, means["n"], strict=True))
    found = []
    near: set[tuple[str, str, str]] = set()
    for outcome, contrast, subgroup, n in zip(
        frame["outcome"], frame["contrast"], frame["subgroup"], frame["n"], strict=True
    ):
        waves = contrast.split(" - ")
        groups = subgroup.split(" - ")
        ends = [sizes.get((outcome, wave, group)) for wave in waves for group in groups]
        if len(waves) != 2 or " at " in contrast or None in ends:
            found.append(False)
            continue
        alone = sum(float(end) for end in ends if end is not None) - 2 * n
        found.append(0 < alone < rules.minimum_cell)
        if found[-1]:
            near |= {(outcome, wave, group) for wave in waves for group in groups}
    where = zip(frame["outcome"], frame["contrast"], frame["subgroup"], strict=True)
    marginal = frame["estimand"] == "marginal_mean"
    close = [
        nested or (leans and one in near)
        for nested, leans, one in zip(found, marginal, where, strict=True)
    ]
    return with_wholes(frame, close, ["outcome", "contrast", "estimand", "method"])


def with_wholes(frame: pd.DataFrame, close: Sequence[bool], table: Sequence[str]) -> list[bool]:
    """Rows that are coarse, and those of all pupils and of differences beside a coarse group.

    What all pupils, or the difference, say more finely gives the group from the other one.

    Parameters
    ----------
    frame : DataFrame
        subgroup, and the columns of `table`.
    close : sequence of bool
        Coarse rows.
    table : sequence of str
        What tells one whole and its parts from others; of a method its first words.

    Examples
    --------
    >>> frame = pd.DataFrame({"subgroup": ["all", "girls", "boys", "girls - boys"], "of": "x"})
    >>> with_wholes(frame, [False, True, False, False], ["of"])
    [True, True, False, True]
    """
    named = frame[list(table)].astype("str").apply(lambda column: column.str.split(";").str[0])
    keys = list(named.itertuples(index=False, name=None))
    coarse = {key for key, one in zip(keys, close, strict=True) if one}
    wholes = frame["subgroup"].eq("all") | frame["subgroup"].str.contains(" - ", regex=False)
    return [
        bool(one or (whole and key in coarse))
        for one, whole, key in zip(close, wholes, keys, strict=True)
    ]
