"""The verdict on a study's numbers as notebook 6 writes and shows it."""

from __future__ import annotations

from resilience_lib.disclosure.cleared import Cleared
from resilience_lib.disclosure.gates import clear, clear_numbers, to_compare
from resilience_lib.frames import Whole
from resilience_lib.numbers.compare import compare_numbers
from resilience_lib.numbers.load import TABLES, load_numbers
from resilience_lib.store.stages import Stage, read_table
from resilience_lib.study.schema import Study


def judge(study: Study) -> Cleared:
    """The verdict, looked up in tables that have passed the disclosure room.

    Parameters
    ----------
    study : Study
        Its stages up to 4_estimate and 4_mix are built.

    Returns
    -------
    Cleared
        See `numbers.compare.compare_numbers`: judged by all digits, shown with those that may
        be published.
    """
    numbers = load_numbers(study.study)
    asked = {number.where.table for number in numbers if number.where is not None}
    frames = {name: read_table(study.study, TABLES[name], name) for name in sorted(asked)}
    exact = {name: to_compare(name, frame, study) for name, frame in frames.items()}
    shown = {name: clear(name, frame, study).frame for name, frame in frames.items()}
    return clear_numbers(compare_numbers(numbers, exact), compare_numbers(numbers, shown), study)


def write_verdict(study: Study, stage: Stage) -> Whole:
    """Write the cleared verdict as numbers.csv of the report, and return it for display."""
    cleared = judge(study)
    stage.write("numbers", cleared.frame)
    return Whole(cleared.frame[["id", "kind", "status", "printed_as", "value", "found"]])
