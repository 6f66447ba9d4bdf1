"""What figures and tables call things, taken from the study file once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from resilience_lib.effects.sizes import change_sizes, effect_sizes
from resilience_lib.study.schema import Outcome, Study

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Labels:
    """Words of one study for figures and tables.

    Parameters
    ----------
    study, title : str
        Name and title of the study.
    outcomes : tuple of Outcome
        As in the study file.
    waves : tuple of (name, label)
        In the order of time.
    genders : tuple of str
        The two groups; differences are the first minus the second.
    arms : tuple of str
        The comparison first; empty for one group.
    changes : tuple of (first, last)
        Pairs of waves.
    synthetic_because : str
        How the data were invented; "" for real pupils.
    minimum_cell : int
        Smallest count that is printed; 0 for open data.
    population_source : str
        Where the population's figures are published; "" where none are declared.
    rates : mapping of str to str
        Label of each declared rate.
    change_sizes, effect_sizes : tuple of str
        Effect sizes that are printed, the one that leads first.

    Examples
    --------
    >>> from resilience_lib.study.load import load_study
    >>> labels = Labels.from_study(load_study("project_star"))
    >>> labels.wave("T1"), labels.group("girls - boys"), labels.span
    ('Kindergarten', 'Girls − boys', 'T4 - T1')
    """

    study: str
    title: str
    outcomes: tuple[Outcome, ...]
    waves: tuple[tuple[str, str], ...]
    genders: tuple[str, str]
    arms: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]
    synthetic_because: str
    minimum_cell: int
    population_source: str
    change_sizes: tuple[str, ...]
    effect_sizes: tuple[str, ...]
    rates: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_study(cls, study: Study) -> Labels:
        """The words of a study file."""
        return cls(
            study=study.study,
            title=study.title,
            outcomes=study.outcomes,
            waves=tuple((wave.name, wave.label) for wave in study.waves),
            genders=study.gender.difference,
            arms=study.arm_names,
            changes=study.changes,
            synthetic_because=(study.synthetic_because or "") if study.synthetic else "",
            minimum_cell=study.disclosure.minimum_cell or 0,
            population_source=study.population.source if study.population else "",
            change_sizes=change_sizes(study),
            effect_sizes=effect_sizes(study),
            rates={rate.name: rate.label for rate in study.further.rates},
        )

    @property
    def one_group(self) -> bool:
        """Whether there is nothing to compare the programme with."""
        return not self.arms

    @property
    def outcome_names(self) -> tuple[str, ...]:
        """Names of the outcomes in the order of the study file."""
        return tuple(outcome.name for outcome in self.outcomes)

    @property
    def contrasts(self) -> tuple[str, ...]:
        """Changes as the Estimate frame names them, in the order of the study file."""
        return tuple(f"{last} - {first}" for first, last in self.changes)

    @property
    def span(self) -> str:
        """The longest declared change, as the Estimate frame names it; "" without any."""
        if not self.changes:
            return ""
        position = {name: at for at, (name, _) in enumerate(self.waves)}
        first, last = max(self.changes, key=lambda pair: position[pair[1]] - position[pair[0]])
        return f"{last} - {first}"

    @property
    def incomparable(self) -> tuple[str, ...]:
        """Names of the outcomes that are not one scale at all waves."""
        return tuple(o.name for o in self.outcomes if not o.comparable_across_waves)

    def outcome(self, name: str) -> Outcome:
        """The outcome of that name."""
        return {outcome.name: outcome for outcome in self.outcomes}[name]

    def outcome_title(self, name: str) -> str:
        """Label of an outcome; says so where a lower score is the better one."""
        outcome = self.outcome(name)
        return outcome.label + ("" if outcome.higher_is_better else " (lower is better)")

    def wave(self, name: str) -> str:
        """Label of a wave."""
        return dict(self.waves)[name]

    def change(self, contrast: str) -> str:
        """ "T2 - T1" for people: from what to what."""
        last, first = contrast.split(" - ")
        return f"{first} to {last}"

    def contrast(self, contrast: str) -> str:
        """A change ("T2 - T1") or an effect ("small - regular at T2") for people."""
        if " at " in contrast:
            return contrast.replace(" - ", f" {MINUS} ")
        return self.change(contrast)

    def pair(self, contrast: str) -> str:
        """ "T2 with T1" for people: two waves in the order of time."""
        later, first = contrast.split(" with ")
        return f"{first} and {later}"

    def group(self, subgroup: str) -> str:
        """A subgroup for people.

        "all" is "All pupils", and a difference has a true minus sign.
        """
        named = "All pupils" if subgroup == "all" else subgroup[:1].upper() + subgroup[1:]
        return named.replace(" - ", f" {MINUS} ")

    @property
    def groups(self) -> tuple[str, ...]:
        """Rows of every gender table and forest: all, each gender, and their difference."""
        first, second = self.genders
        return ("all", first, second, f"{first} - {second}")

    def waves_line(self) -> str:
        """Which wave is which, in one line for a caption."""
        return "; ".join(f"{name}: {label}" for name, label in self.waves)
