"""A draft is no decision: rows whose note is still that of the draft are refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.errors import FaultsError
from resilience_lib.paths import decision
from resilience_lib.stories.drafted import check_confirmed

NOTES = [
    "",
    "suggested by its name: confirm",
    "ticked by the teller on a card",
    "Not suggested: fill in frame and frame_code",
    "it was not suggested by anybody",
]


def test_each_row_with_a_note_of_the_draft_is_refused_with_its_place(empty_root: Path) -> None:
    rows = pd.DataFrame({"note": NOTES}, index=pd.RangeIndex(2, 7, name="line"))
    with pytest.raises(FaultsError) as caught:
        check_confirmed(decision("hope", "code_map.csv"), rows)
    found = [(f.file, f.row, f.column, f.value) for f in caught.value.faults]
    place = ("studies/hope/code_map.csv",)
    assert found == [(*place, 3, "note", NOTES[1]), (*place, 5, "note", NOTES[3])]
    assert "confirm it and empty the note" in caught.value.faults[0].remedy
    assert "leave both blank to map it to nothing on purpose" in caught.value.faults[1].remedy


def test_notes_of_people_pass(empty_root: Path) -> None:
    check_confirmed(decision("hope", "code_map.csv"), pd.DataFrame({"note": NOTES[::2]}))
