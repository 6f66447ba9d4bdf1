"""What a study file may say of sensitivity: which other answers stand beside the headline."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

AnswerName = Literal[
    "cr2",
    "wild_bootstrap",
    "jackknife",
    "mixed_model",
    "complete_cases",
    "imputed",
    "delta",
    "ordinal",
    "unflagged_items",
]


def _shift(value: float) -> float:
    if value == 0:
        raise ValueError("a shift of 0 is the answer imputed; leave it out")
    return value


Shift = Annotated[
    float, Field(strict=False, ge=-2, le=2, allow_inf_nan=False), AfterValidator(_shift)
]
Auxiliary = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", strict=True)]


class Sensitivity(BaseModel):
    """The block `sensitivity` of a study file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answers: tuple[AnswerName, ...] = Field(
        (
            "cr2",
            "wild_bootstrap",
            "jackknife",
            "mixed_model",
            "complete_cases",
            "imputed",
            "delta",
            "ordinal",
            "unflagged_items",
        ),
        description="Methods under which changes and effects are estimated, the headline's among "
        "them; all by default.",
    )
    imputations: int = Field(
        20, ge=2, le=1000, strict=True, description="Completed data sets of multiple imputation."
    )
    deltas: tuple[Shift, ...] = Field(
        (-0.2, 0.2),
        description="Shifts (in total SDs at the first wave) of filled-in later scores, one answer "
        "each.",
    )
    auxiliaries: tuple[Auxiliary, ...] = Field(
        (), description="Outcomes whose scores at every wave help to fill the gaps of the others."
    )
