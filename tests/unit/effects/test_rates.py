"""Rates against R, published examples, and exposures that are none."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.effects.rates import (
    estimate_rate,
    estimate_rate_from_summary,
    estimate_rate_ratio,
    estimate_rate_ratio_from_summary,
)
from resilience_lib.models.cr2 import ModelInputError


def numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


@pytest.mark.reference
def test_equal_r(reference, hold):
    r = reference("shares.csv")
    held = 0
    for case, rows in r[r["family"] == "rate"].groupby("input"):
        held += hold(estimate_rate_from_summary(*numbers(case)), rows)
    for case, rows in r[r["family"] == "rates"].groupby("input"):
        x1, t1, x2, t2 = numbers(case)
        ours = estimate_rate_ratio_from_summary((x1, x2), (t1, t2))
        held += hold(ours, rows, missing=("estimate",))
    assert held == 16


@pytest.mark.reference
def test_by_school_equals_clubsandwich(reference, hold, synthetic):
    r = reference("shares.csv")
    data = synthetic[(synthetic["outcome"] == "flat") & (synthetic["wave"] == "T1")]
    events = np.floor(2 * data["score"].abs()).to_numpy()
    days = 150.0 + np.arange(len(data)) % 40
    school = data["school"]
    rows = r[(r["family"] == "by school") & (r["case"] == "events")]
    one = estimate_rate(events, days, school=school)
    two = estimate_rate_ratio(events, days, data["gender"], levels=("girls", "boys"), school=school)
    assert hold(one, rows[rows["estimand"] == "rate"]) == 1
    assert hold(two, rows[rows["estimand"] == "rate_ratio"]) == 1
    apart = two[~two["interval"].str.contains("CR2")]
    assert len(apart) == 2 and apart["interval"].str.endswith("events independent").all()


def test_published_example():
    # R's help of poisson.test (Cook & Dudley): 137 events in 24.19893 gives 4.753125 to 6.692709
    got = estimate_rate_from_summary(137, 24.19893).iloc[0]
    assert (got["conf_low"], got["conf_high"]) == pytest.approx((4.753125, 6.692709), rel=1e-6)


def test_no_events_give_one_sided_intervals_or_a_reason():
    none = estimate_rate_ratio_from_summary((4, 0), (12, 10))
    assert none["estimate"].isna().all() and np.isposinf(none["conf_high"]).all()
    assert (none["conf_low"] > 0).all() and (none["reason"] != "").all()
    neither = estimate_rate_ratio_from_summary((0, 0), (12, 10))
    assert neither[["estimate", "conf_low", "conf_high", "p_value"]].isna().all().all()
    assert neither["reason"].str.contains("0 / 0").all()
    # by hand: no event in t = 50 bounds the rate at -log(.025) / 50
    assert estimate_rate_from_summary(0, 50)["conf_high"].iloc[0] == pytest.approx(
        -np.log(0.025) / 50
    )


def test_one_school_and_no_pupils_have_reasons():
    one = estimate_rate([1, 2], [10, 10], school=["a", "a"]).iloc[0]
    assert one["estimate"] == pytest.approx(0.15) and "one school" in one["reason"]
    empty = estimate_rate([], [], school=[])
    assert empty["estimate"].isna().all() and (empty["reason"] == "no pupils").all()
    given = ([1, 2, 1, 9], [10, 10, 10, 1], ["x", "x", "y", "other"])
    two = estimate_rate_ratio(*given, levels=("x", "y"), school=["a"] * 4).iloc[0]
    assert two["n"] == 3 and two["contrast"] == "x / y"
    assert two["estimate"] == pytest.approx(1.5) and np.isnan(two["conf_low"])
    assert "one school" in two["reason"]


@pytest.mark.parametrize(
    ("events", "exposure"),
    [([1], [0]), ([1], [np.nan]), ([1], [-3]), ([1], [np.inf]), ([1.5], [3]), ([-1], [3]),
     ([np.nan], [3]), ([1, 2], [3]), (["one"], [3]), ([1], ["long"])],
)  # fmt: skip
def test_exposure_and_events_are_never_guessed(events, exposure):
    with pytest.raises(ModelInputError):
        estimate_rate(events, exposure)
    with pytest.raises(ModelInputError):
        estimate_rate_ratio(events, exposure, ["a"] * len(events), levels=("a", "b"))


def test_exposure_has_to_be_given():
    with pytest.raises(TypeError):
        estimate_rate([1, 2])
