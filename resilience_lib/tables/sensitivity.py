"""Table of sensitivity: the same change or effect under every method, side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape, stack
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.effects.answers import answer
from resilience_lib.figures.captions import CAUTION
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import decimals_for, interval, number
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

ODDS = "Odds ratio"
CONTRASTED = ("mean_change", "mean_difference")
_KEYS = ["outcome", "contrast", "subgroup"]
_VALUES = ["estimate", "conf_low", "conf_high"]


def table_sensitivity(
    sensitivity: Cleared, estimates: Cleared, labels: Labels
) -> tuple[Table, Cleared]:
    """Estimate and interval of every answer, for all pupils and the gender difference.

    Parameters
    ----------
    sensitivity : Cleared
        Frame `sensitivity`.
    estimates : Cleared
        Estimate frame, for the odds ratios of the ordinal model.
    labels : Labels
        Words of the study.

    Returns
    -------
    Table, Cleared
        Title and note; cells as text, a column for each answer.
    """
    shown = (labels.groups[0], labels.groups[-1])

    def contrasts(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame["estimand"].isin(CONTRASTED) & frame["subgroup"].isin(shown)
        return frame[rows]

    def odds(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame["estimand"].eq("change_odds_ratio") & frame["subgroup"].isin(shown)
        return frame[rows].assign(answer=ODDS)

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        # a stack of open data has no column that is empty throughout
        frame = frame.reindex(columns=[*_KEYS, "answer", *_VALUES, "reason"])
        frame["reason"] = frame["reason"].fillna("")
        answers = list(dict.fromkeys(frame["answer"]))
        columns = {name: name if name == ODDS else answer(name).label for name in answers}
        found = frame.set_index([*_KEYS, "answer"])[[*_VALUES, "reason"]]
        wide = found.to_dict("index")
        rows = []
        for outcome, contrast, group in dict.fromkeys(
            frame.loc[frame["answer"] != ODDS, _KEYS].itertuples(index=False, name=None)
        ):
            low, high = labels.outcome(outcome).range
            line = {
                "Outcome": labels.outcome_title(outcome),
                "Contrast": labels.contrast(contrast),
                "Group": labels.group(group),
            }
            for name, column in columns.items():
                places = 2 if name == ODDS else decimals_for((high - low) / 4)
                line[column] = _cell(wide.get((outcome, contrast, group, name)), places)
            rows.append(line)
        return pd.DataFrame(rows, columns=["Outcome", "Contrast", "Group", *columns.values()])

    parts = {"points": reshape(contrasts, sensitivity), "odds": reshape(odds, estimates)}
    cleared = reshape(cells, stack(parts))
    names = dict.fromkeys(cleared.frame.columns[3:])
    note = (
        "Estimates in points with 95% intervals. The headline is "
        f"{answer('cr2').label}; the others say what becomes of it under another method, and none "
        "is chosen by its result."
    )
    if ODDS in names:
        note += (
            " Odds ratio: proportional odds of a higher score at the later wave, with errors by "
            "school (of the gender difference: the ratio of two odds ratios); of scores with few "
            "values, where a floor or a ceiling may shrink a change in points."
        )
    return (
        Table(
            title=titled("The same contrast under every method", cleared),
            note=noted([note, CAUTION if labels.one_group else ""], cleared, labels),
            group="Outcome",
            landscape=True,
        ),
        cleared,
    )


def _cell(found: dict[str, Any] | None, places: int) -> str:
    if found is None:
        return ""
    if found["reason"].startswith(SUPPRESSED):
        return NOT_SHOWN
    value = number(found["estimate"], places)
    if not value:
        return "none"
    return f"{value} {interval(found['conf_low'], found['conf_high'], places)}".rstrip()
