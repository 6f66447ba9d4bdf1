"""Where the dose of a programme stands: what classes or schools got of it, or how faithfully."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from resilience_lib.study.block import Block, Slug, Text
from resilience_lib.study.problems import Problem

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study


class Dose(Block):
    name: Slug = Field(description="Name used in every frame.")
    label: Text = Field(description="What figures and tables call it.")
    unit: Text = Field(description="Unit, of which a slope is one more: session, point.")
    holds: Literal["staff", "school_records"] = Field(
        description="Which of the study's other files has it."
    )
    column: Text = Field(description="Its column there, by the name that the codebook gives.")
    school: Text = Field(description="The column there that names the school.")
    classroom: Text | None = Field(
        None, description="The column there that names the class; left out for one value a school."
    )
    summary: Literal["mean", "sum"] = Field(
        "mean", description="What several rows of one class or school make."
    )


def dose_problems(study: Study) -> Iterator[Problem]:
    """Doses from a kind of file that the study does not have, and names used twice.

    Parameters
    ----------
    study : Study

    Yields
    ------
    Problem
    """
    held = {file.holds for file in study.files}
    names: list[str] = []
    for number, dose in enumerate(study.dose):
        if dose.holds not in held:
            rule = f"dose: no file of this study holds {dose.holds}"
            yield Problem(("dose", number, "holds"), rule, dose.holds)
        if dose.name in names:
            yield Problem(("dose", number, "name"), "names of doses are unique", dose.name)
        names.append(dose.name)
