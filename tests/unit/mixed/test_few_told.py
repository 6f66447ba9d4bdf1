"""Sums of counts that would tell of few, worked out by hand."""

from __future__ import annotations

from resilience_lib.mixed.few_told import hide_few

THREE = {name: (frozenset(name),) for name in ("xy", "xz", "yz", "xyz")}


def test_a_count_within_another() -> None:
    sets = {"one": (frozenset("x"),), "both": (frozenset("xy"),)}
    assert hide_few(sets, {"one": 4, "both": 6}, 3) == {"one": 2}
    assert hide_few(sets, {"one": 4, "both": 7}, 3) == {}
    # none more: nobody tells of y alone
    assert hide_few(sets, {"one": 4, "both": 4}, 3) == {}
    # few are hidden for themselves, and nobody is no few
    assert hide_few(sets, {"one": 2, "both": 6}, 3) == {}
    assert hide_few(sets, {"one": 0, "both": 6}, 3) == {}
    assert hide_few(sets, {"one": 4, "both": 6}, 1) == {}


def test_a_sum_that_takes_one_count_twice() -> None:
    counts = dict.fromkeys(("xy", "xz", "yz"), 8) | {"xyz": 11}
    # 8 + 8 - 11 = 5 tell of x or of y and z; 3 * 8 - 2 * 11 = 2 of two codes and more
    assert hide_few(THREE, counts, 3) == {"yz": 2}
    assert hide_few(THREE, counts, 2) == {}


def test_where_nobody_is_more_can_be_worked_out() -> None:
    # nobody tells of y, so that all are of x and z alone: 5 + 5 - 8 tell of both
    sets = {name: (frozenset(name),) for name in ("y", "z", "x", "xyz")}
    assert hide_few(sets, {"y": 0, "z": 5, "x": 5, "xyz": 8}, 3) == {"x": 2}


def test_what_may_stay_stays() -> None:
    sets = {"theme": (frozenset("x"),), "code": (frozenset("xy"),)}
    assert hide_few(sets, {"theme": 4, "code": 6}, 3, keep=["theme"]) == {"code": 2}


def test_many_counts_are_looked_at_in_threes() -> None:
    codes = "abcdefghijkl"
    sets = {code: (frozenset(code),) for code in codes} | {"all": (frozenset(codes),)}
    counts = dict.fromkeys(codes, 3) | {"a": 34, "all": 36}
    # 36 - 34: two tell of others alone
    assert hide_few(sets, counts, 3) == {"a": 2}


def test_what_stands_together_beside_a_count_of_either() -> None:
    sets = {"theme": (frozenset("xy"),), "pair": (frozenset("y"), frozenset("z"))}
    # 5 - 3: two tell of x or of y without z
    assert hide_few(sets, {"theme": 5, "pair": 3}, 3) == {"pair": 2}
    assert hide_few(sets, {"theme": 6, "pair": 3}, 3) == {}
