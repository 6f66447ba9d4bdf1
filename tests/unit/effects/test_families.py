"""Who is adjusted with whom."""

from __future__ import annotations

import pytest

from resilience_lib.effects.families import adjust_families
from resilience_lib.effects.names import CHANGE_METHOD, RAW_METHOD
from resilience_lib.frames import estimate_frame


def row(outcome, p, subgroup="all", method=CHANGE_METHOD, estimand="mean_change"):
    return {"outcome": outcome, "p_value": p, "subgroup": subgroup, "method": method,
            "estimand": estimand}  # fmt: skip


def test_holm_inside_a_family_and_benjamini_hochberg_for_the_rest():
    frame = estimate_frame(
        [row("a", 0.01), row("b", 0.04), row("c", 0.02), row("d", 0.04), row("e", 0.5)]
    )
    got = adjust_families(frame, {"primary": ["a", "b"]})
    assert got["p_adjusted"].tolist() == pytest.approx([0.02, 0.04, 0.06, 0.06, 0.5])
    assert got["family"].tolist()[1:3] == [
        "primary: Holm over 2", "other outcomes: Benjamini-Hochberg over 3"
    ]  # fmt: skip


def test_subgroups_are_not_pooled_and_other_methods_not_adjusted():
    mixed = "mixed model (school), Satterthwaite df"
    frame = estimate_frame([
        row("a", 0.01), row("a", 0.02, "girls"), row("a", 0.03, method=mixed),
        row("a", 0.04, method=RAW_METHOD, estimand="mean_difference"),
    ])  # fmt: skip
    got = adjust_families(frame, {"primary": ["a"]})
    assert got["p_adjusted"].tolist()[:2] == [0.01, 0.02]
    assert got["p_adjusted"].isna().tolist() == [False, False, True, True]


def test_an_outcome_in_two_families_is_refused():
    with pytest.raises(ValueError, match="more than one"):
        adjust_families(estimate_frame([]), {"x": ["a"], "y": ["a"]})
