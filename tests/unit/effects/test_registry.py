"""Estimands that do not fit a design are refused, naming the one that does."""

from __future__ import annotations

import importlib
import inspect

import pytest

from resilience_lib.effects.registry import ESTIMANDS, NEEDS, require_estimand
from resilience_lib.errors import EstimandError


@pytest.mark.parametrize(
    ("name", "has", "instead"),
    [
        ("mean_change", {"comparison"}, "'mean'"),
        ("icc_change", {"comparison"}, "'icc_level'"),
        ("g_change_model", {"comparison"}, "'gender_gap_standardised': gender gap in SDs of"),
        ("d_z", (), "'spearman': rank stability between two waves"),
        ("g_total", {"comparable"}, "'g_change_model'"),
        ("g_total", (), "'gender_gap_standardised'"),
        ("mean_difference", (), "'mean'"),
        ("rate", set(NEEDS) - {"exposure"}, "'proportion'"),
        ("rate_ratio", (), "'risk_ratio': ratio of two shares"),
        ("share_improved", {"comparison"}, "'spearman'"),
        ("picked_difference", {"comparable"}, "'picked_change'"),
        ("mean_chnge", NEEDS, "'mean_change'"),
    ],
)
def test_refused_with_the_one_to_ask_for(name, has, instead):
    with pytest.raises(EstimandError, match=instead):
        require_estimand(name, has)


def test_every_entry_fits_a_full_design_and_leads_to_one_that_always_fits():
    for name in ESTIMANDS:
        entry = require_estimand(name, NEEDS)
        assert entry.name == name and entry.label and entry.source
        assert entry.bounds[0] < entry.bounds[1] and set(entry.needs) <= set(NEEDS)
        seen = [entry]
        while seen[-1].needs:
            seen.append(ESTIMANDS[seen[-1].instead])
            assert len(seen) < 6, name


def test_every_entry_is_estimated_by_a_function_that_is_there():
    for name, entry in ESTIMANDS.items():
        assert entry.data or entry.summary, name
        for where in filter(None, (entry.data, entry.summary)):
            module, function = where.split(":")
            found = getattr(importlib.import_module(f"resilience_lib.{module}"), function)
            assert inspect.isfunction(found), name
