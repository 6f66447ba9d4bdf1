"""Krippendorff's alpha, also without each unit: the published example, and the package's."""

from __future__ import annotations

import numpy as np
import pytest
from krippendorff import alpha

from resilience_lib.reliability.krippendorff import krippendorff_alpha

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
    values = np.arange(1.0, 6)
    counts = np.stack([(v == OBSERVERS).sum(axis=0) for v in values], axis=1).astype(float)
    counts = counts[counts.sum(axis=1) > 1]
    got = krippendorff_alpha(counts, values, level, np.arange(len(counts)))
    assert got[0] == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
@pytest.mark.parametrize("units", [40, 9, 1])
def test_every_unit_left_out_is_what_the_package_says_of_the_others(level, units):
    random = np.random.default_rng(units)
    values = np.array([1990.0, 1991.5, 1995.0, 2024.0])
    sizes = random.integers(2, 5, 40)
    counts = np.stack([random.multinomial(n, [0.5, 0.2, 0.2, 0.1]) for n in sizes])
    unit = random.permutation(np.arange(40) % units)
    got = krippendorff_alpha(counts.astype(float), values, level, unit)
    kept = [np.ones(40, dtype=bool), *(unit != one for one in range(units))]
    theirs = [
        alpha(value_counts=counts[rows], value_domain=values, level_of_measurement=level)
        if rows.any()
        else np.nan
        for rows in kept
    ]
    np.testing.assert_allclose(got, theirs, rtol=1e-10)


def test_one_value_alone_has_no_alpha():
    values, unit = np.array([0.0, 1.0]), np.arange(3)
    for level in ("nominal", "ordinal", "interval"):
        got = krippendorff_alpha(np.array([[2.0, 0], [3, 0], [2, 0]]), values, level, unit)
        assert np.isnan(got).all(), level
        # the second value stands in the last story alone
        got = krippendorff_alpha(np.array([[2.0, 0], [3, 0], [0, 2]]), values, level, unit)
        assert np.isnan(got).tolist() == [False, False, False, True], level
        assert got[:3] == pytest.approx(1.0, abs=1e-12), level
