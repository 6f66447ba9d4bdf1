"""Changed persons against R, a simulation of chance, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.person_rules import chance_share, difference_error, score_step
from resilience_lib.effects.person_shares import CHANCE, SHARES
from resilience_lib.effects.persons import estimate_persons, persons_declared
from resilience_lib.frames import ESTIMATE_COLUMNS
from resilience_lib.models.cr2 import ModelInputError
from resilience_lib.study.persons import PersonChange

GENDER = ("girls", "boys")


def frame(first, later, school=None, gender=None) -> pd.DataFrame:
    """An analysis frame of one outcome at two waves."""
    n = len(first)
    who = pd.DataFrame({"pupil": [f"p{i:05}" for i in range(n)], "outcome": "x"})
    who["school"] = school if school is not None else [f"s{i % 5}" for i in range(n)]
    who["gender"] = gender
    waves = [who.assign(wave=w, score=s) for w, s in (("T1", first), ("T2", later))]
    return pd.concat(waves, ignore_index=True)


def shares(got: pd.DataFrame, rule: str, subgroup: str = "all") -> list[float]:
    here = got[(got["rule"] == rule) & (got["subgroup"] == subgroup)].set_index("estimand")
    return [float(here.loc[name, "estimate"]) for name in (*SHARES, *CHANCE)]


@pytest.mark.reference
def test_equals_r(reference, hold, synthetic):
    data = synthetic[synthetic["outcome"] == "wellbeing"]
    data = data.assign(score=np.round(3 * data["score"]))
    got = estimate_persons(
        data,
        change=("T1", "T3"),
        gender=GENDER,
        reliability=0.8,
        source="made up",
        important=3,
        important_source="made up",
    )
    r = reference("shares.csv")
    r = r[(r["family"] == "persons") & (r["case"] == "rounded")]
    held = sum(hold(got[got["rule"] == rule], rows) for rule, rows in r.groupby("rule"))
    assert held == 3 * 4 * 5 == len(got)


@pytest.mark.reference
def test_equals_r_where_schools_lack_a_gender_or_the_later_wave(reference, hold, synthetic):
    # as scored, so that the threshold moves with every school that is left out
    data = synthetic[synthetic["outcome"] == "wellbeing"]
    gone = (data["school"] == "s11") & (data["wave"] == "T3")
    gone |= (data["school"] == "s02") & (data["gender"] == "girls")
    got = estimate_persons(
        data[~gone], change=("T1", "T3"), gender=GENDER, reliability=0.8, source="made up"
    )
    r = reference("shares.csv")
    r = r[(r["family"] == "persons") & (r["case"] == "uneven")]
    assert hold(got[got["rule"] == "reliable"], r) == 3 * 4
    schools = got[got["estimand"] == "share_improved"].set_index("subgroup")["n_clusters"]
    assert schools.to_dict() == {"all": 10, "girls": 9, "boys": 10, "girls - boys": 10}


def reliably(data: pd.DataFrame, gender=()) -> pd.DataFrame:
    got = estimate_persons(
        data, change=("T1", "T2"), gender=gender, reliability=0.5, source="manual"
    )
    return got[got["rule"] == "reliable"].set_index(["subgroup", "estimand"])


def test_the_threshold_is_made_anew_without_each_school_by_hand():
    # S_diff at .5 is the SD itself. First scores: a 0 2, b 0 10, c 4 6, d 4 6.
    # all: squares about 4 sum to 16+4+16+36+0+4+0+4 = 80, SD sqrt(80 / 7) = 3.38, limit 6.63;
    #   changes 7, 5 of a, 0, -8 of b, 5, 0 of c, 0, 7 of d: 7, -8, 7 are beyond: improved 2 / 8
    # without a: mean 5, squares 25+25+1+1+1+1 = 54, SD 3.29, limit 6.44: improved 1 / 6 (d)
    # without b: mean 11/3, squares 13.44+2.78+.11+5.44+.11+5.44 = 27.33, SD 2.34, limit 4.58:
    #   7, 5, 5, 7 are beyond: 4 / 6
    # without c or d: mean 11/3 (0 2 0 10 4 6: 22 / 6), squares 13.44+2.78+13.44+40.11+.11+5.44
    #   = 75.33, SD 3.88, limit 7.61: only -8 is beyond: 0
    # left out: 1/6, 2/3, 0, 0: mean 5/24, squares (1 + 121 + 25 + 25) / 576 = 172 / 576
    # s = sqrt(3 / 4 x 172 / 576) = .47324
    data = frame([0.0, 2, 0, 10, 4, 6, 4, 6], [7.0, 7, 0, 2, 9, 6, 4, 13], school=list("aabbccdd"))
    row = reliably(data).loc[("all", "share_improved")]
    assert row["estimate"] == 0.25 and row["df"] == 3
    assert row["std_error"] == pytest.approx(0.47324, abs=1e-5)
    assert row["interval"] == "95% jackknife over schools, t(k - 1), on the logit scale"
    # logit(1/4) = -1.0986, t(3) = 3.1824: 3.1824 x .47324 / .1875 = 8.0322
    ends = 1 / (1 + np.exp(1.0986 + 8.0322)), 1 / (1 + np.exp(1.0986 - 8.0322))
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(ends, rel=1e-3)
    assert np.isnan(row["p_value"])


@pytest.mark.parametrize(("limit", "doubted"), [(1.98, True), (2.02, True), (2.5, False)])
def test_a_limit_by_a_step_of_the_scores_is_said(limit, doubted):
    rng = np.random.default_rng(12)
    first = rng.integers(1, 6, 120).astype(float)
    data = frame(first, first + rng.integers(-3, 4, 120), school=np.repeat(list("abcdef"), 20))
    # the reliability at which 1.96 SD sqrt(2 (1 - r)) is the limit
    r = 1 - (limit / (1.959964 * first.std(ddof=1))) ** 2 / 2
    asked = {"change": ("T1", "T2"), "reliability": r, "source": "made up"}
    got = estimate_persons(data, **asked)
    rows = got[(got["rule"] == "reliable") & got["estimand"].isin(SHARES)]
    assert rows["reason"].str.contains("lies by a step of the scores").tolist() == [doubted] * 3
    assert rows["conf_low"].notna().all()
    # scores that are all different have no steps that a limit could pass
    smooth = data.assign(score=data["score"] + rng.normal(0, 0.01, len(data)))
    assert not estimate_persons(smooth, **asked)["reason"].str.contains("by a step").any()


def test_thresholds_that_are_given_keep_their_intervals():
    random = np.random.default_rng(3)
    first = random.normal(size=60)
    got = estimate_persons(
        frame(first, first + random.normal(size=60), gender=["girls", "boys"] * 30),
        change=("T1", "T2"), gender=GENDER, reliability=0.8, source="manual", important=0.5,
        important_source="manual",
    )  # fmt: skip
    shares = got[got["estimand"] == "share_improved"]
    said = shares.groupby(["rule", shares["subgroup"].eq("girls - boys")])["interval"].unique()
    cr2, jackknife = "95% CR2, Satterthwaite df", "95% jackknife over schools, t(k - 1)"
    for rule, kind in (("any", cr2), ("important", cr2), ("reliable", jackknife)):
        assert said[rule, False].tolist() == [f"{kind}, on the logit scale"]
        assert said[rule, True].tolist() == [kind]
    tested = shares["subgroup"].eq("girls - boys")
    assert shares.loc[tested, "p_value"].notna().all()
    assert shares.loc[~tested, "p_value"].isna().all()


def test_shares_of_none_or_all_and_lone_schools_have_a_reason():
    # nobody deteriorates, whoever is left out
    rows = reliably(frame([0.0, 1, 2, 3, 4, 5], [9.0, 1, 2, 3, 9, 5], school=list("aabbcc")))
    none, some = rows.loc[("all", "share_deteriorated")], rows.loc[("all", "share_improved")]
    assert none["estimate"] == 0 and np.isnan(none["conf_low"])
    assert none["reason"].startswith("nobody, or everybody")
    assert 0 < some["conf_low"] < some["estimate"] < some["conf_high"] < 1 and not some["reason"]
    # nobody improves by the limit of all (SD 3.55, 6.9), b and c do without a (SD .58, 1.1)
    rows = reliably(frame([0.0, 9, 0, 1, 0, 1], [2.0, 9, 2, 3, 2, 3], school=list("aabbcc")))
    none = rows.loc[("all", "share_improved")]
    assert none["estimate"] == 0 and np.isnan(none["conf_high"]) and none["reason"]
    # first scores that vary in one school alone, and pupils of one school
    rows = reliably(frame([0.0, 9, 1, 1, 1, 1], [9.0, 9, 9, 1, 1, 1], school=list("aabbcc")))
    assert rows.loc[("all", "share_improved"), "reason"].startswith("rests on one school")
    later = [9.0, 9, 1, np.nan, np.nan, np.nan]
    rows = reliably(frame([0.0, 2, 1, 3, 4, 1], later, school=list("aaabbb")))
    row = rows.loc[("all", "share_improved")]
    assert row["n_clusters"] == 1 and row["reason"].startswith("rests on one school")


def test_jacobson_and_truax():
    # Jacobson & Truax 1991, p. 14: SD 7.5, reliability .8: standard error of measurement 3.35,
    # S_diff 4.74; a change from 47.5 to 32.5 is (32.5 - 47.5) / 4.74 = -3.16
    assert difference_error(7.5, 0.8) == pytest.approx(4.74, abs=5e-3)
    assert -15 / difference_error(7.5, 0.8) == pytest.approx(-3.16, abs=5e-3)


def test_by_hand_and_turned_round_where_lower_is_better():
    # SD of 0 10 20 30 (n - 1) is 12.909944, S_diff at .68 is 10.327956, times 1.959964 20.242422:
    # of the changes 21, 5, -30, 0 the first and the third are reliable; 5 is important, as is 21
    data = frame([0.0, 10, 20, 30], [21.0, 15, -10, 30], school=list("abab"))
    given = {"reliability": 0.68, "source": "manual", "important": 5.0, "important_source": "m"}
    got = estimate_persons(data, change=("T1", "T2"), **given)
    assert shares(got, "any")[:3] == [0.5, 0.25, 0.25]
    assert shares(got, "reliable")[:3] == [0.25, 0.5, 0.25]
    assert shares(got, "important")[:3] == [0.5, 0.25, 0.25]
    # three of four changed: by chance half of them each way
    assert shares(got, "any")[3:] == [0.375, 0.375]
    turned = estimate_persons(data, change=("T1", "T2"), higher_is_better=False, **given)
    assert shares(turned, "any")[:3] == [0.25, 0.25, 0.5]
    assert turned["method"].str.contains("lower is better").all()
    reliable = got[got["rule"] == "reliable"]["method"]
    assert reliable.str.contains("SD at T1, reliability 0.68 (manual)", regex=False).all()
    assert (
        got[got["rule"] == "important"]["method"].str.contains("5 or more (m)", regex=False).all()
    )


def test_chance_is_what_unchanged_pupils_show():
    # 400,000 pupils who did not change, scored twice in whole points; the reliability is the
    # correlation of two such scores. Normal error, so that the share by chance has to come true
    # (Monte Carlo error .0004).
    random = np.random.default_rng(11)
    true = random.normal(20, 4, 400_000)
    first, later = (np.round(true + random.normal(0, 2.3, true.size)) for _ in range(2))
    reliability = float(np.corrcoef(first, later)[0, 1])
    error = difference_error(float(first.std(ddof=1)), reliability)
    change = later - first
    step = score_step(first[:2000])
    assert step == 1.0
    for threshold, reached in ((1.959964 * error, False), (5.0, True), (3.0, True)):
        passed = change >= threshold if reached else change > threshold
        expected = chance_share(threshold, error, step, reached=reached)
        assert passed.mean() == pytest.approx(expected, abs=0.002)
    # without the half step an important change of 5 would seem to need far more luck
    assert chance_share(5.0, error, 0.0, reached=True) < 0.8 * (change >= 5).mean()


def test_chance_without_steps_is_the_nominal_error():
    assert chance_share(1.959964 * 3.0, 3.0, 0.0, reached=False) == pytest.approx(0.025, rel=1e-6)


@pytest.mark.parametrize(
    ("scores", "step"),
    [
        (np.repeat(np.arange(1, 16) / 3, 10), 1 / 3),  # means of three items
        (np.r_[np.repeat(np.arange(1, 16) / 3, 10), 1.5, 2.5], 1 / 3),  # two of them with a gap
        (np.repeat([0.0, 2, 4, 10], 10), 2.0),
        (np.random.default_rng(1).normal(size=200), 0.0),
        ([5.0] * 20, 0.0),
        ([1.0, 2.0], 0.0),
    ],
)
def test_steps_of_a_scale(scores, step):
    assert score_step(scores) == pytest.approx(step, abs=1e-8)


def test_without_a_reliability_reliable_change_is_a_row_with_a_reason():
    data = frame([1.0, 2, 3, 4, 5, 6], [2.0, 2, 3, 5, 5, 7], gender=["girls", "boys"] * 3)
    got = estimate_persons(
        data, change=("T1", "T2"), gender=GENDER, important=1.0, important_source="manual"
    )
    row = got[got["rule"] == "reliable"]
    assert len(row) == 1 and np.isnan(row["estimate"].iloc[0])
    assert row["reason"].iloc[0].startswith("no reliability is given")
    # what is important is known, but not how often error alone would reach it
    chance = got[(got["rule"] == "important") & got["estimand"].isin(CHANCE)]
    assert chance["estimate"].isna().all() and (chance["reason"] != "").all()
    assert set(got["rule"]) == {"any", "reliable", "important"}
    assert list(got.columns) == [*ESTIMATE_COLUMNS, "rule"]


def test_intervals_are_clipped_and_degenerate_groups_have_reasons():
    data = frame([1.0, 2, 3, 4, 5, 6], [2.0, 3, 4, 5, 6, 6], gender=["girls"] * 6)
    got = estimate_persons(data, change=("T1", "T2"), gender=GENDER)
    assert got["conf_high"].max() <= 1.0 and got["conf_low"].min() >= -1.0
    boys = got[got["subgroup"].isin(["boys", "girls - boys"])]
    assert boys["estimate"].isna().all() and (boys["reason"] != "").all()
    one = estimate_persons(frame([1.0, 2, 3], [2.0, 2, 2], school=["a"] * 3), change=("T1", "T2"))
    assert shares(one, "any")[:3] == pytest.approx([1 / 3] * 3)
    assert one["conf_low"].isna().all()
    observed = (one["rule"] == "any") & one["estimand"].isin(SHARES)
    assert one.loc[observed, "reason"].str.contains("one school").all()
    tied = estimate_persons(
        frame([3.0] * 6, [3.0] * 6), change=("T1", "T2"), reliability=0.8, source="m"
    )
    assert shares(tied, "any") == [0.0, 1.0, 0.0, 0.0, 0.0]
    assert "do not vary" in tied.loc[tied["rule"] == "reliable", "reason"].iloc[0]
    nobody = frame([1.0, np.nan], [np.nan, 2.0])
    empty = estimate_persons(nobody, change=("T1", "T2"), reliability=0.8, source="m")
    assert empty["estimate"].isna().all() and (empty["reason"] != "").all()


@pytest.mark.parametrize(
    "given",
    [
        {"reliability": 1.0, "source": "m"},
        {"reliability": 0.0, "source": "m"},
        {"reliability": np.nan, "source": "m"},
        {"reliability": 0.8},
        {"important": 0.0, "important_source": "m"},
        {"important": np.inf, "important_source": "m"},
        {"important": 2.0},
    ],
)
def test_numbers_out_of_range_or_without_a_source_are_refused(given):
    with pytest.raises(ModelInputError):
        estimate_persons(frame([1.0, 2], [2.0, 3]), change=("T1", "T2"), **given)


def test_declared_reads_the_study_file_and_the_alpha_of_the_first_wave(made_up):
    study = made_up.study(outcomes=("reading", "worry"), incomparable=(), waves=("Before", "End"))
    persons = {
        "reading": PersonChange(reliability="first_wave_alpha"),
        "worry": PersonChange(reliability=0.7, source="Manual 2001"),
    }
    study = study.model_copy(update={"persons": persons})
    data = frame(np.arange(40.0) % 13, np.arange(40.0)[::-1] % 11, gender=["girls", "boys"] * 20)
    analysis = pd.concat([data.assign(outcome=o.name) for o in study.outcomes])
    pupils = data.loc[data["wave"] == "T1", ["pupil", "school", "gender"]]
    alphas = [("reading", "T2", "all", 0.1), ("reading", "T1", "girls", 0.2),
              ("worry", "T1", "all", 0.3), ("reading", "T1", "all", 0.9)]  # fmt: skip
    table = pd.DataFrame(alphas, columns=["outcome", "contrast", "subgroup", "estimate"])
    got = persons_declared(analysis, pupils, study, table.assign(estimand="alpha"))
    reliable = got[(got["rule"] == "reliable") & (got["estimand"] == "share_improved")]
    said = reliable.drop_duplicates("outcome").set_index("outcome")["method"]
    assert "reliability 0.9 (alpha at T1 of these pupils: of one sitting" in said["reading"]
    assert "reliability 0.7 (Manual 2001)" in said["worry"]
    assert set(got["study"]) == {study.study} and got["outcome"].unique().tolist() == [
        "reading",
        "worry",
    ]
    # without the frame of reliabilities there is no alpha to take
    without = persons_declared(analysis, pupils, study)
    row = without[(without["rule"] == "reliable") & (without["outcome"] == "reading")]
    assert len(row) == 1
    assert row["reason"].iloc[0].startswith("no alpha of these pupils at T1: reliable change")


def test_declared_is_empty_where_no_change_is_estimated(made_up):
    study = made_up.study(outcomes=("reading",), incomparable=("reading",))
    analysis = frame([1.0, 2], [2.0, 3]).assign(outcome="reading")
    pupils = analysis.loc[analysis["wave"] == "T1", ["pupil", "school", "gender"]]
    got = persons_declared(analysis, pupils, study)
    assert len(got) == 0 and list(got.columns) == [*ESTIMATE_COLUMNS, "rule"]
