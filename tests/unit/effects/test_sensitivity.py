"""The same contrast under every method, as one frame."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from resilience_lib.effects.answers import ANSWERS, answer
from resilience_lib.effects.completed import complete_outcome
from resilience_lib.effects.declared import estimate_declared
from resilience_lib.effects.imputed import estimate_change_imputed
from resilience_lib.effects.sensitivity import (
    SENSITIVITY_COLUMNS,
    complete_cases,
    sensitivity_declared,
)
from resilience_lib.effects.shifted import Shiftable, answer_frames
from resilience_lib.frames import estimate_frame
from resilience_lib.models.attrition import pupils_seen
from resilience_lib.models.cr2_many import Parts
from resilience_lib.models.one_way import summarise, total_sd
from resilience_lib.study.sensitivity import AnswerName, Sensitivity

WAVES = ("T1", "T2", "T3")
GENDER = ("girls", "boys")


@pytest.fixture(scope="session")
def plan(made_up):
    return made_up.study(outcomes=("wellbeing", "flat"), waves=("a", "b", "c"))


def asking(plan, **keys):
    block = Sensitivity.model_validate(keys)
    return plan.model_copy(update={"sensitivity": block})


@pytest.fixture(scope="session")
def parts(plan, synthetic):
    pupils = pupils_seen(synthetic, WAVES)
    frame = synthetic.assign(stratum=None, classroom=None)
    return frame, pupils, estimate_declared(frame, pupils, plan)


@pytest.fixture(scope="session")
def strip(plan, parts):
    return sensitivity_declared(*parts[:2], asking(plan, imputations=5), parts[2])


def test_one_row_an_answer_for_each_contrast(strip):
    assert list(strip.columns) == list(SENSITIVITY_COLUMNS)
    contrasts = strip[strip["estimand"] == "mean_change"]
    groups = contrasts.groupby(["outcome", "contrast", "subgroup"], sort=False)["answer"]
    # 2 outcomes, 3 pairs of waves; everyone, two genders and their difference
    assert groups.ngroups == 2 * 3 * 4
    wanted = ["cr2", "wild_bootstrap", "jackknife", "mixed_model", "complete_cases", "imputed"]
    for _, answers in groups:
        assert answers.tolist() == [*wanted, "delta_-0.2", "delta_+0.2"]
    assert contrasts["outcome"].drop_duplicates().tolist() == ["wellbeing", "flat"]
    assert set(strip["study"]) == {"made_up"}
    for name in contrasts["answer"].unique():
        assert answer(name).label and answer(name).sentence.endswith(".")


def test_headline_and_mixed_model_are_taken_and_not_refitted(strip, parts):
    estimates = parts[2]
    change = estimates[estimates["estimand"] == "mean_change"]
    for name, begins in (("cr2", "regression over waves"), ("mixed_model", "mixed model")):
        ours = strip[strip["answer"] == name].drop(columns="answer").reset_index(drop=True)
        theirs = change[change["method"].str.startswith(begins)].reset_index(drop=True)
        pd.testing.assert_frame_equal(ours, theirs)


def test_answers_made_elsewhere_are_put_in_their_place(plan, parts):
    block = asking(plan, answers=["cr2", "unflagged_items"])
    own = estimate_frame(
        [
            {"outcome": "flat", "estimand": estimand, "contrast": "T2 - T1", "subgroup": "girls"}
            for estimand in ("mean_change", "g_change_model")
        ]
    )
    got = sensitivity_declared(*parts[:2], block, parts[2], {"unflagged_items": own})
    here = got[(got["outcome"] == "flat") & (got["contrast"] == "T2 - T1")]
    assert list(zip(here["subgroup"], here["answer"], strict=True)) == [
        ("all", "cr2"),
        ("girls", "cr2"),
        ("girls", "unflagged_items"),
        ("boys", "cr2"),
        ("girls - boys", "cr2"),
    ]
    assert (here["estimand"] == "mean_change").all()
    with pytest.raises(KeyError, match="no answer 'wild'"):
        sensitivity_declared(*parts[:2], block, parts[2], {"wild": own})


def test_an_outcome_more_or_less_changes_no_other(plan, parts, strip):
    frame, pupils, estimates = parts
    alone = plan.model_copy(update={"outcomes": plan.outcomes[1:]})
    got = sensitivity_declared(frame, pupils, asking(alone, imputations=5), estimates)
    ours = strip[(strip["outcome"] == "flat") & (strip["answer"] == "imputed")]
    theirs = got[(got["outcome"] == "flat") & (got["answer"] == "imputed")]
    pd.testing.assert_frame_equal(ours.reset_index(drop=True), theirs.reset_index(drop=True))


def completed(synthetic, **keys):
    options = {"waves": WAVES, "gender": GENDER, "imputations": 5, "seed": 1} | keys
    return complete_outcome(synthetic, "wellbeing", **options)


def test_a_shift_moves_the_mean_by_the_share_that_was_filled_in(synthetic):
    """Girls' change T3 - T1: shift x total SD at T1 x girls without a score at T3 / girls."""
    mine = synthetic[synthetic["outcome"] == "wellbeing"]
    got = estimate_change_imputed(
        mine, completed(synthetic), changes=[("T1", "T3")], gender=GENDER, deltas=[-0.3]
    )
    girls = mine[(mine["gender"] == "girls") & (mine["wave"] == "T3")]
    first = mine[mine["wave"] == "T1"]
    sd, _ = total_sd(summarise(first["score"], first["school_attended"]))
    moved = -0.3 * sd * girls["score"].isna().mean()
    at = {name: f.set_index("subgroup").loc["girls", "estimate"] for name, f in got.items()}
    assert at["delta_-0.3"] - at["imputed"] == pytest.approx(moved, rel=1e-9)


def test_at_the_tipping_point_an_end_of_the_interval_is_zero(synthetic):
    mine = synthetic[synthetic["outcome"] == "wellbeing"]
    made = completed(synthetic)
    asked = {"changes": [("T1", "T2"), ("T1", "T3")], "gender": GENDER}
    tips = estimate_change_imputed(mine, made, **asked)["tipping"]
    key = ["contrast", "subgroup"]
    found = tips[tips["estimate"].notna()].set_index(key)["estimate"]
    assert ("T2 - T1", "girls") in found.index
    for where, tip in found.items():
        (frame,) = (
            f
            for name, f in estimate_change_imputed(mine, made, deltas=[tip], **asked).items()
            if name.startswith("delta")
        )
        row = frame.set_index(key).loc[where]
        assert np.abs(row[["conf_low", "conf_high"]].astype(float)).min() < 1e-6
    reasons = set(tips.loc[tips["estimate"].isna(), "reason"])
    assert reasons <= {
        "0 lies inside the interval without a shift",
        "the interval does not reach 0 within 2 SDs",
    }


def test_auxiliaries_help_only_where_they_know_something(synthetic):
    """An auxiliary that is the outcome with little noise, never missing: gaps are all but known."""
    mine = synthetic[synthetic["outcome"] == "wellbeing"].sort_values(["pupil", "wave"])
    noise = np.tile([0.03, -0.05, 0.02, -0.01, 0.04], len(mine) // 5 + 1)[: len(mine)]
    truth = mine["score"].where(mine["score"].notna(), 5.0)
    # every pupil's missing score was 5: those seen tell how outcome and auxiliary go together
    twin = mine.assign(outcome="twin", score=truth + noise)
    both = pd.concat([mine, twin])
    made = completed(both, auxiliaries=("twin",))
    assert made.note.startswith("5 completed data sets, auxiliaries twin")
    assert made.imputed.values.shape[2] == 3
    filled = made.imputed.values[:, made.imputed.missing]
    assert abs(filled.mean() - 5.0) < 0.02 and filled.std() < 0.1
    without = completed(mine).imputed
    assert without.values[:, without.missing].std() > 0.5


def test_too_few_schools_say_so_and_the_other_answers_stand(plan, parts):
    frame, pupils, _ = parts
    few = frame[frame["school"].isin(["s01", "s02", "s03", "s04"])]
    seen = pupils[pupils["school"].isin(["s01", "s02", "s03", "s04"])]
    got = sensitivity_declared(few, seen, asking(plan, imputations=5), estimate_frame([]))
    filled = got[got["answer"].isin(["imputed", "delta_-0.2", "delta_+0.2", "delta"])]
    assert len(filled) == 4 * 24 and filled["estimate"].isna().all()
    assert set(filled["reason"]) == {
        "not imputed: 4 schools are too few for 3 scores a pupil (5 needed)"
    }
    assert got.loc[got["answer"] == "jackknife", "conf_low"].notna().all()


def test_effects_of_arms_have_their_answers(made_up, synthetic):
    number = synthetic["pupil"].str[1:].astype(int)
    frame = synthetic[synthetic["outcome"] == "wellbeing"].assign(
        arm=np.where(number % 2, "some", "other")[synthetic["outcome"] == "wellbeing"],
        stratum=lambda d: d["school"],
        classroom=None,
    )
    plan = made_up.study(outcomes=("wellbeing",), waves=("a", "b", "c"), arms=("other", "some"))
    pupils = pupils_seen(frame, WAVES)
    estimates = estimate_declared(frame, pupils, plan)
    got = sensitivity_declared(frame, pupils, asking(plan, imputations=5), estimates)
    effect = got[(got["estimand"] == "mean_difference") & (got["contrast"] == "some - other at T3")]
    here = effect[effect["subgroup"] == "girls - boys"]
    assert here["answer"].tolist() == [
        *("cr2", "mixed_model", "complete_cases", "imputed", "delta_-0.2", "delta_+0.2")
    ]
    assert here["estimate"].notna().all()
    # nobody is missing at T1: filling in changes nothing there
    first = got[got["contrast"] == "some - other at T1"].set_index(["answer", "subgroup"])
    for group in ("girls", "boys", "girls - boys"):
        headline, filled = (first.loc[(a, group), "estimate"] for a in ("cr2", "imputed"))
        assert filled == pytest.approx(headline, rel=1e-9)


def test_a_study_without_change_and_arms_has_no_strip(made_up, parts):
    plan = made_up.study(outcomes=("flat",), waves=("a", "b", "c"), incomparable=("flat",))
    got = sensitivity_declared(*parts[:2], plan, estimate_frame([]))
    assert got.empty and list(got.columns) == list(SENSITIVITY_COLUMNS)


def test_study_file_and_registry_know_the_same_answers():
    assert list(get_args(AnswerName)) == list(ANSWERS)


def test_of_two_tipping_points_the_one_nearest_to_no_shift():
    """(1 + d / 2)^2 = t^2 (0.045 + d^2 / 2) has a root on either side of 0."""
    base = Parts(np.array([1.0, 1.0]), np.tile([0.15, -0.15], (2, 1)), 9.0, "")
    one = Shiftable({}, base, 0.5, np.array([0.5, 0.5]))
    # both data sets are the same: df = (9 + 1) / (9 + 3) 9 = 7.5; parts at right angles
    t2 = stats.t.ppf(0.975, 7.5) ** 2
    roots = np.roots([0.25 - t2 * 0.5, 1.0, 1.0 - t2 * 0.045])
    assert roots.min() < 0 < roots.max() and abs(roots.min()) < roots.max() < 2
    tips = answer_frames([one], "", (), 0.95, "mean_change")["tipping"]
    assert tips["estimate"].iloc[0] == pytest.approx(roots.min(), abs=1e-9)


def test_what_was_filled_in_at_the_first_wave_is_not_shifted(synthetic):
    mine = synthetic[synthetic["outcome"] == "wellbeing"].copy()
    late = mine["pupil"].isin(sorted(mine["pupil"].unique())[::9]) & (mine["wave"] == "T1")
    mine.loc[late, "score"] = None
    asked = {"changes": [("T1", "T2")], "gender": GENDER, "deltas": [1.0]}
    got = estimate_change_imputed(mine, completed(mine), **asked)
    by = {name: f.set_index("subgroup")["estimate"] for name, f in got.items()}
    first = mine[(mine["wave"] == "T1") & mine["score"].notna()]
    sd, _ = total_sd(summarise(first["score"], first["school_attended"]))
    for group in GENDER:
        here = mine[mine["gender"] == group].pivot(index="pupil", columns="wave", values="score")
        share = here.dropna(how="all")["T2"].isna().mean()
        moved = by["delta_+1"][group] - by["imputed"][group]
        assert moved == pytest.approx(sd * share, rel=1e-9)


def test_two_outcomes_do_not_share_their_random_numbers(synthetic):
    twin = synthetic[synthetic["outcome"] == "wellbeing"].assign(outcome="twin")
    options = {"waves": WAVES, "imputations": 2, "seed": 1}
    one = complete_outcome(synthetic, "wellbeing", **options).imputed
    other = complete_outcome(twin, "twin", **options).imputed
    assert (one.missing == other.missing).all()
    gaps = one.missing
    assert np.abs(one.values[:, gaps] - other.values[:, gaps]).min() > 0


def test_complete_cases_have_every_score_of_the_outcome_itself(synthetic):
    """Seen at every wave by one of two outcomes is not enough."""
    mine = synthetic[synthetic["outcome"] == "wellbeing"]
    whole = complete_cases(mine, pupils_seen(synthetic, WAVES), WAVES)
    wide = mine.pivot(index="pupil", columns="wave", values="score")
    assert set(whole["pupil"]) == set(wide.dropna().index)
    nobody = pupils_seen(synthetic, WAVES).assign(seen_T2=False)
    assert complete_cases(mine, nobody, WAVES).empty


def test_an_outcome_without_scores_has_rows_with_reasons(plan, parts):
    frame, pupils, _ = parts
    empty = frame.assign(score=frame["score"].where(frame["outcome"] != "flat"))
    got = sensitivity_declared(empty, pupils, asking(plan, imputations=2), estimate_frame([]))
    flat = got[got["outcome"] == "flat"]
    # jackknife, complete cases, imputed, two shifts and tipping points, of 3 pairs x 4 subgroups
    assert len(flat) == 7 * 12 and flat["estimate"].isna().all()
    assert (flat["reason"] != "").all()
    assert got.loc[got["outcome"] == "wellbeing", "estimate"].notna().any()


def test_one_school_has_changes_and_no_intervals(plan, parts):
    frame, pupils, _ = parts
    one, who = (f[f["school"] == "s01"] for f in (frame, pupils))
    got = sensitivity_declared(one, who, asking(plan, imputations=2), estimate_frame([]))
    assert got["conf_low"].isna().all() and (got["reason"] != "").all()
    plain = got[got["answer"].isin(["jackknife", "complete_cases"])]
    assert plain["estimate"].notna().all()
