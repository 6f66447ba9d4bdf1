"""Table of tests: change and effect, the mixed model below the headline row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.figures.captions import CAUTION
from resilience_lib.figures.labels import MINUS, Labels
from resilience_lib.tables.format import count, decimals_for, interval, number, p_value
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

STANDARDISED: dict[str, str] = {
    "mean_change": "g_change_model",
    "mean_difference": "g_total",
}
"""Estimand of the raw difference, and of its standardised form on the same row."""


def table_tests(estimates: Cleared, labels: Labels) -> tuple[Table, Cleared]:
    """Estimate, interval, df, p and g of every change and effect.

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
        rows = frame[
            frame["estimand"].isin(list(STANDARDISED)) & frame["subgroup"].isin(labels.groups)
        ]
        places = {name: at for at, name in enumerate(labels.outcome_names)}
        groups = {name: at for at, name in enumerate(labels.groups)}
        contrasts = {name: at for at, name in enumerate(dict.fromkeys(rows["contrast"]))}
        methods = {name: at for at, name in enumerate(dict.fromkeys(rows["method"]))}
        rows = rows.assign(
            o=rows["outcome"].map(places),
            c=rows["contrast"].map(contrasts),
            s=rows["subgroup"].map(groups),
            m=rows["method"].map(methods) + 1000 * ~rows["method"].str.contains("CR2"),
        ).sort_values(["o", "c", "s", "m"], kind="stable")
        beside = _beside(frame)
        return pd.DataFrame([_cells(row._asdict(), beside, labels) for row in rows.itertuples()])

    cleared = reshape(cells, estimates)
    note = (
        "CI: 95% interval; df: Satterthwaite; g: standardised by the total SD (at T1 for change, "
        "at the wave for an effect), with its interval; adjusted p: Holm among primary outcomes, "
        "Benjamini-Hochberg among others; ICC: share of variance between schools (of change, or "
        "at the wave). CR2 is the headline; the mixed model stands beside it."
    )
    word = "Change" if labels.one_group else "Change and effect"
    sentences = [note, CAUTION if labels.one_group else ""]
    return (
        Table(
            title=titled(f"{word} by outcome and gender", cleared),
            note=noted(sentences, cleared, labels),
            group="Outcome",
            landscape=True,
        ),
        cleared,
    )


def _beside(frame: pd.DataFrame) -> dict[tuple[str, ...], dict[str, Any]]:
    """Standardised rows by estimand, outcome, contrast, subgroup; ICCs by the middle two."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in frame.itertuples():
        values = row._asdict()
        if values["estimand"] in STANDARDISED.values():
            key = ("estimand", "outcome", "contrast", "subgroup")
            found[tuple(values[name] for name in key)] = values
        elif values["estimand"] in ("icc_level", "icc_change"):
            found[values["outcome"], values["contrast"]] = values
    return found


def _cells(
    row: dict[str, Any], beside: dict[tuple[str, ...], dict[str, Any]], labels: Labels
) -> dict[str, str]:
    hidden = row["reason"].startswith(SUPPRESSED)
    headline = "CR2" in row["method"]
    key = (row["outcome"], row["contrast"], row["subgroup"])
    g = beside.get((STANDARDISED[row["estimand"]], *key), {})
    # a g belongs to one model only: its method begins with that model's
    if g and g["method"].split(";")[0] != row["method"].split(";")[0]:
        g = {}
    wave = row["contrast"].rpartition(" at ")[2]
    icc = beside.get((row["outcome"], wave), {}) if row["subgroup"] == "all" and headline else {}
    low, high = labels.outcome(row["outcome"]).range
    places = decimals_for((high - low) / 4)
    nan = float("nan")
    found = {
        "Outcome": labels.outcome_title(row["outcome"]),
        "Contrast": _contrast(row["contrast"], labels),
        "Group": labels.group(row["subgroup"]),
        "Method": _method(row["method"]),
        "Estimate": number(row["estimate"], places),
        "95% CI": interval(row["conf_low"], row["conf_high"], places),
        "df": number(row["df"], 1),
        "p": p_value(row["p_value"]),
        "Adjusted p": p_value(row["p_adjusted"]),
        "g": number(g.get("estimate", nan)),
        "95% CI of g": interval(g.get("conf_low", nan), g.get("conf_high", nan)),
        "ICC": number(icc.get("estimate", nan)),
        "n": count(row["n"]),
        "Schools": count(row["n_clusters"]),
    }
    if hidden:
        found.update(dict.fromkeys(("Estimate", "95% CI", "df", "p", "n", "Schools"), NOT_SHOWN))
    return found


def _contrast(contrast: str, labels: Labels) -> str:
    if " at " in contrast:
        return contrast.replace(" - ", f" {MINUS} ")
    return labels.change(contrast)


def _method(method: str) -> str:
    """The first words of a method, up to its brackets: the note and the estimates say all."""
    if "CR2" not in method:
        return method.split(" (")[0].capitalize()
    for words in ("no school effects", "without gender terms"):
        if words in method:
            return f"CR2, {words}"
    return "CR2"
