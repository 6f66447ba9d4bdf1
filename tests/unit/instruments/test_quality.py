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
    found = missing_by_item(waves, key)
    second = found[found["item"] == "2"].drop(columns=["instrument", "item"])
    assert second.to_numpy().tolist() == [
        ["T1", "all", 3, 2, 2 / 3],  # with the pupil whose gender is not known
        ["T1", "girls", 2, 1, 0.5],
        ["T2", "all", 2, 1, 0.5],
        ["T2", "boys", 1, 0, 0.0],
        ["T2", "girls", 1, 1, 1.0],
    ]
    assert found.loc[found["item"] != "2", "missing"].sum() == 0
    assert found["item"].unique().tolist() == list(key.items)


def test_floor_and_ceiling_by_wave_and_gender(answers) -> None:
    key = load_key("swemwbs")
    given = {str(i): [1, 1, 5, 3, 5] for i in range(1, 7)} | {"7": [1, 1, 5, 3, NAN]}
    waves = answers(key, 3, given)
    waves["wave"] = ["T1", "T1", "T1", "T1", "T2"]
    waves["gender"] = ["girls", "boys", "boys", "boys", "boys"]
    found = floor_and_ceiling(score_items(waves, key), waves, key)
    columns = ["wave", "gender", "n", "at_floor", "at_ceiling", "share_floor", "share_ceiling"]
    rows = found[columns].to_numpy().tolist()
    assert rows[:3] == [
        ["T1", "all", 4, 2, 1, 0.5, 0.25],
        ["T1", "boys", 3, 1, 1, 1 / 3, 1 / 3],
        ["T1", "girls", 1, 1, 0, 1.0, 0.0],
    ]
    # nobody has a score at T2: no share, not 0
    assert [row[:5] for row in rows[3:]] == [["T2", "all", 0, 0, 0], ["T2", "boys", 0, 0, 0]]
    assert np.isnan(found.loc[3:, ["share_floor", "share_ceiling"]].to_numpy(dtype=float)).all()


def test_floor_is_the_lowest_possible_score() -> None:
    # for difficulties the floor is the good end
    scores = pd.DataFrame({"total_difficulties": [0.0, 40.0, 40.0], "prosocial": [0.0, 9.0, 10.0]})
    waves = pd.DataFrame({"wave": "T1", "gender": ["girls"] * 3})
    found = floor_and_ceiling(scores, waves, load_key("sdq_parent"))
    every = found[found["gender"] == "all"].set_index("part")
    assert every.loc["total_difficulties", ["at_floor", "at_ceiling"]].tolist() == [1, 2]
    assert every.loc["prosocial", ["at_floor", "at_ceiling"]].tolist() == [1, 1]


def test_lowest_and_highest_of_those_asked_are_not_the_ends() -> None:
    key = load_key("mmf")
    scores = pd.DataFrame({"emotional": [3.0, 3.0, 17.0]})
    waves = pd.DataFrame({"wave": "T1", "gender": ["boys"] * 3})
    found = floor_and_ceiling(scores, waves, key)
    assert found[["at_floor", "at_ceiling"]].to_numpy().tolist() == [[0, 0], [0, 0]]
