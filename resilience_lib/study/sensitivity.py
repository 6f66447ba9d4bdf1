"""What a study file may say of sensitivity: which other answers stand beside the headline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field

from resilience_lib.study.block import Block, Slug
from resilience_lib.study.problems import Problem

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

AnswerName = Literal[
    "cr2",
    "wild_bootstrap",
    "jackknife",
    "mixed_model",
    "complete_cases",
    "imputed",
    "delta",
    "unflagged_items",
]
ALL_ANSWERS: tuple[AnswerName, ...] = (
    "cr2",
    "wild_bootstrap",
    "jackknife",
    "mixed_model",
    "complete_cases",
    "imputed",
    "delta",
    "unflagged_items",
)


def _shift(value: float) -> float:
    if value == 0:
        raise ValueError("a shift of 0 is the answer imputed; leave it out")
    return value


Shift = Annotated[
    float, Field(strict=False, ge=-2, le=2, allow_inf_nan=False), AfterValidator(_shift)
]


class Sensitivity(Block):
    answers: tuple[AnswerName, ...] = Field(
        ALL_ANSWERS, description="Methods that answer the same question; all where left out."
    )
    imputations: int = Field(
        20, ge=2, le=1000, strict=True, description="Completed data sets of multiple imputation."
    )
    deltas: tuple[Shift, ...] = Field(
        (-0.2, 0.2),
        description="Shifts of filled-in later scores, an answer each, in total SDs at the first "
        "wave (of effects: at their wave).",
    )
    auxiliaries: tuple[Slug, ...] = Field(
        (),
        description="Outcomes whose scores at every wave help to fill the others' gaps; imputation "
        "needs waves x (1 + auxiliaries) + 2 schools.",
    )


def sensitivity_problems(study: Study) -> Iterator[Problem]:
    """Auxiliaries that are no outcomes, and shifts without filled-in scores.

    Parameters
    ----------
    study : Study

    Yields
    ------
    Problem
    """
    asked = study.sensitivity
    known = [outcome.name for outcome in study.outcomes]
    for number, name in enumerate(asked.auxiliaries):
        if name not in known:
            rule = f"an auxiliary is one of the outcomes: {', '.join(known)}"
            yield Problem(("sensitivity", "auxiliaries", number), rule, name)
    for key, values in (("answers", asked.answers), ("deltas", asked.deltas)):
        if len(set(values)) < len(values):
            yield Problem(("sensitivity", key), f"each of {key} stands once", "")
