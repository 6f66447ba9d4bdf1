"""The library's keys: what they hold, and what they must not be used for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import resilience_lib.instruments
from resilience_lib.instruments.load import key_names, load_key

FOLDER = Path(resilience_lib.instruments.__file__).parent / "keys"
NAMED = {"distress", "home", "friends", "classroom", "leisure"}


def test_the_instruments_that_are_shipped() -> None:
    assert key_names() == [
        *("cyrm_r", "mmf", "rosenberg", "sdq_parent", "sdq_self", "sdq_teacher", "slss"),
        *("srs_peer12", "srs_peer13", "swemwbs"),
    ]


@pytest.mark.parametrize("name", key_names())
def test_items_are_numbers_and_never_words(name: str) -> None:
    key = load_key(name)
    items = [item for item in key.items if item not in NAMED]
    assert items == [str(number) for number in range(1, len(items) + 1)]
    # no key that could hold a wording, and no sentence but in the texts about the instrument
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    assert not re.search(r"^\s*-?\s*(wording|text|question|labels)\s*:", text, re.MULTILINE)


@pytest.mark.parametrize("name", key_names())
def test_nothing_unverified_is_on(name: str) -> None:
    key = load_key(name)
    for part in (*key.all_parts, *key.bands, *([key.reversed] if key.reversed else [])):
        assert part.certainty != "unverified" or part.switched_off


@pytest.mark.parametrize(
    ("name", "items", "reversed"),
    [
        ("srs_peer12", 40, []),
        ("srs_peer13", 41, []),
        ("mmf", 16, ["15"]),
        ("sdq_self", 30, ["7", "11", "14", "21", "25"]),
        ("sdq_parent", 30, ["7", "11", "14", "21", "25"]),
        ("sdq_teacher", 28, ["7", "11", "14", "21", "25"]),
        ("swemwbs", 7, []),
        ("cyrm_r", 17, []),
        ("rosenberg", 10, ["2", "5", "6", "8", "9"]),
        ("slss", 7, []),  # which are reversed is switched off
    ],
)
def test_items_and_those_reversed(name: str, items: int, reversed: list[str]) -> None:
    key = load_key(name)
    assert len(key.items) == items
    assert [item for item in key.items if key.is_reversed(item)] == reversed


def test_what_is_switched_off() -> None:
    off = {
        name: [part.name for part in load_key(name).all_parts if part.switched_off]
        for name in key_names()
    }
    assert {name: parts for name, parts in off.items() if parts} == {
        "cyrm_r": ["personal", "caregiver"],
        "sdq_self": ["impact"],
        "slss": ["life_satisfaction"],
        "srs_peer13": ["peer_support"],
    }
    bands = {name: load_key(name).norm_sets for name in key_names()}
    assert {name: sets for name, sets in bands.items() if sets} == {
        "mmf": ("code_three_bands",),
        "rosenberg": ("code_two_bands",),
        "sdq_parent": ("uk_parent_three_bands",),
        "sdq_teacher": ("uk_teacher_four_bands",),
    }


@pytest.mark.parametrize(("form", "peers"), [("srs_peer12", 12), ("srs_peer13", 13)])
def test_srs_numbers_of_items(form: str, peers: int) -> None:
    """Lereya et al. (2016), Table 1; the four last by a public implementation."""
    key = load_key(form)
    counts = {subscale.name: len(subscale.items) for subscale in key.subscales}
    assert counts == {
        "family_connection": 4,
        "school_connection": 4,
        "community_connection": 4,
        "participation_community": 2,
        "peer_support": peers,
        "participation_home_school": 4,
        "self_esteem": 3,
        "empathy": 2,
        "problem_solving": 3,
        "goals_aspirations": 2,
    }
    # every item belongs to one subscale
    assert sorted(i for s in key.subscales for i in s.items) == sorted(key.items)
    assert "boys and girls" in key.part("peer_support").caution
