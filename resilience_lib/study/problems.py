"""Disagreements between keys of a file, each at its own place, so that its line can be named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A rule that the file breaks, at its place (keys and positions from the top)."""

    place: tuple[str | int, ...]
    rule: str
    value: Any


def refuse(title: str, problems: Iterable[Problem]) -> None:
    """Raise pydantic's own error for all problems; nothing where there is none.

    Parameters
    ----------
    title : str
        Name of the model.
    problems : iterable of Problem

    Raises
    ------
    pydantic_core.ValidationError
        Which `yaml_files.load_yaml` turns into faults with their lines.
    """
    from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

    details = [
        InitErrorDetails(
            type=PydanticCustomError("disagreement", "{rule}", {"rule": problem.rule}),
            loc=problem.place,
            input=problem.value,
        )
        for problem in problems
    ]
    if details:
        raise ValidationError.from_exception_data(title, details)
