"""Items that run against their key, on answers whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.instruments.direction import DIRECTION_COLUMNS, FINDINGS, check_direction
from resilience_lib.instruments.load import load_key


def pupils(key, n: int = 400, seed: int = 11) -> pd.DataFrame:
    """Answers as in the questionnaire: a trait and noise, cut to codes, reversed items reversed."""
    rng = np.random.default_rng(seed)
    columns = {}
    for subscale in key.subscales:
        trait = rng.normal(size=n)
        for item in subscale.items:
            low, high = key.responses_of(item).codes
            middle, width = (low + high) / 2, (high - low) / 3
            noise = rng.normal(size=n)
            answer = np.clip(np.round(middle + width * (trait + noise)), low, high)
            columns[f"{key.name}_{item}"] = low + high - answer if key.is_reversed(item) else answer
    return pd.DataFrame(columns).assign(wave="T1")


def turn(waves: pd.DataFrame, key, items: list[str]) -> pd.DataFrame:
    """The same with these items coded the other way round in the file."""
    turned = {}
    for item in items:
        low, high = key.responses_of(item).codes
        turned[f"{key.name}_{item}"] = low + high - waves[f"{key.name}_{item}"]
    return waves.assign(**turned)


def findings(waves: pd.DataFrame, key, finding: str) -> list[str]:
    found = check_direction(waves, key)
    return found.loc[found["finding"] == finding, "item"].tolist()


@pytest.mark.parametrize("name", ["mmf", "rosenberg", "sdq_teacher", "srs_peer12", "swemwbs"])
def test_answers_that_keep_to_the_key(name: str) -> None:
    key = load_key(name)
    found = check_direction(pupils(key), key)
    assert list(found.columns) == list(DIRECTION_COLUMNS)
    assert set(found["finding"]) == {"as keyed"}
    assert set(found["sentence"]) == {""}
    assert not found["clearly_negative"].any()


@pytest.mark.parametrize(
    ("name", "items"),
    [
        ("mmf", ["15"]),
        ("sdq_self", ["7", "11", "14", "21", "25"]),
        ("sdq_self", ["21"]),
        ("rosenberg", ["2", "5", "6", "8", "9"]),  # half of the scale
        ("rosenberg", ["9"]),
    ],
)
def test_items_that_arrive_already_reversed(name: str, items: list[str]) -> None:
    key = load_key(name)
    waves = turn(pupils(key), key, items)
    assert sorted(findings(waves, key, "already reversed"), key=int) == items
    assert findings(waves, key, "against its scale") == []
    # its size: what reversing once would give, with the other sign
    found = check_direction(waves, key).set_index("item")
    right = check_direction(pupils(key), key).set_index("item")
    for item in items:
        assert found.loc[item, "turned_item_rest"] == pytest.approx(right.loc[item, "item_rest"])
        assert f"{name}_{item}" in found.loc[item, "sentence"]
        assert "reversed before it came" in found.loc[item, "sentence"]


@pytest.mark.parametrize("seed", range(12))
def test_half_of_a_scale_whichever_half_is_turned_first(seed: int) -> None:
    # each half is negative against the other alike: which is turned first is chance, and the key
    # says which half it is
    key = load_key("rosenberg")
    wrong = ["2", "5", "6", "8", "9"]
    waves = turn(pupils(key, seed=seed), key, wrong)
    assert findings(waves, key, "already reversed") == wrong
    assert findings(waves, key, "against its scale") == []


@pytest.mark.parametrize(("name", "item"), [("mmf", "3"), ("srs_peer12", "31"), ("swemwbs", "4")])
def test_an_item_the_key_does_not_reverse(name: str, item: str) -> None:
    key = load_key(name)
    waves = turn(pupils(key), key, [item])
    assert findings(waves, key, "against its scale") == [item]
    found = check_direction(waves, key).set_index("item").loc[item]
    assert found["clearly_negative"] and found["conf_high"] < 0 and found["n"] == 400
    assert f"{found['item_rest']:.2f}" in found["sentence"]


def test_right_items_pulled_down_by_wrong_ones(make_key) -> None:
    key = make_key({"s": list("abcde")}, (0, 6))
    waves = turn(pupils(key), key, ["a", "b"])
    found = check_direction(waves, key).set_index("item")
    assert found.loc[["a", "b"], "finding"].tolist() == ["against its scale"] * 2
    # two wrong ones against two right ones beside it: a right one need not be negative itself
    assert set(found.loc[["c", "d", "e"], "finding"]) <= {"as keyed", "pulled down"}
    assert (found["turned_item_rest"] > 0.3).all()


def test_two_items_against_each_other() -> None:
    key = load_key("srs_peer12")
    waves = turn(pupils(key), key, ["34"])
    # which of the two is wrong the answers cannot say
    assert findings(waves, key, "one of two halves") == ["34", "35"]
    assert findings(waves, key, "against its scale") == []


def test_waves_are_looked_at_one_by_one() -> None:
    key = load_key("mmf")
    first, second = pupils(key), turn(pupils(key, seed=12), key, ["15"]).assign(wave="T2")
    found = check_direction(pd.concat([first, second]), key)
    wrong = found[found["finding"] != "as keyed"]
    assert wrong[["wave", "item"]].to_numpy().tolist() == [["T2", "15"]]


def test_what_cannot_be_told() -> None:
    key = load_key("mmf")
    waves = pupils(key).assign(mmf_16=1.0, mmf_15=np.nan)
    found = check_direction(waves, key, ["behavioural"]).set_index("item")
    assert found.loc[["15", "16"], "finding"].tolist() == ["cannot be told"] * 2
    assert found.loc["15", "n"] == 0 and found.loc["16", "n"] == 400
    assert np.isnan(found.loc["15", "item_rest"])
    assert set(found.loc[["11", "12", "13", "14"], "finding"]) == {"as keyed"}
    assert set(found["finding"]) <= set(FINDINGS)


def test_item_rest_by_hand(make_key) -> None:
    """x is 0 0 1 1 2 and the mean of y and z 0 1 1 1 2, both with the mean taken off below."""
    key = make_key({"s": ["x", "y", "z"]}, (0, 2))
    waves = pd.DataFrame(
        {
            "made_up_x": [0, 0, 1, 1, 2, 2],
            "made_up_y": [0, 2, 1, 0, 2, np.nan],
            "made_up_z": [0, 0, 1, 2, 2, np.nan],
            "wave": "T1",
        }
    )
    found = check_direction(waves, key).set_index("item").loc["x"]
    # the sixth has no rest. Deviations of x -.8 -.8 .2 .2 1.2, of the rest -1 0 0 0 1: sum of
    # products .8 + 1.2 = 2, sums of squares 2.8 and 2
    assert found["n"] == 5
    assert found["item_rest"] == pytest.approx(2 / (2.8 * 2) ** 0.5)
