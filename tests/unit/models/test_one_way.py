"""One-way REML against lme4, exact intervals and total SDs against plain R."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.models.icc import estimate_icc, icc_row
from resilience_lib.models.one_way import (
    reml_components,
    small_sample_factor,
    summarise,
    total_sd,
    wald_interval,
)

CASES = [("star", "read"), ("star", "math"), ("synthetic", "wellbeing"), ("synthetic", "flat")]


@pytest.mark.reference
@pytest.mark.parametrize(("data", "outcome"), CASES)
def test_icc_equals_lme4(star, synthetic, reference, data, outcome):
    frame = {"star": star, "synthetic": synthetic}[data]
    ours = estimate_icc(
        frame[frame["outcome"] == outcome], waves=sorted(frame["wave"].unique()),
        changes=[("T1", "T2")],
    )  # fmt: skip
    r = reference("icc.csv").query("data == @data and outcome == @outcome")
    both = r.merge(ours, on=["estimand", "contrast"])
    assert len(both) == len(r) == len(ours)
    np.testing.assert_allclose(both["estimate"], both["icc"], rtol=1e-4, atol=1e-7)


@pytest.mark.reference
@pytest.mark.parametrize(("data", "outcome"), CASES)
def test_intervals_and_total_sd_equal_plain_r(star, synthetic, reference, data, outcome):
    frame = {"star": star, "synthetic": synthetic}[data].dropna(subset="score")
    frame = frame[frame["outcome"] == outcome]
    r = reference("plain.csv").query("data == @data and outcome == @outcome")
    for wave, at in frame.groupby("wave"):
        want = r[r["contrast"] == wave].set_index("estimand")
        one_way = summarise(at["score"], at["school_attended"])
        low, high = want.loc["icc_level", ["conf_low", "conf_high"]]
        assert wald_interval(one_way, 0.95) == pytest.approx((low, high), rel=1e-6, abs=1e-9)
        sd, df = total_sd(one_way)
        # R's optimize() stops near 1e-8 of the ratio
        assert sd == pytest.approx(want.loc["total_sd", "estimate"], rel=1e-6)
        assert df == pytest.approx(want.loc["total_sd", "df"], rel=1e-9)
        assert small_sample_factor(df) == pytest.approx(want.loc["J", "estimate"], rel=1e-6)


def test_balanced_reml_is_the_analysis_of_variance_by_hand():
    # groups 1 3 | 5 7 | 6 8: MSW 2, means 2 6 7, MSB 14; between (14 - 2) / 2 = 6
    got = reml_components(summarise([1, 3, 5, 7, 6, 8], list("aabbcc")))
    assert got == pytest.approx((6, 2), rel=1e-9)


def test_j_is_the_gamma_ratio():
    assert small_sample_factor(2) == pytest.approx(1 / np.sqrt(np.pi))
    assert np.isnan(small_sample_factor(1))
    assert small_sample_factor(1e6) == pytest.approx(1 - 3 / (4e6 - 1), rel=1e-9)


@pytest.mark.parametrize(
    ("values", "school"),
    [([1, 2, 3], "aaa"), ([1, 2, 3], "abc"), ([1, 1, 2, 2], "aabb"), ([], "")],
)
def test_no_icc_without_schools_pupils_or_spread(values, school):
    row = icc_row(values, list(school), 0.95)
    assert "estimate" not in row and row["reason"]


def test_boundary_is_zero_and_said():
    row = icc_row([1, 9, 2, 8, 1, 9], list("aabbcc"), 0.95)
    assert row["estimate"] == 0 and row["conf_low"] == 0
    assert "estimated at 0" in row["reason"]
