"""Cases of estimands for which R has no row: what must hold of them is checked instead."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from case_frames import CASES, case_pupils, long

from resilience_lib.effects.completed import complete_outcome
from resilience_lib.effects.imputed import estimate_change_imputed
from resilience_lib.effects.variance import estimate_variance

pytestmark = pytest.mark.reference
WAVES = ("T1", "T2")


def eta(name: str) -> pd.DataFrame:
    """`partial_eta_squared` and `generalised_eta_squared` of three waves and two groups."""
    d = case_pupils(name)
    return estimate_variance([d[wave] for wave in ("first", "later", "third")], d["group"])


def test_eta_squared_of_constant_scores_is_none_with_a_reason():
    found = eta("constant")
    assert set(found["estimand"]) == {"partial_eta_squared", "generalised_eta_squared"}
    assert found["estimate"].isna().all() and (found["reason"] != "").all()


def test_eta_squared_of_one_school_is_that_of_the_same_pupils_in_four():
    # schools do not enter: the pupils of "balanced", whose rows R has
    pd.testing.assert_frame_equal(eta("one_school"), eta("balanced"))


@pytest.mark.parametrize("name", CASES)
def test_a_tipping_delta_brings_the_interval_to_0_or_says_why_there_is_none(name):
    frame = long(case_pupils(name))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = complete_outcome(frame, "x", waves=WAVES, imputations=5, seed=1)
        found = estimate_change_imputed(frame, made, changes=[WAVES])
        tip = found["tipping"].iloc[0]
        assert tip["estimand"] == "tipping_delta"
        assert np.isnan(tip["estimate"]) == bool(tip["reason"])
        if np.isnan(tip["estimate"]):
            return
        delta = float(tip["estimate"])
        moved = estimate_change_imputed(frame, made, changes=[WAVES], deltas=[delta])
    row = next(table for key, table in moved.items() if key.startswith("delta")).iloc[0]
    ends = np.abs([row["conf_low"], row["conf_high"]])
    assert ends.min() < 1e-9 * ends.max()


def test_a_tipping_delta_is_found_where_many_later_scores_are_missing():
    d = case_pupils("unbalanced")
    frame = long(d.assign(later=d["later"].where(d["pupil"] % 3 > 0)))
    made = complete_outcome(frame, "x", waves=WAVES, imputations=5, seed=1)
    delta = float(estimate_change_imputed(frame, made, changes=[WAVES])["tipping"]["estimate"][0])
    moved = estimate_change_imputed(frame, made, changes=[WAVES], deltas=[delta])
    row = next(table for key, table in moved.items() if key.startswith("delta")).iloc[0]
    ends = np.abs([row["conf_low"], row["conf_high"]])
    assert delta < 0 and ends.min() < 1e-9 * ends.max()
