"""What a study file may say: one frozen class per block, a description per key.

Names of figures, tables and estimands are checked against their registries by the build,
which stands above this room.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from resilience_lib.study.agreement import study_problems
from resilience_lib.study.block import Block, Number, Slug, Text, WaveName
from resilience_lib.study.design import Design
from resilience_lib.study.dose import Dose
from resilience_lib.study.further import Further
from resilience_lib.study.intake import Linking, RawFile, Wave
from resilience_lib.study.joins import Join
from resilience_lib.study.mixed import Mixed
from resilience_lib.study.persons import PersonChange
from resilience_lib.study.problems import refuse
from resilience_lib.study.sensitivity import Sensitivity
from resilience_lib.study.stories import Stories


class Gender(Block):
    values: dict[Text, Slug] = Field(
        description="What the codebook calls a gender (its label, else its code) to group name."
    )
    difference: tuple[Slug, Slug] = Field(description="[a, b]: differences are a minus b.")


class Arms(Block):
    values: dict[Text, Text] = Field(
        description="What the codebook calls an arm (its label, else its code) to its name."
    )
    comparison: Text = Field(description="Name of the comparison arm.")
    assigned_at: Literal["first_wave_seen"] = Field(
        description="The arm counted is that of the pupil's first wave (intention to treat)."
    )
    randomised_within: Literal["school", "none"] = Field(
        description="Pupils were randomised inside schools, or not at random (none)."
    )


class Outcome(Block):
    name: Slug = Field(description="Name used in every frame and file.")
    column: Text | None = Field(
        None, description="Column with the score (a wide file: its item in the codebook)."
    )
    sum_of: tuple[Slug, ...] | None = Field(
        None, description="Outcomes declared above whose sum this is (missing if one is)."
    )
    instrument: Slug | None = Field(None, description="Instrument whose items are scored.")
    scale: Slug | None = Field(None, description="Scale of that instrument.")
    label: Text = Field(description="What figures and tables call it.")
    unit: Text = Field(description="Unit of the score.")
    range: tuple[Number, Number] = Field(description="[lowest, highest] possible score.")
    higher_is_better: bool = Field(description="Whether a higher score is the better one.")
    comparable_across_waves: bool = Field(
        description="Whether the scale is the same at each wave; change is refused otherwise."
    )
    comparable_because: Text | None = Field(None, description="The reason, for a reader.")
    role: Literal["primary", "secondary", "exploratory"] = Field(description="Role in the paper.")

    @model_validator(mode="after")
    def _has_a_source(self) -> Outcome:
        if (self.instrument is None) != (self.scale is None):
            raise ValueError("instrument and scale go together")
        if [self.column, self.sum_of, self.instrument].count(None) != 2:
            raise ValueError("an outcome has one of column, sum_of, or instrument with scale")
        if self.range[0] >= self.range[1]:
            raise ValueError("range is [lowest, highest]")
        if self.comparable_across_waves and self.comparable_because is None:
            raise ValueError("comparable_across_waves: true needs comparable_because, the reason")
        return self


class Population(Block):
    schools: int = Field(gt=0, description="Schools in the population.")
    pupils: int = Field(gt=0, description="Pupils in the population.")
    eligible: Text = Field(description="Who they are, in a few words.")
    source: Text = Field(description="Where the figures are published.")


class Contrasts(Block):
    change: tuple[tuple[WaveName, WaveName], ...] = Field(
        (), description="Pairs of waves, earlier first, between which change is estimated."
    )
    effect: tuple[WaveName, ...] = Field(
        (), description="Waves at which arms are compared; all where left out."
    )


class Estimands(Block):
    change: Slug = Field(
        "g_change_model", description="Effect size of change that tables and forests lead with."
    )
    effect: Slug = Field(
        "g_total", description="Effect size of effects that tables and forests lead with."
    )
    also: tuple[Slug, ...] = Field(
        ("d_av_mean", "d_z"), description="Further effect sizes, by name, that stand beside."
    )
    headline: Literal["cr2_satterthwaite"] = Field(
        "cr2_satterthwaite",
        description="Method of the intervals and tests that a paper leads with, named before any "
        "result: it holds its 95% at 11 schools without assuming how pupils are alike (make "
        "simulate); others stand beside.",
    )


class Families(Block):
    primary: Literal["holm"] = Field(description="Adjustment inside the primary outcomes.")
    other: Literal["benjamini_hochberg"] = Field(description="Adjustment of all others.")


class Disclosure(Block):
    open_data: bool = Field(description="true only where every pupil row may be published.")
    reason: Text | None = Field(None, description="Why the data are open.")
    minimum_cell: int | None = Field(None, ge=3, description="Smallest count that may be seen.")
    minimum_base: int | None = Field(
        None, ge=3, description="Fewest pupils behind a mean, a share or an interval."
    )
    minimum_schools: int | None = Field(None, ge=2, description="Fewest schools behind a value.")

    @model_validator(mode="after")
    def _declares_rules(self) -> Disclosure:
        rules = (self.minimum_cell, self.minimum_base, self.minimum_schools)
        if self.open_data and self.reason is None:
            raise ValueError("open_data: true needs reason, why every pupil's row may be seen")
        if not self.open_data and None in rules:
            raise ValueError("give minimum_cell, minimum_base and minimum_schools")
        return self


class Study(Block):
    """A whole study file."""

    study: Slug = Field(description="The study's name, the same as its folder's.")
    title: Text = Field(description="Title of the report.")
    question: Text = Field(description="The question that the study asks.")
    synthetic: bool = Field(description="true marks every output as synthetic.")
    synthetic_because: Text | None = Field(None, description="How the data were invented.")
    citations: tuple[Text, ...] = Field(description="Works that the report cites.")
    notes: tuple[Text, ...] = Field((), description="What a reader must know.")
    seed: int = Field(ge=0, strict=True, description="Seed of every random number.")
    population: Population | None = Field(None, description="Whom the sample was drawn from.")
    files: tuple[RawFile, ...] = Field(
        (), description="Raw files to read; pupils' are left out where a study has stories alone."
    )
    linking: Linking = Field(
        Linking.model_validate({}), description="How rows of several waves are made one pupil's."
    )
    waves: tuple[Wave, ...] = Field((), description="Waves in the order of time; two at least.")
    gender: Gender = Field(
        Gender(values={}, difference=("none", "none")),
        description="Gender groups and the direction of differences.",
    )
    arms: Arms | None = Field(None, description="Arms; left out where there is one group.")
    design: Design | None = Field(None, description="What `make design` assumes; builds ignore it.")
    outcomes: tuple[Outcome, ...] = Field((), description="Outcomes.")
    contrasts: Contrasts = Field(
        Contrasts.model_validate({}), description="Which waves and arms are compared."
    )
    estimand: Estimands = Field(
        Estimands.model_validate({}), description="Which effect sizes and intervals are printed."
    )
    persons: dict[Slug, PersonChange] = Field(
        {}, description="When a pupil's change counts, by outcome; any change where left out."
    )
    sensitivity: Sensitivity = Field(
        Sensitivity.model_validate({}), description="Other answers beside the headline."
    )
    dose: tuple[Dose, ...] = Field((), description="What a class or school got of the programme.")
    further: Further = Field(
        Further.model_validate({}), description="Picked pupils, rates, sites, two raters."
    )
    families: Families = Field(
        Families(primary="holm", other="benjamini_hochberg"),
        description="How p-values are adjusted for multiplicity.",
    )
    stories: Stories | None = Field(None, description="Coded stories and who was asked.")
    joins: tuple[Join, ...] = Field((), description="What stories are joined to, and expected.")
    mixed: Mixed | None = Field(None, description="How stories and numbers are read together.")
    disclosure: Disclosure = Field(description="What may be seen of the pupils.")
    figures: tuple[Slug, ...] = Field(description="Figures to draw, by registered name.")
    tables: tuple[Slug, ...] = Field(description="Tables to write, by registered name.")

    @property
    def raw_names(self) -> tuple[str, ...]:
        """Names of all raw files, data dictionaries and exports of stories included."""
        dictionaries = [file.dictionary for file in self.files if file.dictionary is not None]
        told = () if self.stories is None else self.stories.raw_names
        return (*(file.name for file in self.files), *dictionaries, *told)

    @property
    def has_pupils(self) -> bool:
        """Whether there are pupils' waves and scores, and not stories alone."""
        return bool(self.files)

    @property
    def others_read(self) -> tuple[str, ...]:
        """Kinds of other files that doses and rates are read from."""
        return tuple(
            dict.fromkeys([*(d.holds for d in self.dose), *(r.holds for r in self.further.rates)])
        )

    @property
    def wave_names(self) -> tuple[str, ...]:
        """Names of the waves in the order of time."""
        return tuple(wave.name for wave in self.waves)

    @property
    def arm_names(self) -> tuple[str, ...]:
        """Names of the arms, the comparison first; empty where there is one group."""
        if self.arms is None:
            return ()
        others = [name for name in self.arms.values.values() if name != self.arms.comparison]
        return (self.arms.comparison, *others)

    @property
    def changes(self) -> tuple[tuple[str, str], ...]:
        """Pairs of waves between which change is estimated."""
        return self.contrasts.change

    @property
    def effects_at(self) -> tuple[str, ...]:
        """Waves at which arms are compared; empty where there is one group."""
        return (self.contrasts.effect or self.wave_names) if self.arms is not None else ()

    @property
    def comparable(self) -> tuple[str, ...]:
        """Names of the outcomes whose scale is the same at each wave."""
        return tuple(o.name for o in self.outcomes if o.comparable_across_waves)

    @property
    def incomparable(self) -> tuple[str, ...]:
        """Names of the other outcomes, of which only places within a wave can be told."""
        return tuple(o.name for o in self.outcomes if not o.comparable_across_waves)

    def outcome(self, name: str) -> Outcome:
        """The outcome of that name.

        Raises
        ------
        KeyError
            No such outcome.
        """
        return {outcome.name: outcome for outcome in self.outcomes}[name]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Study:
        # each problem at its own place, so that its line can be named
        refuse("Study", study_problems(self))
        return self
