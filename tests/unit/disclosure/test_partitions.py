"""Complementary suppression, worked by hand."""

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_lib.disclosure.partitions import hide_complements


def table(cells):
    """Cells by (gender, arm), with all their margins."""
    frame = pd.DataFrame([(*key, n) for key, n in cells.items()], columns=["gender", "arm", "n"])
    margins = [frame]
    for fixed, summed in (("gender", "arm"), ("arm", "gender")):
        margins.append(frame.groupby(fixed)["n"].sum().reset_index().assign(**{summed: "all"}))
    margins.append(pd.DataFrame([{"gender": "all", "arm": "all", "n": frame["n"].sum()}]))
    return pd.concat(margins, ignore_index=True).assign(wave="T1")


def hide(frame, minimum=10):
    few = frame["n"] < minimum
    return hide_complements(
        frame, few, within=["wave"], parts=["gender", "arm"], size="n", minimum=10
    )


def test_one_small_cell_of_two_by_two_hides_a_rectangle():
    # girls in small are 4; row: girls in regular 20; column: boys in small 30;
    # these two alone stand in their own column and row, so boys in regular (40) go as well
    cells = {("girls", "small"): 4, ("girls", "regular"): 20}
    cells |= {("boys", "small"): 30, ("boys", "regular"): 40}
    frame = table(cells)
    inner = (frame["gender"] != "all") & (frame["arm"] != "all")
    assert hide(frame).tolist() == inner.tolist()


def test_nothing_small_hides_nothing():
    frame = table({(g, a): 10 for g in ("girls", "boys") for a in ("small", "regular")})
    assert not hide(frame).any()


def test_a_whole_of_one_part_goes_with_it():
    frame = pd.DataFrame({"gender": ["all", "girls"], "arm": "all", "n": [9, 9], "wave": "T1"})
    assert hide(frame).all()
    # the whole may have pupils of no stated gender besides
    frame = pd.DataFrame({"gender": ["all", "girls"], "arm": "all", "n": [15, 9], "wave": "T1"})
    assert hide(frame).all()


def test_a_hidden_whole_is_not_the_sum_of_shown_parts():
    frame = table({("girls", "small"): 12, ("girls", "regular"): 15, ("boys", "small"): 30})
    whole = (frame["gender"] == "girls") & (frame["arm"] == "all")
    hidden = hide_complements(
        frame, whole, within=["wave"], parts=["gender", "arm"], size="n", minimum=10
    )
    pieces = (frame["gender"] == "girls") & (frame["arm"] != "all")
    assert hidden[pieces].any()


@given(st.lists(st.integers(0, 40), min_size=6, max_size=6))
def test_no_line_has_exactly_one_hidden_cell(sizes):
    keys = itertools.product(("girls", "boys"), ("a", "b", "c"))
    frame = table(dict(zip(keys, sizes, strict=True)))
    hidden = hide(frame)
    assert hidden[frame["n"] < 10].all()
    for column in ("gender", "arm"):
        for _, line in frame.groupby(column):
            assert hidden[line.index].sum() != 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_rows_does_not_matter(order):
    frame = pd.DataFrame({"gender": ["all", "girls", "boys"], "n": [200, 9, 191], "arm": "all"})
    frame = frame.assign(wave="T1").iloc[list(order)].reset_index(drop=True)
    assert set(frame.loc[hide(frame), "gender"]) == {"girls", "boys"}
