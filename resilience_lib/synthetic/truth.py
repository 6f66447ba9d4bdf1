"""The declared truth behind a synthetic school study in waves: its pupils answer items."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from resilience_lib.study.block import Block, Number, Slug, Text


class TrueScale(Block):
    """Truth about one scale; its latent score has mean `mean` and SD 1 at the first wave."""

    label: Text = Field(description="What it stands for.")
    instrument: Slug = Field(description="Instrument that the items belong to.")
    items: tuple[Text, ...] = Field(min_length=1, description="Its items, by number.")
    reversed: tuple[Text, ...] = Field((), description="Items that are answered the other way.")
    lowest: int = Field(description="Lowest answer.")
    thresholds: tuple[Number, ...] = Field(
        min_length=1, description="Latent item scores at which the next answer begins, in SDs."
    )
    difficulties: tuple[Number, ...] = Field(
        (), description="Added to the thresholds of each item; left out: all items alike."
    )
    girls_differ: dict[Text, Number] = Field(
        {}, description="Added to the thresholds of an item for girls: it works differently."
    )
    loading: Number = Field(gt=0, lt=1, description="Correlation of an item with the scale.")
    higher_is_better: bool = Field(description="Direction.")
    mean: dict[Slug, Number] = Field(description="Latent mean before, by gender.")
    school_icc: Number = Field(
        ge=0, lt=1, description="Share of an item's latent variance that lies between schools."
    )
    school_icc_source: Text = Field(description="Where the ICC comes from.")
    stability: Number = Field(
        gt=0, lt=1, description="Correlation of a pupil's latent scores between two waves."
    )
    change: dict[Slug, dict[Slug, Number]] = Field(
        description="Latent change from before, by wave and gender."
    )
    change_school_sd: Number = Field(ge=0, description="SD of change between schools.")
    missing: Number = Field(ge=0, lt=1, description="Share of answers left out at random.")

    @model_validator(mode="after")
    def _fits_together(self) -> TrueScale:
        if list(self.thresholds) != sorted(set(self.thresholds)):
            raise ValueError("thresholds rise")
        if self.difficulties and len(self.difficulties) != len(self.items):
            raise ValueError("difficulties has one number per item, or is left out")
        if not {*self.reversed, *self.girls_differ} <= set(self.items):
            raise ValueError("reversed and girls_differ name items of this scale")
        if self.scale_icc >= self.stability:
            raise ValueError(
                "school_icc divided by the square of loading lies below stability, since what "
                "schools share stays from wave to wave"
            )
        return self

    @property
    def scale_icc(self) -> float:
        """Share of the latent score's own variance between schools: an item shows `loading`
        squared of it."""
        return self.school_icc / self.loading**2

    @property
    def highest(self) -> int:
        """Highest answer."""
        return self.lowest + len(self.thresholds)


class Dropout(Block):
    """Log-odds of being absent at a later wave."""

    base: Number = Field(description="Log-odds of a boy with average scores before.")
    girls: Number = Field(description="Added for girls.")
    per_sd_worse: Number = Field(description="Added per SD of worse latent scores before.")
    returns: Number = Field(
        ge=0, le=1, description="Share of those absent at the wave before who come back."
    )


class TypingFaults(Block):
    """Shares of later rows in which one part of the pupil's code is typed wrongly."""

    number: Number = Field(ge=0, le=1, description="The pupil's number, by one sign.")
    other: Number = Field(ge=0, le=1, description="One of the other parts.")
    spelling: Number = Field(ge=0, le=1, description="The number in small letters, or with blanks.")


class Files(Block):
    """What the raw files look like."""

    layout: Literal["one_file", "survey_exports"] = Field(
        description="One CSV of all waves; or a Qualtrics export per wave, an attendance file and "
        "a staff file."
    )
    names: dict[Slug, Text] = Field(
        description="File by what it holds: pupils; or each wave, attendance and staff."
    )
    typing_faults: TypingFaults | None = Field(None, description="With survey_exports.")
    staff: int = Field(0, ge=0, description="Members of staff, with survey_exports.")


class Truth(Block):
    """A whole truth file."""

    synthetic: Literal[True] = Field(description="Always true: nobody here is a pupil.")
    seed: int = Field(ge=0, description="Seed of the generator.")
    school_sizes: tuple[int, ...] = Field(min_length=2, description="Pupils in each school.")
    boys: int = Field(gt=0, description="Number of boys.")
    waves: tuple[Slug, ...] = Field(min_length=2, description="Waves; the first is before.")
    shared: Number = Field(
        ge=0, lt=1, description="Share of a pupil's stable part common to all scales."
    )
    dropout: dict[Slug, Dropout] = Field(description="By later wave.")
    scales: dict[Slug, TrueScale] = Field(description="By name.")
    files: Files = Field(description="What the raw files look like.")
