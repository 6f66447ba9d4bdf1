"""Names of readers and coding frames stand in several rooms: they are the same everywhere."""

from __future__ import annotations

from typing import get_args

from resilience_lib.figures.story_words import FRAMES as TITLES
from resilience_lib.readers.stories.registry import STORY_READERS
from resilience_lib.report.stories import _FRAMES as METHODS
from resilience_lib.scaffold.stories_page import FRAMES, READERS
from resilience_lib.stories.coding_frames import CYCLES, INDICATORS, OWN, load_frame
from resilience_lib.study.stories import FrameName, StoryReaderName


def test_every_reader_of_stories_can_be_named_and_is_described() -> None:
    assert set(get_args(StoryReaderName)) == set(STORY_READERS) == set(READERS)


def test_every_coding_frame_has_codes_a_title_and_a_method() -> None:
    named = set(get_args(FrameName))
    assert named == set(METHODS) == set(FRAMES) | {OWN}
    assert set(TITLES) == named | {INDICATORS}
    assert set(CYCLES) <= set(FRAMES)
    assert all(len(load_frame(name)) > 3 for name in FRAMES)
