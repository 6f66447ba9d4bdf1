"""Scores that are not one scale: gaps, stability and schools' places, against R and by hand.

R is given the raw file of the Junior School Project alone (tests/references/
junior_school_project.R); here the same file is read, cleaned and joined as any study's is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.cleaning.intake import read_files
from resilience_lib.cleaning.waves import clean_study
from resilience_lib.effects.declared import (
    changes_declared,
    estimate_declared,
    positions_declared,
)
from resilience_lib.effects.gaps import estimate_gaps
from resilience_lib.effects.positions import school_positions
from resilience_lib.effects.stability import correlation, estimate_stability
from resilience_lib.instruments.scores import score_waves
from resilience_lib.joins.pupils import make_analysis, make_pupils
from resilience_lib.store.pseudonyms import pseudonyms
from resilience_lib.store.raw import fetch
from resilience_lib.study.load import load_study

STUDY = "junior_school_project"
KEYS = ["outcome", "estimand", "contrast", "subgroup"]
ALL_COLUMNS = ["estimate", "std_error", "df", "conf_low", "conf_high", "p_value"]


@pytest.fixture(scope="module")
def jsp():
    """The study file, and the analysis and pupils frames of its raw file."""
    study = load_study(STUDY)
    fetch(STUDY)
    tables, codebook = read_files(study)
    waves = clean_study(tables, study, codebook, pseudonyms(STUDY)).waves
    pupils = make_pupils(waves, study.wave_names)
    analysis = make_analysis(waves, score_waves(waves, study, {}), pupils, study)
    return study, analysis, pupils


@pytest.fixture(scope="module")
def estimates(jsp):
    study, analysis, pupils = jsp
    return estimate_declared(analysis, pupils, study)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("estimand", "columns", "tolerance", "rows"),
    [
        ("mean", ["estimate", "n", "n_clusters"], 1e-6, 18),
        ("sd", ["estimate", "n"], 1e-6, 18),
        ("gender_gap", [*ALL_COLUMNS, "n", "n_clusters"], 1e-6, 6),
        ("gender_gap_standardised", [*ALL_COLUMNS, "n", "n_clusters"], 1e-6, 6),
        ("icc_level", ["estimate", "n", "n_clusters"], 1e-4, 6),
        ("pearson", [*ALL_COLUMNS, "n", "n_clusters"], 1e-6, 24),
        ("spearman", [*ALL_COLUMNS, "n", "n_clusters"], 1e-6, 24),
    ],
)
def test_estimates_from_the_raw_file_equal_r(
    estimates, reference, estimand, columns, tolerance, rows
):
    theirs = reference("junior_school_project.csv").query("estimand == @estimand")
    both = theirs.merge(estimates, on=KEYS, suffixes=("", "_ours"), validate="one_to_one")
    assert len(theirs) == len(both) == rows
    for name in columns:
        # an end of an interval near 0 is as exact as its standard error, p as the digits of t
        slack = tolerance * both["std_error"].fillna(0.0) if name != "p_value" else 1e-10
        gap = (both[f"{name}_ours"] - both[name]).abs()
        assert (gap <= tolerance * both[name].abs() + slack).all(), (name, gap.max())


@pytest.mark.reference
def test_places_of_schools_equal_lme4(jsp, reference):
    study, analysis, _ = jsp
    theirs = reference("junior_school_project_schools.csv").astype({"school": "str"})
    ours = positions_declared(analysis, study)
    keys = ["outcome", "contrast", "school"]
    both = theirs.merge(ours, on=keys, suffixes=("", "_ours"), validate="one_to_one")
    assert len(both) == len(theirs) == len(ours) == 2 * (49 + 49 + 48)
    for name in ("estimate", "std_error", "conf_low", "conf_high", "n"):
        gap = (both[f"{name}_ours"] - both[name]).abs()
        assert (gap <= 1e-4 * both["std_error"]).all(), name


def test_no_change_is_estimated_of_tests_that_differ(jsp, estimates):
    study, analysis, _ = jsp
    assert not set(estimates["estimand"]) & {
        "mean_change", "g_change_model", "d_av_mean", "d_z", "icc_change",
    }  # fmt: skip
    assert changes_declared(analysis, study).empty
    asking = study.model_copy(update={"changes": (("T1", "T3"),)})
    assert changes_declared(analysis, asking).empty
    assert set(estimates["contrast"]) == {
        "T1", "T2", "T3", "T2 with T1", "T3 with T1", "T3 with T2", "lost by T2", "lost by T3",
    }  # fmt: skip


def test_gaps_of_primary_outcomes_are_adjusted_together(estimates):
    gaps = estimates[estimates["estimand"] == "gender_gap"]
    assert set(gaps["family"]) == {"primary: Holm over 6"}
    # R: p.adjust of the six p-values; the smallest, 2.98552026e-08, times 6
    assert gaps["p_adjusted"].min() == pytest.approx(6 * 2.98552026401e-08, rel=1e-6)


def two_waves(scores, gender=None):
    """Pupils' scores at T1 and T2, two pupils a school."""
    rows = [
        (str(i), f"s{i // 2}", f"s{i // 2}", wave, "x", float(pair[at]),
         "girls" if gender is None else gender[i])
        for i, pair in enumerate(scores) for at, wave in enumerate(("T1", "T2"))
    ]  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["pupil", "school", "school_attended", "wave", "outcome", "score", "gender"],
    )


def test_a_gap_by_hand():
    # girls 4, 6, 8, boys 1, 3, 5: gap 3; all: mean 4.5, squares 29.5, SD sqrt(29.5 / 5)
    frame = two_waves([(v, 0) for v in (4, 1, 6, 3, 8, 5)], ["girls", "boys"] * 3)
    got = estimate_gaps(frame, waves=("T1", "T2"), gender=("girls", "boys"))
    at_first = got[got["contrast"] == "T1"]["estimate"].tolist()
    assert at_first == pytest.approx([3.0, 3.0 / (29.5 / 5) ** 0.5])
    # at T2 all score 0: a gap of 0 points and no SD to put it in
    later = got[got["contrast"] == "T2"].set_index("estimand")
    assert later.loc["gender_gap", "estimate"] == pytest.approx(0.0)
    assert np.isnan(later.loc["gender_gap_standardised", "estimate"])
    assert "no SD at T2" in later.loc["gender_gap_standardised", "reason"]


def test_pupils_without_gender_are_in_the_sd_and_not_in_the_gap():
    frame = two_waves([(4, 1), (1, 2), (6, 3), (3, 4), (20, 5)], [*["girls", "boys"] * 2, None])
    got = estimate_gaps(frame, waves=("T1",), gender=("girls", "boys"))
    # scores 4 1 6 3 20: mean 6.8, squares 230.8, SD sqrt(57.7); gap 5 - 2
    assert got["estimate"].tolist() == pytest.approx([3.0, 3.0 / 57.7**0.5])
    assert got["n"].tolist() == [4, 4]
    assert got["method"].str.contains("1 pupils without gender left out").all()


def test_a_gender_that_is_not_there_leaves_a_reason():
    got = estimate_gaps(two_waves([(1, 2), (3, 4)]), waves=("T1",), gender=("girls", "boys"))
    assert got["estimate"].isna().all()
    assert got["reason"].str.contains("no scores of boys at T1").all()
    assert estimate_gaps(two_waves([(1, 2)]), waves=("T1",), gender=()).empty


def test_rank_correlation_by_hand_with_ties():
    # ranks 1 2.5 2.5 4 and 1 2 3 4, less their mean: -1.5 0 0 1.5 and -1.5 -.5 .5 1.5;
    # squares 4.5 and 5, products 2.25 + 0 + 0 + 2.25
    first, second = np.array([1.0, 5.0, 5.0, 9.0]), np.array([2.0, 3.0, 40.0, 41.0])
    assert correlation(first, second, "spearman") == pytest.approx(4.5 / (4.5 * 5) ** 0.5)


def test_no_interval_where_none_can_be_had():
    perfect = estimate_stability(two_waves([(i, 10 * i) for i in range(8)]), waves=("T1", "T2"))
    assert perfect["estimate"].tolist() == pytest.approx([1.0, 1.0])
    assert perfect["conf_low"].isna().all()
    assert perfect["reason"].eq("a perfect correlation has no interval").all()
    flat = estimate_stability(two_waves([(i, 3) for i in range(8)]), waves=("T1", "T2"))
    assert flat["estimate"].isna().all() and flat["reason"].str.contains("do not vary").all()
    lone = two_waves([(1, 2), (2, 1), (3, 5), (4, 4)]).assign(school="one")
    one = estimate_stability(lone, waves=("T1", "T2"))
    assert one["estimate"].notna().all() and one["conf_low"].isna().all()
    assert one["reason"].str.contains("rests on one school").all()


def test_schools_that_do_not_differ_have_no_place():
    # means of schools are equal: less than what pupils alone would give
    frame = two_waves([(1, 1), (5, 5), (2, 2), (4, 4), (0, 0), (6, 6)])
    got = school_positions(frame, outcomes=["x"], waves=["T1"])
    assert got["estimate"].isna().all()
    assert got["reason"].str.contains("estimated at 0").all()
    assert got["n"].tolist() == [2, 2, 2]
