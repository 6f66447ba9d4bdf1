"""Adjusted p-values by hand (R's p.adjust gives the same)."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from resilience_lib.adapters.pingouin import adjust_p


def test_names_that_are_used():
    from pingouin import multicomp

    assert list(inspect.signature(multicomp).parameters)[:1] == ["pvals"]
    for name in ("holm", "fdr_bh"):
        rejected, adjusted = multicomp(np.array([0.01, 0.04]), method=name)
        assert rejected.dtype == bool and adjusted.shape == (2,)


def test_holm_multiplies_by_what_is_left_and_never_falls():
    # sorted 0.01 x 3, 0.02 x 2, 0.03 x 1, then running maximum
    assert adjust_p([0.02, 0.01, 0.03], "Holm").tolist() == pytest.approx([0.04, 0.03, 0.04])


def test_benjamini_hochberg_divides_by_the_rank():
    # 0.01 x 3/1, 0.02 x 3/2, 0.04 x 3/3, then running minimum from the largest
    got = adjust_p([0.02, 0.01, 0.04], "Benjamini-Hochberg")
    assert got.tolist() == pytest.approx([0.03, 0.03, 0.04])


def test_missing_p_values_do_not_count():
    got = adjust_p([0.02, np.nan], "Holm")
    assert got[0] == 0.02 and np.isnan(got[1])
    assert np.isnan(adjust_p([np.nan], "Holm")).all()


def test_unknown_method_is_refused():
    with pytest.raises(KeyError):
        adjust_p([0.1], "none")
