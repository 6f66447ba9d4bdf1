"""Many sites against metafor, and what few sites cannot tell."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from resilience_lib.effects.sites import estimate_sites, estimate_sites_from_summary
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.models.random_effects import pool_sites


@pytest.mark.reference
def test_equals_metafor(reference, hold):
    r = reference("shares.csv")
    held = 0
    for case, rows in r[r["family"] == "sites"].groupby("input"):
        y, se = ([float(x) for x in part.split()] for part in case.split("|"))
        ours = estimate_sites_from_summary(y, se)
        assert (ours["estimand"] == "site_mean").sum() == len(y)
        held += hold(ours[ours["estimand"] != "site_mean"], rows, tolerance=1e-4)
    assert held == 30


@pytest.mark.reference
def test_from_pupils_equals_metafor_and_welch_s_test_inverted(reference, hold, request):
    r = reference("shares.csv")
    held = 0
    for (name, case), rows in r[r["family"] == "sites_pupils"].groupby(["case", "input"]):
        outcome, by = case.split()[0], int(case.split()[1])
        d = request.getfixturevalue(name)
        d = d[(d["outcome"] == outcome) & (d["wave"] == "T1") & d["score"].notna()]
        mean = d.groupby("school")["score"].mean()
        order = mean.rank() - 1 if by < 0 else mean.rank().mul(0) + np.arange(len(mean))
        place = d["school"].map(order // -by if by < 0 else order % by)
        ours = estimate_sites(d["score"], place, d["school"])
        held += hold(ours[ours["estimand"] != "site_mean"], rows, tolerance=1e-4)
    assert held == 44


@pytest.mark.reference
def test_welch_s_test_equals_oneway_test(reference):
    r = reference("shares.csv")
    rows = r[r["family"] == "welch"]
    assert len(rows) == 3
    for row in rows.to_dict("records"):
        groups = [np.array([float(x) for x in part.split()]) for part in row["input"].split("|")]
        size = np.array([len(x) for x in groups])
        error = np.array([x.std(ddof=1) for x in groups]) / np.sqrt(size)
        got = pool_sites(np.array([x.mean() for x in groups]), error, df=size - 1)
        assert got.p_value == pytest.approx(row["p_value"], rel=1e-9)


def test_two_sites_by_hand():
    # Welch's test of two is Welch's t: 3.25 / sqrt(1 + .0625), on (1 + .0625)^2 / (1 + .0625^2) df
    y, se, df = np.array([3.0, 6.25]), np.array([1.0, 0.25]), np.array([1.0, 1.0])
    t, own = 3.25 / np.sqrt(1.0625), 1.0625**2 / (1 + 0.0625**2)
    got = pool_sites(y, se, df=df)
    assert got.p_value == pytest.approx(2 * stats.t.sf(t, own))
    # the upper end: v + tau2 of 1 + tau2 and .0625 + tau2 on df (1 + tau2)^2 and (1 + 16 tau2)^2
    assert got.tau2_low == 0.0
    v = np.array([1.0, 0.0625]) + got.tau2_high
    own = v.sum() ** 2 / (v**2 / (v / np.array([1.0, 0.0625])) ** 2).sum()
    assert 2 * stats.t.sf(3.25 / np.sqrt(v.sum()), own) == pytest.approx(0.975)
    # many df are as good as known errors
    known, many = pool_sites(y, se), pool_sites(y, se, df=1e9)
    assert many.tau2_high == pytest.approx(known.tau2_high, rel=1e-6)
    assert many.p_value == pytest.approx(known.p_value, rel=1e-6)
    assert known.p_value < got.p_value


def test_where_p_does_not_rise_throughout_the_interval_is_the_widest():
    # p falls from 0.11 at tau2 = 0 to 0.02 at tau2 = 0.4 before it rises: the interval is from 0
    y, v = np.array([0.0, 0.2, 1.9, 2.1, 4.0, 4.1]), 0.55**2
    got = pool_sites(y, np.full(6, v**0.5), df=1.0)
    wider = pool_sites(y, np.full(6, (v + 0.4) ** 0.5), df=((v + 0.4) / v) ** 2)
    assert got.p_value == pytest.approx(0.110, abs=1e-3) and wider.p_value < 0.025
    assert got.tau2_low == 0.0 and got.tau2_high > got.tau2 > 0.4


@pytest.mark.parametrize("values", [[2.0] * 8, [1.0, 3.0] * 4])
def test_sites_whose_schools_are_alike_are_not_pooled(values):
    got = estimate_sites(values, list("aaaabbbb"), list("ppqqrrss")).set_index("estimand")
    pooled = got.drop("site_mean")
    assert pooled["estimate"].isna().all() and pooled["p_value"].isna().all()
    assert (pooled["reason"] != "").all()


def test_equal_sites_have_an_interval_of_0_alone():
    got = pool_sites(np.array([1.0, 1.0, 1.0]), np.array([0.5, 0.5, 1.0]), df=np.array([1, 2, 3]))
    assert (got.tau2, got.tau2_low, got.tau2_high, got.q) == (0.0, 0.0, 0.0, 0.0)
    assert got.p_value == 1.0


def test_the_texts_say_whether_errors_are_taken_as_known():
    of_pupils = estimate_sites([1.0, 3, 2, 6, 5, 7, 4, 9], list("aaaabbbb"), list("ppqqrrss"))
    given = estimate_sites_from_summary([0.1, 0.5, 0.9], [0.1, 0.1, 0.1])
    for frame, words in ((of_pupils, "errors estimated"), (given, "errors taken as known")):
        texts = frame.set_index("estimand").loc[["tau2", "i2", "q_between"], "interval"]
        assert texts.str.endswith(words).all()


def test_the_error_is_never_smaller_than_without_the_adjustment():
    # three almost equal sites: q = 2 (.01^2 / .2^2) / 2 far below 1, so that the unmodified
    # adjustment would shrink the error to .1155 x .05; by hand .2 / sqrt(3) stays
    got = pool_sites(np.array([0.29, 0.30, 0.31]), np.array([0.2, 0.2, 0.2]))
    assert got.tau2 == 0.0 and got.std_error == pytest.approx(0.2 / np.sqrt(3))


def test_few_sites_say_how_little_is_known_and_many_do_not():
    y, se = [0.42, 0.10, 0.31, -0.05, 0.22, 0.55], [0.12, 0.15, 0.10, 0.21, 0.18, 0.14]
    six = estimate_sites_from_summary(y, se, list("abcdef")).set_index("estimand")
    low, high = np.sqrt(six.loc["tau2", ["conf_low", "conf_high"]].astype(float))
    said = six.loc["mean_of_sites", "reason"]
    assert said.startswith("6 sites: the SD between sites is hardly known, anything from ")
    assert f"from {low:.2g} to {high:.2g}" in said
    many = estimate_sites_from_summary(y * 2, se * 2).set_index("estimand")["reason"]
    # of another site the long run knows better than the interval
    assert many["next_site"].startswith("where sites differ little such an interval holds fewer")
    assert (many.drop("next_site") == "").all()


def test_one_and_two_sites():
    one = estimate_sites_from_summary([0.3], [0.1])
    assert one["estimate"].iloc[0] == 0.3
    assert one["estimate"].iloc[1:].isna().all() and (one["reason"].iloc[1:] != "").all()
    two = estimate_sites_from_summary([0.3, 0.5], [0.1, 0.1]).set_index("estimand")
    assert np.isnan(two.loc["next_site", "conf_low"])
    assert two.loc["next_site", "reason"] == "two sites: no prediction interval"
    assert np.isfinite(two.loc["mean_of_sites", "conf_low"])


def test_from_pupils_each_site_first_and_a_site_of_one_school_is_not_pooled():
    # site a: schools with means 2 and 4: mean 3, error SD / sqrt(2) = 1; b: 6 and 6.5: .25
    values = [1.0, 3.0, 2.0, 6.0, 5.0, 7.0, 4.0, 9.0, 50.0, 51.0]
    site, school = list("aaaabbbbcc"), list("ppqqrrsstt")
    got = estimate_sites(values, site, school)
    sites = got[got["estimand"] == "site_mean"].set_index("subgroup")
    assert sites["estimate"].tolist() == pytest.approx([3.0, 6.25, 50.5])
    assert sites["std_error"].iloc[:2].tolist() == pytest.approx([1.0, 0.25])
    assert "one school" in sites.loc["c", "reason"]
    pooled = got.set_index("estimand").loc["mean_of_sites"]
    # tau2 by hand: two sites, REML: 3.25^2 / 2 - (1 + .0625) / 2 = 4.75; weights 1/5.75, 1/4.8125
    assert pooled["estimate"] == pytest.approx((3 / 5.75 + 6.25 / 4.8125) / (1 / 5.75 + 1 / 4.8125))
    assert "1 sites without a standard error left out" in pooled["method"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: estimate_sites_from_summary([1.0, 2.0], [0.1, 0.0]),
        lambda: estimate_sites_from_summary([1.0, np.nan], [0.1, 0.1]),
        lambda: estimate_sites_from_summary([1.0, 2.0], [0.1, np.inf]),
        lambda: estimate_sites_from_summary([1.0, 2.0], [0.1]),
        lambda: estimate_sites_from_summary([1.0, 2.0], [0.1, 0.1], ["a"]),
        lambda: estimate_sites([1.0, 2.0], ["a", "b"], ["p", "p"]),
        lambda: estimate_sites([1.0, 2.0], ["a", None], ["p", "q"]),
        lambda: estimate_sites([1.0, 2.0], ["a", "b"], ["p", None]),
        lambda: estimate_sites([1.0, np.inf], ["a", "b"], ["p", "q"]),
    ],
)
def test_input_that_cannot_be_used_is_refused(call):
    with pytest.raises(ModelInputError):
        call()
