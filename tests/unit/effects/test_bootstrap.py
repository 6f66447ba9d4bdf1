"""Histograms of change over schools drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.bootstrap import COLUMNS, bootstrap_changes, bootstrap_declared
from resilience_lib.effects.change import estimate_change

ASK = {"waves": ("T1", "T2", "T3"), "changes": [("T1", "T2"), ("T1", "T3")],
       "gender": ("girls", "boys")}  # fmt: skip
KEYS = ["contrast", "subgroup"]


@pytest.fixture(scope="module")
def data(synthetic) -> pd.DataFrame:
    return synthetic[synthetic["outcome"] == "wellbeing"]


def test_bins_stand_around_the_estimate_with_its_spread(data):
    got = bootstrap_changes(data, **ASK, seed=3)
    head = estimate_change(data, **ASK).query("estimand == 'g_change_model'").set_index(KEYS)
    assert tuple(got.columns) == COLUMNS and len(got) == 8 * 40
    for key, bins in got.groupby(KEYS):
        row, middle = head.loc[key], (bins["bin_low"] + bins["bin_high"]) / 2
        assert bins["share"].sum() == pytest.approx(1)
        np.testing.assert_allclose(bins["bin_low"].iloc[1:], bins["bin_high"].iloc[:-1])
        mean = float((bins["share"] * middle).sum())
        spread = float((bins["share"] * (middle - mean) ** 2).sum() ** 0.5)
        # a draw of k schools varies by (k - 1) / k of what CR2 estimates; 2,000 draws: 1 / 45
        assert mean == pytest.approx(row["estimate"], abs=0.15 * row["std_error"])
        assert spread == pytest.approx(row["std_error"] * (10 / 11) ** 0.5, rel=0.12)
        assert (bins["n"] == row["n"]).all() and (bins["n_clusters"] == row["n_clusters"]).all()


def test_neither_the_order_of_rows_nor_another_change_moves_a_histogram(data):
    whole = bootstrap_changes(data, **ASK, seed=3)
    shuffled = data.sample(frac=1, random_state=np.random.RandomState(2))
    one = bootstrap_changes(shuffled, **{**ASK, "changes": [("T1", "T3")]}, seed=3)
    kept = whole[whole["contrast"] == "T3 - T1"].reset_index(drop=True)
    np.testing.assert_allclose(one["bin_low"], kept["bin_low"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one["share"], kept["share"], atol=2e-3)


def test_too_few_schools_and_scores_that_do_not_vary_have_none(data):
    few = data[data["school"].isin(sorted(data["school"].unique())[:4])]
    assert len(bootstrap_changes(few, **ASK, seed=3)) == 0
    assert len(bootstrap_changes(data.assign(score=1.0), **ASK, seed=3)) == 0


def test_only_outcomes_on_one_scale_are_drawn(data, made_up):
    study = made_up.study(outcomes=("wellbeing", "spelling"), incomparable=("spelling",))
    both = pd.concat([data, data.assign(outcome="spelling")])
    got = bootstrap_declared(both, pd.DataFrame(), study)
    assert set(got["outcome"]) == {"wellbeing"} and set(got["estimand"]) == {"g_change_model"}
    nothing = study.contrasts.model_copy(update={"change": ()})
    none = bootstrap_declared(both, pd.DataFrame(), study.model_copy(update={"contrasts": nothing}))
    assert len(none) == 0 and tuple(none.columns) == COLUMNS
