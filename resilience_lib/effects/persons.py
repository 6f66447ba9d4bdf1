"""How many pupils improved, stayed or deteriorated, beside what chance alone would show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_lib.effects.person_rules import PersonRule, person_rules
from resilience_lib.effects.schools import pupil_changes
from resilience_lib.effects.subgroups import (
    ALL,
    complete_scores,
    difference_label,
    estimate_row,
    no_data,
)
from resilience_lib.effects.transformed import clipped, share_of
from resilience_lib.frames import ESTIMATE_COLUMNS, estimate_frame
from resilience_lib.models.cr2 import Contrast, contrast_cr2, fit_cr2
from resilience_lib.study.persons import ALPHA, PersonChange
from resilience_lib.study.schema import Study

Array = NDArray[np.float64]
Row = dict[str, object]

SHARES: tuple[str, ...] = ("share_improved", "share_unchanged", "share_deteriorated")
CHANCE: tuple[str, ...] = ("share_improved_by_chance", "share_deteriorated_by_chance")
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
        Estimate frame and the text column `rule` ("any", "reliable", "important"): `SHARES` and
        `CHANCE` for all (with or without a gender), each gender and their difference.

    Raises
    ------
    ModelInputError
        Two scores of a pupil at a wave, an infinite score, several outcomes, a reliability
        outside (0, 1), a number without its source.

    Notes
    -----
    Rules and shares by chance: `effects.person_rules.person_rules`. Shares are means of a linear
    probability model over pupils with both scores, CR2 by school with Satterthwaite df, their
    intervals on the logit scale (`transformed.share_of`); intervals of differences are clipped to
    -1 and 1. Shares by chance follow from the rule and have no interval.

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
    start = data.loc[data["wave"] == first, "score"].to_numpy(dtype=float)
    sign = 1.0 if higher_is_better else -1.0
    rules, lacking = person_rules(
        start,
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
        for row in _rule_rows(rule, pairs, gender, conf_level):
            method = f"{row['method']}; {better} is better"
            rows.append((rule.name, row | {"method": method}))
    if lacking:
        rows.append(("reliable", {"estimand": SHARES[0], "subgroup": ALL, "reason": lacking}))
    found = estimate_frame(row | {"contrast": contrast} for _, row in rows)
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


def _rule_rows(
    rule: PersonRule, pairs: pd.DataFrame, gender: Sequence[str], conf_level: float
) -> list[Row]:
    """Shares and shares by chance for all, each gender and the difference."""
    held = np.column_stack([rule.status == side for side in (1.0, 0.0, -1.0)]).astype(float)
    school, _ = pd.factorize(pairs["school"])
    inside = {ALL: np.ones(len(pairs), dtype=bool)}
    inside |= {level: (pairs["gender"] == level).to_numpy(dtype=bool) for level in gender}
    rows = []
    for level, of in inside.items():
        design = np.ones((int(of.sum()), 1))
        answers = [_share(held[of, k], design, school[of], [1.0], conf_level) for k in range(3)]
        # that nobody or everybody changed is no test against zero
        found = _both(rule, answers, school[of], conf_level)
        rows += [row | {"subgroup": level, "p_value": None} for row in found]
    if gender:
        one, two = (inside[level] for level in gender)
        of = one | two
        design = np.column_stack([one, two]).astype(float)[of]
        answers = [_share(held[of, k], design, school[of], [1, -1], conf_level) for k in range(3)]
        found = _both(rule, answers, school[of], conf_level, difference=True)
        rows += [row | {"subgroup": difference_label(gender)} for row in found]
    return rows


def _share(
    held: Array, design: Array, school: NDArray[np.int64], weights: list[float], conf_level: float
) -> Contrast:
    if not len(held) or not design.any(axis=0).all():
        return no_data("no pupils of this group at both waves")
    answer = contrast_cr2(fit_cr2(held, design, school), weights, conf_level)
    return clipped(answer, -1.0, 1.0) if len(weights) > 1 else share_of(answer)


def _both(
    rule: PersonRule,
    answers: Sequence[Contrast],
    school: NDArray[np.int64],
    conf_level: float,
    *,
    difference: bool = False,
) -> list[Row]:
    """Rows of the three shares, and of the two that chance alone would show."""
    counts: Row = {"n": len(school), "n_clusters": len(np.unique(school))}
    rows = [
        estimate_row(answer, conf_level, estimand=name, method=rule.method) | counts
        for name, answer in zip(SHARES, answers, strict=True)
    ]
    if not difference:
        rows = [row | {"interval": f"{row['interval']}, on the logit scale"} for row in rows]
    changed = answers[0].estimate + answers[2].estimate
    chance = changed / 2 if rule.chance is None else 0.0 if difference else rule.chance
    reason = rule.chance_reason or (answers[0].reason if not np.isfinite(changed) else "")
    row: Row = {"estimate": np.nan if reason else chance, "reason": reason, "interval": "none"}
    method = f"{rule.method}; by chance: {rule.chance_method}"
    return rows + [counts | row | {"estimand": name, "method": method} for name in CHANCE]
