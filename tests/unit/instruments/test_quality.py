"""Missing answers, floor and ceiling, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilience_lib.instruments.load import load_key
from resilience_lib.instruments.quality import floor_and_ceiling, missing_by_item
from resilience_lib.instruments.score import score_items

NAN = float("nan")


def test_missing_by_item_wave_and_gender(answers) -> None:
    key = load_key("swemwbs")
    waves = answers(key, 3, {"2": [3, NAN, NAN, 3, NAN], "7": [3, 3, 3, 3, 3]})
    waves["wave"] = ["T1", "T1", "T1", "T2", "T2"]
    waves["gender"] = ["girls", "girls", None, "boys", "girls"]
    waves["school"] = ["a", "b", "b", "a", "b"]
    found = missing_by_item(waves, key)
    second = found[found["item"] == "2"].drop(columns=["instrument", "item"])
    # wave, gender, pupils, missing, share; schools of all, of the missing, of the others
    assert second.to_numpy().tolist() == [
        ["T1", "all", 3, 2, 2 / 3, 2, 1, 1],  # with the pupil whose gender is not known
        ["T1", "girls", 2, 1, 0.5, 2, 1, 1],
        ["T2", "all", 2, 1, 0.5, 2, 1, 1],
        ["T2", "boys", 1, 0, 0.0, 1, 0, 1],
        ["T2", "girls", 1, 1, 1.0, 1, 1, 0],
    ]
    assert found.loc[found["item"] != "2", "counted"].sum() == 0
    assert found["item"].unique().tolist() == list(key.items)


def test_floor_and_ceiling_by_wave_and_gender(answers) -> None:
    key = load_key("swemwbs")
    given = {str(i): [1, 1, 5, 3, 5] for i in range(1, 7)} | {"7": [1, 1, 5, 3, NAN]}
    waves = answers(key, 3, given)
    waves["wave"] = ["T1", "T1", "T1", "T1", "T2"]
    waves["gender"] = ["girls", "boys", "boys", "boys", "boys"]
    waves["school"] = "a"
    name = key.parts[0]
    scores = {name: score_items(waves, key)[name]}
    found = floor_and_ceiling(scores, waves, {name: key.part(name).range})
    columns = ["end", "wave", "gender", "n", "counted", "share"]
    rows = found[columns].to_numpy().tolist()
    assert rows[:3] == [
        ["floor", "T1", "all", 4, 2, 0.5],
        ["floor", "T1", "boys", 3, 1, 1 / 3],
        ["floor", "T1", "girls", 1, 1, 1.0],
    ]
    assert rows[5:8] == [
        ["ceiling", "T1", "all", 4, 1, 0.25],
        ["ceiling", "T1", "boys", 3, 1, 1 / 3],
        ["ceiling", "T1", "girls", 1, 0, 0.0],
    ]
    # nobody has a score at T2: no share, not 0
    later = found[found["wave"] == "T2"]
    assert (later["n"] == 0).all() and later["share"].isna().all()


def test_floor_is_the_lowest_possible_score_and_not_the_lowest_seen() -> None:
    scores = {
        "difficulties": pd.Series([0.0, 40.0, 40.0]),
        "emotional": pd.Series([3.0, 3.0, 17.0]),
    }
    waves = pd.DataFrame({"wave": "T1", "gender": ["girls"] * 3, "school": "a"})
    found = floor_and_ceiling(scores, waves, {"difficulties": (0, 40), "emotional": (0, 20)})
    every = found[found["gender"] == "all"].set_index(["outcome", "end"])["counted"]
    assert every["difficulties"].tolist() == [1, 2]
    assert every["emotional"].tolist() == [0, 0]
    assert np.isclose(found.loc[0, "share"], 1 / 3)
