"""Columns that look as if they identified a pupil, by their names."""

from __future__ import annotations

import re

_IDENTIFYING = re.compile(
    r"(^|_)(fore|sur|first_?|last_?|full_?|middle_?|nick_?|pupil_?|child_?|student_?|parent_?)?"
    r"names?($|_)|(^|_)(dob|d_o_b|birth_?day|date_?of_?birth)($|_)|birth|"
    r"(^|_)upn($|_)|unique_?pupil|unique_?learner|(^|_)uln($|_)|(^|_)nhs_?(no|number)?($|_)|"
    r"post_?code|(^|_)e_?mail|phone|(^|_)mobile($|_)|address|(^|_)ip($|_)|latitude|longitude",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"(^|_)(country|region|la|local_authority|file|variable|event)_name($|_)", re.I
)
_BETWEEN = re.compile(r"[^0-9A-Za-z]+|(?<=[a-z])(?=[A-Z])")


def looks_identifying(column: str) -> bool:
    """Whether a column's name looks like a name, date of birth, address or pupil number.

    Words are told apart by anything that is no letter or digit and by a capital inside a word;
    only English words are known. Names of regions, local authorities and events are public.

    Examples
    --------
    >>> [looks_identifying(c) for c in ("surname", "DOB", "birthq", "UPN", "IPAddress")]
    [True, True, True, True, True]
    >>> [looks_identifying(c) for c in ("named_adult", "read", "event_name", "ship", "la_name")]
    [False, False, False, False, False]
    """
    words = _BETWEEN.sub("_", column)
    return _IDENTIFYING.search(words) is not None and _PUBLIC.search(words) is None
