"""Draws of the bootstrap, scores, and answers under several methods as they may be seen."""

import numpy as np
import pandas as pd
import pytest

from resilience_lib.disclosure.distributions import clear_scores
from resilience_lib.disclosure.draws import clear_bootstrap
from resilience_lib.disclosure.methods import clear_sensitivity
from resilience_lib.frames import estimate_frame


@pytest.fixture
def confidential(made_up):
    return made_up.study(open_data=False, scale=(1, 5))


def draws(sizes, *, schools=11, at=0.25, spread=0.07):
    edges = np.linspace(at - 3.3 * spread, at + 3.3 * spread, 41)
    middle = (edges[1:] + edges[:-1]) / 2
    density = np.exp(-((middle - at) ** 2) / 2 / spread**2)
    parts = [
        pd.DataFrame(
            {"outcome": "reading", "contrast": "T2 - T1", "subgroup": group,
             "estimand": "g_change_model", "bin_low": edges[:-1], "bin_high": edges[1:],
             "share": density / density.sum(), "n": float(n), "n_clusters": float(schools)}
        )
        for group, n in sizes.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_open_draws_pass(made_up):
    frame = draws({"all": 40})
    pd.testing.assert_frame_equal(clear_bootstrap(frame, made_up.study()).frame, frame)


def test_draws_have_edges_in_units_and_shares_in_hundredths(confidential):
    got = clear_bootstrap(draws({"all": 203}), confidential).frame
    for name in ("bin_low", "bin_high", "share"):
        assert np.allclose(got[name] * 100, (got[name] * 100).round()), name
    assert got["share"].sum() == pytest.approx(1, abs=0.05)
    middle = (got["bin_low"] + got["bin_high"]) / 2
    assert (middle * got["share"]).sum() / got["share"].sum() == pytest.approx(0.25, abs=0.01)
    assert (got["n"] == 200).all()


def test_empty_bins_between_draws_stay_empty(confidential):
    frame = draws({"all": 203})
    kept = frame[(frame["bin_high"] < 0.2) | (frame["bin_low"] > 0.32)]
    got = clear_bootstrap(kept, confidential).frame
    inside = got[(got["bin_low"] > 0.22) & (got["bin_high"] < 0.3)]
    assert inside.empty


def test_draws_of_nine_girls_take_those_of_boys_and_the_difference(confidential):
    sizes = {"all": 200, "girls": 9, "boys": 191, "girls - boys": 200}
    cleared = clear_bootstrap(draws(sizes), confidential)
    assert set(cleared.frame["subgroup"]) == {"all"}
    assert "3 estimates" in cleared.notes[0]
    assert clear_bootstrap(draws({"all": 200}, schools=2), confidential).frame.empty


def test_draws_that_do_not_vary_are_hidden(confidential):
    frame = draws({"all": 200}).iloc[[20]].assign(share=1.0)
    assert clear_bootstrap(frame, confidential).frame.empty


def scores(sizes, *, spread=1.0):
    rng = np.random.default_rng(4)
    parts = [
        pd.DataFrame(
            {"pupil": [f"{gender}{i}" for i in range(n)], "school": [f"S{i % 5}" for i in range(n)],
             "gender": gender, "arm": "", "outcome": "reading", "wave": "T1",
             "score": rng.normal(4.5, spread, n).round(2).clip(1, 5)}
        )
        for gender, n in sizes.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_open_scores_have_no_ids(made_up):
    got = clear_scores(scores({"girls": 3, "boys": 2}), made_up.study()).frame
    assert list(got.columns) == ["outcome", "contrast", "gender", "score"]
    assert got["score"].tolist() == got.sort_values(["gender", "score"])["score"].tolist()


def test_bins_of_scores_stay_inside_the_scale_and_rest_on_ten(confidential):
    made = scores({"girls": 120, "boys": 150})
    got = clear_scores(made, confidential).frame
    assert got["left"].min() >= 1 and got["right"].max() == 5
    assert (got["share"] * got["gender"].map({"girls": 120, "boys": 150}) > 9).all()
    # nobody is lost at the upper end, where most are
    for gender in ("girls", "boys"):
        of = got[got["gender"] == gender].iloc[-1]
        mine = made.loc[made["gender"] == gender, "score"]
        assert of["share"] == pytest.approx((mine >= of["left"]).mean(), abs=0.0051)
    assert set(clear_scores(scores({"girls": 9, "boys": 150}), confidential).frame["gender"]) == {
        "all"
    }


def answers(sizes, *, n_by_answer=None, change=0.1234, schools=11):
    """Change of each group under two methods."""
    rows = []
    for name in ("cr2", "mixed_model"):
        for group, n in sizes.items():
            more = (n_by_answer or {}).get(name, 0)
            rows.append(
                {"outcome": "reading", "contrast": "T2 - T1", "subgroup": group,
                 "estimand": "mean_change", "estimate": change, "conf_low": change - 0.1,
                 "conf_high": change + 0.1, "n": n + more, "n_clusters": schools, "method": name}
            )  # fmt: skip
    names = ["cr2"] * len(sizes) + ["mixed_model"] * len(sizes)
    return estimate_frame(rows).assign(answer=names)


def test_open_answers_pass(made_up):
    frame = answers({"all": 3})
    pd.testing.assert_frame_equal(clear_sensitivity(frame, made_up.study()).frame, frame)


def test_what_one_method_hides_all_hide(confidential):
    # nine girls with both scores; the mixed model counts 21 with either
    frame = answers({"all": 200, "girls": 9, "boys": 191, "girls - boys": 200},
                    n_by_answer={"mixed_model": 12})  # fmt: skip
    cleared = clear_sensitivity(frame, confidential)
    shown = cleared.frame[cleared.frame["estimate"].notna()]
    assert shown["subgroup"].tolist() == ["all", "all"]
    assert "6 of 8 answers" in cleared.notes[0]
    hidden = cleared.frame[cleared.frame["estimate"].isna()]
    assert hidden["n"].isna().all() and hidden["reason"].str.startswith("suppressed").all()


def test_a_change_is_coarse_unless_many_have_one_score_alone(confidential):
    # 12 more with one score: a unit of 1 point over 200, not below 0.01
    fine = clear_sensitivity(answers({"all": 200}, n_by_answer={"mixed_model": 12}), confidential)
    assert fine.frame["estimate"].tolist() == [0.12, 0.12]
    # 4 more, or none known of: a quarter of the 4 points of ten pupils over 200 is 0.05
    for more in (4, 0):
        frame = answers({"all": 200}, n_by_answer={"mixed_model": more})
        got = clear_sensitivity(frame, confidential).frame
        assert got["estimate"].tolist() == [0.1, 0.1]


def test_an_answer_that_is_not_there_keeps_its_reason(confidential):
    frame = answers({"all": 200}, n_by_answer={"mixed_model": 12})
    gone = ["estimate", "conf_low", "conf_high", "n", "n_clusters"]
    frame.loc[1, gone] = np.nan
    frame.loc[1, "reason"] = "the model did not converge with 200 pupils"
    got = clear_sensitivity(frame, confidential)
    assert got.frame["reason"].tolist() == ["", "the model did not converge with about 200 pupils"]
    assert got.notes == ()


def test_a_change_without_an_interval_is_every_pupils_own(confidential):
    frame = answers({"all": 200, "girls": 60, "boys": 140}, n_by_answer={"mixed_model": 12})
    girls = (frame["subgroup"] == "girls") & (frame["answer"] == "cr2")
    frame.loc[girls, ["conf_low", "conf_high"]] = np.nan
    shown = clear_sensitivity(frame, confidential).frame
    assert shown.loc[shown["estimate"].notna(), "subgroup"].tolist() == ["all", "all"]
