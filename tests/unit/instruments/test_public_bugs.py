"""Errors found in public scoring scripts, which gave numbers without a word: never here."""

from __future__ import annotations

import pytest

from resilience_lib.instruments.bands import band_scores
from resilience_lib.instruments.load import load_key
from resilience_lib.instruments.score import score_items


def test_mmf_no_emotional_item_is_dropped_and_no_band_ends_early(answers) -> None:
    """A line that was not continued dropped items 6 to 10, and bins ended at 15."""
    key = load_key("mmf")
    for item in map(str, range(1, 11)):
        scores = score_items(answers(key, 0, {item: [0, 2]}), key)
        assert scores["emotional"].tolist() == [0, 2], item
    # every score from 0 to 20 has a band: ten up to 9, two of 10 and 11, nine from 12
    given = {
        str(i): [min(2, max(0, total - 2 * (i - 1))) for total in range(21)] for i in range(1, 11)
    }
    scores = score_items(answers(key, 0, given), key)
    assert scores["emotional"].tolist() == list(range(21))
    bands = band_scores(scores, key, "code_three_bands")["emotional"]
    assert bands.tolist() == ["expected"] * 10 + ["borderline"] * 2 + ["clinical"] * 9


@pytest.mark.parametrize("informant", ["self", "parent", "teacher"])
def test_sdq_reversed_items_are_used_reversed(answers, informant: str) -> None:
    """Reversed copies of five items were computed, and the unreversed ones were scored."""
    key = load_key(f"sdq_{informant}")
    scales = {"7": "conduct", "11": "peer", "14": "peer", "21": "hyperactivity"}
    for item, scale in (scales | {"25": "hyperactivity"}).items():
        scores = score_items(answers(key, 1, {item: [0, 1, 2]}), key)
        assert scores[scale].tolist() == [6, 5, 4], item
        assert scores["total_difficulties"].tolist() == [21, 20, 19], item


@pytest.mark.parametrize(("informant", "items"), [("parent", 5), ("teacher", 3)])
def test_sdq_impact_recode_is_used(answers, informant: str, items: int) -> None:
    """The recode of the impact items was computed and discarded."""
    key = load_key(f"sdq_{informant}")
    for answer, worth in ((0, 0), (1, 0), (2, 1), (3, 2)):
        waves = answers(key, 1, {i: [answer] for i in key.part("impact").items})
        assert score_items(waves, key)["impact"].tolist() == [worth * items]


def test_swemwbs_a_missing_answer_is_not_0(answers) -> None:
    """A missing answer was added as 0: six 4s and a blank gave the metric score of 24."""
    key = load_key("swemwbs")
    scores = score_items(answers(key, 4, {"5": [4, None]}), key)["wellbeing"]
    assert scores[0] == 25.03  # raw 28
    assert scores.isna().tolist() == [False, True]
