"""The gates for what intake found: the cleaning log and the links."""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilience_lib.cleaning.pooled import pool_log
from resilience_lib.disclosure.cleared import Cleared, seal
from resilience_lib.disclosure.rules import Rules
from resilience_lib.study.schema import Study

LOG_COUNTS: tuple[str, ...] = ("changed", "rows_before", "rows_after")
ANSWERS: tuple[str, ...] = ("recode", "missing code")
"""Steps whose counts say how many pupils gave which answer."""

ACROSS = r"pupils_in_\d+_waves|left_over|matched|first_only|second_only"
"""Counts of pupils by the waves at which they have a row; each can be worked out from others."""


def clear_log(log: pd.DataFrame, study: Study) -> Cleared:
    """The cleaning log as it may be published: like entries made one (`pooled.pool_log`).

    For a confidential study:

    - Counts below the minimum are hidden, zero included, others rounded to it, as in the
      participation flow. A sum over k columns, or k waves in one file, is hidden where it is
      below k times the minimum: nine girls of three files would be known from 27.
    - How often an answer was recoded, or stood for a missing one, is hidden too where all but
      fewer than the minimum gave it. Where one of the answers to the same columns is hidden, so
      is the next rarest, of which it could be worked out.
    - What comes from fewer schools than the minimum, or from a file that does not say, is
      hidden. Where a file of pupils does, so is every count that is not of all files of pupils.

    Parameters
    ----------
    log : DataFrame
        `cleaning.log.COLUMNS` and schools.
    study : Study

    Returns
    -------
    Cleared
        step, files, columns, rule, before, after, changed, rows_before, rows_after, and the
        bool column `few`: changed is below the minimum; where it is missing otherwise, it is
        hidden for another reason.
    """
    rules = Rules.from_study(study)
    pooled = pool_log(log).astype(dict.fromkeys((*LOG_COUNTS, "looked_at"), "float64"))
    kept = ["step", "files", "columns", "rule", "before", "after", *LOG_COUNTS]
    if rules.open_data:
        return seal(pooled[kept].assign(few=False), rules)
    few = pooled["changed"] < rules.minimum_cell
    places = [_places(text) for text in pooled["places"]]
    waves = {file.name: 1 for file in study.files if file.wave}
    times = [sum(waves.get(file, len(study.waves)) for file, _ in one) for one in places]
    least = rules.minimum_cell * pd.Series(times, pooled.index)
    answers = pooled["step"].isin(ANSWERS)
    hidden = pooled["changed"] < least
    hidden |= answers & (pooled["looked_at"] - pooled["changed"] < least)
    for where in pooled.loc[answers, "places"].unique():
        same = answers & (pooled["places"] == where)
        if (hidden & same).sum() == 1 and (same & ~hidden).any():
            hidden[pooled.loc[same & ~hidden, "changed"].idxmin()] = True
    narrow = _narrow(log, pooled, study, rules)
    for name in LOG_COUNTS:
        gone = narrow | hidden if name == "changed" else narrow
        pooled[name] = pooled[name].map(rules.rounded).mask(gone)
    return seal(pooled[kept].assign(few=few & ~narrow), rules)


def _narrow(log: pd.DataFrame, pooled: pd.DataFrame, study: Study, rules: Rules) -> pd.Series:
    """Entries that rest on too few schools, or from which such a file could be worked out."""
    narrow = ~(pooled["schools"] >= rules.minimum_schools)
    pupils = {file.name for file in study.files if file.holds == "pupils"}
    of = log[log["file"].isin(pupils)]
    if (of["schools"] >= rules.minimum_schools).all():
        return narrow
    files = [{file for file, _ in _places(text)} for text in pooled["places"]]
    return narrow | pd.Series([not (one == {""} or one >= pupils) for one in files], dtype=bool)


def _places(text: str) -> list[tuple[str, str]]:
    """File and column of each entry that was made one."""
    pairs = [place.partition("\t") for place in text.split("\n")]
    return [(file, column) for file, _, column in pairs]


def clear_links(links: pd.DataFrame, study: Study) -> Cleared:
    """The link report as it may be published; counts as in `clear_log`.

    Counts from fewer schools than the minimum are hidden; where one of `ACROSS`, or the pupils
    of a wave, is, all of `ACROSS` are.

    Parameters
    ----------
    links : DataFrame
        count, waves, n, schools, what.
    study : Study

    Returns
    -------
    Cleared
        count, waves, n, what, and the bool column `few`, as in `clear_log`.
    """
    rules = Rules.from_study(study)
    frame = links.reset_index(drop=True).astype({"n": "float64"})
    if rules.open_data:
        return seal(frame.drop(columns="schools").assign(few=False), rules)
    few = frame["n"] < rules.minimum_cell
    narrow = (frame["schools"] < rules.minimum_schools) & ~few
    across = frame["count"].str.fullmatch(ACROSS)
    if (narrow & (across | frame["count"].eq("pupils"))).any():
        narrow |= across
    shown = frame["n"].map(rules.rounded).mask(narrow, np.nan)
    return seal(frame.drop(columns="schools").assign(n=shown, few=few & ~narrow), rules)
