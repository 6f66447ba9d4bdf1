"""What every block of a study file is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", strict=True)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True, strict=True)]
WaveName = Annotated[str, StringConstraints(pattern=r"^T[1-9][0-9]?$", strict=True)]
Number = Annotated[float, Field(strict=False, allow_inf_nan=False)]


class Block(BaseModel):
    """A block of a study file: unknown keys are refused and nothing can be changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)
