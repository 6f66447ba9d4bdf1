"""Effects of class size in Project STAR against clubSandwich and against publications."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.arms import estimate_effects, estimate_unadjusted
from resilience_lib.effects.names import PLAIN_METHOD, RAW_METHOD, STRATUM_METHOD

GENDER = ("girls", "boys")
ARMS = ("reg", "small", "reg+A")
WAVES = ("T1", "T2", "T3", "T4")


@pytest.mark.reference
@pytest.mark.parametrize("outcome", ["read", "math"])
def test_star_equals_clubsandwich(star, reference, agree, outcome):
    data = star[star["outcome"] == outcome]
    ours = estimate_effects(data, waves=WAVES, arms=ARMS, gender=GENDER)
    r = reference("cr2.csv").query("data == 'star' and outcome == @outcome")
    assert agree(ours, r, 1e-6) == 64


@pytest.mark.reference
@pytest.mark.parametrize(
    ("method", "data"),
    [(RAW_METHOD, "star no school effects"), (STRATUM_METHOD, "star school effects")],
)
def test_kindergarten_total_equals_clubsandwich(star, reference, agree, method, data):
    ours = estimate_unadjusted(star[star["outcome"] == "total"], wave="T1", arms=ARMS)
    ours = ours[ours["method"] == method]
    assert agree(ours, reference("cr2.csv").query("data == @data"), 1e-6) == 2


def test_kindergarten_total_equals_stock_and_watson(star):
    # the model of Stock & Watson 2007, p. 488 (help page of STAR in R's package AER); its
    # estimate as printed in Hanck et al., Introduction to Econometrics with R, section 13.3
    ours = estimate_unadjusted(star[star["outcome"] == "total"], wave="T1", arms=ARMS)
    raw = ours[(ours["method"] == RAW_METHOD) & (ours["contrast"] == "small - reg at T1")]
    assert round(raw["estimate"].item(), 2) == 13.90


@pytest.mark.reference
def test_g_total_divides_by_the_total_sd_of_its_wave(star, reference):
    ours = estimate_effects(star[star["outcome"] == "read"], waves=WAVES, arms=ARMS)
    r = reference("plain.csv").query("data == 'star' and outcome == 'read' and contrast == 'T3'")
    sd, j = (r.loc[r["estimand"] == e, "estimate"].item() for e in ("total_sd", "J"))
    pair = ours[ours["contrast"] == "small - reg at T3"].set_index("estimand")["estimate"]
    assert pair["g_total"] == pytest.approx(j * pair["mean_difference"] / sd, rel=1e-6)


def toy(arm: str, stratum: str, score: list[float]) -> pd.DataFrame:
    n = len(arm)
    return pd.DataFrame({"pupil": [str(i) for i in range(n)], "school": list(stratum),
                         "wave": "T1", "outcome": "x", "arm": list(arm),
                         "stratum": list(stratum), "score": score})  # fmt: skip


def test_a_stratum_without_an_arm_adds_nothing_and_is_said():
    frame = toy("abababaa", "11223344", [1, 2, 3, 5, 2, 3.5, 9, 9])
    row = estimate_effects(frame, waves=("T1",), arms=("a", "b")).iloc[0]
    assert row["estimate"] == pytest.approx((1 + 2 + 1.5) / 3)
    assert (row["n"], row["n_clusters"]) == (6, 3)
    assert "2 pupils in strata" in row["method"]


@pytest.mark.reference
def test_without_strata_whole_cells_are_compared(star, reference):
    """The same regression as the publication's: no school effects, three arms, clubSandwich."""
    data = star[(star["outcome"] == "total") & (star["wave"] == "T1")].assign(stratum=None)
    ours = estimate_effects(data, waves=("T1",), arms=ARMS)
    ours = ours[ours["estimand"] == "mean_difference"].set_index("contrast")
    r = reference("cr2.csv").query("data == 'star no school effects'").set_index("contrast")
    for contrast in ("small - reg at T1", "reg+A - reg at T1"):
        for name in ("estimate", "std_error", "df", "conf_low", "conf_high"):
            assert ours.loc[contrast, name] == pytest.approx(r.loc[contrast, name], rel=1e-6)
    assert ours["method"].str.startswith(PLAIN_METHOD).all()


def test_whole_schools_as_arms_are_compared_where_there_are_no_strata():
    frame = toy("aabbaabb", "11223344", [1, 2, 3, 4, 2, 3, 6, 7]).assign(stratum=None)
    row = estimate_effects(frame, waves=("T1",), arms=("a", "b")).iloc[0]
    # means 2 and 5
    assert row["estimate"] == pytest.approx(3.0)
    assert (row["n"], row["n_clusters"]) == (8, 4)
    assert row["std_error"] > 0


@pytest.mark.parametrize("arms", ["aabb", "aaaa"])
def test_arms_that_are_whole_schools_or_absent_have_no_estimate(arms):
    row = estimate_effects(toy(arms, "1122", [1, 2, 3, 4]), waves=("T1",), arms=("a", "b")).iloc[0]
    assert np.isnan(row["estimate"]) and np.isnan(row["std_error"])
    assert row["reason"]
