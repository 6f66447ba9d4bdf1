"""The table of further questions says what was compared, of whom, and why a number is missing."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.gates import clear
from resilience_lib.figures.labels import Labels
from resilience_lib.frames import estimate_frame
from resilience_lib.study.further import Further
from resilience_lib.tables.further import table_further

RATE = {"name": "absence", "label": "Sessions missed", "holds": "school_records", "events": "m",
        "exposure": "p", "school": "s", "by": "t", "compare": ["Summer", "Autumn"]}  # fmt: skip


def test_words_and_digits(made_up):
    plan = made_up.study().model_copy(update={"further": Further.model_validate({"rates": [RATE]})})
    rows = [
        {"outcome": "reading", "contrast": "T2 - T1", "subgroup": "picked: at most 2 at T1",
         "estimand": "picked_change", "n": 13, "n_clusters": 8,
         "reason": "cannot be separated"},
        {"outcome": "absence", "contrast": "Summer / Autumn", "estimand": "rate_ratio",
         "estimate": 1.0279, "conf_low": 0.957, "conf_high": 1.1039, "p_value": 0.4321, "n": 21,
         "n_clusters": 11},
    ]  # fmt: skip
    frame = estimate_frame(rows).assign(smaller=13.0, smaller_clusters=8.0)
    table, cells = table_further(clear("further", frame, plan), Labels.from_study(plan))
    first, second = cells.frame.to_dict("records")
    assert first["About"] == "Reading" and first["Whom"] == "Picked: at most 2 at T1"
    assert first["Estimate"] == "none" and first["Note"] == "cannot be separated"
    assert second["About"] == "Sessions missed" and second["Estimate"] == "1.028"
    assert second["95% CI"] == "[0.957, 1.104]" and second["p"] == ".432"
    assert "towards the mean whatever was done for them" in table.note
    assert isinstance(cells.frame, pd.DataFrame)
