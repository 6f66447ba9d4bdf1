"""The guesses of a draft one by one: missing codes, waves, runs of items."""

from __future__ import annotations

import pytest

from resilience_lib.scaffold.draft_items import find_items
from resilience_lib.scaffold.draft_missing import likely_missing
from resilience_lib.scaffold.draft_values import Values
from resilience_lib.scaffold.draft_waves import WaveColumn, wave_columns


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ([1, 2, 3, 4, 5, 9], (9,)),
        ([0, 1, 2, 8, 9], (8, 9)),
        ([1, 2, 3, 4, 5, 6, 7, 9], (9,)),
        # 8 follows on 7, and 9 on 8: both are answers
        ([1, 2, 3, 4, 5, 6, 7, 8, 9], ()),
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], ()),
        # ages: 9 lies inside, 99 far outside
        ([8, 9, 10, 11, 99], (99,)),
        # a run of ages that does not begin at 0 or 1: 9 may be an age
        ([5, 6, 7, 9], ()),
        # marks up to 100: 97 and 98 are marks, and so is 99, 14 above the rest
        ([60, 72, 85, 99], ()),
        ([3, 55, 96, 97, 98, 99, 100], ()),
        ([3, 55, 96, 999], (999,)),
        # the body is 42 wide, 99 lies 39 above it
        ([18, 60, 99], ()),
        ([1.5, 2.25, 99], (99,)),
        # negative codes, unless other numbers are negative too or the scale is -1, 0, 1
        ([1, 2, 3, -1], (-1,)),
        ([0, 1, -9], ()),
        ([0, 1, 2, -9, -8], (-9, -8)),
        ([-3, -1, 0, 4], ()),
        ([-1, 0, 1], ()),
        # only candidates: there is no body to be outside of
        ([8, 9], ()),
        ([99], ()),
        ([], ()),
        # 55 is a number that nobody writes for missing
        ([1, 2, 3, 55], ()),
    ],
)
def test_likely_missing_codes(values: list[float], named: tuple[float, ...]) -> None:
    assert likely_missing(values) == named


@pytest.mark.parametrize(
    ("columns", "scores", "waves"),
    [
        (["id", "read_t1", "read_t2"], [], {"read_t1": ("read", "T1"), "read_t2": ("read", "T2")}),
        (["T1_mmf_3", "w2.read"], [], {"T1_mmf_3": ("mmf_3", "T1"), "w2.read": ("read", "T2")}),
        (["readT3", "rest1"], [], {"readT3": ("read", "T3")}),
        (["pre_read", "read_post"], [], {"pre_read": ("read", "T1"), "read_post": ("read", "T2")}),
        (["read_1", "read_2"], ["read_1", "read_2"],
         {"read_1": ("read", "TO FILL IN: T1?"), "read_2": ("read", "TO FILL IN: T2?")}),
        # items beside scores with the same numbers
        (["read_1", "read_2", "happy_1", "happy_2"], ["read_1"],
         {f"{s}_{n}": (s, f"TO FILL IN: T{n}?") for s in ("read", "happy") for n in (1, 2)}),
        (["q1_1", "q1_2", "q2_1", "q2_2", "x1_1", "x1_2", "x2_1", "x2_2"], [],
         {f"x{i}_{n}": (f"x{i}", f"TO FILL IN: T{n}?") for i in (1, 2) for n in (1, 2)}),
        # answers of two questions of Qualtrics, items of one stem, a gap, too many
        (["Q1_1", "Q1_2", "Q2_1", "Q2_2"], [], {}),
        (["mmf_1", "mmf_2", "mmf_3"], [], {}),
        (["read_1", "read_3"], ["read_1"], {}),
        ([f"read_{n}" for n in range(1, 6)], ["read_1"], {}),
    ],
)  # fmt: skip
def test_columns_of_one_wave(
    columns: list[str], scores: list[str], waves: dict[str, tuple[str, str]]
) -> None:
    wanted = {column: WaveColumn(*said) for column, said in waves.items()}
    assert wave_columns(columns, scores) == wanted


FIVE = Values("integer", ("1", "2", "3", "4", "5"), ())
NARROW = Values("integer", ("2", "3"), ())
YEARS = Values("integer", ("2019", "2020"), ())
WORDS = Values("category", ("Never", "Sometimes"), ())
MORE = Values("category", ("Always", "Never", "Sometimes"), ())
COLOURS = Values("category", ("blue", "red"), ())


def numbers(columns: dict[str, Values]) -> dict[str, tuple[str, str, int, tuple[str, ...]]]:
    found = find_items({name: (name, "", values) for name, values in columns.items()})
    return {name: (i.stem, i.number, i.count, i.answers) for name, i in found.items()}


def test_a_run_of_items_has_a_stem_numbers_and_the_same_codes() -> None:
    five = ("1", "2", "3", "4", "5")
    # an item whose ends nobody chose belongs to it; a column of years does not
    assert numbers({"q01": FIVE, "q02": NARROW, "q03": FIVE, "q04": YEARS}) == {
        "q01": ("q", "1", 3, five),
        "q02": ("q", "2", 3, five),
        "q03": ("q", "3", 3, five),
    }
    assert numbers({"q1": FIVE, "q2": FIVE, "r1": FIVE}) == {}


def test_words_stand_from_the_lowest_up_where_their_order_is_known() -> None:
    found = numbers({"a_1": WORDS, "a_2": MORE, "a_3": MORE, "a_4": COLOURS})
    assert found["a_1"] == ("a", "1", 3, ("Never", "Sometimes", "Always"))
    assert "a_4" not in found
    colours = numbers({f"b{n}": COLOURS for n in (1, 2, 3)})
    assert colours["b2"] == ("b", "2", 3, ("blue", "red"))


def test_rows_of_a_grid_and_neighbours_without_a_number_are_counted() -> None:
    grid = {f"How is it? [{row}]": MORE for row in ("at home", "at school", "outside")}
    assert [i[:3] for i in numbers(grid).values()] == [
        ("How is it?", "1", 3), ("How is it?", "2", 3), ("How is it?", "3", 3)
    ]  # fmt: skip
    plain = dict.fromkeys(("I sleep", "I eat", "I play"), MORE)
    assert [i[:3] for i in numbers({**plain, "colour": COLOURS}).values()] == [
        ("", "1", 3), ("", "2", 3), ("", "3", 3)
    ]  # fmt: skip
    assert numbers({"I sleep": MORE, "I eat": MORE, "colour": COLOURS, "I play": MORE}) == {}
