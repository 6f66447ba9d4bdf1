"""Table of the cleaning log: what was done, by which rule, how often, from what to what."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.intake import ANSWERS
from resilience_lib.figures.labels import Labels
from resilience_lib.paths import relative, stage_output
from resilience_lib.tables.few import count_or_few, few_said
from resilience_lib.tables.shape import Table, noted, titled

COLUMNS = ["What", "File", "Column", "Rule", "Before", "After", "How many", "Rows before",
           "Rows after"]  # fmt: skip


def table_cleaning(log: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Every kind of change between the raw files and the clean waves.

    Parameters
    ----------
    log : Cleared
        step, files, columns, rule, before, after, changed, rows_before, rows_after, few.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """
    least = labels.minimum_cell

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        order = {step: at for at, step in enumerate(dict.fromkeys(frame["step"]))}
        frame = frame.sort_values("step", key=lambda steps: steps.map(order), kind="stable")
        found = [
            (
                row.step[:1].upper() + row.step[1:],
                row.files or "all files",
                row.columns,
                row.rule,
                f"\u201c{row.before}\u201d" if row.step in ANSWERS else row.before,
                f"\u201c{row.after}\u201d" if row.step == "recode" else row.after,
                count_or_few(row.changed, row.few, least),
                count_or_few(row.rows_before, False, least),
                count_or_few(row.rows_after, False, least),
            )
            for row in frame.itertuples(index=False)
        ]
        return pd.DataFrame(found, columns=COLUMNS)

    cleared = reshape(cells, log)
    whole = relative(stage_output(labels.study, "1_clean") / "log.csv")
    note = (
        "How many: cells, or rows where rows are set aside. Entries that differ in file and "
        "column alone are one row, and their numbers are added up; rows are those of the files "
        f"concerned. The whole log, an entry a column and value, is {whole} and stays with the "
        "data. Every other cell is as it came."
    )
    return (
        Table(
            title=titled("What cleaning changed", cleared),
            note=noted([note, few_said(cleared)], cleared, labels),
            group="What",
            landscape=True,
        ),
        cleared,
    )
