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


def test_a_share_keeps_between_0_and_1_and_a_difference_is_plain():
    # lost 1 of 10, 0 of 10, 0 of 10: p = 1/30, by CR2 of equal schools s^2 = .0033 / 3, df 2;
    # p - 4.30 x .0333 would be -.11. logit(1/30) = -3.3673, 4.3027 x .033333 / .032222 = 4.4510
    school = np.repeat(list("abc"), 10)
    pupils = pd.DataFrame({"pupil": [f"p{i}" for i in range(30)], "school": school,
                           "gender": ["girls", "boys"] * 15, "arm": None, "seen_T1": True,
                           "seen_T2": np.arange(30) > 0})  # fmt: skip
    got = estimate_attrition(pupils, waves=("T1", "T2"), gender=("girls", "boys"))
    row = got.set_index("subgroup").loc["all"]
    assert row["std_error"] == pytest.approx(1 / 30) and row["df"] == pytest.approx(2)
    ends = [1 / (1 + np.exp(3.3673 + 4.4510)), 1 / (1 + np.exp(3.3673 - 4.4510))]
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(ends, rel=1e-3)
    assert row["interval"] == "95% CR2, Satterthwaite df, on the logit scale"
    gap = got.set_index("subgroup").loc["girls - boys"]
    assert gap["interval"] == "95% CR2, Satterthwaite df"
    assert gap["conf_low"] + gap["conf_high"] == pytest.approx(2 * gap["estimate"])


def test_nobody_lost_has_no_error_but_a_reason():
    pupils = pd.DataFrame({"pupil": list("12"), "school": list("ab"), "gender": None,
                           "arm": None, "seen_T1": True, "seen_T2": True})  # fmt: skip
    row = estimate_attrition(pupils, waves=("T1", "T2")).iloc[0]
    assert row["estimate"] == 0 and np.isnan(row["conf_high"]) and row["reason"]
