"""Agreement of coders: psych, plain R, by hand, published examples, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.registry import ESTIMANDS
from resilience_lib.errors import EstimandError
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.reliability.coders import AGREEMENTS, estimate_coders, estimate_codes

# Fleiss 1971, table 1: how many of six psychiatrists gave each of five diagnoses to each of
# thirty patients
FLEISS = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""


def codings(text: str) -> pd.DataFrame:
    rows = [[float(w) for w in row.replace("NA", "nan").split()] for row in text.split(";")]
    return pd.DataFrame(rows).rename(columns=lambda number: f"c{number}")


@pytest.mark.reference
def test_equals_r(reference, hold):
    r = reference("shares.csv").fillna({"rule": ""})
    held = 0
    for (case, by), rows in r[r["family"] == "coders"].groupby(["input", "rule"]):
        told = codings(case)
        school = np.floor(np.sqrt(np.arange(len(told)))) if by else None
        names = [name for name in rows["estimand"] if name != "code_prevalence"]
        code = (told == told.max(axis=None)).astype(float).where(told.notna())
        ours = [
            estimate_coders(told, names, school=school),
            estimate_codes({"": code}, [], school=school),
        ]
        ends = ("std_error", "df", "conf_low", "conf_high")
        held += hold(pd.concat(ours), rows, missing=ends)
    # two coders 4 times 8 estimates, three coders 5, with missing codings 4; stories and schools
    assert held == 2 * 41


def test_interval_by_hand():
    # five stories: two both 0, two both 1, one apart. Fleiss: P = 4/5, Pe = 1/2, kappa .6. Without
    # one of the four: P = 3/4, shares 3/8 and 5/8, Pe = 17/32, kappa 7/15; without the last P = 1,
    # kappa 1: mean (4 x 35 + 75) / 375 = 43/75, so that the centre is 3 - 4 x 43/75 = 53/75, and
    # the squared deviations are 4 (8/75)^2 + (32/75)^2 = 1280/75^2: se = sqrt(4/5 x 1280) / 75
    told = pd.DataFrame({"a": [0, 0, 1, 1, 0], "b": [0, 0, 1, 1, 1]})
    got = estimate_coders(told, ["fleiss_kappa"], conf_level=0.5).iloc[0]
    half = 0.740697 * 32 / 75  # t of 4 df at .75
    ends = [0.6, 32 / 75, 4, 53 / 75 - half, 1.0]
    names = ["estimate", "std_error", "df", "conf_low", "conf_high"]
    assert got[names].tolist() == pytest.approx(ends, abs=1e-6)
    assert got["interval"] == (
        "50% jackknife over stories, bias subtracted, t(k - 1), stories independent"
    )


def test_published_fleiss():
    rows = [[k for k, n in enumerate(map(int, word)) for _ in range(n)] for word in FLEISS.split()]
    got = estimate_coders(pd.DataFrame(rows), ["fleiss_kappa"])
    assert got["estimate"].iloc[0] == pytest.approx(0.430, abs=5e-4)
    assert got["n"].iloc[0] == 30


def test_published_cohen():
    # Cohen 1960, table 2: two judges, 200 patients; agreement 140, by chance 82; kappa .492
    counts = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    pairs = [(i, j) for i in range(3) for j in range(3) for _ in range(counts[i][j])]
    got = estimate_coders(pd.DataFrame(pairs), ["cohen_kappa"])
    assert got["n"].iloc[0] == 200
    assert got["estimate"].iloc[0] == pytest.approx((140 - 82) / (200 - 82))


def test_words_are_codes_but_have_no_order():
    said = pd.DataFrame({"a": ["hope", "hope", "fear", None], "b": ["hope", "fear", "fear", "x"]})
    got = estimate_coders(said, ["cohen_kappa"]).iloc[0]
    # three stories by both: observed 2/3, expected 2/3 x 1/3 + 1/3 x 2/3 = 4/9
    assert got["estimate"] == pytest.approx((2 / 3 - 4 / 9) / (5 / 9)) and got["n"] == 3
    with pytest.raises(ModelInputError, match="words have no order"):
        estimate_coders(said, ["krippendorff_ordinal"])


def test_numbers_among_objects_are_numbers():
    mixed = pd.DataFrame({"a": [1, 2, None, 3, 2], "b": [1, 2, 3, 3, 1]}, dtype=object)
    plain = mixed.astype(float)
    names = ["cohen_kappa_linear", "krippendorff_interval"]
    a, b = (estimate_coders(frame, names)["estimate"] for frame in (mixed, plain))
    assert a.tolist() == b.tolist() and a.notna().all()


def test_each_pair_of_coders_has_its_own_cohen():
    three = pd.DataFrame({"a": [1, 2, 1, 2], "b": [1, 2, 2, 2], "c": [1, 1, 1, np.nan]})
    got = estimate_coders(three, ["cohen_kappa"])
    assert got["contrast"].tolist() == ["a with b", "a with c", "b with c"]
    assert got["n"].tolist() == [4, 3, 3]


def test_stories_or_their_schools_are_left_out():
    random = np.random.default_rng(5)
    school = np.repeat(np.arange(8), 10)
    truth = (random.random(80) < 0.5).astype(int)
    # whole schools are coded alike or at random, so that agreement clusters
    careful = (school % 2 == 0) | (random.random(80) < 0.1)
    other = np.where(careful, truth, random.integers(0, 2, 80))
    both = pd.DataFrame({"a": truth, "b": other})
    one = estimate_coders(both, ["cohen_kappa"]).iloc[0]
    by = estimate_coders(both, ["cohen_kappa"], school=school).iloc[0]
    assert by["n_clusters"] == 8 and by["df"] == 7
    assert by["interval"] == "95% jackknife over schools, bias subtracted, t(k - 1)"
    assert np.isnan(one["n_clusters"]) and one["df"] == 79
    assert by["conf_high"] - by["conf_low"] > 1.5 * (one["conf_high"] - one["conf_low"])
    # the order of stories says nothing
    turned = estimate_coders(both.iloc[::-1], ["cohen_kappa"], school=school[::-1]).iloc[0]
    ends = ["estimate", "std_error", "conf_low", "conf_high"]
    assert turned[ends].tolist() == pytest.approx(by[ends].tolist(), abs=1e-12)
    segments = estimate_coders(both, school=school, left_out="stories", unit="segments").iloc[0]
    assert segments["interval"].endswith(
        "over stories, bias subtracted, t(k - 1), stories independent"
    )


def test_error_without_each_story_is_that_of_the_binomial():
    # with both coders balanced and known, kappa of 0 / 1 codes is 2 x agreement - 1 but for the
    # margins; its sampling error is then 2 sqrt(p (1 - p) / n): .8 agreement of 200: .0566
    truth = np.tile([0, 1], 100)
    other = truth.copy()
    other[::10], other[5::10] = 1 - other[::10], 1 - other[5::10]
    got = estimate_coders(pd.DataFrame({"a": truth, "b": other}), ["cohen_kappa"]).iloc[0]
    assert got["estimate"] == pytest.approx(0.6)
    assert got["std_error"] == pytest.approx(2 * np.sqrt(0.8 * 0.2 / 200), rel=0.01)


def test_a_prevalence_of_stories_that_weigh_alike_is_a_mean_with_its_error():
    # shares 1, .5, 0, 0, 0, 1 of two coders: mean 5/12, squared deviations 2.25 - 6 (5/12)^2
    codes = {"hope": pd.DataFrame({"a": [1, 1, 0, 0, 0, 1], "b": [1, 0, 0, 0, 0, 1]})}
    got = estimate_codes(codes, []).iloc[0]
    error = np.sqrt((2.25 - 6 * 25 / 144) / 5 / 6)
    assert got[["estimate", "std_error"]].tolist() == pytest.approx([5 / 12, error])
    assert (got["conf_low"], got["conf_high"]) == pytest.approx(
        (0.0, 5 / 12 + 2.570582 * error), abs=1e-6
    )


def test_codes_of_stories_that_may_have_several():
    codes = {
        "hope": pd.DataFrame({"a": [1, 1, 0, 0, 1, 0], "b": [1, 1, 0, 0, 0, np.nan]}),
        "never": pd.DataFrame({"a": [0] * 6, "b": [0] * 6}),
    }
    got = estimate_codes(codes, ["cohen_kappa", "krippendorff_nominal"])
    table = got.set_index(["outcome", "estimand"])
    # 5 of 11 codings; kappa over five stories: observed 4/5, expected .6 x .4 + .4 x .6 = .48
    assert table.loc[("hope", "code_prevalence"), "estimate"] == pytest.approx(5 / 11)
    assert table.loc[("hope", "cohen_kappa"), "estimate"] == pytest.approx((0.8 - 0.48) / 0.52)
    never = table.loc["never"]
    assert never.loc["code_prevalence", "estimate"] == 0.0
    assert never.loc[["cohen_kappa", "krippendorff_nominal"], "estimate"].isna().all()
    assert never["reason"].str.contains("the same").all()


def test_a_code_of_one_story_has_no_interval_but_a_reason():
    codes = {"rare": pd.DataFrame({"a": [1] + [0] * 19, "b": [1] + [0] * 19})}
    got = estimate_codes(codes, AGREEMENTS).set_index("estimand")
    kappas = got.loc[list(AGREEMENTS)]
    assert kappas["estimate"].tolist() == pytest.approx([1.0] * 7)
    assert kappas[["std_error", "df", "conf_low", "conf_high"]].isna().all(axis=None)
    why = "no interval: the estimate is missing without one of the stories"
    assert set(kappas["reason"]) == {why}
    assert got.loc["code_prevalence", "conf_high"] == pytest.approx(0.05 + 2.093024 * 0.05)


def test_perfect_agreement_has_no_interval_but_a_reason():
    told = pd.DataFrame({"a": [1, 1, 2, 2, 3, 3, 1], "b": [1, 1, 2, 2, 3, 3, 1]})
    got = estimate_coders(told, AGREEMENTS)
    assert got["estimate"].tolist() == pytest.approx([1.0] * 7)
    assert got["conf_low"].isna().all()
    assert got["reason"].str.contains("the same whichever of the stories is left out").all()


def test_too_few_stories_and_unequal_numbers_of_codings_have_reasons():
    one = pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, np.nan]})
    for name in AGREEMENTS:
        got = estimate_coders(one, [name]).iloc[0]
        assert np.isnan(got["estimate"]) and got["reason"] != "", name
    for none in (one.iloc[:0], one * np.nan):
        for name in AGREEMENTS:
            got = estimate_coders(none, [name]).iloc[0]
            assert np.isnan(got["estimate"]) and got["reason"] != "", name
        got = estimate_codes({"hope": none})
        assert got["estimate"].isna().all() and (got["reason"] != "").all()
    uneven = pd.DataFrame({"a": [1, 2, 1.0], "b": [1, 2, 2.0], "c": [1, 2, np.nan]})
    got = estimate_coders(uneven, ["fleiss_kappa"]).iloc[0]
    assert got["reason"].startswith("stories have 2 to 3 codings")
    few = estimate_coders(uneven, ["krippendorff_nominal"]).iloc[0]
    assert np.isfinite(few["estimate"]) and few["reason"].startswith("fewer than 5 stories")


@pytest.mark.parametrize(
    "call",
    [
        lambda d: estimate_coders(d[["a"]]),
        lambda d: estimate_coders(d, school=["x"]),
        lambda d: estimate_coders(d, school=["x", None, "y"]),
        lambda d: estimate_coders(d.replace(2, np.inf)),
        lambda d: estimate_codes({"hope": d}),
        lambda d: estimate_codes({"hope": d.astype(str)}),
    ],
)
def test_input_that_cannot_be_used_is_refused(call):
    with pytest.raises(ModelInputError):
        call(pd.DataFrame({"a": [1.0, 2, 1], "b": [1.0, 2, 2]}))


def test_another_name_is_refused_with_the_nearest():
    with pytest.raises(EstimandError, match="did you mean 'cohen_kappa'"):
        estimate_coders(pd.DataFrame({"a": [1, 2], "b": [1, 2]}), ["cohens_kappa"])


def test_every_form_names_itself_in_its_label():
    for name, form in {
        "cohen_kappa": "unweighted",
        "cohen_kappa_linear": "linear weights",
        "cohen_kappa_quadratic": "quadratic weights",
        "fleiss_kappa": "Fleiss",
        "krippendorff_nominal": "nominal",
        "krippendorff_ordinal": "ordinal",
        "krippendorff_interval": "interval",
    }.items():
        assert form in ESTIMANDS[name].label
