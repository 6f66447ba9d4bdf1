"""Linking by a self-generated code: each rule on a few pupils, worked out by hand.

Codes are written as four letters, one per part: month, initial, sibling, street.
"""

from __future__ import annotations

import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.linking import candidates
from resilience_lib.linking.link import link_waves
from resilience_lib.linking.plan import LinkingPlan

PARTS = ("month", "initial", "sibling", "street")
STRICT = LinkingPlan("code", agree=4, keep="both")
THREE = LinkingPlan("code", agree=3, keep="both")


@pytest.fixture
def coded(made):
    """Rows from "T1 School CODE", in the order written; "-" is a missing part."""

    def make(*records: str):
        rows = []
        for line, record in enumerate(records, start=2):
            wave, school, code = record.split(" ")
            parts = [None if letter == "-" else letter for letter in code]
            rows.append(("w.csv", line, wave, school, None, None, line, *parts))
        return made.make_rows(*rows, parts=PARTS)

    return make


def groups(linked) -> list[list[int]]:
    """Lines of the pupils who were linked at all."""
    lines = linked.pupil.index.get_level_values("line").to_series(index=linked.pupil.index)
    return [list(g) for _, g in lines.groupby(linked.pupil) if len(g) > 1]


def test_the_strict_setting_wants_every_part(coded):
    rows = coded("T1 N ABCD", "T1 N EFGH", "T2 N abcd", "T2 N EFGX")
    linked = link_waves(rows, STRICT)
    assert linked.pupil.tolist() == [
        "record:T1/w.csv/2",
        "record:T1/w.csv/3",
        "record:T1/w.csv/2",
        "record:T2/w.csv/5",
    ]
    assert groups(link_waves(rows, THREE)) == [[2, 4], [3, 5]]


def test_a_missing_part_agrees_with_nothing_not_even_another_missing_one(coded):
    rows = coded("T1 N ABC-", "T2 N ABC-", "T1 N EF--", "T2 N EF--")
    assert groups(link_waves(rows, STRICT)) == []
    # three equal parts and none that differs; two are too few
    assert groups(link_waves(rows, THREE)) == [[2, 3]]


def test_codes_are_compared_inside_a_school(coded):
    assert groups(link_waves(coded("T1 N ABCD", "T2 S ABCD"), STRICT)) == []


def test_the_better_fit_wins_and_the_other_is_said_to_be_taken(coded, made):
    # line 3 agrees with line 2 on 4, line 4 on 3
    linked = link_waves(coded("T1 N ABCD", "T2 N ABCD", "T2 N ABCX"), THREE)
    assert groups(linked) == [[2, 3]]
    assert made.count(linked, "taken", "T2") == 1
    assert made.noted(linked, "taken") == [
        (
            "w.csv",
            4,
            "agrees on 3 of 4 parts with T1 w.csv line 2, whom another row of this wave fits "
            "better: left unmatched",
        )
    ]


def test_two_pupils_who_fit_equally_are_a_tie(coded, made):
    linked = link_waves(coded("T1 N ABCD", "T1 N ABCE", "T2 N ABCX"), THREE)
    assert groups(linked) == []
    assert made.noted(linked, "tie") == [
        (
            "w.csv",
            4,
            "agrees on 3 of 4 parts with T1 w.csv line 2, T1 w.csv line 3: left unmatched",
        )
    ]


def test_two_rows_that_fit_one_pupil_equally_are_a_tie(coded, made):
    linked = link_waves(coded("T1 N ABCD", "T2 N ABCX", "T2 N ABCY"), THREE)
    assert groups(linked) == []
    assert made.count(linked, "tie", "T2") == 2
    assert [line for _, line, _ in made.noted(linked, "tie")] == [3, 4]


def test_a_tie_is_not_settled_by_who_is_left(coded, made):
    # line 4 fits lines 2 and 3 on 3 parts; line 2 has a whole fit in line 5. That leaves 3 for 4,
    # by elimination, which is a guess
    linked = link_waves(coded("T1 N ABCD", "T1 N ABCE", "T2 N ABCX", "T2 N ABCD"), THREE)
    assert groups(linked) == [[2, 5]]
    assert made.count(linked, "tie", "T2") == 1


def test_a_pupil_absent_at_the_second_wave_is_found_at_the_third(coded, made):
    linked = link_waves(coded("T1 N ABCD", "T2 N EFGH", "T3 N ABCD"), STRICT)
    assert groups(linked) == [[2, 4]]
    assert made.count(linked, "matched", "T1 T3") == 1
    assert made.count(linked, "left_over", "T2") == 1


def test_a_later_wave_is_held_against_every_earlier_record(coded):
    # line 4 agrees with line 3 on three parts and with line 2 on two: it joins through line 3
    assert groups(link_waves(coded("T1 N ABCD", "T2 N ABCE", "T3 N ABFE"), THREE)) == [[2, 3, 4]]
    # the same with the middle record absent
    assert groups(link_waves(coded("T1 N ABCD", "T3 N ABFE"), THREE)) == []


def test_a_row_left_by_a_tie_stays_a_pupil_that_later_rows_may_tie_with(coded, made):
    # T2: line 3 and 4 tie for line 2. T3: line 5 agrees on 4 with line 3 and on 3 with the others
    linked = link_waves(coded("T1 N ABCD", "T2 N ABCX", "T2 N ABCY", "T3 N ABCX"), THREE)
    assert groups(linked) == [[3, 5]]
    assert [made.count(linked, "tie", wave) for wave in ("T1", "T2", "T3")] == [0, 2, 0]


def test_records_that_cannot_be_linked_are_counted_and_listed(coded, made):
    rows = coded("T1 N ABCD", "T1 N AB--", "T2 N ABCD", "T2 N ABCD")
    rows.loc[("w.csv", 5), "school"] = None
    linked = link_waves(rows, THREE)
    assert groups(linked) == [[2, 4]]
    said = "fewer than 3 parts of the code: not linked"
    assert made.noted(linked, "too_few_parts") == [("w.csv", 3, said)]
    assert made.noted(linked, "school_missing") == [("w.csv", 5, "no school: not linked")]
    assert made.count(linked, "too_few_parts", "T1") == 1
    assert made.count(linked, "school_missing", "T2") == 1


def test_the_same_whole_code_twice_is_not_taken_for_one_pupil(coded, made):
    rows = coded("T1 N ABCD", "T1 N ABCD", "T2 N ABCD", "T2 N EFGH")
    linked = link_waves(rows, STRICT)
    assert groups(linked) == []
    assert made.count(linked, "same_code", "T1") == 2
    said = "the same whole code as w.csv line 3: one pupil twice, or two pupils"
    assert made.noted(linked, "same_code")[0] == ("w.csv", 2, said)
    assert made.count(linked, "tie", "T2") == 1


def test_the_same_whole_code_twice_in_a_wave_stops_unless_the_study_file_says_what_it_is(coded):
    rows = coded(
        *("T1 N ABCD", "T1 S ABCD", "T1 N abcd", "T2 N EFGH"),
        *("T2 N EFGX", "T1 N AB--", "T1 N AB--", "T2 N EFGH"),
    )
    with pytest.raises(FaultsError) as caught:
        link_waves(rows, LinkingPlan("code", agree=3))
    first, second = caught.value.faults
    assert (first.file, first.row, first.column) == ("w.csv", 2, "code")
    assert first.value == "A-B-C-D in N at T1, also in w.csv line 4"
    assert (second.row, second.value) == (5, "E-F-G-H in N at T2, also in w.csv line 9")
    assert first.rule == "a whole code stands once in a school and wave"
    assert "both (two pupils with one code)" in first.remedy


def test_an_id_is_never_that_of_both(coded):
    rows = coded("T1 N ABCD").assign(id="7")
    with pytest.raises(FaultsError, match="an id is one pupil's"):
        link_waves(rows, LinkingPlan("id", keep="both"))


@pytest.mark.parametrize(("keep", "line"), [("first", 2), ("last", 3), ("most_answered", 3)])
def test_a_declared_rule_makes_the_same_whole_code_one_pupil(coded, made, keep, line):
    rows = coded("T1 N ABCD", "T1 N ABCD", "T2 N ABCD", "T2 N EFGH")
    linked = link_waves(rows, LinkingPlan("code", agree=4, keep=keep))
    assert groups(linked) == [[2, 3, 4]]
    assert linked.kept.tolist() == [line == 2, line == 3, True, True]
    assert made.count(linked, "not_kept", "T1") == 1
    assert made.count(linked, "tie", "T2") == 0


def test_normalised_parts_are_counted(coded, made):
    linked = link_waves(coded("T1 N abcD", "T2 N ABCD"), STRICT)
    assert made.count(linked, "parts_normalised", "T1") == 1
    assert made.count(linked, "parts_normalised", "T2") == 0


@pytest.mark.parametrize("agree", [None, 0, 5])
def test_agree_is_one_to_the_number_of_parts(coded, agree):
    with pytest.raises(FaultsError) as caught:
        link_waves(coded("T1 N ABCD"), LinkingPlan("code", agree=agree))
    (fault,) = caught.value.faults
    assert (fault.column, fault.value) == ("linking.agree", str(agree))
    assert "4 parts" in fault.rule


def test_cutting_the_work_by_schools_changes_nothing(coded, monkeypatch):
    rows = coded(
        *(f"T1 {school} {code}" for school in "NSEW" for code in ("ABCD", "EFGH", "ABXY")),
        *(f"T2 {school} {code}" for school in "WSNE" for code in ("ABCX", "EFGH", "QBXY")),
    )
    whole = link_waves(rows, THREE)
    assert len(groups(whole)) == 12
    monkeypatch.setattr(candidates, "_MOST_PAIRS", 1)
    assert link_waves(rows, THREE).pupil.equals(whole.pupil)


def test_keys_too_wide_for_a_number_are_numbered_anew(coded, monkeypatch):
    rows = coded("T1 N ABCD", "T1 S EFGH", "T2 N ABCD", "T2 S EFGH", "T2 N EFGH")
    monkeypatch.setattr(candidates, "_LARGEST", 1)
    assert groups(link_waves(rows, STRICT)) == [[2, 4], [3, 5]]


def test_a_school_where_all_wrote_the_same_is_all_ties_and_the_list_stays_short(coded, made):
    # 1,000 rows with 999 others each; the list names five of them
    rows = coded(*(["T1 N ABCD"] * 1000 + ["T2 N ABCD"] * 1000 + ["T3 N ABCD"] * 1000))
    linked = link_waves(rows, STRICT)
    assert groups(linked) == []
    assert [made.count(linked, "tie", wave) for wave in ("T1", "T2", "T3")] == [0, 1000, 1000]
    said = {line: detail for _, line, detail in made.noted(linked, "same_code")}
    assert len(said) == 3000
    end = "and 994 more: one pupil twice, or two pupils"
    assert said[1001] == (
        f"the same whole code as w.csv line 2, {', '.join(f'w.csv line {n}' for n in range(3, 7))} "
        + end
    )
    assert said[3] == (
        "the same whole code as w.csv line 2, w.csv line 4, w.csv line 5, w.csv line 6, "
        f"w.csv line 7 {end}"
    )
