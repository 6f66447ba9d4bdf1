"""Studies with next to nothing in them, through everything that notebook 4 estimates."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.bootstrap import bootstrap_declared
from resilience_lib.effects.declared import changes_declared, estimate_declared
from resilience_lib.effects.persons import persons_declared
from resilience_lib.effects.schools import school_changes
from resilience_lib.effects.sensitivity import sensitivity_declared
from resilience_lib.frames import estimate_frame
from resilience_lib.models.attrition import pupils_seen
from resilience_lib.study.schema import Estimands, Sensitivity

ALSO = ("d_z", "d_rm", "g_pre")
OF_ARMS = ("g_ancova", "d_ppc2", "d_glass", "rank_biserial")
ANSWERS = {"answers": ["cr2", "jackknife", "mixed_model", "complete_cases", "imputed", "delta"],
           "imputations": 5, "deltas": [-0.2]}  # fmt: skip


def plan_of(made_up, arms):
    chosen = Estimands(also=ALSO + (OF_ARMS if arms else ()))
    sensitivity = Sensitivity.model_validate(ANSWERS)
    return made_up.study(waves=("a", "b", "c"), arms=arms).model_copy(
        update={"estimand": chosen, "sensitivity": sensitivity}
    )


def frame_of(plan) -> pd.DataFrame:
    rng, rows = np.random.default_rng(3), []
    arms = plan.arm_names or (None,)
    for school in "abcdef":
        for i in range(8):
            level = 40 + (7 * i) % 17
            for k, wave in enumerate(plan.wave_names):
                if k and rng.random() < 0.1:
                    continue
                rows.append(
                    {"pupil": f"{school}{i}", "school": school, "wave": wave,
                     "score": round(level + rng.normal(2 * k, 5)), "level": level,
                     "gender": ("girls", "boys")[i % 2], "arm": arms[(i // 2) % len(arms)]}
                )  # fmt: skip
    frame = pd.DataFrame(rows).assign(outcome="reading", study="made_up")
    same = frame["school"]
    return frame.assign(school_attended=same, stratum=same, classroom=same, class_entered=same)


CUTS = {
    "one school": lambda f: f[f["school"] == "a"],
    "three pupils": lambda f: f[f["pupil"].isin(["a0", "b1", "c2"])],
    "constant scores": lambda f: f.assign(score=40.0),
    "all change alike": lambda f: f.assign(score=f["level"] + (f["wave"] != "T1") * 2.0),
    "all change alike, none missing": lambda f: CUTS["all change alike"](
        f[f.groupby("pupil")["wave"].transform("size") == 3]
    ),
    "nobody at the last wave": lambda f: f.assign(score=f["score"].where(f["wave"] != "T3")),
    "nobody at the first wave": lambda f: f.assign(score=f["score"].where(f["wave"] != "T1")),
    "no gender known": lambda f: f.assign(gender=None),
    "one gender": lambda f: f[f["gender"] == "girls"],
    "everybody seen once": lambda f: f.drop_duplicates("pupil"),
    "others at the later wave": lambda f: f[(f["gender"] == "girls") == (f["wave"] == "T1")],
    "no score at all": lambda f: f.assign(score=np.nan),
    "nobody": lambda f: f[:0],
}


@pytest.mark.parametrize("arms", [(), ("usual", "taught")], ids=["one group", "arms"])
@pytest.mark.parametrize("name", CUTS)
def test_every_missing_number_says_why_and_nothing_warns(made_up, name, arms):
    plan = plan_of(made_up, arms)
    frame = CUTS[name](frame_of(plan))
    pupils = pupils_seen(frame, plan.wave_names)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimates = estimate_declared(frame, pupils, plan)
        made = {
            "estimates": estimates,
            "sensitivity": sensitivity_declared(frame, pupils, plan, estimates),
            "persons": persons_declared(frame, pupils, plan, estimate_frame([])),
        }
        bootstrap_declared(frame, pupils, plan)
        school_changes(changes_declared(frame, plan))
    for found in made.values():
        silent = found["estimate"].isna() & (found["reason"] == "")
        assert found.loc[silent, ["estimand", "contrast", "subgroup"]].empty
        values = found[["estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]]
        assert not np.isinf(values.to_numpy(dtype=float)).any()


def rows_of(made_up, cut, estimand, arms=("usual", "taught")):
    plan = plan_of(made_up, arms)
    frame = CUTS[cut](frame_of(plan))
    found = estimate_declared(frame, pupils_seen(frame, plan.wave_names), plan)
    return found[found["estimand"] == estimand]


def test_an_effect_at_a_wave_nobody_was_seen_at_is_none_and_not_zero(made_up):
    rows = rows_of(made_up, "nobody at the last wave", "mean_difference")
    last = rows[rows["contrast"] == "taught - usual at T3"]
    assert sorted(last["subgroup"]) == sorted(2 * ["all", "girls", "boys", "girls - boys"])
    assert last["estimate"].isna().all() and last["n"].eq(0).all()


def test_a_change_of_all_alike_has_its_size_and_no_interval(made_up):
    rows = rows_of(made_up, "all change alike, none missing", "mean_change", ())
    headline = rows[rows["method"].str.contains("CR2") & (rows["contrast"] == "T2 - T1")]
    by_group = headline.set_index("subgroup")
    assert by_group.loc["all", "estimate"] == pytest.approx(2.0, abs=1e-9)
    assert by_group.loc["girls - boys", "estimate"] == pytest.approx(0.0, abs=1e-9)
    assert by_group["conf_low"].isna().all()


def test_a_change_is_not_taken_of_tests_that_differ_even_between_arms(made_up):
    plan = made_up.study(waves=("a", "b", "c"), arms=("usual", "taught"), incomparable=("reading",))
    plan = plan.model_copy(update={"estimand": Estimands(also=OF_ARMS)})
    frame = frame_of(plan)
    found = set(estimate_declared(frame, pupils_seen(frame, plan.wave_names), plan)["estimand"])
    assert "d_ppc2" not in found and {"g_ancova", "d_glass", "rank_biserial"} <= found
