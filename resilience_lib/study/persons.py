"""When a pupil's change counts as one: what the study file may say for an outcome."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator, model_validator

from resilience_lib.study.block import Block, Number, Text
from resilience_lib.study.problems import Problem

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

ALPHA = "first_wave_alpha"
"""Stands for Cronbach's alpha of this study's own pupils at the earlier wave."""


class PersonChange(Block):
    reliability: float | Literal["first_wave_alpha"] | None = Field(
        None,
        description="Reliability of the score, between 0 and 1, for reliable change; "
        "first_wave_alpha takes the alpha of these pupils at the earlier wave.",
    )
    source: Text | None = Field(None, description="Where the reliability was published.")
    important: Annotated[Number, Field(gt=0)] | None = Field(
        None, description="Smallest change that matters to a pupil, in the outcome's unit."
    )
    important_source: Text | None = Field(None, description="Where that is published.")

    @field_validator("reliability", mode="plain")
    @classmethod
    def _is_one(cls, given: object) -> object:
        number = isinstance(given, int | float) and not isinstance(given, bool)
        if given != ALPHA and given is not None and not (number and 0 < float(str(given)) < 1):
            raise ValueError(f"a reliability lies between 0 and 1, or {ALPHA}")
        return given

    @model_validator(mode="after")
    def _is_cited(self) -> PersonChange:
        if isinstance(self.reliability, float) != (self.source is not None):
            raise ValueError("a reliability goes with its source, and first_wave_alpha has none")
        if (self.important is None) != (self.important_source is None):
            raise ValueError("important goes with important_source, the citation")
        if self.reliability is None and self.important is None:
            raise ValueError("give a reliability with its source, or an important change with its")
        return self


def person_problems(study: Study) -> Iterator[Problem]:
    """Entries of `persons` for no outcome, or for one whose change is not estimated."""
    for name in study.persons:
        if name not in study.comparable:
            rule = f"persons: {name} is no outcome with comparable_across_waves: true"
            yield Problem(("persons", name), rule, name)
