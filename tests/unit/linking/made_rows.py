"""Small frames of records, written as a reader would write them by hand."""

from __future__ import annotations

import pandas as pd


def make_rows(*records: tuple, parts: tuple[str, ...] = ()) -> pd.DataFrame:
    """Rows from (file, line, wave, school, id, gender, answered, *parts)."""
    columns = ["file", "line", "wave", "school", "id", "gender", "answered", *parts]
    frame = pd.DataFrame(list(records), columns=columns).set_index(["file", "line"])
    text = [column for column in frame.columns if column != "answered"]
    return frame.astype(dict.fromkeys(text, "str"))


def count(linked, name: str, waves: str = "") -> int:
    """One count of a link report."""
    report = linked.report
    (n,) = report.loc[(report["count"] == name) & (report["waves"] == waves), "n"]
    return int(n)


def noted(linked, reason: str) -> list[tuple]:
    """(file, line, detail) of the records to look at for this reason."""
    found = linked.look_at[linked.look_at["reason"] == reason]
    return list(found[["file", "line", "detail"]].itertuples(index=False, name=None))
