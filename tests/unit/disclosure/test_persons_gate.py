"""Shares of change in a person as they may be seen."""

import numpy as np
import pandas as pd
import pytest

from resilience_lib.disclosure.persons import PARTS, clear_persons
from resilience_lib.frames import estimate_frame


def persons(groups, *, rule="reliable", schools=11, chance=0.025):
    """Counts of improved, unchanged and deteriorated for each group, as shares of their sum."""
    rows = []
    for group, counts in groups.items():
        n = sum(counts)
        base = {"outcome": "reading", "contrast": "T2 - T1", "subgroup": group, "n": n,
                "n_clusters": schools, "method": "Jacobson & Truax 1991"}  # fmt: skip
        for name, count in zip(PARTS, counts, strict=True):
            share = count / n
            rows.append(base | {"estimand": name, "estimate": share, "conf_low": share - 0.033,
                                "conf_high": share + 0.033, "std_error": 0.0165})  # fmt: skip
        given = chance if rule != "any" else (counts[0] + counts[2]) / 2 / n
        rows += [base | {"estimand": f"{name}_by_chance", "estimate": given}
                 for name in ("share_improved", "share_deteriorated")]  # fmt: skip
    return estimate_frame(rows).assign(rule=rule)


@pytest.fixture
def confidential(made_up):
    return made_up.study(open_data=False)


def shown(frame):
    return frame.pivot(index="subgroup", columns="estimand", values="estimate")


def test_open_data_pass_untouched(made_up):
    frame = persons({"all": (3, 5, 1)})
    pd.testing.assert_frame_equal(clear_persons(frame, made_up.study()).frame, frame)


def test_shares_are_of_rounded_counts(confidential):
    # 61, 99 and 43 of 203: 60, 100 and 40 of 200; 61 / 203 - 0.033 of 203 is 54.3, so 50 of 200
    got = clear_persons(persons({"all": (61, 99, 43)}), confidential).frame
    values = shown(got).loc["all"]
    assert values[list(PARTS)].tolist() == [0.3, 0.5, 0.2]
    first = got.iloc[0]
    assert (first["conf_low"], first["n"], first["std_error"]) == (0.25, 200.0, 0.02)
    # what chance gives comes from the reliability and is no count
    assert values["share_improved_by_chance"] == pytest.approx(0.02)


def test_nine_who_deteriorated_take_the_next_smallest_with_them(confidential):
    got = shown(clear_persons(persons({"all": (50, 141, 9)}), confidential).frame).loc["all"]
    # 200 less 50 improved less 141 unchanged would be the nine
    assert got["share_unchanged"] == 0.7
    assert np.isnan(got["share_deteriorated"]) and np.isnan(got["share_improved"])


def test_nobody_is_a_count_as_well(confidential):
    got = shown(clear_persons(persons({"all": (50, 150, 0)}), confidential).frame).loc["all"]
    assert got[list(PARTS)].isna().sum() == 2


def test_nine_boys_are_not_worked_out_from_all_and_girls(confidential):
    groups = {"all": (80, 90, 30), "girls": (76, 85, 30), "boys": (4, 5, 0)}
    cleared = clear_persons(persons(groups), confidential).frame
    got = shown(cleared)
    assert got.loc[["girls", "boys"]].isna().all(axis=None)
    assert got.loc["all"].notna().all()
    assert cleared.loc[cleared["subgroup"] == "girls", "n"].isna().all()
    assert cleared["reason"].str.startswith("suppressed: ").sum() == 10


def test_half_of_those_who_changed_at_all_is_a_count_too(confidential):
    # 3 of 200 did not change: neither they nor chance, (200 - 3) / 2 / 200, are seen
    got = shown(clear_persons(persons({"all": (120, 3, 77)}, rule="any"), confidential).frame)
    chance = ["share_improved_by_chance", "share_deteriorated_by_chance"]
    assert got.loc["all", chance].isna().all()
    # 143 of 200 changed: 140 of 200, half of it 0.35
    got = shown(clear_persons(persons({"all": (90, 57, 53)}, rule="any"), confidential).frame)
    assert got.loc["all", chance].tolist() == [0.35, 0.35]


def test_two_schools_are_too_few(confidential):
    got = clear_persons(persons({"all": (60, 100, 40)}, schools=2), confidential).frame
    assert got["estimate"].isna().all()


def test_a_difference_goes_with_either_share_and_is_coarse(confidential):
    groups = {"all": (80, 90, 30), "girls": (40, 45, 15), "boys": (40, 45, 15)}
    frame = persons(groups)
    row = frame.iloc[[0]].assign(subgroup="girls - boys", estimate=0.0234)
    got = clear_persons(pd.concat([frame, row], ignore_index=True), confidential).frame
    # twenty of 200 pupils: a unit of 0.1
    assert got["estimate"].iloc[-1] == 0.0
    few = persons({"all": (80, 90, 30), "girls": (76, 85, 30), "boys": (4, 5, 0)})
    got = clear_persons(pd.concat([few, row], ignore_index=True), confidential).frame
    assert np.isnan(got["estimate"].iloc[-1])


def test_a_rule_without_an_answer_is_not_called_suppressed(confidential):
    rows = [{"outcome": "reading", "contrast": "T2 - T1", "subgroup": "all",
             "estimand": "share_improved", "reason": "no reliability is declared"}]  # fmt: skip
    got = clear_persons(estimate_frame(rows).assign(rule="reliable"), confidential)
    assert got.frame["reason"].tolist() == ["no reliability is declared"]
    assert got.notes == ()


def test_a_difference_does_not_count_the_smaller_group_more_finely(confidential):
    # 14 of 40 girls improved: 10 of 40 is what may be seen; 112 of 400 boys, 110 of 400
    groups = {"all": (126, 207, 107), "girls": (14, 13, 13), "boys": (112, 194, 94)}
    frame = persons(groups)
    row = frame.iloc[[0]].assign(subgroup="girls - boys", estimate=14 / 40 - 112 / 400)
    got = clear_persons(pd.concat([frame, row], ignore_index=True), confidential).frame
    # twenty of 440 pupils would be a unit of 0.05, and girls 0.28 + 0.05 of 40, about 13; ten of
    # 40 less ten of 400 are 0.225, and the unit 0.5
    assert got["estimate"].iloc[-1] == 0.0
    boys = shown(got.iloc[:-1]).loc["boys", "share_improved"]
    fits = [k for k in range(41) if abs(k / 40 - boys - got["estimate"].iloc[-1]) <= 0.25]
    assert max(fits) - min(fits) >= 10


def test_the_alpha_of_few_pupils_is_coarse_and_that_of_hidden_ones_is_not_said(confidential):
    said = "reliability 0.788 (alpha at T1 of these pupils)"
    got = clear_persons(persons({"all": (12, 12, 12)}).assign(method=said), confidential).frame
    assert set(got["method"]) == {"reliability 0.8 (alpha at T1 of these pupils)"}
    got = clear_persons(persons({"all": (3, 3, 3)}).assign(method=said), confidential).frame
    assert not got["method"].str.contains("0.788").any()


def test_a_hidden_group_keeps_no_schools_where_chance_has_no_answer(confidential):
    frame = persons({"all": (80, 90, 30), "girls": (76, 85, 30), "boys": (4, 5, 0)})
    chance = frame["estimand"].str.endswith("_by_chance")
    frame.loc[chance, "estimate"] = np.nan
    got = clear_persons(frame, confidential).frame
    boys = got[got["subgroup"] == "boys"]
    assert len(boys) == 5 and boys[["n", "n_clusters"]].isna().all(axis=None)
