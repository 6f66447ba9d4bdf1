"""Answers to items as they may be seen."""

import pandas as pd
import pytest

from resilience_lib.disclosure.responses import SHOWN, clear_responses
from resilience_lib.effects.responses import RESPONSES_COLUMNS


def responses(groups, *, schools=11, item="1"):
    """Counts of the codes 1 to 5 for each group; the interval is a tenth to both sides."""
    rows = []
    for group, counts in groups.items():
        n = sum(counts)
        for code, count in enumerate(counts, start=1):
            above = sum(counts[3:]) / n if code == 4 else float("nan")
            rows.append(
                {"instrument": "quiz", "item": item, "subscale": "reading", "wave": "T1",
                 "subgroup": group, "category": float(code), "label": str(code),
                 "counted": float(count), "share": count / n, "above": above,
                 "low": above - 0.1, "high": above + 0.1, "n": float(n),
                 "n_clusters": float(schools), "answering": float(n), "pupils": float(count),
                 "schools": float(min(schools, count))}
            )  # fmt: skip
    return pd.DataFrame(rows)[list(RESPONSES_COLUMNS)]


@pytest.fixture
def confidential(made_up):
    return made_up.study(open_data=False)


def labels_of(frame, group):
    return frame.loc[frame["subgroup"] == group, "label"].tolist()


def test_open_data_pass_without_pupils_and_schools(made_up):
    frame = responses({"all": (1, 2, 3, 4, 5)})
    got = clear_responses(frame, made_up.study()).frame
    pd.testing.assert_frame_equal(got, frame[list(SHOWN)])
    assert not {"pupils", "schools"} & set(got.columns)


def test_counts_are_rounded_and_shares_are_of_them(confidential):
    got = clear_responses(responses({"all": (41, 62, 20, 37, 43)}), confidential).frame
    assert got["counted"].tolist() == [40, 60, 20, 40, 40]
    assert got["share"].tolist() == [0.2, 0.3, 0.1, 0.2, 0.2]  # of 200
    four = got[got["label"] == "4"].iloc[0]
    # 80 of 203, and that less and more 0.1: 60 and 100 of 200
    assert (four["above"], four["low"], four["high"]) == (0.4, 0.3, 0.5)


def test_rare_answers_are_merged_but_never_across_the_middle(confidential):
    got = clear_responses(responses({"all": (0, 3, 60, 9, 130)}), confidential).frame
    assert got["label"].tolist() == ["1–3", "4–5"]
    assert got["counted"].tolist() == [60, 140]
    # 5 too few above the middle: nothing but that the group is not shown
    got = clear_responses(responses({"all": (60, 60, 60, 2, 3)}), confidential)
    assert got.frame["share"].isna().all() and len(got.frame) == 1
    assert any("1 groups" in note for note in got.notes)


def test_what_one_gender_must_merge_all_must(confidential):
    groups = {"all": (33, 40, 40, 40, 60), "girls": (3, 20, 20, 20, 30),
              "boys": (30, 20, 20, 20, 30)}  # fmt: skip
    got = clear_responses(responses(groups), confidential).frame
    # else 33 less 30 would be the three girls who answered 1
    for group in groups:
        assert labels_of(got, group) == ["1–2", "3", "4", "5"]


def test_pupils_of_no_gender_are_not_left_over_in_one_answer(confidential):
    # 26 without a gender: two of them answered 1
    groups = {"all": (32, 48, 45, 45, 56), "girls": (15, 20, 20, 20, 25),
              "boys": (15, 20, 20, 20, 25)}  # fmt: skip
    rest = [a - b - c for a, b, c in zip(*groups.values(), strict=True)]
    assert rest == [2, 8, 5, 5, 6]
    got = clear_responses(responses(groups), confidential).frame
    # 2 + 8 are ten; 5 more join them, since the middle must not be crossed; above it 5 + 6
    assert labels_of(got, "all") == labels_of(got, "girls") == ["1–3", "4–5"]
    # five above the middle are too few: genders are not shown, all pupils are
    groups["all"] = (32, 48, 45, 45, 50)
    got = clear_responses(responses(groups), confidential).frame
    assert labels_of(got, "all") == ["1", "2", "3", "4", "5"]
    assert got.loc[got["subgroup"] != "all", "share"].isna().all()


def test_nine_girls_are_not_shown_nor_are_boys(confidential):
    groups = {"all": (40, 40, 40, 40, 40), "girls": (1, 2, 2, 2, 2), "boys": (39, 38, 38, 38, 38)}
    got = clear_responses(responses(groups), confidential).frame
    assert got.loc[got["subgroup"] != "all", "share"].isna().all()
    assert labels_of(got, "all") == ["1", "2", "3", "4", "5"]


def test_pupils_count_and_not_their_answers(confidential):
    # 24 answers to several items, all by eight pupils, and 100 by six, who may be the same
    frame = responses({"all": (24, 100, 100, 100, 100)}, item="")
    frame.loc[frame["category"] == 1, "pupils"] = 8.0
    frame.loc[frame["category"] == 2, "pupils"] = 6.0
    got = clear_responses(frame, confidential).frame
    assert got["label"].tolist() == ["1–3", "4", "5"]


def test_an_answer_of_two_schools_is_merged(confidential):
    frame = responses({"all": (40, 40, 40, 40, 40)})
    frame.loc[frame["category"] == 5, "schools"] = 2.0
    got = clear_responses(frame, confidential).frame
    assert got["label"].tolist() == ["1", "2", "3", "4–5"]


def test_two_schools_are_too_few(confidential):
    got = clear_responses(responses({"all": (40, 40, 40, 40, 40)}, schools=2), confidential).frame
    assert got["share"].isna().all()
