"""What an instrument's key may say: items by their numbers, how they are scored, how sure that is.

A key never holds the wording of an item or of an answer. Every part says how sure it is and where
that comes from; a part that is not verified by anything is switched off and says why.
"""

from __future__ import annotations

from math import ceil
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from resilience_lib.instruments.key_checks import key_problems
from resilience_lib.study.block import Block, Number, Slug, Text
from resilience_lib.study.problems import refuse

Certainty = Literal["verified", "secondary code", "chosen", "unverified"]


def _item_text(value: Any) -> Any:
    """Items are mostly numbers; YAML reads 7 as a number and a codebook as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Item = Annotated[
    str, BeforeValidator(_item_text), StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$")
]


class Known(Block):
    """Something of a key, with how sure it is."""

    certainty: Certainty = Field(
        description="verified (read in a publication or manual), secondary code (only read in "
        "public scoring code), chosen (by this project or study, where no published rule was "
        "found) or unverified (recalled)."
    )
    source: Text = Field(description="Where it was read.")


class Part(Known):
    """Something of a key that can be switched off."""

    switched_off: Text | None = Field(
        None, description="Why it must not be used; whatever is unverified needs this."
    )


class Responses(Known):
    items: tuple[Item, ...] = Field(min_length=1, description="Items with these answer codes.")
    codes: tuple[int, int] = Field(description="[lowest, highest] code of an answer, all whole.")
    recode: dict[int, int] | None = Field(
        None, description="Code to score, for every code; left out where codes are scores."
    )

    @property
    def scores(self) -> tuple[int, int]:
        """(lowest, highest) score of one of these items, after recoding."""
        if self.recode is None:
            return self.codes
        return min(self.recode.values()), max(self.recode.values())


class Reversed(Part):
    items: tuple[Item, ...] = Field(
        min_length=1, description="Items scored lowest + highest - answer."
    )


class Missing(Known):
    minimum_answered: int | None = Field(None, ge=1, description="Fewest answers for a score.")
    maximum_missing: int | None = Field(None, ge=0, description="Most answers left out.")
    minimum_share: Number | None = Field(
        None, gt=0, le=1, description="Smallest share of the items that is answered."
    )
    prorated: bool = Field(
        description="Whether a sum with answers left out is raised to all items; a mean is itself."
    )

    @model_validator(mode="after")
    def _one_rule(self) -> Missing:
        rules = (self.minimum_answered, self.maximum_missing, self.minimum_share)
        if sum(rule is not None for rule in rules) != 1:
            raise ValueError("give one of minimum_answered, maximum_missing and minimum_share")
        return self

    def answers_needed(self, items: int) -> int:
        """Fewest answers, out of `items`, with which there is a score.

        Examples
        --------
        >>> known = {"certainty": "verified", "source": "made up", "prorated": True}
        >>> [Missing(minimum_share=0.75, **known).answers_needed(n) for n in (2, 3, 4, 12)]
        [2, 3, 3, 9]
        """
        if self.minimum_answered is not None:
            return self.minimum_answered
        if self.maximum_missing is not None:
            return max(items - self.maximum_missing, 1)
        assert self.minimum_share is not None  # one of the three is given
        # 0.55 x 20 is a little above 11 as a float
        return ceil(self.minimum_share * items - 1e-9)


class Table(Known):
    values: dict[int, Number] = Field(description="Raw sum to score, for every raw sum.")


class Scored(Part):
    """What subscales and totals have in common."""

    name: Slug = Field(description="Name used in every frame and file.")
    label: Text = Field(description="What figures and tables call it.")
    range: tuple[Number, Number] = Field(description="[lowest, highest] possible score.")
    higher_is_better: bool = Field(description="Whether a higher score is the better one.")
    caution: Text | None = Field(None, description="What must be said beside its scores.")


class Subscale(Scored):
    items: tuple[Item, ...] = Field(min_length=1, description="Its items.")
    scoring: Literal["mean", "sum", "table"] = Field(
        description="mean or sum of the items, or the sum looked up in table."
    )
    missing: Missing = Field(description="When there is a score although answers are missing.")
    rounding: Literal["none", "half_up"] = Field(
        description="half_up: to whole numbers, halves upwards; of a table, the sum before it."
    )
    table: Table | None = Field(None, description="For scoring: table.")


class Total(Scored):
    sum_of: tuple[Slug, ...] = Field(
        min_length=2, description="Subscales whose sum it is (missing if one is)."
    )


class Cut(Block):
    label: Text = Field(description="The band's name.")
    lowest: Number = Field(description="Lowest score in the band.")
    highest: Number = Field(description="Highest score in the band.")


class Bands(Part):
    of: Slug = Field(description="The subscale or total that is cut into bands.")
    norm_set: Slug = Field(description="Whose norms: informant, country, number of bands.")
    step: Number = Field(
        1, gt=0, description="How far one band's end is from the next one's start."
    )
    cuts: tuple[Cut, ...] = Field(min_length=2, description="Bands from the lowest score up.")


class LeftOut(Block):
    what: Text = Field(description="What is known to exist and does not stand here.")
    reason: Text = Field(description="Why not.")


class Key(Block):
    """The key of one form of an instrument.

    Examples
    --------
    >>> from resilience_lib.instruments.load import load_key
    >>> key = load_key("sdq_teacher")
    >>> key.part("total_difficulties").range, key.norm_sets
    ((0.0, 40.0), ('uk_teacher_four_bands',))
    """

    name: Slug = Field(description="The key's name, the same as its file's.")
    form: Text = Field(description="Version or form, where there are several.")
    title: Text = Field(description="Full name of the instrument.")
    citation: Text = Field(description="The work to cite.")
    licence: Text = Field(description="On what terms the instrument may be used.")
    languages: tuple[Text, ...] = Field(min_length=1, description="Languages of this form.")
    informant: Literal["self", "parent", "teacher"] = Field(description="Who answers.")
    responses: tuple[Responses, ...] = Field(min_length=1, description="Items and their codes.")
    reversed: Reversed | None = Field(None, description="Items that are turned round.")
    subscales: tuple[Subscale, ...] = Field(min_length=1, description="Scores of items.")
    totals: tuple[Total, ...] = Field((), description="Sums of subscales.")
    bands: tuple[Bands, ...] = Field((), description="Scores cut into bands, by norm set.")
    left_out: tuple[LeftOut, ...] = Field((), description="What does not stand here, and why.")
    notes: tuple[Text, ...] = Field((), description="What a reader must know.")

    @property
    def items(self) -> tuple[str, ...]:
        """All items in the order of the key."""
        return tuple(item for block in self.responses for item in block.items)

    @property
    def all_parts(self) -> tuple[Subscale | Total, ...]:
        """Subscales and totals in the order of the key, switched off or not."""
        return (*self.subscales, *self.totals)

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the subscales and totals that are not switched off."""
        return tuple(part.name for part in self.all_parts if part.switched_off is None)

    @property
    def norm_sets(self) -> tuple[str, ...]:
        """Norm sets that have bands which are not switched off."""
        return tuple(dict.fromkeys(b.norm_set for b in self.bands if b.switched_off is None))

    def part(self, name: str) -> Subscale | Total:
        """The subscale or total of that name, switched off or not.

        Raises
        ------
        KeyError
            No such part.
        """
        return {part.name: part for part in self.all_parts}[name]

    def responses_of(self, item: str) -> Responses:
        """The answer codes of an item.

        Raises
        ------
        KeyError
            No such item.
        """
        return {one: block for block in self.responses for one in block.items}[item]

    def is_reversed(self, item: str) -> bool:
        """Whether an item is turned round before it is scored."""
        turned = self.reversed
        return turned is not None and turned.switched_off is None and item in turned.items

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Key:
        # each problem at its own place, so that its line can be named
        refuse("Key", key_problems(self))
        return self
