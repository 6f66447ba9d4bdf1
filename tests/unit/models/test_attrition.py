"""Attrition against clubSandwich; who counts as lost by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.models.attrition import (
    estimate_attrition,
    estimate_baseline_loss,
    pupils_seen,
)

STAR_WAVES = ("T1", "T2", "T3", "T4")


@pytest.mark.reference
@pytest.mark.parametrize(
    ("data", "outcome", "waves", "arms", "rows"),
    [
        ("star", "read", STAR_WAVES, ("reg", "small", "reg+A"), 24),
        ("synthetic", "wellbeing", ("T1", "T2", "T3"), (), 12),
    ],
)
def test_equals_clubsandwich(star, synthetic, reference, agree, data, outcome, waves, arms, rows):
    frame = {"star": star, "synthetic": synthetic}[data]
    pupils = pupils_seen(frame, waves)
    ours = pd.concat([
        estimate_attrition(pupils, waves=waves, gender=("girls", "boys"), arms=arms),
        estimate_baseline_loss(frame[frame["outcome"] == outcome], pupils, waves=waves),
    ])  # fmt: skip
    r = reference("cr2.csv").query("data == @data and contrast.str.startswith('lost')")
    columns = ["estimate", "std_error", "df", "conf_low", "conf_high"]
    assert agree(ours, r, 1e-6, columns) == len(r) == rows


def test_pupils_who_enter_later_do_not_count_and_lost_is_not_seen_at_that_wave():
    pupils = pd.DataFrame({
        "pupil": list("12345"), "school": list("aabbb"), "gender": None, "arm": None,
        "seen_T1": [True, True, True, True, False], "seen_T2": [True, False, True, True, True],
        "seen_T3": [False, True, True, False, True],
    })  # fmt: skip
    got = estimate_attrition(pupils, waves=("T1", "T2", "T3")).set_index("contrast")
    assert got["estimate"].to_dict() == pytest.approx({"lost by T2": 0.25, "lost by T3": 0.5})
    assert (got["n"] == 4).all()


def test_nobody_lost_has_no_error_but_a_reason():
    pupils = pd.DataFrame({"pupil": list("12"), "school": list("ab"), "gender": None,
                           "arm": None, "seen_T1": True, "seen_T2": True})  # fmt: skip
    row = estimate_attrition(pupils, waves=("T1", "T2")).iloc[0]
    assert row["estimate"] == 0 and np.isnan(row["conf_high"]) and row["reason"]
