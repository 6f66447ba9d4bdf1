"""Scores worked out by hand, with missing answers and halves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.instruments import score
from resilience_lib.instruments.answers import MISSING
from resilience_lib.instruments.load import load_key
from resilience_lib.instruments.parts import with_minimum_share
from resilience_lib.instruments.score import score_items, score_matrix
from resilience_lib.instruments.scores import score_waves
from resilience_lib.study.load import load_study

NAN = float("nan")


def the_same(scores: pd.Series, expected: list[float]) -> None:
    np.testing.assert_allclose(scores.to_numpy(), expected, rtol=1e-15)


@pytest.mark.parametrize("informant", ["self", "parent", "teacher"])
def test_sdq_by_hand(answers, informant: str) -> None:
    key = load_key(f"sdq_{informant}")
    waves = answers(
        key,
        1,
        {
            # emotional: 2+1+0+0+2 = 5; 2+0+0+0 = 2 of four, 2.5; 1 of three, 1.67; two answers
            "3": [2, 2, 1, 1],
            "8": [1, 0, 0, 1],
            "13": [0, NAN, NAN, NAN],
            "16": [0, 0, 0, NAN],
            "24": [2, 0, NAN, NAN],
            # conduct, 7 turned round: 1+(2-2)+0+1+0 = 2; 1+(2-0)+0+1+0 = 4; 1+2+1 of three = 6.67
            "5": [1, 1, 1, 1],
            "7": [2, 0, 0, 2],
            "12": [0, 0, NAN, 0],
            "18": [1, 1, 1, 1],
            "22": [0, 0, NAN, 0],
            # hyperactivity, 21 and 25 turned round: 2+2+1+(2-0)+(2-1) = 8; 0+0+0+(2-2)+(2-2) = 0
            "2": [2, 0, 2, 2],
            "10": [2, 0, 2, 2],
            "15": [1, 0, 1, 1],
            "21": [0, 2, 0, 0],
            "25": [1, 2, 1, 1],
            # peer, 11 and 14 turned round: 1+0+0+0 of four = 1.25; 2+2+2+2+2 = 10
            "6": [1, 2, 1, 1],
            "11": [2, 0, 2, 2],
            "14": [2, 0, 2, 2],
            "19": [0, 2, 0, 0],
            "23": [NAN, 2, NAN, NAN],
            # prosocial: 2+2+1 of three = 8.33; 0
            "1": [2, 0, 2, 2],
            "4": [2, 0, 2, 2],
            "9": [1, 0, 1, 1],
            "17": [NAN, 0, NAN, NAN],
            "20": [NAN, 0, NAN, NAN],
        },
    )
    scores = score_items(waves, key)
    the_same(scores["emotional"], [5, 3, 2, NAN])
    the_same(scores["conduct"], [2, 4, 7, 2])
    the_same(scores["hyperactivity"], [8, 0, 8, 8])
    the_same(scores["peer"], [1, 10, 1, 1])
    the_same(scores["prosocial"], [8, 0, 8, 8])
    # 5+2+8+1, 3+4+0+10, 2+7+8+1; one part is missing
    the_same(scores["total_difficulties"], [16, 17, 18, NAN])


def test_sdq_halves_go_up(answers) -> None:
    key = load_key("sdq_self")
    # sums 0 to 8 of four answers, times 5/4: 0 1.25 2.5 3.75 5 6.25 7.5 8.75 10
    four = [[min(2, max(0, total - 2 * place)) for total in range(9)] for place in range(4)]
    given = dict(zip(["3", "8", "13", "16"], four, strict=True)) | {"24": [NAN] * 9}
    scores = score_items(answers(key, 1, given), key, ["emotional"])
    the_same(scores["emotional"], [0, 1, 3, 4, 5, 6, 8, 9, 10])


def test_impact_is_recoded(answers) -> None:
    key = load_key("sdq_parent")
    # 3 1 2 0 2 is 2+0+1+0+1 = 4; all 1 is 0; one missing is missing
    given = {
        "distress": [3, 1, 3],
        "home": [1, 1, 3],
        "friends": [2, 1, NAN],
        "classroom": [0, 1, 3],
        "leisure": [2, 1, 3],
    }
    the_same(score_items(answers(key, 1, given), key, ["impact"])["impact"], [4, 0, NAN])
    teacher = load_key("sdq_teacher")
    given = {"distress": [3], "friends": [2], "classroom": [0]}
    the_same(score_items(answers(teacher, 1, given), teacher, ["impact"])["impact"], [3])


def test_mmf_by_hand(answers) -> None:
    key = load_key("mmf")
    given = {
        # emotional: ten 1s; seven answers adding up to 9, 9 x 10/7; six answers
        **{str(i): [1, 1, 1] for i in range(1, 6)},
        "6": [1, 2, 1],
        "7": [1, 2, NAN],
        **{str(i): [1, NAN, NAN] for i in (8, 9, 10)},
        # behavioural, 15 turned round: 1+0+2+1+(2-2)+0 = 4; 0+1+2 of four with 15 = 2,
        # 3 x 6/4 = 4.5, not rounded; three answers
        "11": [1, NAN, NAN],
        "12": [0, NAN, NAN],
        "13": [2, 0, NAN],
        "14": [1, 1, 1],
        "15": [2, 2, 2],
        "16": [0, 2, 1],
    }
    scores = score_items(answers(key, 1, given), key)
    the_same(scores["emotional"], [10, 12.857142857142858, NAN])
    the_same(scores["behavioural"], [4, 4.5, NAN])


def test_swemwbs_by_hand(answers) -> None:
    key = load_key("swemwbs")
    # raw 7, 35, 21, and 20 with six 3s and a 2; one answer missing
    seventh = {"7": [1, 5, 3, 2, NAN]}
    given = {str(i): [1, 5, 3, 3, 3] for i in range(1, 7)} | seventh
    scores = score_items(answers(key, 3, given), key)
    the_same(scores["wellbeing"], [7.00, 35.00, 19.25, 18.59, NAN])


def test_rosenberg_by_hand(answers) -> None:
    key = load_key("rosenberg")
    given = {
        "1": [3, NAN, NAN, 3],
        "10": [3, NAN, NAN, 3],
        "2": [3, 3, NAN, 0],
        **{i: [3, 3, 3, 0] for i in ("5", "6", "8", "9")},
    }
    # all 3: five forward 15, five turned round 0. Two missing: 3 x 3 of eight, 9 x 10/8. Three.
    # Best answer everywhere: 5 x 3 + 5 x (3 - 0)
    scores = score_items(answers(key, 3, given), key)
    the_same(scores["self_esteem"], [15, 11.25, NAN, 30])


@pytest.mark.parametrize("form", ["srs_peer12", "srs_peer13"])
def test_srs_by_hand(answers, form: str) -> None:
    key = load_key(form)
    given = {
        "1": [5, 5],
        "2": [4, 4],
        "3": [3, NAN],
        "4": [NAN, NAN],  # (5+4+3)/3 = 4; two of four are too few
        "13": [5, 5],
        "14": [2, NAN],  # 3.5; one of two is too few
    }
    scores = score_items(answers(key, 1, given), key)
    the_same(scores["family_connection"], [4, NAN])
    the_same(scores["participation_community"], [3.5, NAN])
    the_same(scores["goals_aspirations"], [1, 1])


def test_srs_peers(answers) -> None:
    key = load_key("srs_peer12")
    given = {str(i): [5, 5] for i in range(15, 20)}
    given |= {"24": [NAN, NAN], "25": [NAN, NAN], "26": [NAN, NAN], "23": [1, NAN]}
    # five 5s and four 1s of nine answers: 29/9; eight of twelve are fewer than three quarters
    scores = score_items(answers(key, 1, given), key, ["peer_support"])
    the_same(scores["peer_support"], [29 / 9, NAN])


def test_srs_with_a_missing_rule_of_the_study(answers) -> None:
    key = with_minimum_share(load_key("srs_peer12"), 0.5)
    given = {"1": [5, 5], "2": [4, NAN], "3": [NAN, NAN], "4": [NAN, NAN]}
    # two of four are enough now, one is not
    scores = score_items(answers(key, 1, given), key, ["family_connection"])
    the_same(scores["family_connection"], [4.5, NAN])
    with pytest.raises(FaultsError, match="no published missing rule was found"):
        with_minimum_share(load_key("mmf"), 0.5)
    with pytest.raises(FaultsError, match="above 0 and at most 1"):
        with_minimum_share(load_key("srs_peer12"), 50)


def test_cyrm_total(answers) -> None:
    key = load_key("cyrm_r")
    given = {"4": [1, NAN]}
    the_same(score_items(answers(key, 5, given), key)["resilience"], [81, NAN])


@pytest.mark.parametrize(
    ("items", "answered", "total", "expected"),
    [
        (21, 14, 17, 26),  # 17 x 21/14 = 25.5; as floats (17/14) x 21 = 25.499999999999996
        (25, 10, 23, 58),  # 57.5, as floats 57.49999999999999
        (27, 18, 37, 56),  # 55.5, as floats 55.49999999999999
        (27, 18, 36, 54),  # 54 itself
        (5, 4, 2, 3),  # 2.5, which goes to 2 where halves go to the even number
        (5, 3, 1, 2),  # 1.67
    ],
)
def test_a_half_is_met_exactly(make_key, items: int, answered: int, total: int, expected: int):
    names = [str(i) for i in range(items)]
    key = make_key({"s": names}, (0, 4), scoring="sum", rounding="half_up")
    matrix = np.full((1, items), MISSING, np.int8)
    for place in range(answered):
        matrix[0, place] = min(4, max(0, total - 4 * place))
    assert score_matrix(matrix, key)[0, 0] == expected


def test_half_up_of_means_and_below_zero(make_key) -> None:
    key = make_key({"s": ["1", "2"]}, (-3, 3), rounding="half_up")
    # 2.5 up to 3, -2.5 up to -2, -0.5 up to 0, 1.5 up to 2
    matrix = np.array([[2, 3], [-2, -3], [0, -1], [1, 2]], np.int8)
    assert score_matrix(matrix, key)[:, 0].tolist() == [3, -2, 0, 2]


def test_blocks_of_pupils_join(make_key, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score, "BLOCK", 4)
    key = make_key({"s": ["1", "2"], "t": ["3"]}, (1, 5), reversed=["2"])
    matrix = np.array([[i % 5 + 1, MISSING if i == 9 else 5, 3] for i in range(11)], np.int8)
    # the second item is worth 1 throughout, or missing
    first = [(i % 5 + 1 + 1) / 2 for i in range(11)]
    first[9] = 5
    for order in ("C", "F"):
        found = score_matrix(np.array(matrix, order=order), key)
        assert found[:, 0].tolist() == first
        assert found[:, 1].tolist() == [3] * 11


def test_nobody_is_nothing(make_key) -> None:
    assert score_matrix(np.empty((0, 1), np.int8), make_key({"s": ["1"]}, (0, 2))).shape == (0, 1)


@pytest.mark.parametrize("item", ["8", "7", "distress"])  # as it stands, reversed, recoded
def test_every_byte_is_a_code_missing_or_a_fault(item: str) -> None:
    key = load_key("sdq_parent")
    low, high = (0, 3) if item == "distress" else (0, 2)
    part = {"8": "emotional", "7": "conduct", "distress": "impact"}[item]
    at = key.items.index(item)
    accepted = []
    for byte in range(-128, 128):
        matrix = np.ones((1, len(key.items)), np.int8)
        matrix[0, at] = byte
        try:
            score_matrix(matrix, key, [part])
        except FaultsError as error:
            (fault,) = error.faults
            assert fault.value == str(byte) and fault.column == f"sdq_parent_{item}"
        else:
            accepted.append(byte)
    assert accepted == [MISSING, *range(low, high + 1)]


def test_long_items_do_not_run_over(make_key) -> None:
    # 20 items of 0 to 100 add up to 2,000, beyond a byte; turned round they are 0
    items = [str(i) for i in range(20)]
    for turned, expected in ((None, 2000), (items, 0)):
        key = make_key({"s": items}, (0, 100), scoring="sum", reversed=turned)
        assert score_matrix(np.full((3, 20), 100, np.int8), key)[:, 0].tolist() == [expected] * 3


def test_answers_outside_the_codes_are_named(answers) -> None:
    key = load_key("sdq_self")
    # 3 is no code: turned round first it would be -1; 1.5 is not whole
    waves = answers(key, 1, {"7": [1, 3, 2, 1, 1], "3": [1.5, -1, 99, 3, 4]})
    with pytest.raises(FaultsError) as caught:
        score_items(waves, key, file="t1.csv", lines=[2, 3, 4, 6, 9])
    found = [(f.file, f.row, f.column, f.value) for f in caught.value.faults]
    assert found == [
        ("t1.csv", 2, "sdq_self_3", "1.5"),
        ("t1.csv", 3, "sdq_self_3", "-1"),
        ("t1.csv", 4, "sdq_self_3", "99"),
        ("t1.csv", 3, "sdq_self_7", "3"),
    ]
    assert "(5 are not; the first 3 are listed)" in caught.value.faults[0].rule
    assert "whole numbers from 0 to 2" in caught.value.faults[3].rule


def test_columns_that_are_not_there_or_text(answers) -> None:
    key = load_key("mmf")
    waves = answers(key, 1).drop(columns=["mmf_2", "mmf_15"]).assign(mmf_3="Never")
    with pytest.raises(FaultsError) as caught:
        score_items(waves, key)
    assert [f.column for f in caught.value.faults] == ["mmf_2", "mmf_3", "mmf_15"]
    # what is not asked for is not needed
    waves = answers(key, 1).drop(columns=["mmf_2", "mmf_3"])
    assert score_items(waves, key, ["behavioural"])["behavioural"].tolist() == [6]


def test_parts_that_are_off_or_unknown(answers) -> None:
    key = load_key("cyrm_r")
    with pytest.raises(FaultsError) as caught:
        score_items(answers(key, 3), key, ["personal", "happiness"])
    off, unknown = caught.value.faults
    assert off.column == "personal" and "could not be checked with the manual" in off.rule
    assert unknown.column == "happiness"
    assert unknown.remedy == "parts are resilience, personal, caregiver"
    slss = load_key("slss")
    with pytest.raises(FaultsError, match="life_satisfaction is switched off"):
        score_items(answers(slss, 3), slss)


def test_a_total_alone_equals_the_sum_of_its_parts(answers) -> None:
    key = load_key("sdq_teacher")
    waves = answers(key, 1, {"3": [0, 2, 1], "21": [2, 0, NAN]})
    # 1 everywhere is 5 a scale; 3 and 21 move emotional and hyperactivity by one; 4 x 5/4
    assert score_items(waves, key, ["total_difficulties"]).to_numpy().ravel().tolist() == [
        18,
        22,
        20,
    ]
    both = score_items(waves, key, ["peer", "total_difficulties", "emotional"])
    assert both.to_numpy().tolist() == [[5, 18, 4], [5, 22, 6], [5, 20, 5]]


def test_nullable_columns_and_the_index_are_kept(answers) -> None:
    key = load_key("swemwbs")
    waves = answers(key, 3, {"7": [3, NAN]})
    waves["swemwbs_7"] = waves["swemwbs_7"].astype("Int64")
    waves.index = pd.Index([7, 3])
    scores = score_items(waves, key)
    assert scores.index.tolist() == [7, 3]
    the_same(scores["wellbeing"], [19.25, NAN])


def test_an_item_that_one_wave_did_not_ask_is_no_matter_of_prorating() -> None:
    """The mean of three items at T1 and of two at T2 are two scales; change would compare them."""
    study = load_study("bounce_forward")
    self_esteem = study.outcome("self_esteem")
    peers = study.outcome("peer_support")
    key = load_key("srs_peer12")
    waves = pd.DataFrame({f"srs_peer12_{item}": [3.0, 3.0] for item in key.items})
    waves = waves.assign(pupil="P1", wave=["T1", "T2"], srs_peer12_21=[3.0, np.nan])
    only = study.model_copy(update={"outcomes": (self_esteem, peers)})
    with pytest.raises(FaultsError) as caught:
        score_waves(waves, only, {"srs_peer12": key})
    assert [(f.column, f.value) for f in caught.value.faults] == [("outcomes.1.scale", "21 at T2")]
    other = peers.model_copy(update={"comparable_across_waves": False})
    loose = study.model_copy(update={"outcomes": (self_esteem, other)})
    assert len(score_waves(waves, loose, {"srs_peer12": key})) == 4
