"""Which coding counts: what any coder gave, what coders settled on, or one coder's."""

from __future__ import annotations

import pandas as pd

SETTLED_BY = "consensus"


def final_codings(
    codings: pd.DataFrame, final: str, consensus: pd.DataFrame | None
) -> pd.DataFrame:
    """The codings that counts are made of: each segment and code once.

    Parameters
    ----------
    codings : DataFrame
        As `stories.segments.combine_exports` gives them.
    final : str
        "union", "consensus", or a coder's name.
    consensus : DataFrame, optional
        As `stories.consensus.settled_codes` gives it: a source in it has these codes alone, and
        none where it was settled that nothing holds.

    Returns
    -------
    DataFrame
        The same columns; `coder` is "union", "consensus" or the coder.

    Examples
    --------
    >>> codings = pd.DataFrame({"source": ["a", "b"], "segment": ["a 0-5", "b 0-5"], "order": 1,
    ...                         "coder": "ann", "study_code": ["x", "y"]})
    >>> settled = pd.DataFrame({"source": ["a"], "segment": ["a 0-5"], "study_code": [""]})
    >>> final_codings(codings, "consensus", settled)[["segment", "study_code"]].to_numpy().tolist()
    [['b 0-5', 'y']]
    """
    coded = codings[codings["study_code"] != ""]
    if final == SETTLED_BY and consensus is not None:
        units = codings.drop_duplicates("segment").drop(columns=["study_code", "coder"])
        settled = consensus[consensus["study_code"] != ""]
        settled = settled.merge(units, on=["source", "segment"], how="left")
        rest = coded[~coded["source"].isin(consensus["source"])]
        coded = pd.concat([settled, rest], ignore_index=True) if len(settled) else rest
    elif final != "union":
        coded = coded[coded["coder"] == final]
    once = coded.drop_duplicates(["segment", "study_code"])
    place = pd.Series(pd.factorize(codings["source"].drop_duplicates())[0],
                      index=codings["source"].drop_duplicates())  # fmt: skip
    ordered = once.assign(coder=final, _place=once["source"].map(place))
    ordered = ordered.sort_values(["_place", "order"], kind="stable", ignore_index=True)
    return ordered[list(codings.columns)]
