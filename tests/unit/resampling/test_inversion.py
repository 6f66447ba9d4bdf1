"""The last value that is not rejected, where p is a step function that may rise again."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.resampling.inversion import reach


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_narrow_island_beyond_the_first_rejection_counts(side):
    # as Webb weights of four schools give it: rejected from 3.55 to 3.68 and again from 3.76
    def p(distance):
        far = np.abs(distance)
        return np.where((far < 3.55) | ((far > 3.68) & (far < 3.76)), 0.06, 0.04)

    assert reach(p, side, 0.05) == pytest.approx(3.76, rel=1e-9)


def test_the_estimate_itself_is_where_nothing_further_is_kept():
    assert reach(lambda x: np.where(np.abs(x) < 0.01, 1.0, 0.0), 1.0, 0.05) == pytest.approx(0.01)
    assert np.isnan(reach(np.ones_like, 1.0, 0.05))
