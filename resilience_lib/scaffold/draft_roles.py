"""What a column is probably used for, by its name and its values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from resilience_lib.codebook.identifying import looks_identifying
from resilience_lib.codebook.variable import Role

NAMES: dict[Role, re.Pattern[str]] = {
    "pupil": re.compile(
        r"(?:(?:pupil|student|child|participant|person|respondent|study|record|subject|subj)_?)?"
        r"(?:id|no|nr|number|code|identifier)|pupil|student|child|participant"
    ),
    "school": re.compile(r"(?:school|sch)_?(?:id|no|nr|number|code|name|urn)?|urn"),
    "classroom": re.compile(
        r"(?:class|classroom|form|tutor_?group|form_?group)_?(?:id|no|nr|number|code|name)?"
    ),
    "gender": re.compile(r"(?:pupil_?|child_?|student_?)?(?:gender|sex)(?:_?code)?"),
    "wave": re.compile(
        r"(?:survey_?)?(?:wave|time_?point|occasion|phase)(?:_?(?:no|nr|number|id))?|time|"
        r"redcap_event_name"
    ),
    "arm": re.compile(r"(?:trial_?)?arm|condition|treatment|allocation"),
}
"""Names of columns with a role, in small letters with _ between words."""

GENDER_WORDS: frozenset[str] = frozenset(
    {"girl", "boy", "girls", "boys", "female", "male", "f", "m", "woman", "man", "non-binary"}
    | {"nonbinary", "other", "another"}
)
WAVE_WORDS: frozenset[str] = frozenset(
    {"before", "after", "pre", "post", "baseline", "follow-up", "followup", "follow up", "endline"}
    | {"t1", "t2", "t3", "t4", "t5", "wave 1", "wave 2", "wave 3", "wave 4", "wave 5"}
    | {"time 1", "time 2", "time 3", "time 4", "time 5"}
)
"""Values by which a column is known whose name says nothing, in small letters."""

PLATFORM: frozenset[str] = frozenset(
    {"start_date", "end_date", "status", "progress", "duration_in_seconds", "finished"}
    | {"recorded_date", "response_id", "distribution_channel", "user_language", "response_set"}
    | {"start_time", "completion_time", "last_modified_time", "timestamp"}
    | {"redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group"}
)
"""Columns of the survey platforms' own, as `words` writes them."""

CONTENT: dict[str, re.Pattern[str]] = {
    "e-mail addresses": re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"),
    "unique pupil numbers": re.compile(r"[A-HJ-NP-RT-Za-hj-np-rt-z]\d{11}[0-9A-HJ-NP-RT-Za-z]"),
    "postcodes": re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}"),
}
"""Values that identify a person, whatever the column is called."""

HIDDEN_ID = re.compile(r"(^|_)(upn|uln)($|_)|unique_?(pupil|learner)")


def words(column: str) -> str:
    """A column's name in small letters, with _ between its words.

    Examples
    --------
    >>> words("Pupil ID"), words("SchoolName"), words("Duration (in seconds)")
    ('pupil_id', 'school_name', 'duration_in_seconds')
    """
    parted = re.sub(r"[^0-9A-Za-z]+|(?<=[a-z])(?=[A-Z])", "_", column)
    return parted.strip("_").lower()


def role_by_name(column: str) -> Role | None:
    """The role that a column's name suggests.

    Examples
    --------
    >>> [role_by_name(c) for c in ("Pupil ID", "sex", "class", "wave", "score", "School name")]
    ['pupil', 'gender', 'classroom', 'wave', None, 'school']
    """
    name = words(column)
    return next((role for role, known in NAMES.items() if known.fullmatch(name)), None)


def role_by_values(different: Sequence[str]) -> Role | None:
    """The role that a column's values suggest: at least two words for genders, or for waves.

    Examples
    --------
    >>> role_by_values(["Boy", "Girl"]), role_by_values(["post", "pre"]), role_by_values(["m"])
    ('gender', 'wave', None)
    """
    given = {value.lower() for value in different}
    if len(given) < 2:
        return None
    if given <= GENDER_WORDS and given - {"other", "another"}:
        return "gender"
    return "wave" if given <= WAVE_WORDS else None


def why_identifying(column: str, label: str, different: Sequence[str]) -> str | None:
    """Why a column looks as if it identified a pupil: its name, its label or its values.

    Parameters
    ----------
    column, label : str
        Its name, and its label or question where the file has one.
    different : sequence of str
        Its different values.

    Returns
    -------
    str or None

    Examples
    --------
    >>> why_identifying("Q3", "What is your surname?", []), why_identifying("Q3", "Age?", ["9"])
    ('its label', None)
    >>> why_identifying("contact", "", ["a@school.example", "b@school.example"])
    'its values (e-mail addresses)'
    """
    if looks_identifying(column):
        return "its name"
    for what, known in CONTENT.items():
        found = sum(known.fullmatch(value) is not None for value in different)
        if found and 2 * found >= len(different):
            return f"its values ({what})"
    return "its label" if looks_identifying(label) else None
