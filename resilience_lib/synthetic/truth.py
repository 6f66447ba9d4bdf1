"""The declared truth behind a synthetic three-wave school study, and what it implies.

Scores are discrete and bounded (a mean of four items from 1 to 5 moves in quarters), so
the mean that pupils show differs a little from the mean of the latent normal score. The
truth that estimates are held against is the mean of the *shown* scores, which follows
exactly from the normal distribution.
"""

from __future__ import annotations

from math import erf, sqrt

from pydantic import Field

from resilience_lib.study.schema import Block, Number, Slug, Text


class TrueOutcome(Block):
    """Truth about one outcome; means and changes are those of the latent score."""

    label: Text = Field(description="What it stands for.")
    range: tuple[Number, Number] = Field(description="[lowest, highest] score.")
    steps: int = Field(gt=0, description="How many steps lie between lowest and highest.")
    higher_is_better: bool = Field(description="Direction.")
    mean: dict[Slug, Number] = Field(description="Latent mean before, by gender.")
    sd: Number = Field(gt=0, description="Latent total SD before (schools included).")
    school_icc: Number = Field(ge=0, lt=1, description="Share of variance between schools.")
    school_icc_source: Text = Field(description="Where the ICC comes from.")
    stability: Number = Field(
        gt=0, lt=1, description="Correlation of a pupil's latent scores between two waves."
    )
    change: dict[Slug, dict[Slug, Number]] = Field(
        description="Latent change from before, by wave and gender."
    )
    change_school_sd: Number = Field(ge=0, description="SD of change between schools.")
    missing: Number = Field(ge=0, lt=1, description="Share of answers left out at random.")


class Dropout(Block):
    """Log-odds of being absent at a later wave."""

    base: Number = Field(description="Log-odds of a boy with average scores before.")
    girls: Number = Field(description="Added for girls.")
    per_sd_worse: Number = Field(description="Added per SD of worse scores before.")
    returns: Number = Field(
        ge=0, le=1, description="Share of those absent at the wave before who come back."
    )


class Truth(Block):
    """A whole truth file."""

    synthetic: bool = Field(description="Always true: nobody here is a pupil.")
    seed: int = Field(ge=0, description="Seed of the generator.")
    school_sizes: tuple[int, ...] = Field(min_length=2, description="Pupils in each school.")
    boys: int = Field(gt=0, description="Number of boys.")
    waves: tuple[Slug, ...] = Field(min_length=2, description="Waves; the first is before.")
    shared: Number = Field(
        ge=0, lt=1, description="Share of a pupil's stable part common to all outcomes."
    )
    dropout: dict[Slug, Dropout] = Field(description="By later wave.")
    outcomes: dict[Slug, TrueOutcome] = Field(description="By raw column.")


def shown_mean(mean: float, sd: float, limits: tuple[float, float], steps: int) -> float:
    """Mean of a normal score after rounding to its steps and cutting at its limits.

    Parameters
    ----------
    mean, sd : float
        Of the latent normal score; `sd` > 0.
    limits : tuple of float
        Lowest and highest score.
    steps : int
        Equal steps between them.

    Returns
    -------
    float
        Sum over the steps of value times probability: the probability that the latent score
        lies nearest to that step (everything beyond the limits counts to the limits).

    Examples
    --------
    A latent mean in the middle of the range stays there:

    >>> shown_mean(3.0, 0.7, (1, 5), 16)
    3.0

    Near the ceiling it is pulled down:

    >>> round(shown_mean(4.8, 0.7, (1, 5), 16), 3)
    4.611
    """
    low, high = limits
    width = (high - low) / steps

    def below(x: float) -> float:
        return 0.5 * (1 + erf((x - mean) / (sd * sqrt(2))))

    total = low
    for step in range(1, steps + 1):
        # a score of at least `step` steps begins half a step below it
        total += width * (1 - below(low + (step - 0.5) * width))
    return round(total, 12)


def true_changes(truth: Truth, column: str) -> dict[tuple[str, str], float]:
    """The change in shown scores that the truth implies.

    Parameters
    ----------
    truth : Truth
    column : str
        Raw column of the outcome.

    Returns
    -------
    dict
        From (wave, gender) to the mean change from the first wave, for later waves and both
        genders.

    Raises
    ------
    KeyError
        No such outcome.
    """
    outcome = truth.outcomes[column]
    later_sd = sqrt(outcome.sd**2 + outcome.change_school_sd**2)
    changes = {}
    for gender, mean in outcome.mean.items():
        before = shown_mean(mean, outcome.sd, outcome.range, outcome.steps)
        for wave in truth.waves[1:]:
            after = mean + outcome.change[wave][gender]
            changes[wave, gender] = (
                shown_mean(after, later_sd, outcome.range, outcome.steps) - before
            )
    return changes
