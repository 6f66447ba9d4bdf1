"""QualCoder's codes with their categories and parent codes as paths."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from resilience_lib.errors import Fault
from resilience_lib.readers.stories.refi_codes import Code


def _chain(
    number: object, above: Mapping[object, object], names: Mapping[object, str]
) -> list[str] | None:
    """Names from the top down to one entry; None where it goes in a circle."""
    found: list[str] = []
    seen = set()
    while number in names:
        if number in seen:
            return None
        seen.add(number)
        found.append(names[number])
        number = above.get(number)
    return found[::-1]


def code_paths(
    file: str, codes: pd.DataFrame, categories: pd.DataFrame
) -> tuple[dict[int, Code], list[Fault]]:
    """The codes by number, each with all levels above it.

    Parameters
    ----------
    file : str
        The file as messages show it.
    codes : DataFrame
        Table code_name: cid, name, catid; memo and supercid (parent code) where they are there.
    categories : DataFrame
        Table code_cat: catid, name, supercatid.

    Returns
    -------
    tuple of dict and list of Fault
        A fault for each code whose levels go in a circle.

    Examples
    --------
    >>> codes = pd.DataFrame({"cid": [1, 2], "name": ["applied", "later"], "catid": [7, None],
    ...                       "supercid": [None, 1]}, dtype="object")
    >>> categories = pd.DataFrame({"catid": [7], "name": ["cycle"], "supercatid": [None]})
    >>> [one.path for one in code_paths("data.qda", codes, categories)[0].values()]
    ['cycle::applied', 'cycle::applied::later']
    """
    rows = codes.to_dict("records")
    groups = categories.to_dict("records")
    called = {row["catid"]: str(row["name"]) for row in groups}
    over = {row["catid"]: row["supercatid"] for row in groups}
    names = {row["cid"]: str(row["name"]) for row in rows}
    parents = {row["cid"]: row.get("supercid") for row in rows}
    grouped = {row["cid"]: row["catid"] for row in rows}
    found: dict[int, Code] = {}
    faults = []
    for row in rows:
        own = _chain(row["cid"], parents, names)
        top = row["cid"]
        while own is not None and parents.get(top) in names:
            top = parents[top]
        outer = _chain(grouped.get(top), over, called)
        if own is None or outer is None:
            rule = "categories and parent codes end somewhere; these go in a circle"
            remedy = "move the code to the top in QualCoder"
            faults.append(
                Fault(file, rule, remedy, column="code_name.name", value=str(row["name"]))
            )
            continue
        memo = row.get("memo")
        text = str(memo) if memo is not None and str(memo).strip() else None
        found[int(row["cid"])] = Code("::".join([*outer, *own]), text, True)
    return found, faults
