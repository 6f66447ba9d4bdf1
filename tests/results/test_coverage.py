"""The committed simulation: intervals hold the declared truth as often as they should."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

RESULTS = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "results" / "coverage.csv"


def test_headline_intervals_hold_the_truth_95_times_in_100() -> None:
    table = pd.read_csv(RESULTS)
    headline = table[table["method"] == "CR2 by school"]
    # 12 outcomes, 2 changes, 4 subgroups
    assert len(headline) == 96
    assert (headline["studies"] == 1000).all()
    assert (headline["missing"] == 0).all()
    # Monte Carlo error of a share of .95 over 1,000 studies: sqrt(.95 * .05 / 1000) = .0069;
    # the most extreme of 96 such shares lies within 3.5 of it in 95 runs of 100 (Bonferroni)
    error = np.sqrt(0.95 * 0.05 / 1000)
    assert (abs(headline["coverage"] - 0.95) < 3.5 * error).all()
    assert abs(headline["coverage"].mean() - 0.95) < 0.005


def test_dropout_by_first_scores_leaves_little_bias() -> None:
    table = pd.read_csv(RESULTS)
    # an interval is about 4.5 standard errors wide at 9 df
    share = table["bias"].abs() / (table["width"] / 4.5)
    assert share.max() < 0.25
    assert (table["coverage"] > 0.925).all()
