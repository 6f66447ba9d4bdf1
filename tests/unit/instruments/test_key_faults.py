"""Mistakes in a key: each is named with its line and key, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_lib.errors import Fault, FaultsError
from resilience_lib.instruments.load import load_key

GOOD = """\
name: own
form: one
title: A scale of our own
citation: Ourselves
licence: ours
languages: [English]
informant: self
responses:
  - items: [1, 2, 3]
    codes: [0, 2]
    certainty: verified
    source: manual
  - items: [a, b]
    codes: [0, 3]
    recode: {0: 0, 1: 0, 2: 1, 3: 2}
    certainty: verified
    source: manual
reversed:
  items: [2]
  certainty: verified
  source: manual
subscales:
  - name: first
    label: First
    items: [1, 2, 3]
    scoring: sum
    missing: {minimum_answered: 2, prorated: true, certainty: chosen, source: us}
    rounding: half_up
    range: [0, 6]
    higher_is_better: true
    certainty: verified
    source: manual
  - name: second
    label: Second
    items: [a, b]
    scoring: table
    missing: {maximum_missing: 0, prorated: false, certainty: verified, source: manual}
    rounding: none
    table:
      values: {0: 0, 1: 1.5, 2: 2.5, 3: 4, 4: 7}
      certainty: verified
      source: manual
    range: [0, 7]
    higher_is_better: true
    certainty: verified
    source: manual
totals:
  - name: both
    label: Both
    sum_of: [first, second]
    range: [0, 13]
    higher_is_better: true
    certainty: verified
    source: manual
bands:
  - of: first
    norm_set: ours
    cuts:
      - {label: low, lowest: 0, highest: 2}
      - {label: high, lowest: 3, highest: 6}
    certainty: verified
    source: manual
"""


@pytest.fixture
def own(empty_root: Path):
    """Write a study's own key and read it."""

    def read(text: str, name: str = "own"):
        folder = empty_root / "studies" / "ours" / "instruments"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
        return load_key(name, "ours")

    return read


def faults(own, text: str) -> tuple[Fault, ...]:
    with pytest.raises(FaultsError) as caught:
        own(text)
    return caught.value.faults


def test_the_key_that_is_spoiled_below_is_good(own) -> None:
    key = own(GOOD)
    assert key.parts == ("first", "second", "both")
    assert key.items == ("1", "2", "3", "a", "b")


# what stands in the file, what is put in its place, where the fault is and what it says
SPOILED = [
    ("- items: [1, 2, 3]", "- items: [1, 2, 2]", 9, "responses.0.items", "2 times"),
    ("codes: [0, 2]", "codes: [2, 0]", 10, "responses.0.codes", "[lowest, highest]"),
    ("codes: [0, 2]", "codes: [0, 200]", 10, "responses.0.codes", "-127 to 127"),
    ("2: 1, 3: 2}", "2: 1}", 15, "responses.1.recode", "every code from 0 to 3"),
    ("items: [2]", "items: [4]", 19, "reversed.items", "item 4 stands in no block"),
    ("items: [2]", "items: [2, 2]", 19, "reversed.items", "item 2 stands here once"),
    ("    items: [a, b]\n    sc", "    items: [a, c]\n    sc", 35, "subscales.1.items", "item c"),
    ("2, prorated: true", "2, prorated: false", 27, "subscales.0.missing.prorated", "as 0"),
    ("minimum_answered: 2", "minimum_answered: 4", 27, "subscales.0.missing", "the 3 items"),
    ("minimum_answered: 2, ", "", 27, "subscales.0.missing", "give one of"),
    ("range: [0, 6]", "range: [0, 5]", 29, "subscales.0.range", "[0, 6]"),
    ("scoring: sum", "scoring: table", 26, "subscales.0.scoring", "where scoring is table"),
    ("3: 4, 4: 7", "3: 4, 5: 7", 40, "subscales.1.table.values", "raw sum from 0 to 4"),
    ("3: 4, 4: 7", "3: 7, 4: 7", 40, "subscales.1.table.values", "rise (or fall)"),
    ("0, prorated: false", "1, prorated: true", 38, "subscales.1.rounding", "half_up"),
    ("name: second", "name: first", 33, "subscales.1.name", "unique"),
    ("name: both", "name: first", 48, "totals.0.name", "unique"),
    ("sum_of: [first, second]", "sum_of: [first, third]", 50, "totals.0.sum_of", "third is no"),
    ("range: [0, 13]", "range: [0, 14]", 51, "totals.0.range", "[0, 13]"),
    ("of: first", "of: fist", 56, "bands.0.of", "fist is no subscale or total"),
    ("lowest: 3,", "lowest: 2,", 60, "bands.0.cuts.1.lowest", "without gap or overlap"),
    ("lowest: 3,", "lowest: 4,", 60, "bands.0.cuts.1.lowest", "without gap or overlap"),
    ("lowest: 0,", "lowest: 1,", 59, "bands.0.cuts.0.lowest", "begins at the lowest score, 0"),
    ("highest: 6", "highest: 7", 60, "bands.0.cuts.1.highest", "ends at the highest score, 6"),
    ("label: high", "label: low", 58, "bands.0.cuts", "unique"),
    ("rounding: half_up", "rounding: nearest", 28, "subscales.0.rounding", "half_up"),
    ("citation:", "citaton:", 4, "citaton", "unknown key"),
    ("label: First", "lable: First", 24, "subscales.0.lable", "unknown key"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "row", "column", "said"), SPOILED)
def test_a_spoiled_key(own, good: str, bad: str, row: int, column: str, said: str) -> None:
    assert GOOD.count(good) >= 1
    text = GOOD.replace(good, bad, 1)
    found = faults(own, text)
    match = [fault for fault in found if fault.column == column and said in fault.rule]
    assert [fault.row for fault in match] == [row], found
    assert all(fault.file == "studies/ours/instruments/own.yml" for fault in found)


def test_the_table_of_what_is_spoiled_breaks_one_thing_at_a_time(own) -> None:
    # a missing or misspelt key is two faults: one unknown, one missing
    for good, bad, *_ in SPOILED:
        found = faults(own, GOOD.replace(good, bad, 1))
        assert len(found) <= 3, (bad, found)


def test_items_of_one_subscale_have_the_same_scores(own) -> None:
    text = GOOD.replace("codes: [0, 2]", "codes: [0, 1]")
    text = text.replace("    items: [a, b]\n    sc", "    items: [a, 1]\n    sc")
    found = [fault for fault in faults(own, text) if "same lowest" in fault.rule]
    assert [(fault.row, fault.column) for fault in found] == [(35, "subscales.1.items")]


def test_all_faults_come_at_once(own) -> None:
    text = GOOD.replace("items: [2]", "items: [9]").replace("range: [0, 6]", "range: [1, 6]")
    text = text.replace("of: first", "of: frist").replace("3: 4, 4: 7", "3: 4")
    found = {(fault.row, fault.column) for fault in faults(own, text)}
    assert {
        (19, "reversed.items"),
        (29, "subscales.0.range"),
        (40, "subscales.1.table.values"),
        (56, "bands.0.of"),
    } <= found


def test_what_is_unverified_must_be_switched_off(own) -> None:
    text = GOOD.replace(
        "  items: [2]\n  certainty: verified", "  items: [2]\n  certainty: unverified"
    )
    (fault,) = faults(own, text)
    assert (fault.row, fault.column) == (20, "reversed.certainty")
    # switched off: the subscale that holds item 2 may not be used, nor its total, nor its bands
    off = text.replace("unverified\n", "unverified\n  switched_off: not checked\n")
    first, total, bands = faults(own, off)[:1] + faults(
        own, off.replace("label: First", "label: First\n    switched_off: not checked")
    )
    assert "which of its items are reversed" in first.rule
    assert first.column == "subscales.0.switched_off"
    assert (total.column, "both is switched off while first is" in total.rule) == (
        "totals.0.switched_off",
        True,
    )
    assert bands.column == "bands.0.switched_off"


def test_a_name_in_both_places(own) -> None:
    with pytest.raises(FaultsError) as caught:
        own(GOOD.replace("name: own", "name: mmf"), "mmf")
    (fault,) = caught.value.faults
    assert fault.file == "studies/ours/instruments/mmf.yml"
    assert "the library has a mmf too" in fault.rule


def test_unknown_names_and_names_that_differ(own) -> None:
    own(GOOD)
    for name, near in (("sdq_slef", "sdq_self"), ("onw", "own")):
        with pytest.raises(FaultsError) as caught:
            load_key(name, "ours")
        assert caught.value.faults[0].remedy == f"did you mean {near}?"
    with pytest.raises(FaultsError, match="instruments here: cyrm_r, mmf"):
        load_key("../keys/mmf")
    with pytest.raises(FaultsError, match="write name: other"):
        own(GOOD, "other")
    # without the study its own keys are not there
    with pytest.raises(FaultsError, match="no instrument called own"):
        load_key("own")
