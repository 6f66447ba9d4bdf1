"""The generator keeps to the published design and to its declared truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from resilience_lib.synthetic.school_waves import generate

from resilience_lib.paths import raw
from resilience_lib.study.yaml_files import load_yaml
from resilience_lib.synthetic.truth import Truth, shown_mean, true_changes


@pytest.fixture(scope="module")
def truth() -> Truth:
    return load_yaml(raw("bounce_forward") / "truth.yml", Truth)


@pytest.fixture(scope="module")
def pupils(truth: Truth) -> pd.DataFrame:
    return generate(truth)


def test_the_published_design(pupils: pd.DataFrame) -> None:
    first = pupils[pupils["wave"] == "before"]
    assert len(first) == 441
    assert first["school"].nunique() == 11
    assert round(100 * (first["gender"] == "boy").mean(), 1) == 54.2
    assert pupils["wave"].unique().tolist() == ["before", "end", "follow_up"]
    assert set(pupils["data"]) == {"synthetic"}


def test_scores_keep_to_their_steps_and_limits(pupils: pd.DataFrame, truth: Truth) -> None:
    for column, outcome in truth.outcomes.items():
        scores = pupils[column].dropna()
        low, high = outcome.range
        steps = (scores - low) * outcome.steps / (high - low)
        assert scores.between(low, high).all()
        # thirds are written with four decimals
        assert np.abs(steps - steps.round()).max() < 1e-3


def test_shown_mean_against_r() -> None:
    # R 4.2.2: v <- seq(1, 5, .25); b <- c(-Inf, head(v, -1) + .125, Inf)
    #          sum(v * diff(pnorm(b, 4.8, .7)))
    assert shown_mean(4.8, 0.7, (1, 5), 16) == pytest.approx(4.610848683, abs=1e-9)
    # R 4.2.2: v <- 0:12; b <- c(-Inf, head(v, -1) + .5, Inf); sum(v * diff(pnorm(b, 2.9, 2)))
    assert shown_mean(2.9, 2.0, (0, 12), 12) == pytest.approx(2.96274471953, abs=1e-9)


def test_true_changes_differ_by_gender(truth: Truth) -> None:
    # R as above: latent means 3.5 and 3.74, SDs .75 and sqrt(.75^2 + .105^2), thirds from 1 to 5
    # v <- seq(1, 5, 1/3); b <- c(-Inf, head(v, -1) + 1/6, Inf)
    # sum(v * diff(pnorm(b, 3.74, sqrt(.75^2 + .105^2)))) - sum(v * diff(pnorm(b, 3.5, .75)))
    changes = true_changes(truth, "srs_self_esteem")
    assert changes["end", "girls"] == pytest.approx(0.231474642608, abs=1e-9)
    assert changes["end", "girls"] > 3 * changes["end", "boys"]


def test_many_studies_show_the_declared_truth(truth: Truth) -> None:
    # 60 studies without dropout or missing answers: means within 4 Monte Carlo standard errors
    never = {
        wave: rule.model_copy(update={"base": -50.0, "girls": 0.0, "per_sd_worse": 0.0})
        for wave, rule in truth.dropout.items()
    }
    complete = truth.model_copy(
        update={
            "dropout": never,
            "outcomes": {
                name: outcome.model_copy(update={"missing": 0.0})
                for name, outcome in truth.outcomes.items()
            },
        }
    )
    changes = []
    for seed in range(60):
        means = generate(complete, seed).groupby(["gender", "wave"])["srs_self_esteem"].mean()
        changes.append(means["girl", "end"] - means["girl", "before"])
    error = np.std(changes, ddof=1) / np.sqrt(len(changes))
    expected = true_changes(truth, "srs_self_esteem")["end", "girls"]
    assert abs(np.mean(changes) - expected) < 4 * error


def test_the_worse_off_drop_out_more(truth: Truth) -> None:
    lost, kept = [], []
    for seed in range(20):
        frame = generate(truth, seed)
        before = frame[frame["wave"] == "before"]
        end = set(frame.loc[frame["wave"] == "end", "pupil"])
        gone = ~before["pupil"].isin(end)
        lost.append(before.loc[gone, "mmf_emotional"].mean())
        kept.append(before.loc[~gone, "mmf_emotional"].mean())
    assert np.mean(lost) > np.mean(kept) + 0.3


def test_the_same_seed_gives_the_same_pupils(truth: Truth, pupils: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(generate(truth), pupils)
    assert not generate(truth, 1)["srs_empathy"].equals(pupils["srs_empathy"])
