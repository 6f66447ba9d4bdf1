"""What of the cleaning log and of the links may be seen; every count was worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.disclosure.intake import clear_links, clear_log

STEPS = ["step", "file", "column", "rule", "before", "after", "changed", "rows_before",
         "rows_after", "schools"]  # fmt: skip


@pytest.fixture
def confidential(made_up):
    """Three files of pupils, a wave each, and one of staff."""
    files = tuple({"name": f"t{i}.csv", "reader": "csv", "wave": f"T{i}"} for i in (1, 2, 3))
    made = made_up.study(open_data=False, waves=("Before", "End", "Later"))
    raw = made.model_dump() | {
        "files": (*files, {"name": "staff.csv", "reader": "csv", "holds": "staff", "wave": "T1"})
    }
    return type(made).model_validate(raw)


def recode(before, after, changed, *, file="t1.csv", column="gender", rows=200, schools=11):
    rule = "codebook: allowed"
    return ("recode", file, column, rule, before, after, changed, rows, rows, schools)


def step(name, changed, *, file="t1.csv", column="q1", rows=(200, 200), schools=11.0):
    return (name, file, column, "a rule", "one", "another", changed, *rows, schools)


def log(*rows):
    return pd.DataFrame(rows, columns=STEPS)


def shown(frame, study):
    return clear_log(frame, study).frame


def test_nine_cells_and_none_are_not_told_from_each_other(confidential):
    rows = [step("cut blanks", n, column=f"q{n}") for n in (0, 9, 10, 14, 15)]
    rows = [(*row[:3], f"rule {row[6]}", *row[4:]) for row in rows]  # five entries, not one
    frame = shown(log(*rows), confidential)
    assert frame["few"].tolist() == [True, True, False, False, False]
    assert frame["changed"].isna().tolist() == [True, True, False, False, False]
    assert frame["changed"].tolist()[2:] == [10, 10, 20]
    assert frame["rows_before"].tolist() == [200] * 5


def test_nine_girls_take_the_boys_with_them(confidential):
    frame = shown(log(recode("1", "girl", 9), recode("2", "boy", 191)), confidential)
    assert frame["changed"].isna().all()
    assert frame["few"].tolist() == [True, False]


def test_nine_girls_of_three_files_are_not_known_from_twenty_seven(confidential):
    rows = [
        recode(code, name, n, file=file)
        for file in ("t1.csv", "t2.csv", "t3.csv")
        for code, name, n in (("1", "girl", 9), ("2", "boy", 191))
    ]
    frame = shown(log(*rows), confidential)
    assert frame["files"].tolist() == ["3 files", "3 files"]
    assert frame["changed"].isna().all() and not frame["few"].any()
    # eleven and eleven are told: 22 cells of two columns
    rows = [recode("1", "girl", 11, column=c) for c in ("a", "b")]
    rows += [recode("2", "boy", 189, column=c) for c in ("a", "b")]
    assert shown(log(*rows), confidential)["changed"].tolist() == [20, 380]


def test_nine_girls_of_three_waves_in_one_file_are_not_known_either(made_up):
    made = made_up.study(open_data=False, waves=("Before", "End", "Later"))
    rows = [recode("1", "girl", 27, file="a.csv", rows=600)]
    rows += [recode("2", "boy", 573, file="a.csv", rows=600)]
    assert shown(log(*rows), made)["changed"].isna().all()
    rows = [recode("1", "girl", 33, file="a.csv", rows=600)]
    rows += [recode("2", "boy", 567, file="a.csv", rows=600)]
    assert shown(log(*rows), made)["changed"].tolist() == [30, 570]


def test_an_answer_that_all_but_nine_gave_is_hidden(confidential):
    frame = shown(log(recode("Never", "0", 191, column="q1")), confidential)
    assert frame["changed"].isna().all()
    frame = shown(log(recode("Never", "0", 190, column="q1")), confidential)
    assert frame["changed"].tolist() == [190]
    # a column that goes for all pupils says nothing of any
    assert shown(log(step("drop column", 200)), confidential)["changed"].tolist() == [200]


def test_the_next_rarest_answer_goes_with_a_hidden_one(confidential):
    rows = [recode("Never", "0", 120), recode("Sometimes", "1", 70), recode("Always", "2", 9)]
    frame = shown(log(*rows), confidential)
    assert frame["changed"].isna().tolist() == [False, True, True]
    # another column is a table of its own
    rows.append(recode("Often", "3", 60, column="other"))
    assert shown(log(*rows), confidential)["changed"].tolist()[3] == 60


def test_a_file_of_two_schools_is_only_seen_with_all_others(confidential):
    rows = [
        *(step("drop column", 200, file=f"t{i}.csv", schools=s) for i, s in ((1, 11), (2, 2),
                                                                            (3, 11))),
        recode("1", "girl", 90, file="t1.csv"),
        recode("1", "girl", 80, file="t3.csv"),
        step("set rows aside", 40, file="", column="pupil", rows=(600, 560)),
        ("drop column", "staff.csv", "mail", "an address", "a", "b", 30, 30, 30, 11),
    ]  # fmt: skip
    frame = shown(log(*rows), confidential).set_index("rule")
    assert frame.loc["a rule", "changed"].tolist() == [600, 40]
    # T1 and T3 alone would give T2 as the rest
    unseen = frame.loc[["codebook: allowed", "an address"], ["changed", "rows_before"]]
    assert unseen.isna().all(axis=None)
    assert not frame["few"].any()


def test_a_file_that_does_not_say_its_schools_has_no_counts(confidential):
    row = step("drop column", 30, file="staff.csv", rows=(30, 30), schools=float("nan"))
    frame = shown(log(row), confidential)
    assert frame[["changed", "rows_before", "rows_after"]].isna().all(axis=None)


def test_an_open_log_is_exact(made_up):
    rows = [recode("1", "girl", 9, schools=1), recode("2", "boy", 191, schools=1)]
    frame = shown(log(*rows, step("cut blanks", 0)), made_up.study())
    assert frame["changed"].tolist() == [9, 191, 0] and not frame["few"].any()


LINKS = {
    ("records", "T1"): 200, ("records", "T2"): 190, ("tie", "T2"): 9, ("taken", "T2"): 0,
    ("pupils", ""): 210, ("pupils", "T1"): 200, ("pupils", "T2"): 190,
    ("pupils_in_2_waves", ""): 180, ("pupils_in_1_waves", ""): 30,
    ("left_over", "T1"): 20, ("left_over", "T2"): 10,
    ("matched", "T1 T2"): 180, ("first_only", "T1 T2"): 20, ("second_only", "T1 T2"): 10,
    ("gender_changes", "T1 T2"): 4,
}  # fmt: skip


def links(**schools):
    rows = [
        (count, waves, n, schools.get(f"{count}_{waves}".rstrip("_"), 11), "what it says")
        for (count, waves), n in LINKS.items()
    ]
    return pd.DataFrame(rows, columns=["count", "waves", "n", "schools", "what"])


def test_links_below_ten_are_hidden_zero_included(confidential):
    frame = clear_links(links(), confidential).frame.set_index(["count", "waves"])
    few = [("tie", "T2"), ("taken", "T2"), ("gender_changes", "T1 T2")]
    assert frame.index[frame["few"]].tolist() == few
    assert frame.loc[few, "n"].isna().all()
    assert frame["n"].notna().sum() == len(LINKS) - 3
    assert (frame["n"].dropna() % 10 == 0).all()
    assert "schools" not in frame


@pytest.mark.parametrize("where", ["first_only_T1 T2", "left_over_T2", "pupils_T2"])
def test_links_from_two_schools_hide_all_that_gives_them(where, confidential):
    frame = clear_links(links(**{where: 2}), confidential).frame.set_index(["count", "waves"])
    gone = frame["n"].isna() & ~frame["few"]
    across = ["pupils_in_2_waves", "pupils_in_1_waves", "left_over", "left_over", "matched",
              "first_only", "second_only"]  # fmt: skip
    named = ["pupils"] if where == "pupils_T2" else []
    assert frame.index[gone].get_level_values("count").tolist() == [*named, *across]
    assert frame.loc[("records", "T1"), "n"] == 200


def test_open_links_are_exact(made_up):
    frame = clear_links(links(left_over_T1=1), made_up.study()).frame
    assert frame["n"].tolist() == list(LINKS.values()) and not frame["few"].any()
