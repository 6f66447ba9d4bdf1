"""How many pupils improved, stayed or deteriorated, beside what chance alone would show."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from resilience_lib.effects.person_rules import person_rules
from resilience_lib.effects.person_shares import SHARES, Row, share_rows
from resilience_lib.effects.registry import bounded_frame
from resilience_lib.effects.schools import pupil_changes
from resilience_lib.effects.subgroups import ALL, complete_scores
from resilience_lib.frames import ESTIMATE_COLUMNS, estimate_frame
from resilience_lib.study.persons import ALPHA, PersonChange
from resilience_lib.study.schema import Study

PERSONS_COLUMNS: tuple[str, ...] = (*ESTIMATE_COLUMNS, "rule")


def estimate_persons(
    analysis: pd.DataFrame,
    *,
    change: tuple[str, str],
    gender: Sequence[str] = (),
    higher_is_better: bool = True,
    reliability: float | None = None,
    source: str = "",
    important: float | None = None,
    important_source: str = "",
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Shares of pupils who improved, did not change and deteriorated, by each rule.

    Parameters
    ----------
    analysis : DataFrame
        Analysis frame of one outcome.
    change : (str, str)
        Wave before and wave after.
    gender : sequence of str
        Two levels, difference first - second; empty for none.
    higher_is_better : bool
        Whether a higher score is an improvement.
    reliability : float, in (0, 1), optional
        Of the score; without one reliable change is a row with a reason.
    source : str
        Where the reliability is from, needed with it; without one, why there is none.
    important : float, optional
        Smallest change that matters, in the outcome's unit; no rows without it.
    important_source : str
        Its citation; needed with it.
    conf_level : float, in (0, 1)

    Returns
    -------
    DataFrame
        Estimate frame and the text column `rule` ("any", "reliable", "important"):
        `person_shares.SHARES` and `person_shares.CHANCE` for all (with or without a gender), each
        gender and their difference.

    Raises
    ------
    ModelInputError
        Two scores of a pupil at a wave, an infinite score, several outcomes, a reliability
        outside (0, 1), a number without its source.

    Notes
    -----
    Rules and shares by chance: `effects.person_rules.person_rules`. Shares are means over pupils
    with both scores. Where the threshold is given (any, important) errors are those of a linear
    probability model, CR2 by school with Satterthwaite df. The threshold of reliable change is
    estimated, as it holds the SD of everyone's first scores: there errors are
    s = sqrt((K - 1) / K sum (p_(i) - mean p)^2), p_(i) the share without school i by the threshold
    made anew without its first scores, K schools with first scores (delete-one-school jackknife:
    Efron & Tibshirani 1993, chapter 11), and t(k - 1), k schools with a pupil of the group; the
    reliability is taken as known. Intervals of shares stand on the logit scale,
    logit(p) -+ t s / (p (1 - p)) (`transformed.logit_ends`), those of differences are clipped to
    -1 and 1. Shares by chance follow from the rule and have no interval.

    Where scores move in steps, a threshold that passes a step moves many pupils at once, which
    leaving out one school at a time seldom shows: intervals of reliable change are then too short,
    and `reason` says so where the threshold lies within two of its own jackknife errors of a step.

    Examples
    --------
    >>> rows = [(f"{s}{i}", s, w, float(10 + i + (w == "T2") * (i % 3 - 1) * 6), "x")
    ...         for s in "abcd" for i in range(6) for w in ("T1", "T2")]
    >>> frame = pd.DataFrame(rows, columns=["pupil", "school", "wave", "score", "outcome"])
    >>> got = estimate_persons(frame, change=("T1", "T2"), reliability=0.8, source="manual")
    >>> shares = got[got["rule"] == "reliable"]
    >>> [round(float(x), 3) for x in shares["estimate"]]
    [0.333, 0.333, 0.333, 0.012, 0.012]
    """
    first, later = change
    data = complete_scores(analysis, change, ())
    if "gender" not in data:
        data = data.assign(gender=None)
    pairs = pupil_changes(data.assign(arm=None), [change])
    begun = data[data["wave"] == first]
    codes, names = pd.factorize(begun["school"])
    school = names.get_indexer(pairs["school"])
    sign = 1.0 if higher_is_better else -1.0
    rules, lacking = person_rules(
        begun["score"].to_numpy(dtype=float),
        sign * pairs["change"].to_numpy(dtype=float),
        data["score"].to_numpy(dtype=float),
        first=first,
        reliability=reliability,
        source=source,
        important=important,
        important_source=important_source,
    )
    better = "higher" if higher_is_better else "lower"
    contrast = f"{later} - {first}"
    rows: list[tuple[str, Row]] = []
    for rule in rules:
        for row in share_rows(rule, pairs, school, codes, gender=gender, conf_level=conf_level):
            method = f"{row['method']}; {better} is better"
            rows.append((rule.name, row | {"method": method}))
    if lacking:
        rows.append(("reliable", {"estimand": SHARES[0], "subgroup": ALL, "reason": lacking}))
    found = bounded_frame(row | {"contrast": contrast} for _, row in rows)
    return found.assign(rule=pd.Series([name for name, _ in rows], dtype="str"))


def persons_declared(
    analysis: pd.DataFrame,
    pupils: pd.DataFrame,
    study: Study,
    reliability: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How many pupils changed, in every outcome whose change the study file asks for.

    Parameters
    ----------
    analysis, pupils : DataFrame
        Analysis frame, and one row per pupil (whose school is the cluster).
    study : Study
        Its block `persons` holds reliabilities and important changes.
    reliability : DataFrame, optional
        Estimate frame of the scales, from which `reliability: first_wave_alpha` takes the alpha
        of all pupils at the earlier wave. That alpha is of the same pupils and of one sitting:
        it knows nothing of what differs from day to day, so that change seems reliable too often.

    Returns
    -------
    DataFrame
        `PERSONS_COLUMNS`; without a row where no change is estimated.
    """
    who = pupils[["pupil", "school", "gender"]]
    frames = []
    for name in study.comparable:
        own = analysis.loc[analysis["outcome"] == name, ["pupil", "wave", "outcome", "score"]]
        own = own.merge(who, on="pupil", how="left", validate="many_to_one")
        for change in study.changes:
            rule = study.persons.get(name, PersonChange.model_construct())
            value, source = _reliability(rule, name, change[0], reliability)
            found = estimate_persons(
                own,
                change=change,
                gender=study.gender.difference,
                higher_is_better=study.outcome(name).higher_is_better,
                reliability=value,
                source=source,
                important=rule.important,
                important_source=rule.important_source or "",
            )
            frames.append(found.assign(outcome=name, study=study.study))
    if not frames:
        return estimate_frame([]).assign(rule=pd.Series([], dtype="str"))
    return pd.concat(frames, ignore_index=True)


def _reliability(
    rule: PersonChange, name: str, first: str, table: pd.DataFrame | None
) -> tuple[float | None, str]:
    """The reliability of an outcome and its source; None where there is none, and why."""
    if isinstance(rule.reliability, float):
        return rule.reliability, rule.source or ""
    if rule.reliability != ALPHA:
        return None, ""
    if table is None:
        return None, f"no alpha of these pupils at {first}"
    here = (table["outcome"] == name) & (table["contrast"] == first) & (table["subgroup"] == ALL)
    found = table.loc[here & (table["estimand"] == "alpha"), "estimate"]
    if len(found) and 0 < found.iloc[0] < 1:
        said = f"alpha at {first} of these pupils: of one sitting, so that change seems reliable "
        return float(found.iloc[0]), f"{said}too often"
    return None, f"no alpha of these pupils at {first}"
