"""The verdict on a study's numbers as notebook 6 writes and shows it."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.gates import clear, clear_numbers
from resilience_lib.numbers.compare import compare_numbers
from resilience_lib.numbers.load import TABLES, load_numbers
from resilience_lib.store.stages import Stage, read_table
from resilience_lib.study.schema import Study


def judge(study: Study) -> pd.DataFrame:
    """The verdict, looked up in tables that have passed the disclosure room.

    Parameters
    ----------
    study : Study
        Its stages up to 4_estimate are built.

    Returns
    -------
    DataFrame
        See `numbers.compare.compare_numbers`.
    """
    numbers = load_numbers(study.study)
    tables = {
        name: clear(name, read_table(study.study, "4_estimate", name), study).frame
        for name in TABLES
    }
    return compare_numbers(numbers, tables)


def write_verdict(study: Study, stage: Stage) -> pd.DataFrame:
    """Write the cleared verdict as numbers.csv of the report, and return it for display."""
    cleared = clear_numbers(judge(study), study)
    stage.write("numbers", cleared.frame)
    return cleared.frame[["id", "kind", "status", "printed_as", "value", "found"]]
