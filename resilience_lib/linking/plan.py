"""What a study asks of the linking, and what the linking answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from resilience_lib.errors import Fault, FaultsError

KNOWN_COLUMNS: tuple[str, ...] = ("wave", "school", "id", "gender", "answered")
"""Columns of the rows that have a meaning of their own; every further one is a part of the code."""


@dataclass(frozen=True)
class LinkingPlan:
    """How records are linked; the block `linking` of a study file.

    Parameters
    ----------
    by : str
        "id": the same id is the same pupil; "school_and_id": the same id in the same school;
        "code": agreement of self-generated code parts inside a school.
    agree : int, optional
        With "code" alone: how many of the n parts two records must have in common, 1 to n.
        n is the strict setting, which never links two records that differ in a part.
    keep : str
        Which of two rows of one pupil in one wave counts: "stop" (none: all such rows are
        faults), "first" or "last" by file name and line, "most_answered" by the column
        `answered` (the first of those with the most). With "code" also "both": rows of one
        school and wave with the same whole code are two pupils, who tie wherever they fit.

    Examples
    --------
    >>> LinkingPlan("code", agree=4)
    LinkingPlan(by='code', agree=4, keep='stop')
    """

    by: Literal["id", "school_and_id", "code"]
    agree: int | None = None
    keep: Literal["stop", "first", "last", "most_answered", "both"] = "stop"


@dataclass(frozen=True)
class Linked:
    """Who is who.

    Parameters
    ----------
    pupil : Series of str
        Key of the pupil of each record, in the order of the rows given. By id it is the
        normalised id, by school and id `SCHOOL/ID`, by code `record:` with the wave, file and
        line of the pupil's earliest record. A record without id (or without school, where that
        is needed) is a pupil of its own, with such a `record:` key; no id can equal one, since
        ids are upper-case.
    kept : Series of bool
        False for rows that the rule `keep` sets aside: another row is that pupil's in that wave.
    report : DataFrame
        count, waves ("" all, "T1", or a pair "T1 T2"), n, what. See `report.link_report`.
    look_at : DataFrame
        Records that a person should look at: file, line, wave, school, pupil, reason, detail.
        Reasons: id_missing, school_missing, too_few_parts, not_kept, kept, school_changes,
        gender_changes, same_code, tie, taken.
    """

    pupil: pd.Series
    kept: pd.Series
    report: pd.DataFrame
    look_at: pd.DataFrame


def code_parts(rows: pd.DataFrame) -> list[str]:
    """Columns of the rows that are parts of the code.

    Examples
    --------
    >>> code_parts(pd.DataFrame(columns=["wave", "school", "id", "month", "initial"]))
    ['month', 'initial']
    """
    return [column for column in rows.columns if column not in KNOWN_COLUMNS]


def check_plan(rows: pd.DataFrame, plan: LinkingPlan) -> None:
    """That the plan can be carried out on these rows.

    Raises
    ------
    FaultsError
        `agree` is missing, not 1 to n or given without a code; there are no parts;
        most_answered has no column `answered`; or both is said of ids.

    Examples
    --------
    >>> check_plan(pd.DataFrame(columns=["wave", "school", "id"]), LinkingPlan("code", 2))
    Traceback (most recent call last):
    ...
    resilience_lib.errors.FaultsError: study.yml, linking.by: 'code': a code has parts. give ...
    """
    faults = []

    def fault(key: str, value: object, rule: str, remedy: str) -> None:
        faults.append(Fault("study.yml", rule, remedy, column=f"linking.{key}", value=str(value)))

    n = len(code_parts(rows))
    if plan.by == "code" and n == 0:
        fault("by", plan.by, "a code has parts", "give its columns the role code_part")
    elif plan.by == "code" and (plan.agree is None or not 1 <= plan.agree <= n):
        rule = f"agree is how many of the {n} parts of the code must be equal, 1 to {n}"
        fault("agree", plan.agree, rule, f"write {n} for the strict setting")
    elif plan.by != "code" and plan.agree is not None:
        fault("agree", plan.agree, "agree goes with by: code alone", "leave it out")
    if plan.keep == "both" and plan.by != "code":
        rule = "only a code can be that of two pupils, an id is one pupil's"
        fault("keep", plan.keep, rule, "say keep: first, last, most_answered or stop")
    if plan.keep == "most_answered" and "answered" not in rows.columns:
        rule = "most_answered needs the number of answered cells of each row"
        fault("keep", plan.keep, rule, "say keep: first, last or stop")
    if faults:
        raise FaultsError(faults)
