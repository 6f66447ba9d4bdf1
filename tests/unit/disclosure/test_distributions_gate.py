"""Pupils' and schools' changes as they may be seen."""

import numpy as np
import pandas as pd
import pytest

from resilience_lib.disclosure.distributions import clear_distribution
from resilience_lib.disclosure.school_panels import clear_positions, clear_schools


def changes(**groups):
    rng = np.random.default_rng(3)
    parts = []
    for gender, n in groups.items():
        drawn = rng.normal(0, 1, n).round(1)
        parts.append(
            pd.DataFrame(
                {
                    "pupil": [f"{gender}{i}" for i in range(n)],
                    "school": [f"S{i % 5}" for i in range(n)],
                    "gender": gender,
                    "arm": "",
                    "outcome": "reading",
                    "contrast": "T2 - T1",
                    "first": 0.0,
                    "last": drawn,
                    "change": drawn,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def confidential(made_up):
    return made_up.study(open_data=False)


def test_open_points_have_no_ids_and_not_the_order_of_ids(made_up):
    made = changes(girls=30, boys=30)
    shown = clear_distribution(made, made_up.study()).frame
    assert list(shown.columns) == ["outcome", "contrast", "gender", "change"]
    assert len(shown) == 60
    shuffled = made.sample(frac=1, random_state=1)
    again = clear_distribution(shuffled, made_up.study()).frame
    pd.testing.assert_frame_equal(shown, again)


def test_every_bin_rests_on_ten_pupils(confidential):
    made = changes(girls=120, boys=150)
    shown = clear_distribution(made, confidential).frame
    assert list(shown.columns) == ["outcome", "contrast", "gender", "left", "right", "share"]
    sizes = shown["gender"].map({"girls": 120, "boys": 150})
    # shares are in hundredths
    assert (shown["share"] * sizes > 9).all()
    for gender, n in (("girls", 120), ("boys", 150)):
        of = shown[shown["gender"] == gender]
        assert of["share"].sum() == pytest.approx(1, abs=0.05)
        assert (of["left"].iloc[1:].to_numpy() == of["right"].iloc[:-1].to_numpy()).all()
        values = made.loc[made["gender"] == gender, "change"]
        inner = of.iloc[1:-1]
        counted = [((values >= a) & (values < b)).sum() / n for a, b in
                   zip(inner["left"], inner["right"], strict=True)]  # fmt: skip
        assert inner["share"].tolist() == pytest.approx(counted, abs=0.0051)


def test_the_most_extreme_pupil_moves_no_edge_beyond_three_sds(confidential):
    made = changes(girls=120, boys=150)
    made.loc[0, "change"] = 40.0
    shown = clear_distribution(made, confidential).frame
    assert shown["right"].max() < 12  # 3 SDs of 2.5, and half a bin


def test_nine_girls_give_way_to_all_pupils(confidential):
    shown = clear_distribution(changes(girls=9, boys=150), confidential)
    assert set(shown.frame["gender"]) == {"all"}
    assert any("too small" in note for note in shown.notes)


def test_too_few_pupils_give_no_bins(confidential):
    assert clear_distribution(changes(girls=4, boys=5), confidential).frame.empty


def schools(*sizes):
    frame = pd.DataFrame(
        {
            "outcome": "reading",
            "contrast": "T2 - T1",
            "school": [f"Hill Road {i}" for i in range(len(sizes))],
            "n": sizes,
            "estimate": [float(-i) for i in range(len(sizes))],
            "conf_low": -20.0,
            "conf_high": 20.0,
            "conf_level": 0.95,
        }
    )
    # not drawn in at all, so that the shrunken change is the change
    return frame.assign(
        shrunk=frame["estimate"], shrunk_low=frame["conf_low"], shrunk_high=frame["conf_high"]
    )


def test_schools_lose_name_and_size_and_the_small_one_goes_with_the_next(confidential):
    shown = clear_schools(schools(40, 9, 30, 31, 50), confidential)
    assert list(shown.frame.columns) == [
        "outcome", "contrast", "position", "estimate", "conf_low", "conf_high", "conf_level",
    ]  # fmt: skip
    # 9, and 30 beside it: all pupils less the other schools would be the nine
    assert shown.frame["estimate"].tolist() == [-4.0, -3.0, 0.0]
    assert shown.frame["position"].tolist() == [1, 2, 3]
    assert "at most 2 in a panel" in shown.notes[0]


def test_two_schools_are_not_shown(confidential):
    assert clear_schools(schools(40, 30), confidential).frame.empty
    assert clear_schools(schools(40, 9, 30), confidential).frame.empty


def test_a_school_in_which_all_change_the_same_is_left_out(confidential):
    made = schools(40, 41, 30, 31, 50)
    made.loc[3, ["conf_low", "conf_high"]] = -3.0
    assert -3.0 not in clear_schools(made, confidential).frame["estimate"].tolist()


def test_digits_of_a_school_do_not_give_its_size(confidential):
    made = schools(34, 40, 45)
    made["shrunk"] = [-13 / 17, 0.0, 0.4]
    shown = clear_schools(made, confidential).frame["estimate"]
    # -26 of 34 pupils: a twentieth of the 100 points over 34 is 0.15, and the unit 0.2
    assert shown.tolist() == [-0.8, 0.0, 0.4]


def test_the_longer_side_of_an_interval_is_shown_on_both(confidential):
    # from -26 to 12 around -2 and less around the others: 24 to both sides holds all of it
    made = schools(40, 40, 40)
    made[["shrunk_low", "shrunk_high"]] = [[-8.0, 8.0], [-8.0, 8.0], [-26.0, 12.0]]
    shown = clear_schools(made, confidential)
    half = shown.frame["conf_high"] - shown.frame["estimate"]
    assert half.tolist() == pytest.approx([24.0] * 3)
    assert "every school has the widest interval of its panel" in shown.notes


def test_a_bin_of_two_schools_is_merged(confidential):
    made = changes(girls=120, boys=150)
    made.loc[made["change"] > 0.6, "school"] = "S0"
    shown = clear_distribution(made, confidential).frame
    assert (shown.groupby("gender")["left"].max() < 0.6).all()


def test_open_schools_are_unnamed_too(made_up):
    shown = clear_schools(schools(40, 9, 30), made_up.study()).frame
    assert len(shown) == 3 and "school" not in shown


def positions(*sizes, sd=5.0):
    frame = schools(*sizes).assign(contrast="T1", sd=sd, std_error=0.2, reason="")
    half = 4 / np.sqrt(frame["n"])
    return frame.assign(conf_low=frame["estimate"] - half, conf_high=frame["estimate"] + half)


def test_places_hide_the_school_of_nine_and_the_next(confidential):
    shown = clear_positions(positions(40, 9, 30, 31, 50), confidential)
    assert list(shown.frame.columns) == [
        "outcome", "contrast", "position", "estimate", "conf_low", "conf_high", "conf_level",
    ]  # fmt: skip
    assert shown.frame["estimate"].tolist() == [-4.0, -3.0, 0.0]
    assert "at most 2 in a panel" in shown.notes[0]
    assert clear_positions(positions(40, 9, 30), confidential).frame.empty


def test_an_interval_that_hangs_on_size_alone_gives_no_size(confidential, made_up):
    frame = clear_positions(positions(16, 64, 100), confidential).frame
    # 4 / sqrt(16) = 1 to both sides for all, where 64 pupils would have 0.5 and 100 have 0.4
    assert (frame["conf_high"] - frame["conf_low"]).tolist() == [2.0, 2.0, 2.0]
    open_frame = clear_positions(positions(16, 64, 100), made_up.study()).frame
    half = open_frame["conf_high"] - open_frame["estimate"]
    assert half.tolist() == pytest.approx([0.4, 0.5, 1.0])


def test_a_school_in_which_all_score_the_same_has_no_place(confidential):
    made = positions(40, 41, 30, 31, 50, sd=[5.0, 4.0, 6.0, 0.0, 5.0])
    assert -3.0 not in clear_positions(made, confidential).frame["estimate"].tolist()


def test_places_that_cannot_be_estimated_have_no_row(confidential):
    made = positions(40, 41, 30)
    made[["estimate", "conf_low", "conf_high"]] = np.nan
    assert clear_positions(made, confidential).frame.empty
