"""Shares, and two shares compared: R, published examples, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest

from resilience_lib.effects.proportions import (
    estimate_proportion,
    estimate_proportion_from_summary,
)
from resilience_lib.effects.two_proportions import (
    COMPARED,
    estimate_two_proportions,
    estimate_two_proportions_from_summary,
)
from resilience_lib.errors import EstimandError
from resilience_lib.models.cr2 import ModelInputError


def numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


@pytest.mark.reference
def test_one_share_equals_r(reference, hold):
    r = reference("shares.csv")
    held = 0
    for case, rows in r[r["family"] == "proportion"].groupby("input"):
        held += hold(estimate_proportion_from_summary(*numbers(case)), rows)
    assert held == 14


@pytest.mark.reference
def test_two_shares_equal_r(reference, hold):
    r = reference("shares.csv")
    held = 0
    for case, rows in r[r["family"] == "two"].groupby("input"):
        x1, n1, x2, n2 = numbers(case)
        ours = estimate_two_proportions_from_summary((x1, x2), (n1, n2))
        held += hold(ours, rows, missing=("estimate", "conf_low", "conf_high"))
        assert (ours.loc[ours["estimate"].isna(), "reason"] != "").all()
    assert held == 36


@pytest.mark.reference
def test_by_school_equals_clubsandwich(reference, hold, synthetic):
    r = reference("shares.csv")
    data = synthetic[(synthetic["outcome"] == "wellbeing") & (synthetic["wave"] == "T1")]
    event = (data["score"] > 5).astype(int)
    rows = r[(r["family"] == "by school") & (r["case"] == "event")]
    one = estimate_proportion(event, school=data["school"])
    two = estimate_two_proportions(
        event, data["gender"], levels=("girls", "boys"), school=data["school"]
    )
    share = rows["estimand"] == "proportion"
    assert hold(one, rows[share], missing=("p_value",)) == 1
    assert hold(two[two["estimand"] != "nnt"], rows[~share]) == 3
    assert one["interval"].iloc[0].startswith("95% CR2") and one["n_clusters"].iloc[0] == 11
    # whoever reads a row of the textbook's sees what it takes for granted
    apart = two[~two["interval"].str.contains("CR2")]
    assert len(apart) == 4 and apart["interval"].str.endswith("pupils independent").all()


def test_published_examples():
    # Newcombe 1998, Statistics in Medicine 17, p. 873 ff., table II: method 10 at
    # 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/20
    for counts, pupils, ends in (
        ((56, 48), (70, 80), (0.0524, 0.3339)),
        ((9, 3), (10, 10), (0.1705, 0.8090)),
        ((10, 0), (10, 20), (0.6791, 1.0)),
    ):
        got = estimate_two_proportions_from_summary(counts, pupils, names=["risk_difference"]).iloc[
            0
        ]
        assert (got["conf_low"], got["conf_high"]) == pytest.approx(ends, abs=5e-5)
    # Koopman 1984: 36/40 over 16/80, interval 2.94 to 7.15
    got = estimate_two_proportions_from_summary((36, 16), (40, 80), names=["risk_ratio"]).iloc[0]
    assert (got["conf_low"], got["conf_high"]) == pytest.approx((2.94, 7.15), abs=5e-3)


def test_nnt_through_infinity_is_said_in_words():
    # 5/10 - 4/10 = .1: by hand Wilson (.2366, .7634) and (.1682, .6873), so that Newcombe's ends
    # are .1 -+ hypot: .1 - sqrt(.2634^2 + .2873^2) = -.28979, .1 + sqrt(.2634^2 + .2318^2) = .45088
    got = estimate_two_proportions_from_summary((5, 4), (10, 10), names=["nnt"]).iloc[0]
    assert got["estimate"] == pytest.approx(10)
    assert np.isnan(got["conf_low"]) and np.isnan(got["conf_high"])
    assert got["reason"] == (
        "the interval passes through infinity: 2.22 or more for one event more, "
        "and 3.45 or more for one event fewer"
    )
    same = estimate_two_proportions_from_summary((4, 4), (10, 10), names=["nnt"]).iloc[0]
    assert np.isnan(same["estimate"]) and "no number of pupils" in same["reason"]


def test_nnt_by_school_inverts_the_difference():
    first, second = [1, 1, 1, 0, 1, 1, 1, 1, 1, 0], [0, 0, 1, 0, 0, 0, 0, 1, 0, 0]
    got = estimate_two_proportions(
        first + second,
        ["x"] * 10 + ["y"] * 10,
        levels=("x", "y"),
        names=["risk_difference", "nnt"],
        school=list("aabbccddee") * 2,
    )
    difference, nnt = (got[got["interval"].str.contains("CR2")].iloc[i] for i in (0, 1))
    # 8/10 - 2/10, by school .5 1 .5 ... : the difference of a school is 1, 0, .5, .5, .5... by hand
    by = [1.0, 0.0, 1.0, 0.5, 0.5]
    assert difference["estimate"] == pytest.approx(np.mean(by))
    # equal schools: CR2 is the SD of the schools' differences over sqrt(5), t with 4 df (2.776445)
    half = 2.776445 * np.std(by, ddof=1) / np.sqrt(5)
    assert difference["conf_low"] == pytest.approx(0.6 - half, rel=1e-6)
    assert nnt["estimate"] == pytest.approx(1 / 0.6)
    assert nnt["conf_high"] == pytest.approx(1 / (0.6 - half), rel=1e-6)
    # .6 + half is beyond what shares can differ by
    assert difference["conf_high"] == 1.0 and nnt["conf_low"] == 1.0


def test_certain_shares_single_schools_and_empty_groups_have_reasons():
    two = {"group": list("xxyy"), "levels": ("x", "y")}
    got = estimate_two_proportions([1, 1, 0, 1], **two, school=list("abab"))
    by_school = got[got["interval"].str.contains("CR2")].set_index("estimand")
    assert by_school.loc["risk_ratio", "estimate"] == 2.0
    assert by_school.loc["risk_ratio", "contrast"] == "x / y"
    assert np.isnan(by_school.loc["odds_ratio", "estimate"])
    assert by_school.loc["odds_ratio", "reason"] != ""
    one = estimate_two_proportions([1, 0, 0, 1], **two, school=list("aaaa"))
    one = one[one["interval"].str.contains("CR2")]
    assert one["conf_low"].isna().all() and one["reason"].str.contains("one school").all()
    for events, group in (([], []), ([1], ["x"]), ([1, None], ["x", "y"])):
        for school in (None, ["a"] * len(events)):
            empty = estimate_two_proportions(events, group, levels=("x", "y"), school=school)
            assert empty["estimate"].isna().all(), events
            assert (empty["reason"] == "no pupils in a group").all()
    nobody = estimate_proportion([], school=[])
    assert nobody["estimate"].isna().all() and (nobody["reason"] == "no pupils").all()
    never = estimate_proportion([0, 0, 0, 0], school=list("aabb")).iloc[0]
    assert never["estimate"] == 0.0 and np.isnan(never["conf_high"]) and "varies" in never["reason"]


def test_missing_events_and_other_groups_are_left_out_and_not_counted():
    one = estimate_proportion([1, None, 0, np.nan], school=["a", None, "b", "b"])
    assert one["n"].tolist() == [2, 2, 2] and one["estimate"].tolist() == pytest.approx([0.5] * 3)
    two = estimate_two_proportions(
        [1, 0, 0, None, 1], list("xxyyz"), levels=("x", "y"), names=["risk_difference"]
    )
    assert two["n"].tolist() == [3] and two["estimate"].tolist() == [0.5]


@pytest.mark.parametrize(
    "call",
    [
        lambda: estimate_proportion([0, 1, np.inf]),
        lambda: estimate_proportion([0, 2]),
        lambda: estimate_proportion(["yes", "no"]),
        lambda: estimate_proportion([0, 1], school=["a"]),
        lambda: estimate_proportion([0, 1], school=["a", None]),
        lambda: estimate_proportion_from_summary(5, 4),
        lambda: estimate_proportion_from_summary(-1, 4),
        lambda: estimate_proportion_from_summary(1.5, 4),
        lambda: estimate_proportion_from_summary(1, np.inf),
        lambda: estimate_two_proportions_from_summary((1, 5), (4, 4)),
        lambda: estimate_two_proportions([0, 1], ["x"], levels=("x", "y")),
        lambda: estimate_two_proportions([0, 1], ["x", "y"], levels=("x", "x")),
        lambda: estimate_two_proportions([0, 1], ["x", "y"], levels=("x", "y"), school=["a"]),
    ],
)
def test_what_is_no_share_is_refused(call):
    with pytest.raises(ModelInputError):
        call()


def test_another_name_is_refused_with_the_nearest():
    with pytest.raises(EstimandError, match="did you mean 'risk_ratio'"):
        estimate_two_proportions_from_summary((1, 2), (4, 4), names=["risk_ratios"])


def test_every_name_is_registered():
    from resilience_lib.effects.registry import ESTIMANDS

    assert set(COMPARED) <= set(ESTIMANDS)
