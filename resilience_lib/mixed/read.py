"""What a study's stories are read with: stories, and estimates where there are pupils."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.joins.lists import count_roles, listed_sides
from resilience_lib.joins.stories import check_joins, join_stories
from resilience_lib.mixed.quotes import name_quotes

if TYPE_CHECKING:
    from resilience_lib.store.stages import Stage
    from resilience_lib.study.schema import Study

FROM_STORIES: tuple[str, ...] = ("segments", "codings", "sources", "codes", "quotes", "indicators",
                                 "triads", "lists")  # fmt: skip


@dataclass(frozen=True)
class Strands:
    """Tables of stage 1_stories, and of pupils where the study has them.

    Parameters
    ----------
    segments, codings, sources, codes, indicators, triads : DataFrame
        As `stories.make.StorySet` holds them.
    named : DataFrame
        Cleared quotes with their ids (`mixed.quotes.name_quotes`).
    joins : DataFrame
        The join report, all of which holds.
    roles : DataFrame
        How many of each role were asked (`joins.lists.count_roles`); empty without a list of them.
    estimates, school_changes : DataFrame or None
        Of stage 4; None for a study with stories alone.
    pupils : int
        How many the study has; 0 for stories alone.
    """

    segments: pd.DataFrame
    codings: pd.DataFrame
    sources: pd.DataFrame
    codes: pd.DataFrame
    indicators: pd.DataFrame
    triads: pd.DataFrame
    named: pd.DataFrame
    joins: pd.DataFrame
    roles: pd.DataFrame
    estimates: pd.DataFrame | None
    school_changes: pd.DataFrame | None
    pupils: int


def read_strands(study: Study, stage: Stage) -> Strands:
    """Read both strands, and join them as declared.

    Raises
    ------
    FaultsError
        A join is not as the study file expects.
    """
    tables = {name: stage.read("1_stories", name) for name in FROM_STORIES}
    named = name_quotes(tables.pop("quotes"))
    lists, sources = tables.pop("lists"), tables["sources"]
    right = listed_sides(study, lists) | {"waves": pd.DataFrame({"wave": list(study.wave_names)})}
    estimates = school_changes = None
    pupils = 0
    if study.has_pupils:
        analysis = stage.read("3_join", "analysis")
        there = analysis[["pupil", "school", "classroom"]].drop_duplicates()
        right["schools"] = there[["school"]].dropna().drop_duplicates()
        right["classrooms"] = there[["school", "classroom"]].dropna().drop_duplicates()
        right["pupils"] = there[["pupil"]].drop_duplicates()
        estimates = stage.read("4_estimate", "estimates")
        school_changes = stage.read("4_estimate", "school_changes")
        pupils = len(right["pupils"])
    joins = join_stories(study, sources, right)
    check_joins(study, joins)
    return Strands(**tables, named=named, joins=joins, roles=count_roles(sources, lists),
                   estimates=estimates, school_changes=school_changes, pupils=pupils)  # fmt: skip
