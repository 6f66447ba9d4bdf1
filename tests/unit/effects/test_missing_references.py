"""Answers beside the headline against R: gaps filled by a rule, one school left out, complete."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.change import estimate_change
from resilience_lib.effects.completed import Completed
from resilience_lib.effects.imputed import estimate_change_imputed, estimate_effects_imputed
from resilience_lib.effects.jackknifed import estimate_change_jackknife
from resilience_lib.effects.sensitivity import complete_cases
from resilience_lib.models.attrition import pupils_seen
from resilience_lib.models.imputation import Imputed

WAVES = ("T1", "T2", "T3")
CHANGES = [("T1", "T2"), ("T1", "T3")]
GENDER = ("girls", "boys")


def filled_by_rule(frame: pd.DataFrame) -> Completed:
    """Gaps filled as tests/references/missing.R fills them, in three data sets."""
    wide = frame.pivot(index="pupil", columns="wave", values="score")[list(WAVES)]
    who = frame.drop_duplicates("pupil").set_index("pupil").loc[wide.index].reset_index()
    pupils = who[["pupil", "school", "arm", "stratum"]].assign(group=who["gender"])
    values = wide.to_numpy()
    missing = np.isnan(values)
    place = np.arange(values.size).reshape(values.shape)
    boy = (who["gender"] == "boys").to_numpy(dtype=float)[:, None]
    odd = who["pupil"].str[1:].astype(int).to_numpy()[:, None] % 2
    filled = [
        np.where(missing, 5 + 0.1 * (place % 7) + d * (0.2 + 0.3 * boy + 0.4 * odd), values)
        for d in (1, 2, 3)
    ]
    return Completed(pupils, Imputed(np.stack(filled), missing, 1.0, 0, ""), WAVES, "by a rule")


@pytest.fixture
def armed(synthetic):
    number = synthetic["pupil"].str[1:].astype(int)
    arm = np.where(number % 2, "some", "other")
    return synthetic.assign(arm=arm, stratum=synthetic["school"])


def rows_of(reference, data):
    rows = reference("missing.csv")
    return rows[rows["data"] == data]


@pytest.mark.parametrize("outcome", ["wellbeing", "flat"])
def test_change_of_completed_data_and_its_shifts_equal_clubsandwich_and_mice(
    outcome, armed, reference, agree
):
    frame = armed[armed["outcome"] == outcome]
    got = estimate_change_imputed(
        frame, filled_by_rule(frame), changes=CHANGES, gender=GENDER, deltas=[-0.2, 0.5]
    )
    for answer, data in (("imputed", 0), ("delta_-0.2", -0.2), ("delta_+0.5", 0.5)):
        theirs = rows_of(reference, f"filled {outcome} {data}")
        # the unit of a shift is lme4's total SD, an iterative fit
        assert agree(got[answer], theirs, 1e-6 if data == 0 else 1e-4) == 8


def test_effects_on_completed_data_equal_clubsandwich_and_mice(armed, reference, agree):
    frame = armed[armed["outcome"] == "wellbeing"]
    got = estimate_effects_imputed(
        frame, filled_by_rule(frame), waves=("T2",), arms=("other", "some"), gender=GENDER
    )
    assert agree(got["imputed"], rows_of(reference, "filled arms"), 1e-6) == 4


def test_jackknife_of_paired_differences(synthetic, reference, agree):
    frame = synthetic[synthetic["outcome"] == "wellbeing"]
    got = estimate_change_jackknife(frame, waves=WAVES, changes=CHANGES, gender=GENDER)
    assert agree(got, rows_of(reference, "jackknife"), 1e-6) == 8


def test_complete_cases(synthetic, reference, agree):
    frame = synthetic[synthetic["outcome"] == "wellbeing"]
    whole = complete_cases(frame, pupils_seen(frame, WAVES), WAVES)
    got = estimate_change(whole, waves=WAVES, changes=CHANGES, gender=GENDER)
    got = got[got["estimand"] == "mean_change"]
    assert agree(got, rows_of(reference, "complete"), 1e-6) == 8


def test_jackknife_of_one_school_gives_the_change_and_no_interval():
    frame = pd.DataFrame(
        {
            "pupil": ["1", "1", "2", "2"],
            "school": "a",
            "wave": ["T1", "T2"] * 2,
            "outcome": "x",
            "score": [1.0, 2.0, 3.0, 6.0],
        }
    )
    got = estimate_change_jackknife(frame, waves=("T1", "T2"), changes=[("T1", "T2")]).iloc[0]
    assert got["estimate"] == 2.0 and np.isnan(got["conf_low"]) and np.isnan(got["std_error"])
    assert got["reason"] == "rests on one school: no jackknife error"
    every = frame.assign(score=[1.0, 2.0, 3.0, 4.0], school=["a", "a", "b", "b"])
    got = estimate_change_jackknife(every, waves=("T1", "T2"), changes=[("T1", "T2")]).iloc[0]
    assert (
        got["estimate"] == 1.0
        and got["reason"] == "the same without any school: no jackknife error"
    )
