"""A draw of schools is the regression fitted to those schools."""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilience_lib.effects.change import change_model, estimate_change
from resilience_lib.models.cr2 import fit_cr2
from resilience_lib.models.cr2_draws import draw_contrasts
from resilience_lib.resampling.schools import draw_sums

WAVES = ("T1", "T2", "T3")
GENDER = ("girls", "boys")


def test_a_draw_is_a_refit_with_waves_missing_and_schools_twice(synthetic):
    data = synthetic[(synthetic["outcome"] == "wellbeing") & synthetic["score"].notna()]
    data = data.sort_values("school", kind="stable")
    model = change_model(data, WAVES, GENDER)
    weights = np.zeros((2, len(model.where)))
    weights[0, [model.where["T3|girls"], model.where["T1|girls"]]] = 1, -1
    weights[1, [model.where["T2|boys"], model.where["T1|boys"]]] = 1, -1
    got = draw_contrasts(model.fit, weights, np.random.default_rng(3), 6)
    counts = draw_sums(np.random.default_rng(3), np.eye(11), 6)
    schools = sorted(data["school"].unique())
    for draw, times in zip(got, counts, strict=True):
        copies = []
        for school, count in zip(schools, times, strict=True):
            for copy in range(int(count)):
                part = data[data["school"] == school]
                copies.append(part.assign(pupil=part["pupil"] + f"/{copy}",
                                          school=part["school"] + f"/{copy}"))  # fmt: skip
        again = estimate_change(
            pd.concat(copies), waves=WAVES, changes=[("T1", "T2"), ("T1", "T3")], gender=GENDER
        )
        again = again[again["estimand"] == "mean_change"].set_index(["contrast", "subgroup"])
        expected = again["estimate"]
        np.testing.assert_allclose(
            draw, [expected["T3 - T1", "girls"], expected["T2 - T1", "boys"]], rtol=1e-9
        )


def test_a_draw_without_a_part_of_the_regression_is_missing():
    x = np.array([[1.0, 0], [1, 0], [0, 1], [1, 0]])
    fit = fit_cr2([1.0, 2.0, 3.0, 4.0], x, list("abcd"))
    got = draw_contrasts(fit, np.eye(2), np.random.default_rng(1), 4000)
    # only school c holds the second cell: it is missed by (3 / 4)^4 of draws, and the first cell
    # by (1 / 4)^4
    assert np.isnan(got[:, 0]).mean() == np.isnan(got[:, 1]).mean()
    assert abs(np.isnan(got[:, 0]).mean() - (0.75**4 + 0.25**4)) < 0.035
