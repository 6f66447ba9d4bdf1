"""The driver: everything in one frame, in the order asked, whatever maps the outcomes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.estimate import estimate_study
from resilience_lib.frames import ESTIMATE_COLUMNS

ASK = {
    "study": "made-up", "outcomes": ["flat", "wellbeing"], "waves": ("T1", "T2", "T3"),
    "changes": [("T1", "T2"), ("T1", "T3")], "gender": ("girls", "boys"),
    "families": {"primary": ["wellbeing"]},
}  # fmt: skip


def test_threads_give_the_same_frame_as_map(synthetic):
    one = estimate_study(synthetic, **ASK)
    with ThreadPoolExecutor(2) as pool:
        two = estimate_study(synthetic, **ASK, map_outcomes=pool.map)
    pd.testing.assert_frame_equal(one, two)
    assert tuple(one.columns) == ESTIMATE_COLUMNS
    assert one["outcome"].drop_duplicates().tolist() == ["", "flat", "wellbeing"]


def test_the_order_of_rows_does_not_matter(synthetic):
    shuffled = synthetic.sample(frac=1, random_state=np.random.RandomState(2))
    one, two = (estimate_study(frame, **ASK) for frame in (synthetic, shuffled))
    cr2 = ~one["method"].str.startswith("mixed")
    for name in ("estimate", "std_error", "df"):
        np.testing.assert_allclose(one.loc[cr2, name], two.loc[cr2, name], rtol=1e-8, atol=1e-10)


def test_no_changes_no_arms_gives_no_row_of_either(synthetic):
    got = estimate_study(synthetic, **{**ASK, "changes": ()})
    assert not set(got["estimand"]) & {"mean_change", "d_z", "mean_difference", "icc_change"}


def test_change_only_where_the_scale_is_comparable(synthetic):
    got = estimate_study(synthetic, **ASK, comparable=["wellbeing"])
    changed = got.loc[got["estimand"] == "mean_change", "outcome"]
    assert set(changed) == {"wellbeing"}
    # what can be said in its place, of the other one alone
    places = {"gender_gap", "gender_gap_standardised", "spearman", "pearson"}
    placed = got[got["estimand"].isin(places)]
    assert set(placed["estimand"]) == places and set(placed["outcome"]) == {"flat"}


@pytest.mark.parametrize("pupils", [1, 3])
def test_tiny_schools_run_and_every_missing_number_has_a_reason(synthetic, pupils):
    few = synthetic.drop_duplicates("pupil").groupby("school").head(pupils)["pupil"]
    got = estimate_study(synthetic[synthetic["pupil"].isin(few)], **ASK)
    assert (got.loc[got["estimate"].isna(), "reason"] != "").all()
    # neither has an interval
    unsure = got["conf_low"].isna() & ~got["estimand"].isin(["sd", "wald_f"])
    assert (got.loc[unsure, "reason"] != "").all()


def test_one_school_or_tied_scores_never_give_an_interval(synthetic):
    for frame in (
        synthetic.assign(school="s", school_attended="s"),
        synthetic.assign(score=synthetic["score"].where(synthetic["score"].isna(), 4.0)),
    ):
        got = estimate_study(frame, **ASK)
        scored = got[~got["estimand"].isin(["share_lost", "risk_difference"])]
        assert scored["conf_low"].isna().all()
        assert (scored.loc[scored["estimand"] != "sd", "reason"] != "").all()
