"""Tables that compare tellers with coders, and stories with schools' change."""

from __future__ import annotations

import pandas as pd
import pytest

from resilience_lib.disclosure.gates import clear
from resilience_lib.figures.labels import Labels
from resilience_lib.frames import estimate_frame
from resilience_lib.study.load import load_study
from resilience_lib.tables.compared import table_assigned, table_associations


@pytest.fixture
def labels() -> Labels:
    return Labels.from_study(load_study("bounce_forward"))


def test_tellers_stand_beside_coders_and_few_are_hidden(labels: Labels) -> None:
    frame = pd.DataFrame(
        {"frame": "value_creation_2011",
         "teller_code": ["applied", "realised", "reframing", "none", "none"],
         "coder_code": ["applied", "realised", "reframing", "realised", "reframing"],
         "teller_label": ["Applied", "Realised", "Reframing", "None", "None"],
         "coder_label": ["Applied", "Realised", "Reframing", "Realised", "Reframing"],
         "segments": [11, 9, 6, 8, 1], "sources": [9, 8, 6, 7, 1],
         "sources_a": [9, 9, 6, None, None], "sources_b": [13, 12, 7, 12, 7]}
    )  # fmt: skip
    table, cleared = table_assigned(clear("assigned", frame, load_study("bounce_forward")), labels)
    cells = cleared.frame[["Teller", "Coders", "Segments", "Sources"]].to_numpy().tolist()
    # 7 less 6 would be the one source whose teller did not call it so, and 9 less 8 the one whose
    # teller called it realised and coders did not: neither code has a row
    assert cells == [["Applied", "Applied", "11", "9"]]
    assert "SYNTHETIC" in table.title and "left out" in table.note
    assert "can be shown" not in table.note
    none = clear("assigned", frame.iloc[:0], load_study("bounce_forward"))
    table, _ = table_assigned(none, labels)
    assert "No segment has a teller's own code that can be shown." in table.note


def test_a_coefficient_says_that_it_shows_no_cause(labels: Labels) -> None:
    row = {"outcome": "peer_support", "contrast": "T2 - T1", "estimand": "spearman",
           "estimate": 0.4567, "p_value": 0.1534, "n": 11, "n_clusters": 11,
           "method": "Spearman over schools", "reason": "no cause is shown"}  # fmt: skip
    frame = estimate_frame([row]).assign(label="Friends")
    table, cleared = table_associations(
        clear("associations", frame, load_study("bounce_forward")), labels
    )
    assert cleared.frame[["Theme", "Outcome", "Change", "Spearman", "p"]].to_numpy().tolist() == [
        ["Friends", "Peer support", "T1 to T2", "0.46", ".150"]
    ]
    assert "No cause is shown." in table.note
