"""Krippendorff's alpha: the published example, and the package's interface as it is used."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from resilience_lib.adapters.krippendorff import krippendorff_alpha

# Krippendorff 2011, Computing Krippendorff's alpha-reliability, section C: twelve units, four
# observers, 0 not coded
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_published_example(level, published):
    values = np.arange(1, 6)
    counts = np.stack([(v == OBSERVERS).sum(axis=0) for v in values], axis=1)
    assert krippendorff_alpha(counts, values, level) == pytest.approx(published, abs=5e-4)


def test_nothing_to_disagree_about_has_no_alpha():
    assert np.isnan(krippendorff_alpha([[2, 0], [2, 0]], [0, 1], "nominal"))
    # the second value stands alone in its story, which is paired with nothing
    assert np.isnan(krippendorff_alpha([[2, 0], [0, 1]], [0, 1], "nominal"))
    assert np.isnan(krippendorff_alpha([[1, 0], [0, 1]], [0, 1], "ordinal"))


def test_the_package_still_has_the_interface_that_is_used():
    from krippendorff import alpha

    parameters = inspect.signature(alpha).parameters
    assert {"value_counts", "value_domain", "level_of_measurement"} <= set(parameters)
    got = alpha(
        value_counts=np.array([[2, 0], [1, 1], [0, 2]]),
        value_domain=np.array([0, 1]),
        level_of_measurement="nominal",
    )
    # by hand: coincidences 2 1 / 1 2 of n = 6: observed 2/6, expected 2 x 3 x 3 / (6 x 5) = 18/30
    assert got == pytest.approx(1 - (2 / 6) / (18 / 30))
