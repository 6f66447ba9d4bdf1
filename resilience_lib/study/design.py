"""What a study file may assume of a design that is being planned, each with its source."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from resilience_lib.study.block import Block, Number
from resilience_lib.study.problems import Problem, refuse
from resilience_lib.study.source import Known


class Assumed(Block):
    value: Number = Field(description="The number that is assumed.")
    source: Known = Field(description="Where it is published, or whose guess it is.")


class Schools(Assumed):
    value: Annotated[int, Field(ge=3, le=1000, strict=True)] = Field(
        description="The number that is assumed, 3 or more."
    )


class Pupils(Assumed):
    value: Annotated[Number, Field(ge=1, le=10_000)] = Field(
        description="The number that is assumed, 1 or more."
    )


class Share(Assumed):
    value: Annotated[Number, Field(ge=0, lt=1)] = Field(
        description="The number that is assumed, from 0 to below 1."
    )


class Between(Assumed):
    value: Annotated[Number, Field(gt=0, lt=1)] = Field(
        description="The number that is assumed, between 0 and 1."
    )


class Variation(Assumed):
    value: Annotated[Number, Field(ge=0, le=1.5)] = Field(
        description="The number that is assumed, from 0 to 1.5."
    )


class Design(Block):
    """The block `design`: scores are in SDs of the first wave, the same at both."""

    schools: Schools = Field(description="Schools that will take part.")
    pupils_per_school: Pupils = Field(description="Pupils asked in a school, on average.")
    size_variation: Variation | None = Field(
        None, description="SD of schools' sizes over their mean; 0 where left out: all alike."
    )
    icc_level: Share = Field(description="Share of the variance of a score between schools.")
    icc_change: Share = Field(
        description="Share of the variance of pupils' change between schools; change rests on it."
    )
    icc_difference: Share | None = Field(
        None,
        description="Share of that variance by which schools differ in the gap between two groups "
        "of their pupils (genders, or arms inside schools); 0 where left out: one gap everywhere.",
    )
    pre_post_r: Share = Field(description="Correlation of pupils' scores at two waves.")
    attrition: Share = Field(description="Share of pupils who are not seen again.")
    gender_share: Between = Field(
        description="Share of the first group of gender.difference among pupils."
    )
    assigned: Literal["none", "schools", "pupils"] = Field(
        "none", description="What gets the programme or not: schools, pupils in schools, or none."
    )
    power: Annotated[Number, Field(ge=0.5, lt=1)] = Field(
        0.8, description="How often a true change should be found."
    )
    alpha: Annotated[Number, Field(gt=0, le=0.2)] = Field(
        0.05, description="How often none should be taken for one (two-sided)."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Design:
        if (fault := self._too_much_change()) is not None:
            refuse("Design", [fault])
        return self

    def _too_much_change(self) -> Problem | None:
        # schools' levels at two waves, of that ICC each, cannot differ by more if they are
        # not to be negatively correlated
        most = self.icc_level.value / (1 - self.pre_post_r.value)
        if self.icc_change.value > most + 1e-9:
            rule = (
                f"with icc_level {self.icc_level.value:g} and pre_post_r "
                f"{self.pre_post_r.value:g} icc_change is at most icc_level / (1 - pre_post_r) = "
                f"{most:.3g}"
            )
            return Problem(("icc_change", "value"), rule, self.icc_change.value)
        gap = self.icc_difference.value if self.icc_difference is not None else 0.0
        if gap + max(self.icc_change.value, self.icc_level.value) >= 1:
            rule = "icc_difference and the larger of the other two ICCs add to less than 1"
            return Problem(("icc_difference", "value"), rule, gap)
        return None
