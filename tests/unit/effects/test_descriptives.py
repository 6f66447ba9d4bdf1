"""Cell means against R's cell-means regression; SDs by hand."""

from __future__ import annotations

import pytest

from resilience_lib.effects.descriptives import estimate_descriptives


@pytest.mark.reference
def test_star_cells_equal_clubsandwich(star, reference, agree):
    ours = estimate_descriptives(
        star[star["outcome"] == "read"], waves=("T1", "T2", "T3", "T4"),
        gender=("girls", "boys"), arms=("reg", "small", "reg+A"),
    )  # fmt: skip
    r = reference("cr2.csv").query("estimand == 'mean'")
    columns = ["estimate", "std_error", "df", "conf_low", "conf_high"]
    assert agree(ours, r, 1e-6, columns) == 24


def test_sd_and_counts(star):
    data = star[star["outcome"] == "read"]
    ours = estimate_descriptives(data, waves=("T1",)).set_index("estimand")
    scores = data.loc[(data["wave"] == "T1") & data["score"].notna(), "score"]
    assert ours.loc["sd", "estimate"] == pytest.approx(
        (((scores - scores.mean()) ** 2).sum() / (len(scores) - 1)) ** 0.5
    )
    assert ours.loc["mean", "n"] == len(scores)


def test_a_wave_without_scores_has_reasons(synthetic):
    data = synthetic[synthetic["outcome"] == "flat"]
    ours = estimate_descriptives(data, waves=("T9",))
    assert (ours["reason"] != "").all() and ours["estimate"].isna().all()
