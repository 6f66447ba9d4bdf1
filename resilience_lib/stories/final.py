"""Which coding counts: what any coder gave, what coders settled on, or one coder's."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.stories.spans import find_segments

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
        `segment` and `study_code`, from `settled_codes`.

    Returns
    -------
    DataFrame
        The same columns; `coder` is "union", "consensus" or the coder.
    """
    coded = codings[codings["study_code"] != ""]
    if final == SETTLED_BY and consensus is not None:
        units = codings.drop_duplicates("segment").drop(columns=["study_code", "coder"])
        settled = consensus.merge(units, on="segment", how="left")
        sources = settled["source"].unique()
        rest = coded[~coded["source"].isin(sources)]
        coded = pd.concat([settled, rest], ignore_index=True)
    elif final != "union":
        coded = coded[coded["coder"] == final]
    once = coded.drop_duplicates(["segment", "study_code"])
    place = pd.Series(pd.factorize(codings["source"].drop_duplicates())[0],
                      index=codings["source"].drop_duplicates())  # fmt: skip
    ordered = once.assign(coder=final, _place=once["source"].map(place))
    ordered = ordered.sort_values(["_place", "order"], kind="stable", ignore_index=True)
    return ordered[list(codings.columns)]


def settled_codes(path: Path, rows: pd.DataFrame, codings: pd.DataFrame) -> pd.DataFrame:
    """What a consensus file says, as segments and codes.

    Parameters
    ----------
    path : Path
        The file, for messages.
    rows : DataFrame
        As `store.decisions.read_decisions` gives it.
    codings : DataFrame

    Returns
    -------
    DataFrame
        `segment`, `study_code`.

    Raises
    ------
    FaultsError
        Segments or codes that no export has; sources that two coders coded and the file leaves
        out.
    """
    segment = find_segments(path, rows, codings)
    known = set(codings["study_code"])
    faults = [
        Fault(relative(path), "no coder gave this code", "write it as the code map does",
              int(str(line)), "code", code)
        for line, code in rows["code"].items() if code not in known
    ]  # fmt: skip
    coders = codings.groupby("source")["coder"].nunique()
    double = coders.index[coders > 1]
    for source in double[~double.isin(rows["source"])]:
        rule = "two coders coded this source, and what they settled on is not here"
        remedy = "add a row for each settled segment and code"
        faults.append(Fault(relative(path), rule, remedy, column="source", value=source))
    if faults:
        raise FaultsError(faults)
    return pd.DataFrame({"segment": segment, "study_code": rows["code"]}).reset_index(drop=True)
