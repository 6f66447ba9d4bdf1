"""A draw of schools is the regression fitted to those schools, its covariance held."""

from __future__ import annotations

import numpy as np

from resilience_lib.effects.change import change_model
from resilience_lib.effects.subgroups import complete_scores
from resilience_lib.models.cr2 import fit_cr2
from resilience_lib.models.cr2_draws import draw_contrasts
from resilience_lib.models.waves_covariance import fit_waves
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
    rows = complete_scores(data, WAVES, GENDER)
    places = [rows[name] for name in ("pupil", "wave", "group", "school")]
    sigma = fit_waves(rows["score"], np.ones((len(rows), 1)), *places)[1].matrix
    # generalised least squares as the textbook has it, pupil by pupil
    schools = {}
    for school, part in rows.groupby("school"):
        bread, right = np.zeros((6, 6)), np.zeros(6)
        for _, own in part.groupby("pupil"):
            x = np.zeros((len(own), 6))
            cells = own["wave"] + "|" + own["group"]
            x[np.arange(len(own)), [model.where[cell] for cell in cells]] = 1.0
            at = [WAVES.index(wave) for wave in own["wave"]]
            inverse = np.linalg.inv(sigma[np.ix_(at, at)])
            bread += x.T @ inverse @ x
            right += x.T @ inverse @ own["score"].to_numpy()
        schools[school] = bread, right
    for draw, times in zip(got, counts, strict=True):
        bread, right = (
            sum(count * schools[school][part] for school, count in zip(schools, times, strict=True))
            for part in (0, 1)
        )
        np.testing.assert_allclose(draw, weights @ np.linalg.solve(bread, right), rtol=1e-9)


def test_a_draw_without_a_part_of_the_regression_is_missing():
    x = np.array([[1.0, 0], [1, 0], [0, 1], [1, 0]])
    fit = fit_cr2([1.0, 2.0, 3.0, 4.0], x, list("abcd"))
    got = draw_contrasts(fit, np.eye(2), np.random.default_rng(1), 4000)
    # only school c holds the second cell: it is missed by (3 / 4)^4 of draws, and the first cell
    # by (1 / 4)^4
    assert np.isnan(got[:, 0]).mean() == np.isnan(got[:, 1]).mean()
    assert abs(np.isnan(got[:, 0]).mean() - (0.75**4 + 0.25**4)) < 0.035
