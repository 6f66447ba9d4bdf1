"""Many sites against metafor, and what few sites cannot tell."""

from __future__ import annotations

import numpy as np
import pytest

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
