"""d_av_mean and d_z with their jackknife against plain R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.paired import estimate_paired

GENDER = ("girls", "boys")


@pytest.mark.reference
def test_equals_plain_r(star, synthetic, reference, agree):
    r = reference("plain.csv")
    for name, data, outcome, pair in (
        ("synthetic", synthetic, "wellbeing", ("T1", "T3")),
        ("star", star, "read", ("T1", "T2")),
    ):
        ours = estimate_paired(
            data[data["outcome"] == outcome], waves=pair, changes=[pair], gender=GENDER
        )
        columns = ["estimate", "std_error", "df", "conf_low", "conf_high"]
        assert (
            agree(
                ours,
                r[(r["data"] == name) & r["std_error"].notna()],
                1e-6,
                columns,
            )
            == 8
        )


def test_by_hand():
    # differences 1, 2, 3: mean 2, SD 1; first SD 1, second SD 2 (scores 0 1 2 and 1 3 5)
    rows = [(str(i), "abc"[i], w, "x", float(v)) for i in range(3)
            for w, v in (("T1", i), ("T2", 2 * i + 1))]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "outcome", "score"])
    got = estimate_paired(frame, waves=("T1", "T2"), changes=[("T1", "T2")])
    assert got["estimate"].tolist() == pytest.approx([2 / 1.5, 2.0])


def test_one_school_or_constant_scores_have_no_interval():
    rows = [(str(i), "a", w, "x", float(i % 2)) for i in range(4) for w in ("T1", "T2")]
    frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "outcome", "score"])
    got = estimate_paired(frame, waves=("T1", "T2"), changes=[("T1", "T2")])
    assert np.isnan(got["conf_low"]).all() and (got["reason"] != "").all()
