"""Further questions that a study file may ask: picked pupils, rates, sites, two raters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from resilience_lib.study.block import Block, Number, Slug, Text, WaveName
from resilience_lib.study.problems import Problem

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

Place = tuple[str | int, ...]
Reliability = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]


class Picked(Block):
    outcome: Slug = Field(description="The outcome by whose first score pupils were picked.")
    change: tuple[WaveName, WaveName] = Field(description="[earlier, later]: picked at the first.")
    cut: Number = Field(description="The score at which they were picked.")
    side: Literal["at most", "at least"] = Field(
        "at most", description="Whether those at the cut or below were picked, or above."
    )
    reliability: Reliability | None = Field(
        None,
        description="Of the score between the two waves, from outside the sample; without one, and "
        "without a comparison, change and regression to the mean cannot be separated.",
    )
    source: Text = Field("none", description="Where the reliability was published.")

    @model_validator(mode="after")
    def _names_its_source(self) -> Picked:
        if self.reliability is not None and self.source == "none":
            raise ValueError("a reliability needs source, where it was published")
        return self


class Rate(Block):
    name: Slug = Field(description="Name used in every frame.")
    label: Text = Field(description="What tables call it.")
    holds: Literal["staff", "school_records"] = Field(
        description="Which of the study's other files has it."
    )
    events: Text = Field(description="Column with counts of events.")
    exposure: Text = Field(description="Column with the time or number at risk behind each count.")
    school: Text = Field(description="Column that names the school.")
    by: Text = Field(description="Column whose values are compared: a term, a year, a group.")
    compare: tuple[Text, Text] = Field(description="[a, b]: the rate of a over that of b.")


class Raters(Block):
    pupil: Slug = Field(description="Outcome that pupils reported themselves.")
    teacher: Slug = Field(description="The same scale as their teachers reported it.")
    wave: WaveName = Field(description="At which wave both are compared.")
    rater: Literal["classroom", "school"] = Field(
        "classroom", description="Who rated: one teacher a class, or one a school."
    )


class Further(Block):
    picked: tuple[Picked, ...] = Field((), description="Pupils picked by their first score.")
    rates: tuple[Rate, ...] = Field((), description="Events over the time or number at risk.")
    sites: dict[Text, tuple[Text, ...]] = Field(
        {}, description="Sites to their schools, where a programme ran at several."
    )
    raters: tuple[Raters, ...] = Field((), description="Pupils' and teachers' reports compared.")

    @property
    def asked(self) -> bool:
        """Whether any of these questions is asked."""
        return bool(self.picked or self.rates or self.sites or self.raters)


def further_problems(study: Study) -> Iterator[Problem]:
    """Further questions about outcomes, waves, files or schools that the study does not have.

    Parameters
    ----------
    study : Study

    Yields
    ------
    Problem
    """
    asked = study.further
    for number, picked in enumerate(asked.picked):
        place: Place = ("further", "picked", number)
        yield from _outcome(study, picked.outcome, (*place, "outcome"), study.comparable)
        if picked.change not in study.changes:
            rule = "the pair of waves is one of contrasts.change"
            yield Problem((*place, "change"), rule, ", ".join(picked.change))
    for number, rate in enumerate(asked.rates):
        place = ("further", "rates", number)
        if rate.holds not in {file.holds for file in study.files}:
            yield Problem(
                (*place, "holds"), f"no file of this study holds {rate.holds}", rate.holds
            )
        if rate.compare[0] == rate.compare[1]:
            yield Problem((*place, "compare"), "two values that differ", rate.compare[0])
    for number, raters in enumerate(asked.raters):
        place = ("further", "raters", number)
        every = tuple(outcome.name for outcome in study.outcomes)
        yield from _outcome(study, raters.pupil, (*place, "pupil"), every)
        yield from _outcome(study, raters.teacher, (*place, "teacher"), every)
        if raters.wave not in study.wave_names:
            rule = f"waves of this study are {', '.join(study.wave_names)}"
            yield Problem((*place, "wave"), rule, raters.wave)
    schools = [school for listed in asked.sites.values() for school in listed]
    for school in sorted({one for one in schools if schools.count(one) > 1}):
        yield Problem(("further", "sites"), "a school stands at one site", school)


def _outcome(study: Study, name: str, place: Place, known: tuple[str, ...]) -> Iterator[Problem]:
    if name not in known:
        yield Problem(place, f"outcomes that fit: {', '.join(known) or 'none'}", name)
