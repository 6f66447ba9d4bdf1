"""What a code's name suggests, by hand from the frames' own lists."""

from __future__ import annotations

import pytest

from resilience_lib.scaffold.draft_codes import alike, draft_codes, flat_codes

OPEN = "not suggested: fill in frame and frame_code, or leave blank to map it to nothing on purpose"
SURE = "suggested by its name: confirm"


def suggested(code: str, *frames: str) -> tuple[str, str, str]:
    (row,) = draft_codes([code], frames)
    assert list(row) == ["code", "frame", "frame_code", "label", "note"]
    assert (row["code"], row["label"]) == (code, "")
    return row["frame"], row["frame_code"], row["note"]


@pytest.mark.parametrize(
    ("code", "frame", "found"),
    [
        # a code, whatever stands above it, in any spelling
        ("Applied", "value_creation_2011", "applied"),
        ("value cycles::REALIZED", "value_creation_2011", "realised"),
        ("realised", "value_creation_2011", "realised"),
        ("Being-brave", "resilience_framework", "being_brave"),
        ("organize self", "resilience_framework", "organise_self"),
        # a label that is not spelled like its code
        ("Moves::enough   money", "resilience_framework", "money"),
        ("Getting_oneself_organized", "resilience_framework", "organise_self"),
        # the compartment itself
        ("Core self", "resilience_framework", "core_self"),
    ],
)
def test_the_last_level_is_a_code_or_a_label(code: str, frame: str, found: str) -> None:
    assert suggested(code, frame) == (frame, found, SURE)


@pytest.mark.parametrize(
    ("code", "frames"),
    [
        ("applied::mood", ("value_creation_2011",)),  # only the last level counts
        ("apply", ("value_creation_2011",)),  # near is not equal
        ("applied value", ("value_creation_2011",)),
        ("hope", ("value_creation_2011", "own")),  # of a frame that the study does not name
        ("strategic", ("value_creation_2011",)),  # one of 2020
    ],
)
def test_what_is_not_suggested_says_so_and_leaves_the_frame_blank(
    code: str, frames: tuple[str, ...]
) -> None:
    assert suggested(code, *frames) == ("", "", OPEN)


BOTH = ("value_creation_2011", "value_creation_2020")


def test_of_two_frames_the_first_is_suggested_and_the_other_named() -> None:
    other = "; value_creation_2020 has potential too"
    assert suggested("potential", *BOTH) == (BOTH[0], "potential", SURE + other)


def test_a_level_that_names_what_is_above_decides() -> None:
    assert suggested("Value creation 2020::potential", *BOTH) == (BOTH[1], "potential", SURE)


def test_a_level_that_names_the_parent_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    import pandas as pd

    from resilience_lib.scaffold import draft_codes as module

    # no real frame has one name below two parents
    lists = {"a": [("home", "Home", ""), ("calm", "Calm", "home")],
             "b": [("core", "Core self", ""), ("calm_2", "Calm", "core")]}  # fmt: skip
    monkeypatch.setattr(
        module,
        "load_frame",
        lambda name: pd.DataFrame(lists[name], columns=["code", "label", "parent"]),
    )
    assert suggested("Core-self::calm", "a", "b") == ("b", "calm_2", SURE)
    assert suggested("core::x::calm", "a", "b") == ("b", "calm_2", SURE)
    assert suggested("home::calm", "a", "b") == ("a", "calm", SURE)
    assert suggested("else::calm", "a", "b")[:2] == ("a", "calm")


def test_only_ize_at_a_words_end_is_ise() -> None:
    assert alike("Organizing size-ism") == "organising_sise_ism"
    assert alike("wizard") == "wizard"


def test_a_flat_name_with_levels_is_noticed_once_for_each_sign() -> None:
    codes = [
        "cycle.applied",
        "cycle.potential",
        "e.g. mood",
        "cycle > immediate",
        "a.b",
        "realised",
    ]
    found = flat_codes(codes, ["value_creation_2011"])
    assert found == {".": "cycle.applied", ">": "cycle > immediate"}
