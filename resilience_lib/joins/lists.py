"""What stories are joined to from lists, and how many of each role were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.stories.register import persons_of

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

ROLE_COLUMNS: tuple[str, ...] = ("role", "label", "sources", "asked", "people")
UNSAID = "not said"


def listed_sides(study: Study, lists: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The right sides of joins to lists.

    Parameters
    ----------
    study : Study
        With `joins`.
    lists : DataFrame
        `stories.lists.LIST_COLUMNS`.

    Returns
    -------
    dict of str to DataFrame
        By `Join.beside`: the rows of its list.

    Examples
    --------
    >>> from resilience_lib.stories.lists import no_lists
    >>> from resilience_lib.study.joins import Join
    >>> class S:
    ...     joins = (Join(left="stories", right="sites", by=("site",), list="sites.csv"),)
    >>> list(listed_sides(S, no_lists()))
    ['sites sites.csv']
    """
    return {
        join.beside: lists[lists["right"].eq(join.right) & lists["list"].eq(join.list)]
        for join in study.joins
        if join.list is not None
    }


def count_roles(sources: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """How many people of each role were asked, of those who hold it.

    Parameters
    ----------
    sources : DataFrame
        The register.
    lists : DataFrame
        `stories.lists.LIST_COLUMNS`.

    Returns
    -------
    DataFrame
        `ROLE_COLUMNS`, a row for each role of the list and then each other role of the register;
        none without a list of roles. `sources` counts sources asked and `asked` their tellers;
        `people` adds up the rows of the role, NaN where one does not say.

    Examples
    --------
    >>> told = pd.DataFrame({"source": ["a1", "a2", "b"], "teller": ["a", "a", "b"],
    ...     "role": "head", "asked": "yes"})
    >>> lists = pd.DataFrame({"right": ["roles"], "role": ["head"], "label": ["Heads"],
    ...     "people": [11.0]})
    >>> count_roles(told, lists).to_numpy().tolist()
    [['head', 'Heads', 3, 2, 11.0]]
    """
    held = lists[lists["right"] == "roles"]
    if held.empty:
        return pd.DataFrame(columns=list(ROLE_COLUMNS))
    asked = sources[sources["asked"] == "yes"]
    asked = asked.assign(role=asked["role"].replace("", UNSAID), person=persons_of(asked))
    counts = asked.groupby("role").agg(sources=("source", "nunique"), asked=("person", "nunique"))
    people = held.groupby("role", sort=False)["people"].agg(lambda of: of.sum(min_count=len(of)))
    labels = held[held["label"] != ""].groupby("role")["label"].first()
    roles = pd.Index([*people.index, *counts.index.difference(people.index)], name="role")
    counts = counts.reindex(roles, fill_value=0)
    named = roles.to_series().map(labels).fillna(roles.to_series())
    found = counts.assign(label=named, people=people.reindex(roles))
    return found.reset_index()[list(ROLE_COLUMNS)]
