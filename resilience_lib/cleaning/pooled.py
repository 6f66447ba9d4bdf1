"""The cleaning log for a reader: like entries of many columns and files made one."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

POOLED_COLUMNS: tuple[str, ...] = (
    "step",
    "files",
    "columns",
    "rule",
    "before",
    "after",
    "changed",
    "looked_at",
    "rows_before",
    "rows_after",
    "places",
    "schools",
)
"""files, columns: in words; looked_at: cells of those columns; places: which columns of which
files, a line each; schools: of the file that has most."""


def pool_log(log: pd.DataFrame) -> pd.DataFrame:
    """Entries that differ in file and column alone, as one.

    Parameters
    ----------
    log : DataFrame
        `log.COLUMNS` and schools.

    Returns
    -------
    DataFrame
        `POOLED_COLUMNS`, in the order of the first entry of each; changed and looked_at are sums
        over entries, rows over files.

    Examples
    --------
    >>> rows = [("recode", file, column, "codebook: allowed", "Never", "0", 30, 400, 400, 11)
    ...         for file in ("t1.csv", "t2.csv") for column in ("q1", "q2", "q3")]
    >>> log = pd.DataFrame(rows, columns=["step", "file", "column", "rule", "before", "after",
    ...                                   "changed", "rows_before", "rows_after", "schools"])
    >>> pool_log(log)[["files", "columns", "changed", "looked_at", "rows_before"]].values.tolist()
    [['2 files', '3 columns (q1 to q3)', 180, 2400, 800]]
    """
    found = []
    same = ["step", "rule", "before", "after"]
    for (step, rule, before, after), part in log.groupby(same, sort=False, dropna=False):
        files = part.drop_duplicates("file")
        places = sorted(f"{file}\t{column}" for file, column in zip(part["file"], part["column"],
                                                                   strict=True))  # fmt: skip
        row = (
            step,
            _some(files["file"], "files"),
            _some(part["column"].drop_duplicates(), "columns"),
            rule,
            before,
            after,
            part["changed"].sum(),
            part["rows_before"].sum(),
            files["rows_before"].sum(),
            files["rows_after"].sum(),
            "\n".join(places),
            part["schools"].max(),
        )
        found.append(row)
    return pd.DataFrame(found, columns=list(POOLED_COLUMNS))


def _some(names: Iterable[str], what: str) -> str:
    """A few names as they are; many as how many, the first and the last, or the first two.

    Examples
    --------
    >>> _some(["a"], "columns"), _some(["a", "b"], "columns")
    ('a', 'a, b')
    >>> _some([f"MMF_{i}" for i in range(1, 17)], "columns")
    '16 columns (MMF_1 to MMF_16)'
    >>> _some(["IP", "start", "end", "language"], "columns"), _some(list("abc"), "files")
    ('4 columns (IP, start and 2 more)', '3 files')
    """
    known = list(names)
    if len(known) == 1:
        return known[0]
    if what == "files":
        return f"{len(known)} {what}"
    if len(known) == 2:
        return ", ".join(known)
    stems = {name.rstrip("0123456789") for name in known}
    ends = f"{known[0]} to {known[-1]}"
    if len(stems) > 1:
        ends = f"{known[0]}, {known[1]} and {len(known) - 2} more"
    return f"{len(known)} {what} ({ends})"
