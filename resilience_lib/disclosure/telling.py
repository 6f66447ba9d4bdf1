"""The gates for how stories are told, for quotes, coders, joins, triads and schools' stories."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.partitions import ALL, hide_complements
from resilience_lib.disclosure.rules import Rules
from resilience_lib.disclosure.school_panels import clear_schools
from resilience_lib.disclosure.stories import minimum_of
from resilience_lib.study.schema import Study

_GRAIN = 0.05
_BESIDE: tuple[str, ...] = ("quotes", "ids")


def _hide_few(
    frame: pd.DataFrame, study: Study, count: str, lost: tuple[str, ...]
) -> tuple[pd.DataFrame, list[str]]:
    """Rows whose count is above 0 and below the minimum lose it, and what goes with it."""
    least = minimum_of(study)
    shown = frame.reset_index(drop=True).astype(dict.fromkeys((count, *lost), "float64"))
    few = shown[count].gt(0) & shown[count].lt(least)
    shown.loc[few, [count, *lost]] = float("nan")
    note = f"counts of fewer than {least} stories or sources are not shown"
    return shown, [note] if few.any() else []


def clear_reach(reach: pd.DataFrame, study: Study) -> Cleared:
    """How far stories reach; counts that add up to a known whole are hidden two at least."""
    least = minimum_of(study)
    shown, notes = _hide_few(reach, study, "stories", ())
    whole = shown.drop_duplicates("frame").assign(code=ALL, stories=lambda rows: rows["told"])
    both = pd.concat([shown, whole], ignore_index=True)
    counts = pd.concat([reach["stories"], whole["told"]], ignore_index=True).astype("float64")
    hidden = hide_complements(
        both.assign(stories=counts), both["stories"].isna(), within=["frame"], parts=["code"],
        size="stories", minimum=least,
    )  # fmt: skip
    shown["stories"] = shown["stories"].mask(hidden[: len(shown)])
    return seal(shown, Rules.from_study(study), notes)


def clear_flows(flows: pd.DataFrame, study: Study) -> Cleared:
    """Edges between cycles; those of too few stories keep their place and lose their counts."""
    shown, notes = _hide_few(flows, study, "stories", ("transitions",))
    return seal(shown, Rules.from_study(study), notes)


def clear_matrix(matrix: pd.DataFrame, study: Study) -> Cleared:
    """The value-creation matrix: indicators are published already, stories are counted."""
    shown, notes = _hide_few(matrix, study, "stories", ())
    shown, more = _hide_few(shown, study, "claims", ())
    return seal(shown, Rules.from_study(study), [*notes, *more])


def clear_pairs(pairs: pd.DataFrame, study: Study) -> Cleared:
    """Codes that stand together, or that tellers and coders gave to one segment."""
    shown, notes = _hide_few(pairs, study, "sources", ("segments",))
    return seal(shown, Rules.from_study(study), notes)


def clear_as_is(frame: pd.DataFrame, study: Study) -> Cleared:
    """Frames that speak of coders, themes or guidelines, and of no teller."""
    return seal(frame, Rules.from_study(study))


def clear_quotes(quotes: pd.DataFrame, study: Study) -> Cleared:
    """Quotes that people cleared; beside a group only where enough of it were asked.

    Which quotes may be shown, and how, is what `quotes.csv` says: a quote of the only head asked
    would still be known by its column. In a confidential study none stands beside a school.
    """
    rules = Rules.from_study(study)
    known = quotes["kind"].eq(ALL) | quotes["asked"].ge(minimum_of(study))
    if not rules.open_data:
        known &= quotes["kind"] != "school"
    gone = quotes.loc[~known, "id"].nunique()
    notes = [f"{gone} quotes do not stand beside their group"] if gone else []
    return seal(quotes[known].drop(columns="asked"), rules, notes)


def clear_joins(joins: pd.DataFrame, study: Study) -> Cleared:
    """The join report; which keys did not match is for the team alone."""
    rules = Rules.from_study(study)
    shown = joins if rules.open_data else joins.assign(detail="")
    return seal(shown, rules)


def clear_school_stories(schools: pd.DataFrame, study: Study) -> Cleared:
    """Schools' changes as `school_panels.clear_schools`, with quotes cleared with their school.

    How many of a school's staff were asked is shown for open data alone.
    """
    rules = Rules.from_study(study)
    beside = ("asked", "told", *_BESIDE) if rules.open_data else _BESIDE
    cleared = clear_schools(schools, study, beside)
    frame = cleared.frame.reindex(columns=[*cleared.frame.columns, *(
        name for name in ("asked", "told") if name not in cleared.frame.columns)])  # fmt: skip
    return seal(frame.rename(columns={"told": "sources"}), rules, cleared.notes)


def clear_triads(triads: pd.DataFrame, study: Study) -> Cleared:
    """Positions that tellers gave: of a confidential study coarse, and of enough tellers."""
    rules, least = Rules.from_study(study), minimum_of(study)
    if rules.open_data or triads.empty:
        return seal(triads, rules)
    many = triads.groupby("triad")["triad"].transform("size")
    of_group = triads.groupby(["triad", "group"])["triad"].transform("size")
    shown = triads.assign(group=triads["group"].where(of_group >= least, ""))[many >= least]
    coarse = (shown[["a", "b"]] / _GRAIN).round() * _GRAIN
    shown = shown.assign(a=coarse["a"], b=coarse["b"], c=1 - coarse["a"] - coarse["b"])
    shown = shown.sort_values(["triad", "a", "b"], kind="stable")
    return seal(shown, rules, [f"positions are rounded to {_GRAIN:g} and in no order"])


def clear_associations(associations: pd.DataFrame, study: Study) -> Cleared:
    """Coefficients that a study asked for, over enough schools, to two digits."""
    rules = Rules.from_study(study)
    if rules.open_data:
        return seal(associations, rules)
    few = associations["n_clusters"].lt(rules.minimum_schools)
    shown = associations.assign(
        estimate=associations["estimate"].round(2).mask(few),
        p_value=associations["p_value"].round(2).mask(few),
    )
    return seal(shown, rules)
