"""Linking by id, and by school and id: every answer counted by hand."""

from __future__ import annotations

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.linking.link import link_waves
from resilience_lib.linking.plan import LinkingPlan

BY_ID = LinkingPlan("id")


@pytest.fixture
def three_waves(made):
    """Five pupils. A1 in all waves (typed three ways), B2 in T1 T2, C3 in T1 T3 (other school),
    D4 in T3, and a row at T2 with no id."""
    return made.make_rows(
        ("t1.csv", 2, "T1", "North", "a1", "girl", 9),
        ("t1.csv", 3, "T1", "North", "B2", "boy", 9),
        ("t1.csv", 4, "T1", "South", "C3", "girl", 9),
        ("t2.csv", 2, "T2", "North", " A1 ", "girl", 9),
        ("t2.csv", 3, "T2", "North", "B2", "girl", 9),
        ("t2.csv", 4, "T2", "North", "", "boy", 9),
        ("t3.csv", 2, "T3", "North", "Ａ１", None, 9),  # full-width, as a Japanese keyboard types
        ("t3.csv", 3, "T3", "North", "C3", "girl", 9),
        ("t3.csv", 4, "T3", "South", "D4", "boy", 9),
    )


def test_ids_are_matched_after_normalisation(three_waves):
    linked = link_waves(three_waves, BY_ID)
    missing = "record:T2/t2.csv/4"
    assert linked.pupil.tolist() == ["A1", "B2", "C3", "A1", "B2", missing, "A1", "C3", "D4"]
    assert linked.pupil.index.equals(three_waves.index)
    assert linked.kept.all()


def test_report_counts_pupils_by_number_of_waves_and_pair(three_waves, made):
    linked = link_waves(three_waves, BY_ID)
    counted = {
        # five pupils: A1 B2 C3 D4 and the one without id
        ("pupils", ""): 5,
        ("pupils", "T1"): 3,
        ("pupils", "T2"): 3,
        ("pupils", "T3"): 3,
        ("pupils_in_3_waves", ""): 1,  # A1
        ("pupils_in_2_waves", ""): 2,  # B2 C3
        ("pupils_in_1_waves", ""): 2,  # D4 and the one without id
        ("left_over", "T1"): 0,
        ("left_over", "T2"): 1,
        ("left_over", "T3"): 1,
        ("matched", "T1 T2"): 2,  # A1 B2
        ("first_only", "T1 T2"): 1,  # C3
        ("second_only", "T1 T2"): 1,  # no id
        ("matched", "T1 T3"): 2,  # A1 C3
        ("matched", "T2 T3"): 1,  # A1
        ("second_only", "T2 T3"): 2,  # C3 D4
        ("id_missing", "T1"): 0,
        ("id_missing", "T2"): 1,
        ("id_normalised", "T1"): 1,  # a1
        ("id_normalised", "T2"): 1,  # " A1 "
        ("id_normalised", "T3"): 1,  # full-width
        ("id_respelled", ""): 1,  # A1, in three ways
    }
    assert {key: made.count(linked, *key) for key in counted} == counted


def test_report_says_from_how_many_schools_it_counts(three_waves):
    report = link_waves(three_waves, BY_ID).report.set_index(["count", "waves"])["schools"]
    counted = {
        ("records", "T1"): 2,
        ("records", "T2"): 1,
        ("id_missing", "T1"): 0,
        ("id_respelled", ""): 1,
        ("pupils", ""): 2,
        # C3 moved: a pupil counts in the school of the first wave
        ("pupils", "T3"): 2,
        ("matched", "T1 T2"): 1,
        ("first_only", "T1 T2"): 1,
        ("pupils_in_1_waves", ""): 2,
        ("second_only", "T2 T3"): 1,  # C3 and D4, both South
    }
    assert {key: report[key] for key in counted} == counted


def test_a_pupil_who_changes_school_or_gender_is_linked_and_reported(three_waves, made):
    linked = link_waves(three_waves, BY_ID)
    assert made.count(linked, "school_changes", "T1 T3") == 1
    assert made.count(linked, "school_changes", "T1 T2") == 0
    detail = "T1 SOUTH, T3 NORTH"
    assert made.noted(linked, "school_changes") == [("t1.csv", 4, detail), ("t3.csv", 3, detail)]
    # A1's gender is missing at T3: that is no change
    assert made.count(linked, "gender_changes", "T1 T2") == 1
    assert made.count(linked, "gender_changes", "T1 T3") == 0
    detail = "T1 BOY, T2 GIRL"
    assert made.noted(linked, "gender_changes") == [("t1.csv", 3, detail), ("t2.csv", 3, detail)]


def test_a_record_without_id_is_listed(three_waves, made):
    linked = link_waves(three_waves, BY_ID)
    assert made.noted(linked, "id_missing") == [("t2.csv", 4, "no id: not linked")]


def test_leading_zeros_are_part_of_an_id(made):
    rows = made.make_rows(
        ("a.csv", 2, "T1", "N", "007", "girl", 1),
        ("b.csv", 2, "T2", "N", "7", "girl", 1),
        ("b.csv", 3, "T2", "N", "007", "girl", 1),
    )
    assert link_waves(rows, BY_ID).pupil.tolist() == ["007", "7", "007"]


def test_by_school_and_id_the_same_id_elsewhere_is_another_pupil(made):
    rows = made.make_rows(
        ("a.csv", 2, "T1", "North", "1", "girl", 1),
        ("a.csv", 3, "T1", "South", "1", "boy", 1),
        ("b.csv", 2, "T2", "north ", "1", "girl", 1),
        ("b.csv", 3, "T2", "", "1", "boy", 1),
    )
    linked = link_waves(rows, LinkingPlan("school_and_id"))
    assert linked.pupil.tolist() == ["NORTH/1", "SOUTH/1", "NORTH/1", "record:T2/b.csv/3"]
    assert made.count(linked, "matched", "T1 T2") == 1
    assert made.count(linked, "ids_in_two_schools") == 1
    assert made.count(linked, "school_normalised", "T1") == 2
    assert made.count(linked, "school_missing", "T2") == 1
    assert made.noted(linked, "school_missing") == [("b.csv", 3, "no school: not linked")]


def test_a_slash_does_not_make_two_schools_one(made):
    rows = made.make_rows(
        ("a.csv", 2, "T1", "A/B", "C", "girl", 1),
        ("a.csv", 3, "T1", "A", "B/C", "girl", 1),
    )
    keys = link_waves(rows, LinkingPlan("school_and_id")).pupil.tolist()
    assert keys == ["A~1B/C", "A/B~1C"]


def test_waves_are_in_the_order_of_time_beyond_nine(made):
    rows = made.make_rows(
        ("a.csv", 2, "T10", "A", "1", "girl", 1), ("a.csv", 3, "T9", "B", "1", "girl", 1)
    )
    linked = link_waves(rows, BY_ID)
    assert made.count(linked, "school_changes", "T9 T10") == 1
    assert linked.look_at["detail"].tolist() == ["T9 B, T10 A"] * 2


@pytest.fixture
def twice(made):
    """Pupil 1 twice at T1, pupil 2 three times at T2 over two files."""
    return made.make_rows(
        ("a.csv", 2, "T1", "N", "1", "girl", 5),
        ("a.csv", 3, "T1", "N", "2", "boy", 5),
        ("a.csv", 9, "T1", "N", "1 ", "boy", 7),
        ("b.csv", 2, "T2", "N", "2", "boy", 8),
        ("b.csv", 4, "T2", "S", "2", "boy", 8),
        ("c.csv", 3, "T2", "N", "2", "boy", 4),
    )


def test_two_rows_in_a_wave_stop_with_every_pair_named(twice):
    with pytest.raises(FaultsError) as caught:
        link_waves(twice, BY_ID)
    first, second = caught.value.faults
    assert (first.file, first.row, first.column) == ("a.csv", 2, "pupil")
    assert first.rule == "a pupil stands once in a wave"
    assert first.value == "1 at T1, also in a.csv line 9"
    assert (second.file, second.row) == ("b.csv", 2)
    assert second.value == "2 at T2, also in b.csv line 4, c.csv line 3"


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        ("first", [True, True, False, True, False, False]),
        ("last", [False, True, True, False, False, True]),
        # 7 answered beats 5; 8 and 8 are equal: the first of them
        ("most_answered", [False, True, True, True, False, False]),
    ],
)
def test_the_rule_says_which_row_stays(twice, made, keep, kept):
    linked = link_waves(twice, LinkingPlan("id", keep=keep))
    assert linked.kept.tolist() == kept
    assert [made.count(linked, "not_kept", wave) for wave in ("T1", "T2")] == [1, 2]
    assert [made.count(linked, "repeated", wave) for wave in ("T1", "T2")] == [1, 1]
    assert made.count(linked, "pupils") == 2
    assert len(made.noted(linked, "not_kept")) == 3
    assert len(made.noted(linked, "kept")) == 2


def test_the_list_says_why_a_row_was_not_kept(twice, made):
    linked = link_waves(twice, LinkingPlan("id", keep="most_answered"))
    assert made.noted(linked, "not_kept") == [
        (
            "a.csv",
            2,
            "keep: most_answered; kept is a.csv line 9 (7 answered, here 5); "
            "another gender: may be another pupil",
        ),
        (
            "b.csv",
            4,
            "keep: most_answered; kept is b.csv line 2 (8 answered, here 8; as many, so the "
            "first); another school: may be another pupil",
        ),
        ("c.csv", 3, "keep: most_answered; kept is b.csv line 2 (8 answered, here 4)"),
    ]


def test_rows_without_id_are_never_two_rows_of_one_pupil(made):
    rows = made.make_rows(
        ("a.csv", 2, "T1", "N", "", "girl", 1), ("a.csv", 3, "T1", "N", None, "girl", 1)
    )
    assert made.count(link_waves(rows, BY_ID), "pupils") == 2


@pytest.mark.parametrize(
    ("plan", "key"),
    [
        (LinkingPlan("code", agree=1), "linking.by"),
        (LinkingPlan("id", agree=2), "linking.agree"),
        (LinkingPlan("id", keep="most_answered"), "linking.keep"),
    ],
)
def test_a_plan_that_does_not_fit_is_a_fault(made, plan, key):
    rows = made.make_rows(("a.csv", 2, "T1", "N", "1", "girl", 1)).drop(columns="answered")
    with pytest.raises(FaultsError) as caught:
        link_waves(rows, plan)
    assert [fault.column for fault in caught.value.faults] == [key]
