"""Filled-in gaps against R's pan and a known truth, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.imputation import Imputed, impute, scale_reduction
from resilience_lib.resampling.streams import stream


def streams(m: int, *name: str) -> list[np.random.Generator]:
    return [stream(7, "test", *name, str(i)) for i in range(m)]


@pytest.fixture(scope="session")
def lost_school(synthetic) -> tuple[pd.DataFrame, Imputed]:
    """Wellbeing of the made-up pupils with all of school s11 lost at T3, 400 times filled."""
    rows = synthetic[synthetic["outcome"] == "wellbeing"]
    wide = rows.pivot(index=["pupil", "school", "gender"], columns="wave", values="score")
    wide = wide.reset_index()
    wide.loc[wide["school"] == "s11", "T3"] = np.nan
    values = wide[["T1", "T2", "T3"]].to_numpy()
    return wide, impute(values, wide["school"], wide["gender"], streams(400, "pan"))


def test_equals_pan_within_monte_carlo_error(lost_school, reference):
    """400 completed data sets here and 1000 of pan, the same priors.

    The mean of a statistic differs by its SD times sqrt(1/400 + 1/1000) = 0.059 by chance, its
    SD by a share sqrt(1/800 + 1/2000) = 0.042: four times these are allowed.
    """
    wide, made = lost_school
    assert made.reason == ""
    girls, lost = (wide["gender"] == "girls").to_numpy(), (wide["school"] == "s11").to_numpy()
    y = made.values
    _, school = np.unique(wide["school"], return_inverse=True)
    means = np.stack([y[:, school == s, 2].mean(axis=1) for s in range(11)], axis=1)
    ours = {
        "girls": (y[:, girls, 1] - y[:, girls, 0]).mean(axis=1),
        "boys": (y[:, ~girls, 1] - y[:, ~girls, 0]).mean(axis=1),
        "girls, T3": (y[:, girls, 2] - y[:, girls, 0]).mean(axis=1),
        "boys, T3": (y[:, ~girls, 2] - y[:, ~girls, 0]).mean(axis=1),
        "lost school, T3": y[:, lost, 2].mean(axis=1),
        "SD at T3": y[:, :, 2].std(axis=1, ddof=1),
        "SD of school means at T3": means.std(axis=1, ddof=1),
    }
    theirs = reference("missing_draws.csv").set_index("what")
    assert set(theirs.index) == set(ours)
    for what, pan in theirs.iterrows():
        assert abs(ours[what].mean() - pan["mean"]) < 4 * 0.059 * pan["sd"], what
        assert abs(ours[what].std(ddof=1) / pan["sd"] - 1) < 4 * 0.042, what


def test_what_was_seen_stays_as_it_is(lost_school):
    wide, made = lost_school
    values = wide[["T1", "T2", "T3"]].to_numpy()
    seen = ~np.isnan(values)
    assert (made.values[:, seen] == values[seen]).all()
    assert np.isfinite(made.values).all() and (made.missing == ~seen).all()


def mar_pupils(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """20 schools of 30; change 0.5 for everyone on average; high T1 scores leave before T2."""
    random = np.random.default_rng(seed)
    school = np.repeat(np.arange(20), 30)
    level = random.normal(0, 1, 600) + random.normal(0, 0.4, 20)[school]
    first = level + random.normal(0, 0.6, 600)
    # regression to the mean makes change depend on the first score
    second = level + 0.5 + random.normal(0, 0.6, 600) + random.normal(0, 0.2, 20)[school]
    second[random.random(600) < 1 / (1 + np.exp(-2 * first))] = np.nan
    return np.column_stack([first, second]), school


def test_known_truth_missing_at_random_given_the_first_wave():
    """Mean change is 0.5. Who leaves scored high at T1, so those who stay rise towards the mean.

    Over 40 samples the standard error of the mean of either answer is below 0.02 (the SD of one
    is about 0.06 for schools alone, 0.2 / sqrt(20), and pupils).
    """
    complete, filled = [], []
    for seed in range(40):
        values, school = mar_pupils(seed)
        complete.append(np.nanmean(values[:, 1] - values[:, 0]))
        made = impute(values, school, np.zeros(600), streams(5, str(seed)))
        filled.append((made.values[:, :, 1] - made.values[:, :, 0]).mean())
    assert np.mean(complete) > 0.6
    assert abs(np.mean(filled) - 0.5) < 0.04


def test_a_stream_of_its_own_each():
    values, school = mar_pupils(1)
    few = impute(values, school, np.zeros(600), streams(3, "own"))
    many = impute(values, school, np.zeros(600), streams(6, "own"))
    assert few.sweeps == many.sweeps
    np.testing.assert_allclose(few.values, many.values[:3], rtol=1e-9)


def test_nothing_missing_is_given_back_even_from_two_schools():
    values = np.arange(12.0).reshape(6, 2)
    made = impute(values, list("aaabbb"), np.zeros(6), streams(2))
    assert (made.values == values).all() and made.rhat == 1.0


def test_scale_reduction_by_hand():
    # chain means 1 and 2, so B = 0.5; variances 1 and 1, so W = 1; sqrt(2/3 + 0.5) = 1.0801
    assert scale_reduction(np.array([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]])) == pytest.approx(
        np.sqrt(7 / 6), rel=1e-12
    )


def refused(values, school, group=None) -> str:
    group = np.zeros(len(values)) if group is None else group
    made = impute(values, school, group, streams(3), ["T1", "T2"])
    assert made.values.shape[0] == 0
    return made.reason


def test_what_cannot_be_imputed_says_why():
    values, school = mar_pupils(3)
    assert refused(values, school % 3) == (
        "not imputed: 3 schools are too few for 2 scores a pupil (4 needed)"
    )
    never = values.copy()
    never[:, 1] = np.nan
    assert refused(never, school) == "not imputed: no score was seen at T2"
    flat = np.column_stack([np.full(600, 3.0), values[:, 1]])
    assert refused(flat, school) == "not imputed: scores at T1 do not vary"
    group = np.isnan(values[:, 1]).astype(int)
    assert refused(values, school, group) == "not imputed: a group has no score at T2"
    same = np.column_stack([values[:, 0], np.where(np.isnan(values[:, 1]), np.nan, values[:, 0])])
    assert "determine each other" in refused(same, school)
    few = values.copy()
    few[5:, 1] = np.nan
    assert "too few to learn from" in refused(few, school)


def test_chains_that_do_not_agree_are_refused():
    """One pupil in five hundred has both scores: the slope between them hardly moves a sweep."""
    values = np.random.default_rng(5).normal(size=(6000, 2))
    values[12:, 1] = np.nan
    made = impute(values, np.arange(6000) % 6, np.zeros(6000), streams(3, "apart"))
    assert made.values.shape[0] == 0 and made.rhat > 1.1
    assert made.reason.startswith("not imputed: chains do not agree after 640 sweeps (Rhat ")


@pytest.mark.parametrize(
    ("values", "school", "many"),
    [
        ([[1.0, np.inf]] * 8, list("aabbccdd"), 2),
        ([[np.nan, np.nan], [1.0, 2.0]], ["a", "b"], 2),
        ([[1.0, 2.0]] * 3, ["a", None, "b"], 2),
        ([[1.0, 2.0]] * 3, ["a", "b"], 2),
        ([[1.0, 2.0]] * 3, ["a", "b", "c"], 1),
    ],
)
def test_input_that_is_none(values, school, many):
    with pytest.raises(ModelInputError):
        impute(values, school, np.zeros(len(values)), streams(many))
