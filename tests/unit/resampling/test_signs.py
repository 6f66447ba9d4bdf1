"""Weights of schools: all vectors, or drawn ones."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.resampling.signs import school_weights


@pytest.mark.parametrize(("schools", "kind", "vectors"), [(1, "rademacher", 1),
    (11, "rademacher", 1024), (12, "rademacher", 2048), (3, "webb", 108)])  # fmt: skip
def test_every_vector_stands_once_up_to_its_negative(schools, kind, vectors):
    got = school_weights(schools, None, kind=kind)
    both = np.vstack([got.values, -got.values])
    assert got.complete and len(np.unique(both.round(9), axis=0)) == len(both) == 2 * vectors


@pytest.mark.parametrize(("kind", "fourth"), [("rademacher", 1.0), ("webb", 7 / 6)])
def test_drawn_weights_have_mean_0_and_variance_1(kind, fourth):
    got = school_weights(20, np.random.default_rng(3), kind=kind, draws=20_000).values
    # 400,000 values: standard errors of the moments below .003
    moments = [float((got**power).mean()) for power in (1, 2, 3, 4)]
    np.testing.assert_allclose(moments, [0, 1, 0, fourth], atol=0.01)


def test_drawing_needs_a_stream_and_a_school():
    with pytest.raises(ValueError, match="a stream is needed"):
        school_weights(13, None)
    with pytest.raises(ValueError, match="at least one school"):
        school_weights(0, None)
