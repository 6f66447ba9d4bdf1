"""The gates for counts of pupils: flow, missing scores, wave patterns, the sample."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.partitions import hide_complements
from resilience_lib.disclosure.rounding import rounded_share
from resilience_lib.disclosure.rules import Rules
from resilience_lib.study.schema import Study

FLOW_COUNTS: tuple[str, ...] = ("pupils", "stayed", "entered", "returned", "lost")
OTHER_PATTERNS = "other patterns"


def clear_flow(flow: pd.DataFrame, study: Study) -> Cleared:
    """Participation flow as it may be published.

    Counts of a confidential study below the minimum are hidden, zero included, and all others
    are rounded to the minimum, so that neither the difference of two steps nor pupils less
    those who stayed gives a count between zero and the minimum (`Rules`). Rows whose `source`
    is not "counted" are published already and pass as they are.

    Parameters
    ----------
    flow : DataFrame
        step, label, pupils, schools, stayed, entered, returned, lost, source.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same with `hidden`: names of the hidden counts of the row, separated by spaces.
    """
    rules = Rules.from_study(study)
    frame = flow.reset_index(drop=True)
    counted = frame["source"] == "counted"
    hidden = pd.Series("", index=frame.index, dtype="str")
    for name in FLOW_COUNTS:
        known = frame[name].notna() & counted
        frame[name] = frame[name].astype("float64")
        frame.loc[known, name] = frame.loc[known, name].map(rules.rounded)
        hidden = hidden.mask(known & frame[name].isna(), hidden + f" {name}")
    frame["hidden"] = hidden.str.strip()
    few = _few_schools(frame, counted, rules)
    frame.loc[few, "schools"] = float("nan")
    count = int(frame["hidden"].str.split().map(len).sum())
    return seal(frame, rules, [_note(count, "counts of the flow", rules)])


def clear_missingness(missingness: pd.DataFrame, study: Study) -> Cleared:
    """Missing scores as they may be published.

    For a confidential study a row is hidden where the missing or the seen pupils are fewer
    than the minimum (zero included: a share of 0 or 1 tells of every pupil), then the
    complements by gender, of the missing, the seen and the pupils; counts are rounded, and a
    share is that of the rounded counts, from which it gives no count back.

    Parameters
    ----------
    missingness : DataFrame
        outcome, wave, gender ("all" and the groups), pupils, missing, share.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same with the bool column `hidden`.
    """
    rules = Rules.from_study(study)
    frame = missingness.reset_index(drop=True)
    frame = frame.astype({"pupils": "float64", "missing": "float64", "share": "float64"})
    if rules.open_data:
        return seal(frame.assign(hidden=False), rules)
    seen = frame["pupils"] - frame["missing"]
    sizes = {"missing": frame["missing"], "seen": seen, "pupils": frame["pupils"]}
    marks = {
        name: hide_complements(
            frame.assign(size=size),
            size < rules.minimum_cell,
            within=["outcome", "wave"],
            parts=["gender"],
            size="size",
            minimum=rules.minimum_cell,
        )
        for name, size in sizes.items()
    }
    hidden = marks["missing"] | marks["seen"] | marks["pupils"]
    frame["share"] = rounded_share(frame["share"], frame["pupils"], rules)
    frame.loc[hidden, ["missing", "share"]] = float("nan")
    frame.loc[marks["pupils"], "pupils"] = float("nan")
    for name in ("pupils", "missing"):
        frame[name] = frame[name].map(rules.rounded)
    note = _note(int(hidden.sum()), "shares of missing scores", rules)
    return seal(frame.assign(hidden=hidden), rules, [note])


def clear_patterns(patterns: pd.DataFrame, study: Study) -> Cleared:
    """Patterns of waves seen, as they may be published.

    Patterns of a confidential study with fewer pupils than the minimum are pooled as "other
    patterns"; where the pool is still smaller, the next smallest joins it (aggregation, UK
    LLC guidebook). Of a pooled row `seen_<wave>` is missing.

    Parameters
    ----------
    patterns : DataFrame
        pattern, a bool column `seen_<wave>` per wave, pupils.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same columns, most frequent pattern first, the pool last.
    """
    rules = Rules.from_study(study)
    frame = patterns.sort_values(["pupils", "pattern"], ascending=[False, True])
    frame = frame.astype({"pupils": "float64"}).reset_index(drop=True)
    few = int((frame["pupils"] < rules.minimum_cell).sum())
    if rules.open_data or not few:
        return seal(frame.assign(pupils=frame["pupils"].map(rules.rounded)), rules)
    keep = len(frame) - few
    while keep and frame["pupils"].iloc[keep:].sum() < rules.minimum_cell:
        keep -= 1
    pool = float(frame["pupils"].iloc[keep:].sum())
    seen = {name: "boolean" for name in frame.columns if name.startswith("seen_")}
    last = pd.DataFrame({"pattern": [OTHER_PATTERNS], "pupils": [pool]})
    shown = pd.concat([frame.iloc[:keep].astype(seen), last], ignore_index=True)
    shown["pupils"] = shown["pupils"].map(rules.rounded)
    note = f"{len(frame) - keep} rare wave patterns are pooled"
    return seal(shown[list(frame.columns)], rules, [note])


def clear_sample(sample: pd.DataFrame, study: Study) -> Cleared:
    """Pupils and schools by wave, gender and arm, as they may be published.

    Parameters
    ----------
    sample : DataFrame
        wave, gender ("all" and the groups), arm ("all" and the arms), pupils, schools.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same with the bool column `hidden`: own size, few schools, or the complement.
    """
    rules = Rules.from_study(study)
    frame = sample.reset_index(drop=True).astype({"pupils": "float64", "schools": "float64"})
    if rules.open_data:
        return seal(frame.assign(hidden=False), rules)
    few = frame["pupils"] < rules.minimum_cell
    few |= frame["schools"] < rules.minimum_schools
    hidden = hide_complements(
        frame,
        few,
        within=["wave"],
        parts=["gender", "arm"],
        size="pupils",
        minimum=rules.minimum_cell,
    )
    frame.loc[hidden, ["pupils", "schools"]] = float("nan")
    frame["pupils"] = frame["pupils"].map(rules.rounded)
    note = _note(int(hidden.sum()), "counts of the sample", rules)
    return seal(frame.assign(hidden=hidden), rules, [note])


def _few_schools(frame: pd.DataFrame, counted: pd.Series, rules: Rules) -> pd.Series:
    few = (frame["schools"] < rules.minimum_schools) & counted
    return few & (not rules.open_data)


def _note(count: int, what: str, rules: Rules) -> str:
    if not count:
        return ""
    return (
        f"{count} {what} are suppressed for the protection of pupils (below "
        f"{rules.minimum_cell}, or another could be worked out from them)"
    )
