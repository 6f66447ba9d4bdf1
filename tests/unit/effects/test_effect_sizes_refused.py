"""Closed-form effect sizes: what is refused, and what has no number but a reason."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from resilience_lib.effects.ancova import estimate_ancova
from resilience_lib.effects.groups import (
    GROUP_NAMES,
    estimate_groups,
    estimate_groups_from_summary,
)
from resilience_lib.effects.interpret import RULES, interpret
from resilience_lib.effects.names import PAIRED_NAMES
from resilience_lib.effects.overlap import OVERLAP_NAMES, estimate_overlap
from resilience_lib.effects.pretest_posttest import estimate_ppc2, estimate_ppc2_from_summary
from resilience_lib.effects.rank_pairs import estimate_rank_pairs
from resilience_lib.effects.ranks import estimate_ranks
from resilience_lib.effects.registry import ESTIMANDS, require_estimand
from resilience_lib.effects.two_waves import estimate_two_waves, estimate_two_waves_from_summary
from resilience_lib.effects.variance import estimate_variance, estimate_variance_from_summary
from resilience_lib.errors import EstimandError
from resilience_lib.models.cr2 import ModelInputError

PC = ("p", "c")


@pytest.fixture(autouse=True)
def no_warning_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def all_of(x, y, group, school=None):
    """Every family on one set of pupils, x first and y later."""
    return [
        estimate_groups(y, group, levels=PC, names=GROUP_NAMES, school=school),
        estimate_ranks(y, group, levels=PC, school=school),
        estimate_overlap(y, group, levels=PC, names=OVERLAP_NAMES, school=school, seed=1, draws=20),
        estimate_ppc2(x, y, group, levels=PC, school=school),
        estimate_ancova(y, group, [x], levels=PC, school=school),
        estimate_two_waves(x, y, names=PAIRED_NAMES, school=school),
        estimate_rank_pairs(x, y, school=school),
        estimate_variance([x, y], group),
    ]


@pytest.mark.parametrize("kept", range(7))
def test_few_pupils_have_numbers_or_reasons(kept):
    x, y = np.array([1.0, 2, 4, 2, 5, 3])[:kept], np.array([2.0, 2, 5, 1, 3, 6])[:kept]
    group, school = list("pcpcpc")[:kept], list("aabbcc")[:kept]
    for frame in all_of(x, y, group, school):
        finite = frame[["conf_low", "conf_high"]].notna().all(axis=1)
        assert (finite | (frame["reason"] != "")).all(), frame.to_string()
        assert (frame.loc[finite, "conf_low"] <= frame.loc[finite, "estimate"]).all()
        assert (frame.loc[finite, "estimate"] <= frame.loc[finite, "conf_high"]).all()
        assert not np.isinf(frame.select_dtypes("number")).any().any()


@pytest.mark.parametrize("level", [0.1, 1 / 3, 1e8])
def test_scores_that_do_not_vary_have_no_standardised_difference(level):
    same = np.full(12, level)
    for frame in all_of(same, same, list("pc") * 6, list("aaabbbcccddd")):
        known = frame[frame["estimate"].notna()]
        # nobody is above anybody: the one thing that can be said
        assert set(known["estimand"]) <= {"rank_biserial", "prob_superiority", "u3_median"}
        assert set(known["estimate"]) <= {0.0, 0.5}
        assert frame["conf_low"].isna().all() and (frame["reason"] != "").all()


def test_the_same_change_of_everyone_has_an_estimate_and_no_interval():
    got = estimate_two_waves([1, 2, 3, 4], [3, 4, 5, 6], names=("d_av_mean", "d_z"))
    assert got["estimate"].iloc[0] == pytest.approx(2 / np.sqrt(5 / 3))
    assert np.isnan(got["estimate"].iloc[1]) and got["conf_low"].isna().all()
    assert got["reason"].iloc[0] == "all pupils changed by the same amount: no interval"


def test_groups_fully_apart_have_an_estimate_and_no_interval():
    got = estimate_ranks([1, 2, 3, 4, 5, 6], list("cccppp"), levels=PC, school=list("abcabc"))
    assert got["estimate"].tolist() == [1, 1, 1, 1] and got["conf_low"].isna().all()


def test_one_school_has_the_textbook_interval_only():
    x, y = np.arange(12.0) % 5, np.arange(12.0) * 7 % 11
    for frame in all_of(x, y, list("pc") * 6, ["a"] * 12)[:7]:
        for _, row in frame.iterrows():
            if "pupils independent" not in row["interval"]:
                assert np.isnan(row["conf_low"]) and row["n_clusters"] == 1
                assert "school" in row["reason"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"y": ["1", "2", "3", "x"]}, "must be numbers"),
        ({"y": ["1", "2", "3", "4"]}, "must be numbers"),
        ({"y": [1, 2, np.inf, 4]}, "must be finite"),
        ({"y": [1, 2, 3]}, "needed"),
        ({"group": list("pcp")}, "one for each of 4"),
        ({"school": list("aab")}, "one for each of 4"),
        ({"school": ["a", None, "b", "b"]}, "needs a school"),
    ],
)
def test_what_no_estimate_can_be_made_of_is_refused(change, said):
    given = {"x": [1, 2, 3, 5], "y": [2, 2, 5, 4], "group": list("pcpc"), "school": None} | change
    with pytest.raises(ModelInputError, match=said):
        all_of(**given)


@pytest.mark.parametrize(
    ("means", "sds", "n", "said"),
    [
        ((1, 0), (1, -1), (5, 5), "at least 0"),
        ((1, np.nan), (1, 1), (5, 5), "none may be missing"),
        ((1, 0), (1, np.inf), (5, 5), "finite"),
        ((1, 0), (1, 1), (5, -5), "whole number"),
        ((1, 0), (1, 1), (5, 4.5), "whole number"),
        (("1", 0), (1, 1), (5, 5), "must be numbers"),
    ],
)
def test_summaries_that_no_data_have_are_refused(means, sds, n, said):
    with pytest.raises(ModelInputError, match=said):
        estimate_groups_from_summary(means, sds, n)
    with pytest.raises(ModelInputError, match=said):
        estimate_ppc2_from_summary(means, (1, 1), sds, (1, 1), n, (0.5, 0.5))


def test_summaries_of_too_few_have_a_reason():
    assert estimate_groups_from_summary((1, 0), (1, 1), (5, 1))["reason"].iloc[0]
    assert estimate_two_waves_from_summary((1, 0), (1, 1), 1, 0.5)["reason"].iloc[0]
    got = estimate_two_waves_from_summary((0, 1), (1, 1), 2, 0.5, names=("d_pre", "g_pre"))
    assert got["estimate"].iloc[0] == 1 and np.isnan(got["estimate"].iloc[1])
    assert "more than 1 df" in got["reason"].iloc[1]
    with pytest.raises(ModelInputError, match="between -1 and 1"):
        estimate_two_waves_from_summary((0, 1), (1, 1), 5, 1.5)


def test_other_refusals():
    with pytest.raises(ModelInputError, match="two different groups"):
        estimate_groups([1, 2], ["a", "b"], levels=("a", "a"))
    with pytest.raises(ModelInputError, match="g_independent"):
        estimate_ancova([1, 2], ["p", "c"], [], levels=PC)
    with pytest.raises(ModelInputError, match="two waves or two groups"):
        estimate_variance([[1, 2, 3]])
    with pytest.raises(ModelInputError, match="at least 0"):
        estimate_variance_from_summary(-1.0, 2, 20)
    with pytest.raises(EstimandError, match="'d_av_rms'"):
        estimate_two_waves([1, 2], [2, 3], names=("d_av",))
    with pytest.raises(EstimandError, match="'g_independent'"):
        require_estimand("d_ppc2", {"comparison"})
    with pytest.raises(EstimandError, match="'d_pre'"):
        require_estimand("d_glass", {"comparable"})


def test_a_covariate_without_variation_is_said():
    got = estimate_ancova([1, 2, 3, 5, 4, 2], list("pcpcpc"), [[2.0] * 6], levels=PC,
                          school=list("aabbcc"))  # fmt: skip
    assert got["estimate"].isna().all() and got["reason"].str.contains("covariate").all()


def test_words_come_only_by_a_named_rule():
    assert [interpret(x, "g_independent", "cohen1988") for x in (0.19, 0.2, -0.5, 0.81)] == [
        "below small", "small", "medium", "large",
    ]  # fmt: skip
    assert interpret(0.19, "g_total", "kraft2020") == "medium"
    assert interpret(2.0, "d_glass", "sawilowsky2009") == "huge"
    assert interpret(0.2, "pearson", "gignac2016") == "typical"
    # Vargha & Delaney: .56 and, downwards, .44 are small
    assert [interpret(a, "prob_superiority", "vargha2000") for a in (0.5, 0.56, 0.44, 0.71)] == [
        "below small", "small", "small", "large",
    ]  # fmt: skip
    assert interpret(np.nan, "g_total", "cohen1988") == ""
    with pytest.raises(EstimandError, match="no rule set"):
        interpret(0.2, "g_total", "cohen")
    with pytest.raises(EstimandError, match="no rule for 'd_z'"):
        interpret(0.2, "d_z", "cohen1988")


def test_rule_sets_are_whole():
    for rules in (rule for several in RULES.values() for rule in several):
        assert len(rules.words) == len(rules.cuts) + 1
        assert list(rules.cuts) == sorted(rules.cuts)
        assert rules.source and rules.scope and set(rules.estimands) <= set(ESTIMANDS)
