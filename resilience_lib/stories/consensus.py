"""What coders settled on: codes of a segment, none for a segment, none in a whole source."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.paths import relative
from resilience_lib.stories.spans import find_segments

LEFT_OUT = "coded segments that the file leaves out, which count as settled on no code"


def settled_codes(
    path: Path, rows: pd.DataFrame, codings: pd.DataFrame, mapped: Collection[str]
) -> pd.DataFrame:
    """What a consensus file says, as segments and codes.

    Parameters
    ----------
    path : Path
        The file, for messages.
    rows : DataFrame
        As `store.decisions.read_decisions` gives it.
    codings : DataFrame
        As `stories.segments.combine_exports` gives them.
    mapped : collection of str
        Codes of the code map: coders may settle on one that none of them gave.

    Returns
    -------
    DataFrame
        `source`, `segment`, `study_code`. The code is "" for a segment that no code holds for;
        both are "" where nothing holds in the source.

    Raises
    ------
    FaultsError
        Sources and segments that no export has; codes that neither a coder gave nor the code map
        has; rows that gainsay each other; sources that two coders coded and the file leaves out.
    """
    blank = rows["code"] == ""
    whole = blank & (rows["quote"] == "") & rows[["start", "end"]].isna().all(axis=1)
    faults: list[Fault] = []
    segment = pd.Series("", index=rows.index, dtype="str")
    try:
        segment[~whole] = find_segments(path, rows[~whole], codings)
    except FaultsError as error:
        faults += error.faults
    else:
        faults += _gainsaid(path, segment[~whole], blank)
    faults += [
        *_whole_sources(path, rows, whole, codings),
        *_codes(path, rows.loc[~blank, "code"], {*codings["study_code"], *mapped} - {""}),
        *_not_settled(path, rows, codings),
    ]
    if faults:
        raise FaultsError(faults)
    found = {"source": rows["source"], "segment": segment, "study_code": rows["code"]}
    return pd.DataFrame(found).reset_index(drop=True)


def log_left_out(settled: pd.DataFrame, codings: pd.DataFrame, file: str) -> pd.DataFrame:
    """Segments that coders coded, of sources in the file, of which the file says nothing.

    Parameters
    ----------
    settled : DataFrame
        As `settled_codes` gives it.
    codings : DataFrame
    file : str
        Its name.

    Returns
    -------
    DataFrame
        `file`, `what`, `detail` (the source) and `count`: a row for each source.

    Examples
    --------
    >>> settled = pd.DataFrame({"source": ["a"], "segment": ["a 0-5"], "study_code": ["x"]})
    >>> codings = pd.DataFrame({"source": "a", "segment": ["a 0-5", "a 7-9"], "study_code": "y"})
    >>> log_left_out(settled, codings, "consensus.csv")[["detail", "count"]].to_numpy().tolist()
    [['a', 1]]
    """
    whole = settled.loc[settled["segment"] == "", "source"]
    named = codings["source"].isin(settled["source"]) & ~codings["source"].isin(whole)
    coded = codings[named & (codings["study_code"] != "")]
    rest = coded[~coded["segment"].isin(settled["segment"])]
    counts = rest.groupby("source", sort=False)["segment"].nunique()
    return pd.DataFrame(
        {"file": file, "what": LEFT_OUT, "detail": counts.index, "count": counts.to_numpy()}
    )


def _gainsaid(path: Path, segment: pd.Series, blank: pd.Series) -> Iterator[Fault]:
    coded = set(segment[~blank[segment.index]])
    for line, name in segment[blank[segment.index] & segment.isin(coded)].items():
        yield Fault(relative(path), "no code holds for this segment, and another row gives it one",
                    "delete one of the two", int(str(line)), "code", str(name))  # fmt: skip


def _whole_sources(
    path: Path, rows: pd.DataFrame, whole: pd.Series, codings: pd.DataFrame
) -> Iterator[Fault]:
    told, many = set(codings["source"]), rows["source"].value_counts()
    for line, source in rows.loc[whole, "source"].items():
        place = (int(str(line)), "source", source)
        if source not in told:
            yield Fault(relative(path), "no export has this source",
                        "write it as the tool names the document", *place)  # fmt: skip
        elif many[source] > 1:
            yield Fault(relative(path), "nothing holds in this source, and other rows of it say "
                        "otherwise", "delete this row or the others, or give it the segment that "
                        "it means", *place)  # fmt: skip


def _codes(path: Path, given: pd.Series, known: Collection[str]) -> Iterator[Fault]:
    for line, code in given[~given.isin(known)].items():
        near = " or ".join(difflib.get_close_matches(code, sorted(known), n=3))
        meant = f"did you mean {near}? Else " if near else ""
        yield Fault(relative(path), "no coder gave this code, and the code map does not have it",
                    f"{meant}write it as the code map does, or give it a row there",
                    int(str(line)), "code", code)  # fmt: skip


def _not_settled(path: Path, rows: pd.DataFrame, codings: pd.DataFrame) -> Iterator[Fault]:
    coders = codings.groupby("source")["coder"].nunique()
    double = coders.index[coders > 1]
    for source in double[~double.isin(rows["source"])]:
        rule = "two coders coded this source, and what they settled on is not here"
        remedy = "add a row for each settled segment and code, or one with a blank code and no "
        remedy += "place where nothing holds in it"
        yield Fault(relative(path), rule, remedy, column="source", value=source)
