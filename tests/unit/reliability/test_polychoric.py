"""Polychoric correlations against polycor, and the bivariate normal against quadrature."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special

from resilience_lib.reliability.answers import complete_answers
from resilience_lib.reliability.polychoric import (
    BOUND,
    bivariate_normal,
    category_tables,
    polychoric,
)


def correlations(frame: pd.DataFrame, items: list[str]) -> np.ndarray:
    answers = complete_answers(frame, items)
    return polychoric(category_tables(answers, np.unique(answers.values)))


@pytest.mark.reference
@pytest.mark.parametrize(("scale", "pairs"), [("a", 10), ("b", 6)])
def test_two_step_correlations_equal_polycor(made, scales, reference, scale, pairs):
    items = list(scales[scale].items)
    ours = correlations(made[made["wave"] == "T1"], items)[0]
    theirs = reference("polychoric.csv").query("scale == @scale")
    assert len(theirs) == pairs
    for row in theirs.itertuples():
        got = ours[items.index(row.first), items.index(row.second)]
        assert got == pytest.approx(row.rho, rel=1e-4)


@pytest.mark.parametrize("rho", [-0.95, -0.3, 0.0, 0.6, 0.9, 0.99])
def test_bivariate_normal_is_the_integral(rho):
    grid = np.linspace(-2.5, 2.5, 6)

    def exact(h: float, k: float) -> float:
        def inner(x: float) -> float:
            return np.exp(-x * x / 2) * special.ndtr((k - rho * x) / np.sqrt(1 - rho * rho))

        return integrate.quad(inner, -np.inf, h, epsabs=1e-13)[0] / np.sqrt(2 * np.pi)

    want = [[exact(h, k) for k in grid] for h in grid]
    got = bivariate_normal(grid[:, None], grid[None, :], np.array(rho))
    np.testing.assert_allclose(got, want, atol=1e-9)


def test_infinite_ends_give_the_margins():
    ends = bivariate_normal(np.array([12.0, -12.0]), np.array(0.4), np.array(0.7))
    np.testing.assert_allclose(ends, [special.ndtr(0.4), 0.0], atol=1e-15)


def test_a_table_without_a_corner_goes_to_the_bound():
    frame = pd.DataFrame({"school": "s", "q": [0, 0, 0, 1, 1, 1.0], "r": [0, 0, 0, 1, 1, 1.0]})
    assert correlations(frame, ["q", "r"])[0, 0, 1] == pytest.approx(BOUND, abs=1e-9)


def test_an_item_without_variation_has_no_correlation():
    frame = pd.DataFrame({"school": "s", "q": [0, 0, 1, 1.0], "r": [1, 1, 1, 1.0]})
    assert np.isnan(correlations(frame, ["q", "r"])[0, 0, 1])


def test_an_answer_nobody_gave_changes_nothing(made):
    now = made[made["wave"] == "T1"]
    answers = complete_answers(now, ["b1", "b2", "b3"])
    plain = polychoric(category_tables(answers, np.array([0.0, 1.0, 2.0])))
    more = polychoric(category_tables(answers, np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0])))
    np.testing.assert_allclose(more, plain, atol=1e-9)
