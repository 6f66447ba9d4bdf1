"""What a study file may say of joins: what stories are joined to, by which keys, and expected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from resilience_lib.study.block import Block, Text
from resilience_lib.study.problems import Problem

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

RightName = Literal["schools", "classrooms", "pupils", "waves", "roles", "sites"]
KEYS: dict[str, tuple[str, ...]] = {
    "schools": ("school",),
    "classrooms": ("school", "classroom"),
    "pupils": ("pupil",),
    "waves": ("wave",),
    "roles": ("role",),
    "sites": ("site", "school"),
}
"""What each can be joined by."""
LISTED: tuple[str, ...] = ("roles", "sites")
"""What a list beside the study file holds; all else is known from pupils or the study file."""
LinkName = Literal["teller", "role", "school", "classroom", "pupil", "site", "wave"]


class Join(Block):
    left: Literal["stories"] = Field(description="What is joined.")
    right: RightName = Field(
        description="What it is joined to; staff's stories never to pupils. Roles and sites are "
        "those of a list."
    )
    by: tuple[LinkName, ...] = Field(min_length=1, description="Keys that both sides have.")
    list: Text | None = Field(
        None, description="The list of roles or of sites (studies/<study>/), for these two alone."
    )
    only_left: int = Field(0, ge=0, strict=True, description="Keys expected on the left alone.")
    only_right: int | None = Field(
        0, ge=0, strict=True, description="Keys expected on the right alone; null for any number."
    )
    fan_out: int | None = Field(
        None, ge=1, strict=True, description="Most rows of the left with one key; null for any."
    )
    fan_out_right: int | None = Field(
        1,
        ge=1,
        strict=True,
        description="Most rows of a list with one key: above 1, or null for any, where a key may "
        "stand in several rows, as that of a site with several schools.",
    )

    @property
    def beside(self) -> str:
        """What the right side is called among all right sides: two lists of sites are two."""
        return self.right if self.list is None else f"{self.right} {self.list}"


def join_problems(study: Study) -> Iterator[Problem]:
    """Joins that the rest of the study file does not allow.

    Parameters
    ----------
    study : Study

    Yields
    ------
    Problem
    """
    for number, join in enumerate(study.joins):
        place, keys = ("joins", number), KEYS[join.right]
        listed = join.right in LISTED
        if not study.has_pupils and not listed and join.right != "waves":
            yield Problem((*place, "right"), "a study of stories alone has no pupils", join.right)
        if not study.wave_names and join.right == "waves":
            yield Problem((*place, "right"), "the study file names no waves", join.right)
        if not set(join.by) <= set(keys) or len(set(join.by)) < len(join.by):
            rule = f"{join.right} are joined by {' and '.join(keys)}, each named once"
            yield Problem((*place, "by"), rule, ", ".join(join.by))
        if listed and join.list is None:
            rule = f"{join.right} need list: the file that lists them, e.g. {join.right}.csv"
            yield Problem((*place, "list"), rule, "")
        if not listed and join.list is not None:
            rule = f"{join.right} have no list; {' and '.join(LISTED)} have"
            yield Problem((*place, "list"), rule, join.list)
        if join.right == "roles" and any(other.right == "roles" for other in study.joins[:number]):
            yield Problem((*place, "right"), "stories are joined to roles once", join.right)
