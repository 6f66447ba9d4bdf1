"""What every reader of coded stories hands on: the same typed tables, whatever the tool."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

SEGMENT_COLUMNS: tuple[str, ...] = (
    "segment",
    "source",
    "start",
    "end",
    "quote",
    "coder",
    "code",
    "order",
    "memo",
    "date",
)
SOURCE_COLUMNS: tuple[str, ...] = ("source", "text")
CODE_COLUMNS: tuple[str, ...] = ("code", "description")
ATTRIBUTE_COLUMNS: tuple[str, ...] = ("of", "name", "attribute", "value")
CASE_COLUMNS: tuple[str, ...] = ("case", "source", "start", "end")
LOG_COLUMNS: tuple[str, ...] = ("what", "detail", "count")

NUMBERS: tuple[str, ...] = ("start", "end", "order", "count")
"""Columns of whole numbers; all others are text."""

BREAK = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")

Log = list[tuple[str, str, int]]
"""Lines of the log as a reader gathers them: what, detail, count."""


@dataclass(frozen=True)
class CodedExport:
    """One export of coded stories.

    Parameters
    ----------
    sources : DataFrame
        `SOURCE_COLUMNS`: all sources of the export, also those without a segment; text is missing
        where the export does not carry it.
    segments : DataFrame
        `SEGMENT_COLUMNS`: one row per segment, code and coder. start and end are offsets in
        characters, end exclusive; quote stands on one line (a break of lines or paragraphs is one
        space); code is "" for a segment without one; order counts the segments of a source from 1.
    codes : DataFrame
        `CODE_COLUMNS`: the codebook, or the codes that occur.
    attributes : DataFrame
        `ATTRIBUTE_COLUMNS`: what the tool knows of a source or a case.
    cases : DataFrame
        `CASE_COLUMNS`: which part of which source belongs to a case.
    log : DataFrame
        `LOG_COLUMNS`: what was dropped, filled in or assumed.
    ordered : bool
        Whether the file itself says the place of every segment.
    """

    sources: pd.DataFrame
    segments: pd.DataFrame
    codes: pd.DataFrame
    attributes: pd.DataFrame
    cases: pd.DataFrame
    log: pd.DataFrame
    ordered: bool = False


def one_line(text: str) -> str:
    """A text without breaks of lines and without white space around it.

    Examples
    --------
    >>> one_line(" It works. \\r\\n\\r\\nNow  theirs. ")
    'It works. Now  theirs.'
    """
    return BREAK.sub(" ", text).strip()


def levels(name: str, nested_by: str | None) -> str:
    """A code's name with its levels joined by "::".

    Parameters
    ----------
    name : str
        As in the tool; one that holds "::" stays as it is.
    nested_by : str, optional
        What parts the levels there. A name of which a level would be empty stays as it is.

    Returns
    -------
    str

    Examples
    --------
    >>> levels("cycle.applied", "."), levels("a.b::c", "."), levels("etc.", ".")
    ('cycle::applied', 'a.b::c', 'etc.')
    """
    if not nested_by or "::" in name or nested_by not in name:
        return name
    parts = [part.strip() for part in name.split(nested_by)]
    return "::".join(parts) if all(parts) else name


def typed(
    columns: Mapping[str, Sequence[object] | pd.Series], names: Sequence[str]
) -> pd.DataFrame:
    """A frame of exactly these columns, each of its type; an absent column is all missing.

    Examples
    --------
    >>> made = typed({"source": ["s1", None]}, SOURCE_COLUMNS)
    >>> made.dtypes.astype(str).tolist(), int(made["text"].isna().sum())
    (['str', 'str'], 2)
    """
    size = max((len(values) for values in columns.values()), default=0)
    made = {}
    for name in names:
        kind = "Int64" if name in NUMBERS else "str"
        values = columns.get(name)
        filled: object = [None] * size if values is None else values
        if isinstance(filled, pd.Series):
            filled = filled.reset_index(drop=True)
        made[name] = pd.Series(filled, dtype=kind)
    return pd.DataFrame(made, columns=list(names))


def _segment_ids(rows: pd.DataFrame) -> pd.Series:
    """Numbers in the order of the file: a segment is a span, or a quote where there is none."""
    quote = rows["quote"].where(rows["start"].isna(), "")
    keys = [rows["source"], rows["start"], rows["end"], quote]
    return (rows.groupby(keys, sort=False, dropna=False).ngroup() + 1).astype("str")


def _places(rows: pd.DataFrame) -> pd.Series:
    """Place of each segment in its source, from 1; segments of one span share it."""
    position = pd.Series(range(len(rows)), index=rows.index, dtype="int64")
    first = position.groupby([rows["source"], rows["segment"]]).transform("min")
    # an order that the file gives goes before offsets, offsets before the order of the file
    given = rows["order"].notna().groupby(rows["source"]).transform("all")
    spans = rows["start"].notna().groupby(rows["source"]).transform("all") & ~given
    major = first.where(~given, rows["order"]).where(~spans, rows["start"]).astype("int64")
    minor = rows["end"].where(spans, 0).astype("int64")
    key = rows.groupby([rows["source"], major, minor]).ngroup()
    return (key - key.groupby(rows["source"]).transform("min") + 1).astype("Int64")


def assembled(
    rows: Mapping[str, Sequence[object] | pd.Series],
    *,
    sources: Mapping[str, Sequence[object] | pd.Series] | None = None,
    codes: Mapping[str, Sequence[object] | pd.Series] | None = None,
    attributes: Mapping[str, Sequence[object] | pd.Series] | None = None,
    cases: Mapping[str, Sequence[object] | pd.Series] | None = None,
    log: Log | None = None,
    coder: str | None = None,
    nested_by: str | None = None,
) -> CodedExport:
    """The export of a checked file: typed, without doubled rows, with places in the story.

    Parameters
    ----------
    rows : mapping of str to sequence
        Columns of `SEGMENT_COLUMNS`; source, quote and code at least. Without segment, rows of
        one span (or, where there are no offsets, of one quote) of a source are one segment.
    sources, codes, attributes, cases : mapping of str to sequence, optional
        Columns of these tables. Without sources or codes they are those that occur in the rows.
    log : list of tuple, optional
        What the reader has to say.
    coder : str, optional
        Who coded, where the file does not say.
    nested_by : str, optional
        What parts the levels in a code's name.

    Returns
    -------
    CodedExport

    Examples
    --------
    >>> made = assembled({"source": ["s", "s"], "quote": ["b", "a"], "code": ["x.y", "z"],
    ...                   "start": [5, 0], "end": [6, 1]}, coder="ann", nested_by=".")
    >>> made.segments[["segment", "quote", "code", "order", "coder"]].values.tolist()
    [['1', 'b', 'x::y', 2, 'ann'], ['2', 'a', 'z', 1, 'ann']]
    """
    lines: Log = list(log or [])
    frame = typed(rows, SEGMENT_COLUMNS)
    frame["quote"] = frame["quote"].map(one_line, na_action="ignore").astype("str")
    named = {name: levels(name, nested_by) for name in frame["code"].unique()}
    frame["code"] = frame["code"].map(named).astype("str")
    nobody = frame["coder"].isna()
    if coder is not None:
        frame["coder"] = frame["coder"].fillna(coder)
    if "segment" not in rows:
        frame["segment"] = _segment_ids(frame)
    doubled = frame.duplicated(["segment", "source", "code", "coder"])
    if doubled.any():
        detail = "rows of a segment, code and coder that stood there before"
        lines.append(("dropped duplicate rows", detail, int(doubled.sum())))
        frame, nobody = frame[~doubled].reset_index(drop=True), nobody[~doubled]
    if coder is not None and nobody.any():
        lines.append(("coder filled in", f"{coder}, as the study file says", int(nobody.sum())))
    ordered = bool(len(frame)) and bool(frame["order"].notna().all())
    frame["order"] = _places(frame)
    untagged = frame.loc[frame["code"] == "", ["source", "segment"]].drop_duplicates()
    if len(untagged):
        lines.append(("untagged highlights", 'segments without a code, kept as ""', len(untagged)))
    occurring = frame.loc[frame["code"] != "", "code"].drop_duplicates()
    book = typed({"code": occurring} if codes is None else codes, CODE_COLUMNS)
    book["code"] = book["code"].map(lambda name: levels(name, nested_by)).astype("str")
    twice = book.duplicated("code")
    if twice.any():
        same = ", ".join(book.loc[twice, "code"].unique())
        lines.append(("codes of one name", f"they count as one: {same}", int(twice.sum())))
    known = typed(
        {"source": frame["source"].drop_duplicates()} if sources is None else sources,
        SOURCE_COLUMNS,
    )
    return CodedExport(
        sources=known,
        segments=frame,
        codes=book[~twice].reset_index(drop=True),
        attributes=typed(attributes or {}, ATTRIBUTE_COLUMNS),
        cases=typed(cases or {}, CASE_COLUMNS),
        log=typed(
            {name: [line[at] for line in lines] for at, name in enumerate(LOG_COLUMNS)}, LOG_COLUMNS
        ),
        ordered=ordered,
    )
