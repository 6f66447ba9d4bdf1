"""Estimands in balanced to degenerate pupils against R; what has no number says why."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from case_frames import CASES, all_fits, all_values, case_pupils

pytestmark = pytest.mark.reference

NUMBERS = ("estimate", "std_error", "df", "p_value", "conf_low", "conf_high")
ITERATIVE = ("icc_level", "icc_change", "g_total", "g_change_model", "g_within", "tau2", "i2",
             "g_total_conditional", "g_within_conditional", "rate_ratio_poisson",
             "rate_ratio_negbin", "mean_of_sites", "next_site", "wald_f")  # fmt: skip
"""Whose variances are found by search on either side: 1e-4, the others 1e-6."""
NO_INTERVAL = ("sd", "wald_f", "q_between", "nnt", "share_improved_by_chance",
               "share_deteriorated_by_chance")  # fmt: skip
POINT = ("omega_ordinal", "omega_categorical", "dif_r2", "dif_log_odds")
"""Whose intervals are held elsewhere, by the jackknife of `reliability.csv`, or not given."""
FITTED = ("marginal_mean", "omega_total", "omega_ordinal", "omega_categorical", "dif_r2",
          "dif_log_odds", "change_log_odds", "change_odds_ratio")  # fmt: skip


@pytest.mark.parametrize(
    ("file", "estimate", "count"),
    [("case_values.csv", all_values, 450), ("case_fits.csv", all_fits, 133)],
    ids=["values", "fits"],
)
@pytest.mark.parametrize("name", CASES)
def test_every_estimand_of_a_case_equals_r(name, file, estimate, count, reference):
    theirs = reference(file).fillna({"kind": ""})
    assert len(theirs) == count
    theirs = theirs[theirs["case"] == name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours = estimate(case_pupils(name))
    bad = []
    for want in theirs.to_dict("records"):
        key = (want["estimand"], want["kind"])
        assert key in ours, key
        bad += [f"{key} {said}" for said in apart(want, ours[key])]
    assert not bad, "\n".join(bad)


def apart(want: dict, got: dict) -> list[str]:
    """What a row of ours has other than R, and missing numbers without a reason."""
    tolerance = 1e-4 if want["estimand"] in (*ITERATIVE, *FITTED) else 1e-6
    error = np.nan_to_num(float(got.get("std_error", np.nan)))
    said = []
    # a singular model has its means, and errors at which every program has its own way
    singular = want["estimand"] == "marginal_mean" and np.isnan(float(want["std_error"]))
    point = (
        want["estimand"] in POINT
        or want["kind"] == "wild"
        or (singular and not np.isnan(float(want["estimate"])))
    )
    for name in NUMBERS:
        w, g = float(want[name]), float(got.get(name, np.nan))
        if np.isnan(w) and (name == "p_value" or (point and name != "estimate")):
            continue
        if name in ("std_error", "df") and np.isnan(w) and not np.isnan(float(want["conf_low"])):
            continue
        near = abs(g - w) <= tolerance * abs(w) + tolerance * error * (name != "p_value") + 1e-12
        if np.isnan(w) != np.isnan(g) or not (near or np.isnan(w)):
            if name.startswith("conf") and want["estimand"] in NO_INTERVAL:
                continue
            said.append(f"{name}: R {w!r}, here {g!r} ({got['reason']})")
    missing = np.isnan(float(want["estimate"])) or (
        np.isnan(float(want["conf_low"])) and want["estimand"] not in NO_INTERVAL and not point
    )
    if missing and not got["reason"]:
        said.append("a number is missing and no reason is given")
    return said
