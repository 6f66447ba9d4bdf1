"""What is used of statsmodels, and that its fits are looked at."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from scipy import optimize

from resilience_lib.adapters.statsmodels import fit_counts


def test_names_that_are_used():
    from statsmodels.discrete.discrete_model import NegativeBinomial, Poisson

    for model in (Poisson, NegativeBinomial):
        assert {"endog", "exog", "exposure"} <= set(inspect.signature(model).parameters)
        wanted = {"start_params", "method", "maxiter", "disp"}
        assert wanted <= set(inspect.signature(model.fit).parameters)
    assert "loglike_method" in inspect.signature(NegativeBinomial).parameters
    y, x = np.array([0.0, 1, 2, 9]), np.ones((4, 1))
    found = NegativeBinomial(y, x, exposure=np.ones(4), loglike_method="nb2").fit(disp=False)
    # the overdispersion stands last, among the coefficients
    assert found.params.shape == (2,) and found.model.score(found.params).shape == (2,)
    plain = Poisson(y, x, exposure=np.ones(4)).fit(disp=False)
    assert plain.params.shape == (1,) and plain.predict().shape == (4,) and plain.llf < 0


def test_overdispersion_of_two_values_by_hand():
    """Counts 0 and 4, as many of each, mean 2.

    d log L / d theta of a pair: sum of 1 / (theta + j), j = 0 to 3, less
    2 log(1 + 2 / theta); the other terms cancel.
    """

    def slope(theta: float) -> float:
        return sum(1 / (theta + j) for j in range(4)) - 2 * np.log(1 + 2 / theta)

    counts = np.tile([0.0, 4.0], 10)
    fit = fit_counts(counts, np.ones(20), np.ones((20, 1)), overdispersed=True)
    assert np.exp(fit.coefficients[0]) == pytest.approx(2.0, rel=1e-8)
    assert 1 / fit.overdispersion == pytest.approx(optimize.brentq(slope, 0.1, 2.0), rel=1e-6)


def test_variance_equal_to_the_mean_has_no_overdispersion():
    # 0 and 2: the slope 1 / theta + 1 / (theta + 1) - 2 log(1 + 1 / theta) is above 0 everywhere
    counts = np.tile([0.0, 2.0], 10)
    fit = fit_counts(counts, np.ones(20), np.ones((20, 1)), overdispersed=True)
    assert "no more than a Poisson's" in fit.reason and np.isnan(fit.coefficients).all()


@pytest.mark.parametrize("seed", range(12))
def test_counts_of_a_binomial_never_have_an_overdispersion(seed):
    """Variance half of the mean; in some of these the search ends far out, at a flat place."""
    counts = np.random.default_rng(seed).binomial(8, 0.5, 60).astype(float)
    fit = fit_counts(counts, np.ones(60), np.ones((60, 1)), overdispersed=True)
    assert "no more than a Poisson's" in fit.reason and np.isnan(fit.overdispersion)


@pytest.mark.parametrize("counts", [[0.0] * 6, [1.0, 2, 3, 0, 0, 0]])
def test_a_rate_of_nought_is_no_fit(counts):
    design = np.column_stack([np.ones(6), np.repeat([0.0, 1.0], 3)])
    for overdispersed in (False, True):
        fit = fit_counts(np.array(counts), np.ones(6), design, overdispersed=overdispersed)
        assert fit.reason.startswith("not converged") and np.isnan(fit.coefficients).all()
