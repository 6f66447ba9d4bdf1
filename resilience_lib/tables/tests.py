"""Table of tests: change and effect, the mixed model below the headline row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, reshape
from resilience_lib.disclosure.rules import SUPPRESSED
from resilience_lib.effects.names import HEADLINES
from resilience_lib.effects.sizes import definition_text, interval_text
from resilience_lib.figures.captions import CAUTION
from resilience_lib.figures.labels import Labels
from resilience_lib.tables.format import count, decimals_for, interval, number, p_value
from resilience_lib.tables.shape import NOT_SHOWN, Table, noted, titled

CONTRASTED: tuple[str, ...] = ("mean_change", "mean_difference")
_DEFAULTS = ("g_change_model", "g_total")


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
    leads = dict(zip(CONTRASTED, (labels.change_sizes[0], labels.effect_sizes[0]), strict=True))

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame["estimand"].isin(CONTRASTED) & frame["subgroup"].isin(labels.groups)]
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
        beside = _beside(frame, leads)
        found = [_cells(row._asdict(), leads, beside, labels) for row in rows.itertuples()]
        named = _column(leads, rows)
        return pd.DataFrame(found).rename(columns={"g": named, "95% CI of g": f"95% CI of {named}"})

    cleared = reshape(cells, estimates)
    note = (
        f"CI: 95% interval; df: Satterthwaite; {_standardised(leads, labels)}; adjusted p: Holm "
        "among primary outcomes, Benjamini-Hochberg among others; ICC: share of variance between "
        "schools (of change, or at the wave). CR2 is the headline; the mixed model stands beside "
        "it."
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


def _column(leads: dict[str, str], rows: pd.DataFrame) -> str:
    """What the column of the effect size is called: its name, where there is one."""
    names = {leads[estimand] for estimand in rows["estimand"]}
    if names <= set(_DEFAULTS):
        return "g"
    return names.pop() if len(names) == 1 else "Effect size"


def _standardised(leads: dict[str, str], labels: Labels) -> str:
    """What the note says of the effect size."""
    if tuple(leads.values()) == _DEFAULTS:
        return (
            "g: standardised by the total SD (at T1 for change, at the wave for an effect), with "
            "its interval"
        )
    told = [("change", leads["mean_change"])] if labels.changes else []
    told += [("effect", leads["mean_difference"])] if labels.arms else []
    return "; ".join(
        f"effect size of {what}: {definition_text(name)}, its interval {interval_text(name)}"
        for what, name in told
    )


def _beside(frame: pd.DataFrame, leads: dict[str, str]) -> dict[tuple[str, ...], dict[str, Any]]:
    """Standardised rows by estimand, outcome, contrast, subgroup; ICCs by the middle two."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in frame.itertuples():
        values = row._asdict()
        if values["estimand"] in leads.values():
            key = ("estimand", "outcome", "contrast", "subgroup")
            found[tuple(values[name] for name in key)] = values
        elif values["estimand"] in ("icc_level", "icc_change"):
            found[values["outcome"], values["contrast"]] = values
    return found


def _cells(
    row: dict[str, Any],
    leads: dict[str, str],
    beside: dict[tuple[str, ...], dict[str, Any]],
    labels: Labels,
) -> dict[str, str]:
    hidden = row["reason"].startswith(SUPPRESSED)
    headline = "CR2" in row["method"]
    key = (row["outcome"], row["contrast"], row["subgroup"])
    lead = leads[row["estimand"]]
    g = beside.get((lead, *key), {})
    # a g belongs to one model only: its method begins with that model's; others stand with the
    # headline
    mine = (
        g["method"].split(";")[0] == row["method"].split(";")[0]
        if g and lead in _DEFAULTS
        else row["method"].startswith(HEADLINES[row["estimand"]])
    )
    if not mine:
        g = {}
    wave = row["contrast"].rpartition(" at ")[2]
    icc = beside.get((row["outcome"], wave), {}) if row["subgroup"] == "all" and headline else {}
    low, high = labels.outcome(row["outcome"]).range
    places = decimals_for((high - low) / 4)
    nan = float("nan")
    found = {
        "Outcome": labels.outcome_title(row["outcome"]),
        "Contrast": labels.contrast(row["contrast"]),
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


def _method(method: str) -> str:
    """The first words of a method, up to its brackets: the note and the estimates say all."""
    if "CR2" not in method:
        return method.split(" (")[0].capitalize()
    for words in ("no school effects", "without gender terms"):
        if words in method:
            return f"CR2, {words}"
    return "CR2"
