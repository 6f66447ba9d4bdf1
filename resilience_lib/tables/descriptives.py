"""Table of descriptives: mean, SD and n by outcome, wave, gender and arm."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import count, decimals_for, interval, number
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled


def table_descriptives(estimates: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Means and standard deviations by wave and gender (and arm).

    Parameters
    ----------
    estimates : Cleared
        Estimate frame.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text.
    """

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        key = ["outcome", "contrast", "subgroup"]
        deviations = frame[frame["estimand"] == "sd"].set_index(key)["estimate"]
        means = frame[frame["estimand"] == "mean"].join(deviations.rename("sd"), on=key)
        order = {name: at for at, name in enumerate(labels.outcome_names)}
        means = means.sort_values("outcome", key=lambda names: names.map(order), kind="stable")
        return pd.DataFrame([_cells(row, labels) for row in means.itertuples()])

    cleared = reshape(cells, estimates)
    note = (
        "M: mean; SD: standard deviation; CI: 95% interval of the mean that respects schools "
        "(CR2, Satterthwaite df)."
    )
    return (
        Table(
            title=titled("Means and standard deviations by wave", cleared),
            note=noted([note], cleared, labels),
            group="Outcome",
        ),
        cleared,
    )


def _cells(row: object, labels: Labels) -> dict[str, str]:
    values = row._asdict()  # type: ignore[attr-defined]
    hidden = str(values["reason"]).startswith(SUPPRESSED)
    gender, _, arm = values["subgroup"].partition(", ")
    low, high = labels.outcome(values["outcome"]).range
    places = decimals_for((high - low) / 4)
    found = {
        "Outcome": labels.outcome_title(values["outcome"]),
        "Wave": f"{values['contrast']}: {labels.wave(values['contrast'])}",
        "Gender": labels.group(gender),
        **({"Arm": arm or "All arms"} if labels.arms else {}),
        "n": count(values["n"]),
        "M": number(values["estimate"], places),
        "SD": number(values["sd"], places),
        "95% CI": interval(values["conf_low"], values["conf_high"], places),
    }
    return {key: text or (NOT_SHOWN if hidden else "") for key, text in found.items()}
