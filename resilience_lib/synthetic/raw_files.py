"""A synthetic study as the raw files that a team would get."""

from __future__ import annotations

import pandas as pd

from resilience_lib.synthetic.answers import SYNTHETIC, Population, generate, long_answers
from resilience_lib.synthetic.school_files import attendance_file, staff_file
from resilience_lib.synthetic.survey_export import survey_export
from resilience_lib.synthetic.truth import Truth


def make_files(truth: Truth) -> dict[str, str]:
    """All raw files of a synthetic study.

    Parameters
    ----------
    truth : Truth

    Returns
    -------
    dict of str to str
        The text of each file by its name; UTF-8, line ends as the tool writes them. Every row
        has a column `data` that says synthetic.
    """
    people = generate(truth)
    if truth.files.layout == "one_file":
        return {truth.files.names["pupils"]: _one_file(people, truth)}
    files = {
        truth.files.names[wave]: survey_export(people, truth, number)
        for number, wave in enumerate(truth.waves)
    }
    files[truth.files.names["attendance"]] = attendance_file(truth)
    files[truth.files.names["staff"]] = staff_file(truth)
    return files


def _one_file(people: Population, truth: Truth) -> str:
    frame = long_answers(people, truth.waves)
    items = [column for column in frame.columns if column in people.answers]
    frame[items] = frame[items].astype("Int64")
    frame.insert(0, "data", SYNTHETIC)
    text: str = pd.DataFrame(frame).to_csv(index=False, lineterminator="\n")
    return text
