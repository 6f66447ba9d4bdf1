"""Everything that a study file asks of its stories, each frame by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from resilience_lib.mixed.checklist import Seen, judge_checklist
from resilience_lib.mixed.convergence import (
    CONVERGENCE_COLUMNS,
    check_judgements,
    judge_themes,
)
from resilience_lib.mixed.counts import groups_of
from resilience_lib.mixed.overview import (
    COLLECTION_COLUMNS,
    THREAD_COLUMNS,
    describe_collection,
    follow_threads,
)
from resilience_lib.mixed.quotes import quote_codes, quote_themes
from resilience_lib.mixed.sides import group_sides
from resilience_lib.mixed.themes import DISPLAY_COLUMNS, count_themes, display_themes
from resilience_lib.paths import decision
from resilience_lib.store.decisions import no_rows, read_decisions
from resilience_lib.stories.unnamed import ids_of

if TYPE_CHECKING:
    from resilience_lib.mixed.coded import Coders
    from resilience_lib.mixed.counts import Counts
    from resilience_lib.mixed.read import Strands
    from resilience_lib.study.schema import Study


@dataclass(frozen=True)
class Together:
    """Frames of stories and numbers read together; empty where a study has no block `mixed`."""

    display: pd.DataFrame
    convergence: pd.DataFrame
    collection: pd.DataFrame
    thread: pd.DataFrame
    quotes: pd.DataFrame
    checklist: pd.DataFrame


def read_judgements(study: Study, sources: pd.DataFrame) -> pd.DataFrame:
    """Two people's judgements of convergence; no rows where the study file names no file.

    Parameters
    ----------
    study : Study
    sources : DataFrame
        The register, whose ids no reason may hold.

    Returns
    -------
    DataFrame
        As `store.decisions.read_decisions` gives it.

    Raises
    ------
    FaultsError
        The file has faults.
    """
    assert study.mixed is not None
    if study.mixed.convergence is None:
        return no_rows("convergence")
    path = decision(study.study, study.mixed.convergence)
    found = read_decisions(path, "convergence")
    check_judgements(path, found, [theme.theme for theme in study.mixed.themes], ids_of(sources))
    return found


def read_together(study: Study, strands: Strands, counts: Counts, coders: Coders) -> Together:
    """Joint display, convergence, what was collected, threads and the checklist.

    Parameters
    ----------
    study : Study
    strands : Strands
    counts : Counts
    coders : Coders

    Returns
    -------
    Together

    Raises
    ------
    FaultsError
        The file of judgements has faults.
    """
    segments, sources, codes = strands.segments, strands.sources, strands.codes
    named, estimates = strands.named, strands.estimates
    quotes = quote_codes(named, segments, sources, codes, groups_of(study))
    display = pd.DataFrame(columns=list(DISPLAY_COLUMNS))
    judged = pd.DataFrame(columns=list(CONVERGENCE_COLUMNS))
    collection = pd.DataFrame(columns=list(COLLECTION_COLUMNS))
    thread = pd.DataFrame(columns=list(THREAD_COLUMNS))
    if study.mixed is not None and study.mixed.themes:
        told = count_themes(study, segments, sources, codes, counts.apart.themes)
        by_theme = quote_themes(study, named, segments, codes)
        display = display_themes(study, told, estimates, by_theme)
        judged = judge_themes(display, read_judgements(study, sources))
        # a row of each theme, in the same order
        display = display.assign(judgement=judged["judgement"])
        collection = describe_collection(study, told, codes)
        thread = follow_threads(
            study, display, by_theme, counts.matrix, judged, group_sides(study, estimates)
        )
    tables = (display, collection, judged, coders.agreement, counts.coverage)
    checklist = judge_checklist(Seen(study, *tables, strands.pupils))
    return Together(display, judged, collection, thread, quotes, checklist)
