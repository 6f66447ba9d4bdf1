"""The gates for counts of pupils: flow, missing scores, wave patterns, the sample."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.partitions import hide_complements
from resilience_lib.disclosure.rounding import rounded_share
from resilience_lib.disclosure.rules import Rules
from resilience_lib.study.schema import Study

MOVES: tuple[str, ...] = ("stayed", "entered", "returned", "lost")
FLOW_COUNTS: tuple[str, ...] = ("pupils", *MOVES)
OTHER_PATTERNS = "other patterns"


def clear_flow(flow: pd.DataFrame, study: Study) -> Cleared:
    """Participation flow as it may be published.

    Counts of a confidential study below the minimum are hidden, zero included, and all others
    are rounded to the minimum, so that neither the difference of two steps nor pupils less
    those who stayed gives a count between zero and the minimum (`Rules`). Where a count rests on
    fewer than `minimum_schools` schools it is hidden with all others that join it in a sum: a
    step's moves, and with the pupils of a step also the moves from it to the next. What two
    boxes that show still tell is how many more left than came, which rests on the schools of
    both. Rows whose `source` is not "counted" are published already and pass as they are.

    Parameters
    ----------
    flow : DataFrame
        step, label, pupils, schools, stayed, entered, returned, lost, source, and
        `schools_<count>` for the last four: the schools of these pupils.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same without the schools of the moves, and with `hidden` (names of the row's counts
        below the minimum) and `withheld` (of those hidden for the schools), both separated by
        spaces.
    """
    rules = Rules.from_study(study)
    frame = flow.reset_index(drop=True)
    counted = frame["source"] == "counted"
    withheld = _withheld(frame, counted, rules)
    few = _few_schools(frame["schools"], counted, rules)
    names = {"hidden": [""] * len(frame), "withheld": [""] * len(frame)}
    for name in FLOW_COUNTS:
        known = frame[name].notna() & counted
        frame[name] = frame[name].astype("float64")
        frame.loc[known, name] = frame.loc[known, name].map(rules.rounded)
        small = known & frame[name].isna()
        others = known & ~small & withheld[name]
        for column, where in (("hidden", small), ("withheld", others)):
            names[column] = [
                f"{text} {name}".strip() if here else text
                for text, here in zip(names[column], where, strict=True)
            ]
        frame.loc[others, name] = float("nan")
    frame = frame.assign(**{key: pd.Series(texts, dtype="str") for key, texts in names.items()})
    frame.loc[few, "schools"] = float("nan")
    count = int((frame["hidden"] + " " + frame["withheld"]).str.split().map(len).sum())
    note = _note(count, "counts of the flow", rules)
    return seal(frame.drop(columns=[f"schools_{name}" for name in MOVES]), rules, [note])


def _withheld(frame: pd.DataFrame, counted: pd.Series, rules: Rules) -> pd.DataFrame:
    """Which counts of the flow go for the schools behind them; a column a count."""
    few = {
        name: _few_schools(frame[f"schools_{name}"], counted, rules)
        & (frame[name] >= rules.minimum_cell)
        for name in MOVES
    }
    pupils = _few_schools(frame["schools"], counted, rules)
    moves = pd.DataFrame(few).any(axis=1) | pupils | pupils.shift(1, fill_value=False)
    return pd.DataFrame({"pupils": pupils} | dict.fromkeys(MOVES, moves))


def clear_missingness(missingness: pd.DataFrame, study: Study) -> Cleared:
    """Missing scores as they may be published.

    For a confidential study a row is hidden where the missing or the seen pupils are fewer
    than the minimum (zero included: a share of 0 or 1 tells of every pupil) or come from fewer
    schools than the minimum, then the complements by gender, of the missing, the seen and the
    pupils; counts are rounded, and a
    share is that of the rounded counts, from which it gives no count back.

    Parameters
    ----------
    missingness : DataFrame
        outcome, wave, gender ("all" and the groups), pupils, schools, missing, share,
        schools_missing, schools_seen.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same without the last two, and with the bool column `hidden`.
    """
    rules = Rules.from_study(study)
    frame = missingness.reset_index(drop=True)
    schools = {
        "missing": frame.pop("schools_missing"),
        "seen": frame.pop("schools_seen"),
        "pupils": frame["schools"],
    }
    floats = ("pupils", "schools", "missing", "share")
    frame = frame.astype(dict.fromkeys(floats, "float64"))
    if rules.open_data:
        return seal(frame.assign(hidden=False), rules)
    seen = frame["pupils"] - frame["missing"]
    sizes = {"missing": frame["missing"], "seen": seen, "pupils": frame["pupils"]}
    marks = {
        name: hide_complements(
            frame.assign(size=size),
            (size < rules.minimum_cell) | (schools[name] < rules.minimum_schools),
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
    frame.loc[marks["pupils"], ["pupils", "schools"]] = float("nan")
    for name in ("pupils", "missing"):
        frame[name] = frame[name].map(rules.rounded)
    note = _note(int(hidden.sum()), "shares of missing scores", rules)
    return seal(frame.assign(hidden=hidden), rules, [note])


def clear_patterns(patterns: pd.DataFrame, study: Study) -> Cleared:
    """Patterns of waves seen, as they may be published.

    Patterns of a confidential study with fewer pupils or schools than the minimum are pooled as
    "other patterns"; where the pool is still smaller, the next smallest joins it (aggregation,
    UK LLC guidebook). The pool has at least as many schools as the one pattern of it that has
    most. Of a pooled row `seen_<wave>` is missing.

    Parameters
    ----------
    patterns : DataFrame
        pattern, a bool column `seen_<wave>` per wave, pupils, schools.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same columns without the schools, most frequent pattern first, the pool last.
    """
    rules = Rules.from_study(study)
    frame = patterns.assign(
        few=(patterns["pupils"] < rules.minimum_cell)
        | (patterns["schools"] < rules.minimum_schools)
    )
    # those to be pooled stand last, the smallest at the very end
    frame = frame.sort_values(["few", "pupils", "pattern"], ascending=[True, False, True])
    frame = frame.astype({"pupils": "float64"}).reset_index(drop=True)
    columns = [name for name in frame.columns if name not in ("few", "schools")]
    keep = int((~frame["few"]).sum())
    if rules.open_data or keep == len(frame):
        exact = frame.sort_values(["pupils", "pattern"], ascending=[False, True])
        return seal(exact[columns].assign(pupils=exact["pupils"].map(rules.rounded)), rules)
    while keep and not _is_enough(frame.iloc[keep:], rules):
        keep -= 1
    pooled = frame.iloc[keep:]
    pool = float(pooled["pupils"].sum()) if _is_enough(pooled, rules) else float("nan")
    seen = {name: "boolean" for name in columns if name.startswith("seen_")}
    last = pd.DataFrame({"pattern": [OTHER_PATTERNS], "pupils": [pool]})
    shown = pd.concat([frame.iloc[:keep].astype(seen), last], ignore_index=True)
    shown["pupils"] = shown["pupils"].map(rules.rounded)
    note = f"{len(pooled)} rare wave patterns are pooled"
    return seal(shown[columns], rules, [note])


def _is_enough(pooled: pd.DataFrame, rules: Rules) -> bool:
    """Whether patterns together rest on enough pupils and schools."""
    enough = pooled["pupils"].sum() >= rules.minimum_cell
    return bool(enough and pooled["schools"].max() >= rules.minimum_schools)


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


def _few_schools(schools: pd.Series, counted: pd.Series, rules: Rules) -> pd.Series:
    return (schools < rules.minimum_schools) & counted & (not rules.open_data)


def _note(count: int, what: str, rules: Rules) -> str:
    if not count:
        return ""
    return (
        f"{count} {what} are suppressed for the protection of pupils (below "
        f"{rules.minimum_cell}, from fewer than {rules.minimum_schools} schools, or another could "
        "be worked out from them)"
    )
