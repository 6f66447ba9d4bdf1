"""What the report says of dose and fidelity: an association, in plain sentences."""

from __future__ import annotations

from resilience_lib.study.schema import Study


def describe_dose(study: Study) -> list[str]:
    """Sentences on each declared dose; empty where none is declared or no change estimated.

    Parameters
    ----------
    study : Study

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> describe_dose(load_study("project_star"))
    []
    >>> describe_dose(load_study("bounce_forward"))[0]
    'Sessions led: how change is associated with one more session, schools compared.'
    """
    if not (study.comparable and study.changes and study.dose):
        return []
    said = []
    for dose in study.dose:
        compared = "schools compared"
        if dose.classroom is not None:
            compared = "over all classes, between classes of one school and between schools' means"
        said.append(
            f"{dose.label}: how change is associated with one more {dose.unit}, {compared}."
        )
    return [
        *said,
        "These are slopes of a regression of pupils' change on what their school or class got, "
        "with CR2 standard errors by school. Nobody drew by lot who got more: schools and classes "
        "that got more may differ in other ways, and no cause is shown.",
    ]
