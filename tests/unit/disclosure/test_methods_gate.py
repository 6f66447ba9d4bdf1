"""A few pupils are not worked out from two methods that count nearly the same ones."""

import itertools

import numpy as np
import pandas as pd
import pytest

from resilience_lib.disclosure.methods import clear_sensitivity
from resilience_lib.frames import estimate_frame
from resilience_lib.study.sensitivity import Sensitivity


@pytest.fixture
def confidential(made_up):
    return made_up.study(open_data=False, scale=(1, 5))


def answers(of, *, estimand="mean_change", contrast="T2 - T1", subgroup="all"):
    """Answers from the name of each to its n and estimate."""
    rows = [
        {"outcome": "reading", "contrast": contrast, "subgroup": subgroup, "estimand": estimand,
         "estimate": value, "conf_low": value - 0.1, "conf_high": value + 0.1, "n": n,
         "n_clusters": 11, "method": name}
        for name, (n, value) in of.items()
    ]  # fmt: skip
    return estimate_frame(rows).assign(answer=list(of))


def test_four_who_were_not_seen_at_the_third_wave_are_not_worked_out(confidential):
    # changes of 205 pupils seen at both waves; the last four, who left, change by -4 each
    rng = np.random.default_rng(3)
    change = np.append(rng.integers(-4, 5, 201) / 4, [-4.0] * 4)
    pairs, whole = change.mean(), change[:201].mean()
    assert (205 * pairs - 201 * whole) / 4 == pytest.approx(-4)
    # gaps are filled for 36 more: that n says nothing of how near the other two are
    frame = answers({"jackknife": (205, pairs), "complete_cases": (201, whole),
                     "imputed": (241, pairs)})  # fmt: skip
    shown = clear_sensitivity(frame, confidential).frame.set_index("answer")["estimate"]
    # ten pupils moving by a quarter of the scale, a point, over 201: a unit of 0.05
    assert shown["jackknife"] == round(pairs, 2) and shown["imputed"] == round(pairs, 2)
    assert shown["complete_cases"] / 0.05 == pytest.approx(round(whole / 0.05))
    # what either value may have been leaves the sum of the four anywhere in ten points
    ends = [
        205 * (shown["jackknife"] + a) - 201 * (shown["complete_cases"] + b)
        for a, b in itertools.product((-0.005, 0.005), (-0.025, 0.025))
    ]
    assert max(ends) - min(ends) > 10


def test_methods_that_count_the_same_or_many_more_are_not_coarse(confidential):
    frame = answers({"cr2": (205, 0.1234), "complete_cases": (195, 0.1234),
                     "imputed": (241, 0.1234)})  # fmt: skip
    assert clear_sensitivity(frame, confidential).frame["estimate"].tolist() == [0.12] * 3
    at = {"estimand": "mean_difference", "contrast": "small - regular at T2"}
    same = answers({"cr2": (205, 0.1234), "mixed_model": (205, 0.1234)}, **at)
    assert clear_sensitivity(same, confidential).frame["estimate"].tolist() == [0.12] * 2
    near = answers({"cr2": (205, 0.1234), "complete_cases": (201, 0.1234)}, **at)
    assert clear_sensitivity(near, confidential).frame["estimate"].tolist() == [0.12, 0.1]


def test_shifts_do_not_count_the_few_who_are_filled_in(confidential):
    # scores of 6 of 200 are filled in; shifted by -2 and 2 SDs of 0.8 they move the mean by
    # 2 x 0.8 x 6 / 200 = 0.048 each
    study = confidential.model_copy(update={"sensitivity": Sensitivity(deltas=(-2.0, 2.0))})
    frame = answers({"cr2": (150, 0.1), "imputed": (200, 0.1), "delta_-2": (200, 0.052),
                     "delta_+2": (200, 0.148)})  # fmt: skip
    exact = frame.set_index("answer")["estimate"]
    assert (exact["delta_+2"] - exact["delta_-2"]) / (4 * 0.8) * 200 == pytest.approx(6)
    shown = clear_sensitivity(frame, study).frame.set_index("answer")["estimate"]
    # ten pupils moved by four quarters of the scale, 4 points, over 200: 0.2
    assert shown[["delta_-2", "delta_+2"]].tolist() == [0.0, 0.2]
    moved = [(shown["delta_+2"] - shown["delta_-2"] + e) / (4 * 0.8) * 200 for e in (-0.2, 0.2)]
    assert moved[0] <= 0 and moved[1] >= 20
    assert shown[["cr2", "imputed"]].tolist() == [0.1, 0.1]


def test_the_tipping_point_has_one_decimal_at_most(confidential):
    frame = answers({"cr2": (150, 0.2), "imputed": (200, 0.2)})
    tip = answers({"delta": (200, -0.7312)}, estimand="tipping_delta")
    tip[["conf_low", "conf_high"]] = np.nan
    both = pd.concat([frame, tip], ignore_index=True)
    got = clear_sensitivity(both, confidential).frame
    assert got.loc[got["estimand"] == "tipping_delta", "estimate"].tolist() == [-0.7]


def test_a_hidden_group_keeps_no_word_of_its_interval_or_its_schools(confidential):
    girls = answers({"wild_bootstrap": (15, 0.2), "complete_cases": (9, 0.2)}, subgroup="girls")
    girls["interval"] = "95% wild bootstrap by school, all 4 sign vectors, test inverted"
    tip = answers({"delta": (15, np.nan)}, estimand="tipping_delta", subgroup="girls")
    tip["reason"] = "0 lies inside the interval without a shift"
    got = clear_sensitivity(pd.concat([girls, tip], ignore_index=True), confidential).frame
    assert got[["estimate", "n", "n_clusters"]].isna().all(axis=None)
    assert got["reason"].str.startswith("suppressed: ").all() and (got["interval"] == "").all()


def test_girls_who_left_are_not_had_from_all_and_boys(confidential):
    # 7 of 182 girls and 20 of 211 boys were not seen at the third wave
    names = {"all": (393, 366), "girls": (182, 175), "boys": (211, 191), "girls - boys": (393, 366)}
    parts = [
        answers(
            {"jackknife": (n, 0.1234), "complete_cases": (fewer, 0.1234),
             "imputed": (n + 20, 0.1234)},
            subgroup=group,
        )
        for group, (n, fewer) in names.items()
    ]  # fmt: skip
    got = clear_sensitivity(pd.concat(parts, ignore_index=True), confidential).frame
    wide = got.pivot(index="subgroup", columns="answer", values="estimate")
    assert (wide["jackknife"] == 0.12).all()
    # of ten pupils a point each over 366, and over 175 girls; boys lost more than ten
    assert wide["complete_cases"].to_dict() == {
        "all": 0.1, "girls": 0.1, "boys": 0.12, "girls - boys": 0.1,
    }  # fmt: skip
    # 366 x all - 191 x boys is what 175 girls changed by, anywhere in ten points and more
    assert 366 * 0.05 + 191 * 0.01 > 10
