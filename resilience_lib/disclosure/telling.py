"""The gates for how stories are told, for quotes, coders, triads and schools' stories."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.derived import give_themselves, hide_below, hide_with
from resilience_lib.disclosure.partitions import ALL
from resilience_lib.disclosure.rules import SUPPRESSED, Rules
from resilience_lib.disclosure.school_panels import clear_schools
from resilience_lib.disclosure.stories import NAN, minimum_of
from resilience_lib.mixed.quotes import names_role
from resilience_lib.mixed.voices import NONE
from resilience_lib.stories.coding_frames import REACH
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
    shown.loc[few, [count, *lost]] = NAN
    note = f"counts of fewer than {least} stories or sources are not shown"
    return shown, [note] if few.any() else []


def clear_reach(reach: pd.DataFrame, study: Study) -> Cleared:
    """How far stories reach; counts that add up to a known whole are hidden two at least.

    More are hidden until those hidden do not give themselves (`derived.give_themselves`), those of
    none as well: a count that is known to be above none tells more. How many reach the last cycle
    is how many tell of it, so that it hides no other, and is hidden where that is
    (`mixed.apart`). How many stories have a cycle, or were told at all, is not shown of few; the
    first, with what adds up to it, neither where it gives how few tell of a cycle
    (`mixed.counts.few_by_sum`).
    """
    least = minimum_of(study)
    shown, notes = _hide_few(reach, study, "stories", ())
    last = shown["code"].eq(REACH[-1])
    near = shown.pop("apart") if "apart" in shown else pd.Series(NAN, index=shown.index)
    shown.loc[last & near.gt(0) & near.lt(least), "stories"] = NAN
    counts = reach["stories"].set_axis(shown.index)
    parts = shown.index[~last | shown["stories"].isna()]
    for _, line in shown.loc[parts].groupby("frame", sort=False):
        hidden = _with_none(counts[line.index], line["stories"].isna(), least)
        shown.loc[hidden[hidden].index, "stories"] = NAN
    for whole in ("told", "spoken"):
        shown[whole] = shown[whole].mask(shown[whole].gt(0) & shown[whole].lt(least))
    # no count stands without its denominator
    gone = shown.pop("gives").astype("bool") | shown["told"].isna()
    shown = shown.astype({"told": "float64"})
    shown.loc[gone, ["stories", "told"]] = NAN
    return seal(shown, Rules.from_study(study), notes)


def _with_none(counts: pd.Series, hidden: pd.Series, least: int) -> pd.Series:
    """`hidden`, and the smallest others, none first, until those hidden do not give themselves."""
    result = hidden.copy()
    while result.any() and not result.all():
        mine = counts[result]
        known = mine.gt(0).all() and give_themselves(mine, least)
        if len(mine) > 1 and mine.sum() >= least and not known:
            break
        result[counts[~result].idxmin()] = True
    return result


def clear_flows(flows: pd.DataFrame, study: Study) -> Cleared:
    """Edges between cycles; those of too few stories keep their place and lose their counts.

    Moves of all stories add up to their segments less one each, which is nearly known: where the
    moves left over are as many as the edges that lose them, each would be one story's, and the
    smallest edge that shows goes with them.
    """
    shown, notes = _hide_few(flows, study, "stories", ("transitions",))
    # of so few stories every move is hidden already
    shown["told"] = shown["told"].mask(shown["told"].lt(minimum_of(study)))
    gives = shown.pop("gives").astype("bool")
    shown = shown.astype({"told": "float64"})
    shown.loc[gives, ["stories", "transitions", "told"]] = NAN
    for _, edges in shown.groupby("frame", sort=False):
        gone = edges["stories"].isna()
        left = flows["transitions"].to_numpy()[edges.index[gone]].sum()
        if gone.any() and not gone.all() and left <= max(gone.sum(), minimum_of(study) - 1):
            shown.loc[edges["stories"].idxmin(), ["stories", "transitions"]] = NAN
    return seal(shown, Rules.from_study(study), notes)


def clear_matrix(matrix: pd.DataFrame, study: Study) -> Cleared:
    """The value-creation matrix: indicators are published already, stories are counted.

    A cycle's count is hidden as in `stories.clear_coverage` where a theme or the code above it
    would tell of few.
    """
    least = minimum_of(study)
    shown, notes = _hide_few(matrix, study, "stories", ())
    shown, more = _hide_few(shown, study, "claims", ())
    if "apart" in shown:
        shown["stories"] = shown["stories"].mask(shown["apart"].gt(0) & shown["apart"].lt(least))
    if least > 1:
        below = hide_below(shown, shown["stories"].isna(), least, "stories")
        shown["stories"] = shown["stories"].mask(below)
    shown = shown.drop(columns=["parent", "apart"], errors="ignore")
    return seal(shown, Rules.from_study(study), [*notes, *more])


def clear_pairs(pairs: pd.DataFrame, study: Study) -> Cleared:
    """Codes that stand together.

    Hidden as well is what sources have both, where that leaves few who have one of the two alone,
    or would tell of few beside themes and other codes (`mixed.apart`).
    """
    least = minimum_of(study)
    shown, notes = _hide_few(pairs, study, "sources", ("segments",))
    for end in ("sources_a", "sources_b"):
        if end in shown:
            rest = shown.pop(end) - shown["sources"]
            shown.loc[rest.gt(0) & rest.lt(least), ["sources", "segments"]] = NAN
    if "apart" in shown:
        near = shown.pop("apart")
        shown.loc[near.gt(0) & near.lt(least), ["sources", "segments"]] = NAN
    return seal(shown, Rules.from_study(study), notes)


def clear_assigned(assigned: pd.DataFrame, study: Study) -> Cleared:
    """Tellers' codes beside coders'; codes of which few sources could be told have no rows.

    How many sources have a code by coders, and by tellers, is published: a cell less than that
    total by few, or of few, takes all rows of its codes with it, since each of them would give it
    back.
    """
    least = minimum_of(study)
    few = assigned["sources"].gt(0) & assigned["sources"].lt(least)
    for total in ("sources_a", "sources_b"):
        rest = assigned[total] - assigned["sources"]
        few |= rest.gt(0) & rest.lt(least)
    gone = pd.Series(False, index=assigned.index)
    for end in ("teller_code", "coder_code"):
        keys = assigned["frame"] + "::" + assigned[end]
        for other in ("teller_code", "coder_code"):
            found = assigned.loc[few & assigned[other].ne(NONE)]
            gone |= keys.isin(found["frame"] + "::" + found[other])
    shown = assigned[~gone].drop(columns=["sources_a", "sources_b"])
    note = f"codes of which fewer than {least} sources could be told are left out"
    return seal(shown, Rules.from_study(study), [note] if gone.any() else [])


def clear_agreement(agreement: pd.DataFrame, study: Study) -> Cleared:
    """Coefficients; of codes that few sources were given, none.

    How often such a code was given tells of how many, and `reason` that one alone has it.
    """
    rows = agreement.drop(columns="sources")
    few = agreement["sources"].gt(0) & agreement["sources"].lt(minimum_of(study))
    gone = ["estimate", "std_error", "conf_low", "conf_high", "df", "p_value", "p_adjusted"]
    rows.loc[few, gone] = NAN
    why = f"{SUPPRESSED}fewer than {minimum_of(study)} sources"
    return seal(rows.assign(reason=rows["reason"].mask(few, why)), Rules.from_study(study))


def clear_confusion(confusion: pd.DataFrame, study: Study) -> Cleared:
    """Units by the codes of two coders; of those from few sources none.

    The table of agreement tells how often each code was given in all. Where what is left of that
    for hidden cells is one unit for each, the largest cell of the code that shows goes with them.
    """
    shown, notes = _hide_few(confusion, study, "sources", ())
    shown = shown.assign(units=confusion["units"].to_numpy(dtype=float))
    shown["units"] = shown["units"].mask(shown["sources"].isna())
    for _, cells in shown.groupby(["frame", "coder_a", "coder_b"], sort=False):
        exact = confusion["units"].to_numpy()[cells.index]
        for code in dict.fromkeys([*cells["code_a"], *cells["code_b"]]):
            mine = cells["code_a"].eq(code) | cells["code_b"].eq(code)
            gone = mine & shown.loc[cells.index, "units"].isna()
            shows = cells.index[mine & ~gone]
            if code != NONE and gone.any() and len(shows) and exact[gone].sum() == gone.sum():
                shown.loc[shown.loc[shows, "units"].idxmax(), "units"] = NAN
    return seal(shown.drop(columns="sources"), Rules.from_study(study), notes)


def clear_as_is(frame: pd.DataFrame, study: Study) -> Cleared:
    """Frames that speak of themes or guidelines, and of no teller."""
    return seal(frame, Rules.from_study(study))


def clear_quotes(quotes: pd.DataFrame, study: Study) -> Cleared:
    """Quotes that people cleared; beside a group only where enough of it were asked.

    Which quotes may be shown, and how, is what `quotes.csv` says: a quote of the only head asked
    would still be known by its column. In a confidential study none stands beside a school, and
    beside its role only one whose attribution names the role: where people cleared it as "a
    member of staff" the column would say more.
    """
    rules = Rules.from_study(study)
    known = quotes["kind"].eq(ALL) | quotes["asked"].ge(minimum_of(study))
    if not rules.open_data:
        known &= quotes["kind"] != "school"
        pairs = zip(quotes["group"], quotes["attribution"], strict=True)
        named = pd.Series([names_role(said, [role]) for role, said in pairs], quotes.index, "bool")
        known &= quotes["kind"].ne("role") | named
    gone = quotes.loc[~known, "id"].nunique()
    notes = [f"{gone} quotes do not stand beside their group"] if gone else []
    return seal(quotes[known].drop(columns="asked"), rules, notes)


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
    """Positions that tellers gave: of a confidential study coarse, and of enough tellers.

    A group of few in a triad loses its name, with the smallest others where those without one
    would be few, or one each: they are known from the groups that have one. Where few were asked
    in any group none is named: positions by group would say how many were asked in those hidden.
    """
    rules, least = Rules.from_study(study), minimum_of(study)
    fewest, triads = triads["fewest"], triads.drop(columns="fewest")
    if rules.open_data or triads.empty:
        return seal(triads, rules)
    triads = triads.assign(group=triads["group"].mask(fewest.lt(least), ""))
    many = triads.groupby("triad")["triad"].transform("size")
    shown = triads.assign(group=triads["group"].mask(_unnamed(triads, least), ""))[many >= least]
    coarse = (shown[["a", "b"]] / _GRAIN).round() * _GRAIN
    shown = shown.assign(a=coarse["a"], b=coarse["b"], c=1 - coarse["a"] - coarse["b"])
    shown = shown.sort_values(["triad", "a", "b"], kind="stable")
    return seal(shown, rules, [f"positions are rounded to {_GRAIN:g} and in no order"])


def _unnamed(triads: pd.DataFrame, least: int) -> pd.Series:
    """Positions whose group is not named."""
    found = pd.Series(False, index=triads.index)
    for _, part in triads.groupby("triad"):
        counts = part["group"].value_counts()
        gone = hide_with(counts, counts.lt(least) | (counts.index == ""), least)
        found[part.index] = part["group"].map(gone)
    return found


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
