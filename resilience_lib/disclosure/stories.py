"""The gates for counts of stories: no few tellers, no role with a school, only cleared quotes."""

from __future__ import annotations

import pandas as pd

from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.derived import alone, hide_derived, named_alone
from resilience_lib.disclosure.estimates import VALUES, clear_estimates
from resilience_lib.disclosure.partitions import ALL
from resilience_lib.disclosure.rules import Rules
from resilience_lib.frames import ESTIMATE_COLUMNS, with_words
from resilience_lib.mixed.coverage import count_words
from resilience_lib.study.schema import Study

NAN = float("nan")
NOT_SHOWN = "not shown"
COUNTED: tuple[str, ...] = ("sources", "asked", "schools", "schools_asked")


def minimum_of(study: Study) -> int:
    """Fewest sources, or stories, that a count shows."""
    return study.stories.minimum_sources if study.stories is not None else 1


def clear_coverage(coverage: pd.DataFrame, study: Study) -> Cleared:
    """Counts of sources by code and group as they may be published.

    Below `minimum_sources` a count is not shown; none at all (0) is shown of all sources, since
    it speaks of nobody. A group of fewer sources asked loses all its counts and how many it is,
    with the smallest others where those hidden would give themselves (`derived.give_themselves`),
    and all groups of a kind have no row where they still do. A count of none or of all of a group
    is hidden, which tells what each of them said, and any from which a hidden one could be worked
    out (`derived.hide_derived`). How many of all sources are silent on a code is no count of
    tellers: those asked less those that tell of it may give it. In a confidential study nothing
    is counted by school, and schools are counted only from `minimum_schools` on.

    Parameters
    ----------
    coverage : DataFrame
        As `mixed.coverage.cover_codes` gives it.
    study : Study
        Whose rules hold.

    Returns
    -------
    Cleared
        The same columns without `parent` and `apart`; hidden counts are NaN, and `words` says so,
        as `sources_words` does of the count alone. That there are fewer than the minimum is said
        only of all sources, and only where no other count holds those of the frame.
    """
    rules, least = Rules.from_study(study), minimum_of(study)
    frame = coverage.reset_index(drop=True)
    if not rules.open_data:
        frame = frame[frame["kind"] != "school"].reset_index(drop=True)
    few = frame["kind"].ne(ALL) & frame["asked"].lt(least)
    few |= alone(frame, few, least)
    named = named_alone(frame, few, least)
    frame, few = frame[~named].reset_index(drop=True), few[~named].reset_index(drop=True)
    group = frame["kind"].ne(ALL)
    hidden = few | (frame["sources"].lt(least) & frame["sources"].gt(0))
    if least > 1:
        # none of a group, and all of it, tell what each of them said
        hidden |= group & (frame["sources"].eq(0) | frame["sources"].eq(frame["asked"]))
        hidden = hide_derived(frame, hidden, least)
    shown = frame.astype(dict.fromkeys((*COUNTED, "segments"), "float64"))
    shown.loc[hidden, ["sources", "schools", "segments"]] = NAN
    shown.loc[few, ["asked", "schools_asked"]] = NAN
    # a code above, or a theme, less what shows of it would turn "fewer than 3" into 2
    beside = frame.reindex(columns=["parent"])["parent"].fillna("").ne("")
    beside |= frame.reindex(columns=["apart"])["apart"].notna()
    said = ~group & ~frame["frame"].isin(frame.loc[beside, "frame"])
    shown = _worded(shown, study, frame["sources"].where(said, least))
    shown = shown.drop(columns=["parent", "apart"], errors="ignore")
    notes = [f"counts of fewer than {least} sources are not shown"] if hidden.any() else []
    return seal(shown, rules, notes)


def _worded(frame: pd.DataFrame, study: Study, counts: pd.Series) -> pd.DataFrame:
    """With `counts` as words where they are hidden; schools only where enough may be named."""
    rules, least = Rules.from_study(study), minimum_of(study)
    called = study.stories.called if study.stories is not None else "sources"
    if not rules.open_data:
        few = frame["schools"].lt(rules.minimum_schools) & frame["sources"].gt(0)
        frame = frame.assign(schools=frame["schools"].mask(few))
    words, few_words = [], []
    for count, row in zip(counts, frame[list(COUNTED)].itertuples(index=False), strict=True):
        few_said = f"fewer than {least}" if 0 < count < least else NOT_SHOWN
        few_words.append(f"{row.sources:,.0f}" if row.sources == row.sources else few_said)
        if row.asked != row.asked:
            words.append(NOT_SHOWN)
        elif row.sources == row.sources:
            schools = row.schools_asked if row.schools == row.schools else 0
            words.append(count_words(row.sources, row.asked, row.schools, schools, called))
        else:
            words.append(f"{few_said} of {row.asked:,.0f} {called}")
    return frame.assign(words=words, sources_words=few_words)


def clear_themes(frame: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, Rules]:
    """Rows that count the sources of a theme, without counts that may not be seen.

    Hidden with counts of few is any that would tell of few beside those of other themes
    (`mixed.apart`). Which of the two it was is not said of themes that share a code: "fewer than
    3" of each of two, beside 4 of both together, would be 2.
    """
    rules, least = Rules.from_study(study), minimum_of(study)
    counted = frame.astype(dict.fromkeys(COUNTED, "float64")).reset_index(drop=True)
    apart = counted.get("apart", pd.Series(NAN, index=counted.index)).astype("float64")
    few = counted["sources"].gt(0) & counted["sources"].lt(least)
    few |= apart.gt(0) & apart.lt(least)
    shown = counted.assign(sources=counted["sources"].mask(few),
                           schools=counted["schools"].mask(few))  # fmt: skip
    shown = shown.drop(columns="apart", errors="ignore")
    return _worded(shown, study, counted["sources"].where(apart.isna(), least)), rules


def clear_displays(displays: pd.DataFrame, study: Study) -> Cleared:
    """The joint display: counts as `clear_coverage`, estimates as `estimates.clear_estimates`.

    The side that a change takes is that of the exact interval.
    """
    shown, rules = clear_themes(displays, study)
    measured = shown["outcome"] != ""
    if not rules.open_data and measured.any():
        rows = shown[measured].reindex(columns=list(ESTIMATE_COLUMNS))
        text = [c for c in ESTIMATE_COLUMNS if c not in (*VALUES, "conf_level")]
        rows = with_words(rows, text).assign(study=study.study, subgroup=ALL)
        cleared = clear_estimates(rows, study).frame.set_axis(rows.index)
        values = ["estimate", "conf_low", "conf_high", "n", "n_clusters"]
        shown.loc[measured, values] = cleared[values]
    return seal(shown, rules, _note(shown, study))


def clear_convergence(convergence: pd.DataFrame, study: Study) -> Cleared:
    """Judgements of convergence, with counts of sources in words."""
    shown, rules = clear_themes(convergence, study)
    kept = shown.drop(columns=[*COUNTED, "sources_words"])
    return seal(kept, rules, _note(shown, study))


def clear_thread(thread: pd.DataFrame, study: Study) -> Cleared:
    """Threads, with counts of sources in words."""
    counted = thread["asked"].notna()
    shown, rules = clear_themes(thread[counted], study)
    whole = thread.drop(columns=[*COUNTED, "apart"], errors="ignore")
    whole.loc[counted, "finding"] = shown["words"].to_numpy()
    return seal(whole, rules, _note(shown, study))


def _note(shown: pd.DataFrame, study: Study) -> list[str]:
    hidden = shown["sources"].isna().any() if "sources" in shown else False
    return [f"counts of fewer than {minimum_of(study)} sources are not shown"] if hidden else []
