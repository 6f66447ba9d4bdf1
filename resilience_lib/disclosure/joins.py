"""The gates for what stories were joined to, and for how many of each role were asked."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.derived import alone, give_themselves, hide_with
from resilience_lib.disclosure.rules import Rules
from resilience_lib.disclosure.stories import minimum_of
from resilience_lib.study.schema import Study

_KEYS: tuple[str, ...] = ("matched", "only_left", "only_right", "fan_out", "expected_only_left",
                          "expected_only_right", "expected_fan_out")  # fmt: skip
_COUNTS: list[str] = ["asked", "keyed"]
"""Columns that the gate looks at and does not let through."""


def clear_joins(joins: pd.DataFrame, study: Study) -> Cleared:
    """The join report; which keys did not match, and how many where they are few, is not shown.

    Keys of pupils are counted as pupils are everywhere: rounded. The most sources of one key go
    where all others would be few, or one for each other key, and the relation with them, which
    says whether it is one.
    `fan_out_right` counts rows that the team wrote of its schools, and speaks of no source.
    """
    rules, least = Rules.from_study(study), minimum_of(study)
    if rules.open_data:
        return seal(joins.drop(columns=_COUNTS), rules)
    shown = joins.astype(dict.fromkeys(_KEYS, "float64")).assign(detail="")
    for name in _KEYS:
        few = shown[name].gt(0) & shown[name].lt(least)
        pupils = shown["right"].eq("pupils") & shown[name].gt(0) & ("fan_out" not in name)
        shown[name] = shown[name].mask(few).mask(pupils, shown[name].map(rules.rounded))
    blank = joins["asked"] - joins["keyed"]
    others = joins["matched"] + joins["only_left"] - blank - 1
    for whole in _COUNTS:
        rest = shown[whole] - joins["fan_out"]
        told = rest.gt(0) & (rest.lt(least) | rest.eq(others))
        shown.loc[told, ["fan_out", "expected_fan_out"]] = float("nan")
    shown = shown.assign(relation=shown["relation"].mask(shown["fan_out"].isna(), ""))
    return seal(shown.drop(columns=_COUNTS), rules)


def clear_roles(roles: pd.DataFrame, study: Study) -> Cleared:
    """How many of each role were asked, of the people who hold it.

    Hidden is what `stories.clear_coverage` hides of groups: roles of few asked, with the smallest
    others where those hidden would give themselves, by sources and by people. How many people
    there are is hidden where they are few, or all but few of them were asked. Of a role whose
    number asked is hidden they show from twice the minimum on, whatever was asked, so that they
    tell nothing of it. A role of which nobody says how many hold it has no row, nor has any
    where those hidden give themselves all the same.
    """
    least = minimum_of(study)
    there = roles["sources"].gt(0)
    groups = roles[there].sort_values("role").assign(kind="role")
    groups = groups.assign(group=groups["role"], asked=groups["sources"])
    few = groups["sources"].lt(least)
    few |= alone(groups, few, least) if len(groups) else few
    gone = few.reindex(roles.index, fill_value=False) | _few(roles["asked"], least)
    hidden = hide_with(roles["asked"], gone, least)
    people = roles["people"]
    # where those hidden still give themselves, the names alone would say how many of each
    listed = people.notna() & (not give_themselves(roles.loc[hidden, "asked"], least))
    secret = _few(people, least) | _few(people - roles["asked"], least)
    secret = secret.mask(hidden, people.lt(2 * least)).astype("bool")
    shown = roles.astype({"asked": "float64", "people": "float64"}).drop(columns="sources")
    shown = shown.assign(asked=shown["asked"].mask(hidden), people=people.mask(secret))
    shown = shown[listed]
    notes = [f"counts of fewer than {least} people of a role are not shown"] if hidden.any() else []
    return seal(shown, Rules.from_study(study), notes)


def _few(counts: pd.Series, least: int) -> pd.Series:
    return counts.gt(0) & counts.lt(least)
