"""Made-up exports for tests: nobody told any of this."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from resilience_lib.readers.stories.export import CodedExport
from resilience_lib.stories.register import LINKS

Row = tuple[str, int | None, int | None, str, str]


def export(rows: Sequence[Row], coder: str | None = None) -> CodedExport:
    """An export from rows of source, start, end, quote and code."""
    frame = pd.DataFrame(rows, columns=["source", "start", "end", "quote", "code"])
    segments = pd.DataFrame(
        {
            "segment": [str(n) for n in range(1, len(rows) + 1)],
            "source": frame["source"],
            "start": frame["start"].astype("Int64"),
            "end": frame["end"].astype("Int64"),
            "quote": frame["quote"],
            "coder": pd.Series([coder] * len(rows), dtype="str"),
            "code": frame["code"],
            "order": pd.Series(range(1, len(rows) + 1), dtype="Int64"),
            "memo": pd.Series([None] * len(rows), dtype="str"),
            "date": pd.Series([None] * len(rows), dtype="str"),
        }
    )
    codes = pd.DataFrame({"code": sorted({r[4] for r in rows} - {""}), "description": None})
    empty = pd.DataFrame()
    log = pd.DataFrame(columns=["what", "detail", "count"])
    return CodedExport(empty, segments, codes, empty, empty, log)


def register(rows: Sequence[dict[str, str]]) -> pd.DataFrame:
    """A register of sources; what a row leaves out is blank."""
    columns = ["source", "role", "story", *LINKS, "asked"]
    full = [dict.fromkeys(columns, "") | row for row in rows]
    frame = pd.DataFrame(full, columns=list(dict.fromkeys(columns)), dtype="str")
    return frame.set_axis(pd.RangeIndex(2, len(frame) + 2, name="line"))


def code_map(rows: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    """A code map from rows of code, frame and frame's code; "teller::" codes are tellers'."""
    frame = pd.DataFrame(rows, columns=["code", "frame", "frame_code"])
    teller = frame["code"].str.startswith("teller").map({True: "teller", False: ""})
    frame = frame.assign(label="", assigned_by=teller.astype("str"), note="why not")
    return frame.set_axis(pd.RangeIndex(2, len(frame) + 2, name="line"))
