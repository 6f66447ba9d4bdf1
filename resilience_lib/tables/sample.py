"""Table of the sample: pupils and schools by wave, gender and arm."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import count
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled


def table_sample(sample: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Pupils and schools by wave, gender and arm.

    Parameters
    ----------
    sample : Cleared
        wave, gender, arm, pupils, schools, hidden.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """
    waves = dict(labels.waves)

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        shown = pd.DataFrame(
            {
                "Wave": [f"{name}: {waves[name]}" for name in frame["wave"]],
                "Gender": frame["gender"].map(labels.group),
            }
        )
        if labels.arms:
            shown["Arm"] = frame["arm"].map(lambda arm: "All arms" if arm == "all" else arm)
        for name in ("pupils", "schools"):
            text = frame[name].map(count)
            shown[name.capitalize()] = text.where(~frame["hidden"].astype(bool), NOT_SHOWN)
        return shown

    cleared = reshape(cells, sample)
    note = "Pupils seen at the wave; a school counts where at least one of its pupils was seen."
    return (
        Table(
            title=titled("Pupils and schools by wave", cleared),
            note=noted([note], cleared, labels),
            group="Wave",
        ),
        cleared,
    )
