"""What a study file may say of stories and numbers read together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from resilience_lib.study.block import Block, Slug, Text
from resilience_lib.study.joins import join_problems
from resilience_lib.study.problems import Problem
from resilience_lib.study.stories import FrameName

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

Grouping = Literal["role", "school", "site", "wave"]


class Theme(Block):
    theme: Slug = Field(description="Name used in every frame and file.")
    label: Text = Field(description="What figures and tables call it.")
    frame: FrameName = Field(description="The coding frame of its codes.")
    codes: tuple[Text, ...] = Field(min_length=1, description="Codes that speak of it.")
    outcome: Slug | None = Field(
        None, description="The outcome beside it; left out where nothing was measured."
    )
    contrast: Text | None = Field(None, description="Of which contrast: T2 - T1.")
    estimand: Slug = Field("mean_change", description="Which estimate stands beside it.")
    smallest_important: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        None, description="Smallest change that matters, in the estimand's unit; declared before."
    )
    because: Text | None = Field(None, description="Why that is the smallest change that matters.")
    inference: Text | None = Field(None, description="What both together say, in words.")


class Association(Block):
    theme: Slug = Field(description="One of themes, which has an outcome.")
    because: Text = Field(description="Why a coefficient is asked for, in spite of few schools.")


class Mixed(Block):
    design: Literal[
        "convergent", "explanatory_sequential", "exploratory_sequential", "intervention"
    ] = Field(description="How the two strands are ordered.")
    integration: Text = Field(description="Where and how the strands meet.")
    groups: tuple[Grouping, ...] = Field(("role",), description="By which counts are shown.")
    themes: tuple[Theme, ...] = Field((), description="Rows of joint displays.")
    convergence: Text | None = Field(
        None, description="Two people's judgements of convergence (studies/<study>/)."
    )
    associations: tuple[Association, ...] = Field(
        (), description="Coefficients between stories and outcomes of schools; none by default."
    )


def mixed_problems(study: Study) -> Iterator[Problem]:
    """Disagreements inside the blocks of joins and of stories with numbers.

    Parameters
    ----------
    study : Study

    Yields
    ------
    Problem
    """
    if study.stories is None:
        for key, given in (("joins", study.joins), ("mixed", study.mixed)):
            if given:
                yield Problem((key,), f"{key} needs stories", "")
    yield from join_problems(study)
    if study.mixed is None:
        return
    outcomes = [outcome.name for outcome in study.outcomes]
    names: list[str] = []
    for number, theme in enumerate(study.mixed.themes):
        place = ("mixed", "themes", number)
        if theme.theme in names:
            yield Problem((*place, "theme"), "names of themes are unique", theme.theme)
        names.append(theme.theme)
        if study.stories is not None and theme.frame not in study.stories.frames:
            rule = f"frames of this study are {', '.join(study.stories.frames)}"
            yield Problem((*place, "frame"), rule, theme.frame)
        if theme.outcome is None:
            continue
        if theme.outcome not in outcomes:
            rule = f"outcomes of this study are {', '.join(outcomes)}"
            yield Problem((*place, "outcome"), rule, theme.outcome)
        for key in ("contrast", "smallest_important", "because"):
            if getattr(theme, key) is None:
                rule = f"a theme with an outcome needs {key}"
                yield Problem((*place, key), rule, "")
        contrasts = _contrasts(study)
        if theme.contrast is not None and theme.contrast not in contrasts:
            rule = f"contrasts of this study are {', '.join(contrasts)}"
            yield Problem((*place, "contrast"), rule, theme.contrast)
    for number, asked in enumerate(study.mixed.associations):
        if asked.theme not in names:
            rule = f"themes of this study are {', '.join(names)}"
            yield Problem(("mixed", "associations", number, "theme"), rule, asked.theme)
        elif study.mixed.themes[names.index(asked.theme)].outcome is None:
            rule = "a coefficient needs a theme with an outcome"
            yield Problem(("mixed", "associations", number, "theme"), rule, asked.theme)


def _contrasts(study: Study) -> list[str]:
    """Names of what is compared, as estimates have them."""
    named = [f"{later} - {first}" for first, later in study.changes]
    arms = study.arm_names
    return named + [f"{arm} - {arms[0]} at {wave}" for wave in study.effects_at for arm in arms[1:]]
