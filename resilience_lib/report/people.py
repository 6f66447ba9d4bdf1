"""What a page says of pupils and of those who told: whom a study has, and what is not shown."""

from __future__ import annotations

from resilience_lib.study.schema import Study


def say_how(study: Study) -> str:
    """Heading of the methods.

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> say_how(load_study("project_star")), say_how(load_study("coach_developers"))
    ('How it was estimated', 'How stories were read and counted')
    """
    return "How it was estimated" if study.has_pupils else "How stories were read and counted"


def say_invented(study: Study) -> str:
    """Who was invented, where anybody was; the start of a sentence.

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> say_invented(load_study("bounce_forward"))
    'Every pupil and every story in this report is synthetic'
    >>> say_invented(load_study("coach_developers"))
    'Every story in this report is synthetic'
    """
    who = ["Every pupil"] if study.has_pupils else []
    if study.stories is not None:
        who.append(f"{'every' if who else 'Every'} story")
    return f"{' and '.join(who)} in this report is synthetic"


def protect_people(study: Study) -> str:
    """What a confidential study does not show, of pupils and of those who told; "" if open.

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> protect_people(load_study("wheelchair_curling"))
    ''
    >>> protect_people(load_study("bounce_forward")).partition(", and")[0]
    'nothing here rests on fewer than 10 pupils or 3 schools'
    """
    rules, said = study.disclosure, []
    if rules.open_data:
        return ""
    if study.has_pupils:
        said.append(
            f"nothing here rests on fewer than {rules.minimum_base} pupils or "
            f"{rules.minimum_schools} schools, and no count below {rules.minimum_cell} is shown."
        )
    if study.stories is not None:
        fewest = study.stories.minimum_sources
        few = f" (none below {fewest})" if fewest > 1 else ""
        start = "Of" if said else "of"
        said.append(
            f"{start} what was told, only counts of sources{few} and quotes cleared for "
            "publication are shown."
        )
        if study.has_pupils:
            said[0] = said[0].replace("and no count", "and no count of pupils")
    return " ".join(said)
