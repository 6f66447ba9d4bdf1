"""What of counts may be seen: no subtraction gives a count between zero and the minimum."""

import itertools

import numpy as np
import pandas as pd
import pytest

from resilience_lib.disclosure.counts import (
    clear_flow,
    clear_missingness,
    clear_patterns,
    clear_sample,
)


@pytest.fixture
def confidential(made_up):
    return made_up.study(open_data=False, waves=("Before", "End", "Later"), population=True)


def no_small_difference(counts):
    """Neither a count nor the difference of two lies between zero and ten."""
    values = [float(value) for value in counts if not np.isnan(value)]
    assert all(value >= 10 for value in values)
    assert all(not 0 < abs(a - b) < 10 for a, b in itertools.combinations(values, 2))


def test_flow_hides_small_steps_and_what_would_give_them(confidential, made_up):
    who = made_up.pupils(confidential, schools=11, per_school=40)
    who["seen_T1"] = True
    who["seen_T2"] = [i >= 8 for i in range(len(who))]  # 8 lost
    who["seen_T3"] = [i >= 6 for i in range(len(who))]  # 2 of them return, none is lost
    flow = made_up.flow(confidential, who)
    shown = clear_flow(flow, confidential).frame.set_index("step")
    assert shown.loc["T2", "hidden"].split() == ["entered", "lost"]
    assert shown.loc["T3", "hidden"].split() == ["entered", "returned", "lost"]
    # 440, 432 and 434 would give 8 and 2 by subtraction
    assert shown.loc[["T1", "T2", "T3"], "pupils"].tolist() == [440, 430, 430]
    counted = shown[shown["source"] == "counted"]
    no_small_difference(counted[["pupils", "stayed", "lost"]].to_numpy().ravel())


def test_published_figures_pass_as_they_are(confidential, made_up):
    flow = made_up.flow(confidential, made_up.pupils(confidential))
    assert clear_flow(flow, confidential).frame.loc[0, "pupils"] == 3134


def test_open_flow_is_exact(made_up):
    study = made_up.study(waves=("Before", "End", "Later"))
    flow = made_up.flow(study, made_up.pupils(study))
    shown = clear_flow(flow, study).frame
    assert shown["pupils"].tolist() == flow["pupils"].tolist()
    assert (shown["hidden"] == "").all()


def missing(**gone):
    sizes = {"all": 200, "girls": 90, "boys": 110}
    return pd.DataFrame(
        [
            {"outcome": "reading", "wave": "T1", "gender": group, "pupils": sizes[group],
             "schools": 11, "missing": count, "share": count / sizes[group],
             "schools_missing": 11, "schools_seen": 11}
            for group, count in gone.items()
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gone", "shown"),
    [
        ({"all": 40, "girls": 15, "boys": 25}, {"all", "girls", "boys"}),
        ({"all": 34, "girls": 9, "boys": 25}, {"all"}),  # boys go as the complement
        ({"all": 9, "girls": 4, "boys": 5}, set()),
        ({"all": 0, "girls": 0, "boys": 0}, set()),  # zero tells of every pupil
        ({"all": 110, "girls": 85, "boys": 25}, {"all"}),  # 5 girls have a score
    ],
)
def test_missing_scores(gone, shown, confidential):
    frame = clear_missingness(missing(**gone), confidential).frame
    assert set(frame.loc[~frame["hidden"], "gender"]) == shown
    assert frame.loc[frame["hidden"], ["missing", "share"]].isna().all(axis=None)
    no_small_difference(frame["missing"])


def test_a_share_tells_no_more_than_the_printed_counts(confidential):
    frame = clear_missingness(missing(all=43, girls=16, boys=27), confidential).frame
    assert frame["missing"].tolist() == [40, 20, 30]
    # 20 of 200, 20 of 90, 30 of 110
    assert frame["share"].tolist() == [0.2, 0.22, 0.27]


def test_a_gender_of_nine_is_not_left_to_subtraction(confidential):
    rows = missing(all=60, girls=20, boys=40)
    rows["pupils"] = [209, 90, 110]  # and nine of no gender that is counted
    shown = clear_missingness(rows, confidential).frame
    assert shown["pupils"].notna().tolist() == [True, False, True]


def test_rare_patterns_are_pooled_until_the_pool_is_large_enough(confidential):
    def patterns(*counts):
        names = ["T1 T2 T3", "T1 T2 -", "T1 - -", "- T2 T3"]
        return pd.DataFrame({"pattern": names, "seen_T1": True, "pupils": counts, "schools": 11})

    shown = clear_patterns(patterns(300, 60, 8, 6), confidential).frame
    assert shown["pattern"].tolist() == ["T1 T2 T3", "T1 T2 -", "other patterns"]
    assert shown["pupils"].tolist() == [300, 60, 10]
    # 4 + 3 are still too few: the 60 join them
    shown = clear_patterns(patterns(300, 60, 4, 3), confidential).frame
    assert shown["pattern"].tolist() == ["T1 T2 T3", "other patterns"]
    assert shown["pupils"].tolist() == [300, 70]


def test_sample_hides_nine_girls_and_the_boys_beside_them(confidential):
    sample = pd.DataFrame(
        {"wave": "T1", "gender": ["all", "girls", "boys"], "arm": "all",
         "pupils": [200, 9, 191], "schools": [11, 5, 11]}
    )  # fmt: skip
    shown = clear_sample(sample, confidential).frame
    assert shown["hidden"].tolist() == [False, True, True]
    assert shown["pupils"].tolist()[0] == 200 and shown["pupils"].isna().sum() == 2


def test_a_flow_from_two_schools_is_not_shown(confidential, made_up):
    who = made_up.pupils(confidential, schools=11, per_school=40)
    which = who["school"].isin(["S00", "S01"])
    who["seen_T1"] = True
    # 30 of the 80 pupils of two schools leave after T1; later 30 of all schools do
    who["seen_T2"] = ~(which & (who.index < 165))
    assert (~who["seen_T2"]).sum() == 30
    who["seen_T3"] = who["seen_T2"] & (who.index < 410)
    shown = clear_flow(made_up.flow(confidential, who), confidential).frame.set_index("step")
    # stayed would give the 30 as 440 less 410
    assert shown.loc["T2", "withheld"].split() == ["stayed", "lost"]
    assert shown.loc["T2", "hidden"].split() == ["entered"]
    assert shown.loc["T2", ["stayed", "entered", "returned", "lost"]].isna().all()
    assert shown.loc["T3", "withheld"] == "" and shown.loc["T3", "lost"] == 30
    assert not any(name.startswith("schools_") for name in shown.columns)


def test_a_wave_in_two_schools_is_not_shown_nor_what_gives_it(confidential, made_up):
    who = made_up.pupils(confidential, schools=11, per_school=40)
    two = who["school"].isin(["S00", "S01"])
    for wave, seen in (("T1", True), ("T2", two), ("T3", True)):
        who[f"seen_{wave}"] = seen
    shown = clear_flow(made_up.flow(confidential, who), confidential).frame.set_index("step")
    assert shown.loc["T2", "withheld"].split() == ["pupils", "stayed", "lost"]
    assert shown.loc["T3", "withheld"].split() == ["stayed", "returned"]
    assert shown.loc["T2", ["pupils", "schools", "stayed", "lost"]].isna().all()
    assert shown.loc["T3", ["stayed", "entered", "returned", "lost"]].isna().all()
    assert shown.loc["T3", "pupils"] == 440


@pytest.mark.parametrize("side", ["schools_missing", "schools_seen"])
def test_missing_scores_of_two_schools_are_not_shown(side, confidential):
    rows = missing(all=60, girls=20, boys=40)
    rows.loc[rows["gender"] == "girls", side] = 2
    shown = clear_missingness(rows, confidential).frame
    assert shown["hidden"].tolist() == [False, True, True]
    assert shown["schools"].tolist() == [11, 11, 11] and side not in shown


def test_a_gender_of_two_schools_has_no_number(confidential):
    rows = missing(all=60, girls=20, boys=40)
    rows.loc[rows["gender"] == "girls", ["schools", "schools_missing", "schools_seen"]] = 2
    shown = clear_missingness(rows, confidential).frame
    assert shown[["pupils", "schools"]].notna().all(axis=1).tolist() == [True, False, False]


def test_patterns_of_two_schools_are_pooled(confidential):
    names = ["T1 T2 T3", "T1 T2 -", "T1 - -", "- T2 T3"]
    frame = pd.DataFrame({"pattern": names, "pupils": [300, 60, 40, 30], "schools": [11, 2, 9, 8]})
    shown = clear_patterns(frame, confidential).frame
    # 60 of two schools are not enough by themselves: the 30 of eight join them
    assert shown["pattern"].tolist() == ["T1 T2 T3", "T1 - -", "other patterns"]
    assert shown["pupils"].tolist() == [300, 40, 90]
    frame["schools"] = 2
    shown = clear_patterns(frame, confidential).frame
    assert shown["pattern"].tolist() == ["other patterns"] and shown["pupils"].isna().all()
