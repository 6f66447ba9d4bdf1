"""Estimands that do not fit a design are refused, naming the one that does."""

from __future__ import annotations

import pytest

from resilience_lib.effects.registry import ESTIMANDS, require_estimand
from resilience_lib.errors import EstimandError


@pytest.mark.parametrize(
    ("name", "comparable", "comparison", "instead"),
    [
        ("mean_change", False, True, "'mean'"),
        ("icc_change", False, True, "'icc_level'"),
        ("g_change_model", False, True, "'gender_gap_standardised': gender gap in SDs of the wave"),
        ("d_z", False, False, "'spearman': rank stability between two waves"),
        ("g_total", True, False, "'g_change_model'"),
        ("mean_difference", False, False, "'mean'"),
        ("mean_chnge", True, True, "'mean_change'"),
    ],
)
def test_refused_with_the_one_to_ask_for(name, comparable, comparison, instead):
    with pytest.raises(EstimandError, match=instead):
        require_estimand(name, comparable_across_waves=comparable, comparison=comparison)


def test_every_entry_fits_a_full_design_and_names_a_known_alternative():
    for name in ESTIMANDS:
        entry = require_estimand(name, comparable_across_waves=True, comparison=True)
        assert entry.name == name and entry.label and entry.source
        assert entry.instead in {"", *ESTIMANDS}
