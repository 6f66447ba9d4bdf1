"""What the block design refuses."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from resilience_lib.study.design import Design

GOOD: dict[str, float] = {
    "schools": 11,
    "pupils_per_school": 40,
    "icc_level": 0.05,
    "icc_change": 0.05,
    "pre_post_r": 0.6,
    "attrition": 0.1,
    "gender_share": 0.5,
}


def block(**other: object) -> dict[str, object]:
    said: dict[str, object] = {
        name: {"value": value, "source": "a guess"} for name, value in GOOD.items()
    }
    return said | other


def test_a_whole_block_is_taken() -> None:
    design = Design.model_validate(block())
    assert (design.schools.value, design.power, design.alpha) == (11, 0.8, 0.05)
    assert design.icc_difference is None and design.assigned == "none"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schools", 2),
        ("schools", 11.5),
        ("pupils_per_school", 0),
        ("icc_level", 1.0),
        ("icc_change", -0.1),
        ("pre_post_r", 1.0),
        ("attrition", 1.0),
        ("gender_share", 0.0),
        ("attrition", float("nan")),
    ],
)
def test_numbers_outside_their_range_are_refused(key: str, value: float) -> None:
    with pytest.raises(ValidationError) as caught:
        Design.model_validate(block(**{key: {"value": value, "source": "a guess"}}))
    assert caught.value.errors()[0]["loc"] == (key, "value")


def test_a_number_without_its_source_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        Design.model_validate(block(icc_level={"value": 0.05}))
    assert caught.value.errors()[0]["loc"] == ("icc_level", "source")


def test_schools_cannot_differ_more_in_change_than_their_levels_allow() -> None:
    # levels of variance .05 at both waves, not negatively correlated: their difference has at
    # most .10, of a change of variance 2 (1 - .6) = .8 that is .125
    with pytest.raises(ValidationError, match=r"icc_level / \(1 - pre_post_r\) = 0.125"):
        Design.model_validate(block(icc_change={"value": 0.13, "source": "a guess"}))
    fits = block(icc_change={"value": 0.125, "source": "a guess"})
    assert Design.model_validate(fits).icc_change.value == 0.125


def test_shares_of_one_variance_leave_something_for_pupils() -> None:
    said = {"value": 0.96, "source": "a guess"}
    with pytest.raises(ValidationError, match="add to less than 1"):
        Design.model_validate(block(icc_difference=said))
