"""What reporting guidelines ask for, as far as a machine can see it.

GRAMMS: O'Cathain, A., Murphy, E., & Nicholl, J. (2008). The quality of mixed methods studies in
health services research. Journal of Health Services Research & Policy, 13, 92-98. JARS-Mixed:
Levitt, H. M., et al. (2018). American Psychologist, 73, 26-46. The items are in this project's
words; the guidelines themselves say more.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from resilience_lib.study.schema import Study

CHECKLIST_COLUMNS: tuple[str, ...] = ("guideline", "item", "asks", "verdict", "because")
MET, NOT_MET, JUDGE = "met", "not met", "for a person to judge"
Answer = tuple[bool, str]


@dataclass(frozen=True)
class Seen:
    """What the checks look at.

    Parameters
    ----------
    study : Study
    display, collection, convergence, agreement, coverage : DataFrame
        Frames of the stage.
    pupils : int
        Pupils in the study; 0 where it has stories alone.
    """

    study: Study
    display: pd.DataFrame
    collection: pd.DataFrame
    convergence: pd.DataFrame
    agreement: pd.DataFrame
    coverage: pd.DataFrame
    pupils: int


def judge_checklist(seen: Seen) -> pd.DataFrame:
    """The checklist, item by item.

    Parameters
    ----------
    seen : Seen

    Returns
    -------
    DataFrame
        `CHECKLIST_COLUMNS`; `verdict` is "met", "not met", or "for a person to judge" where a
        machine cannot see it, and `because` says what was looked at.
    """
    answers = {
        "design": _design(seen),
        "both_n": _both_n(seen),
        "integration": _integration(seen),
        "inference": _inference(seen),
        "collection": (len(seen.collection) > 0, f"{len(seen.collection)} themes listed"),
        "both_strands": _both_strands(seen),
        "agreement": _agreement(seen),
        "ids": _ids(seen),
        "judges": _judges(seen),
        "denominators": _denominators(seen),
    }
    rows = []
    for item in guideline_items():
        met, because = answers.get(item["check"], (False, "nothing in the files can show it"))
        verdict = JUDGE if not item["check"] else MET if met else NOT_MET
        rows.append({**item, "verdict": verdict, "because": because})
    return pd.DataFrame(rows, columns=list(CHECKLIST_COLUMNS))


def guideline_items() -> list[dict[str, str]]:
    """Items of the guidelines: guideline, item, asks, check ("" where only a person can judge)."""
    place = resources.files("resilience_lib.mixed") / "guidelines.csv"
    return list(csv.DictReader(place.read_text(encoding="utf-8").splitlines()))


def _design(seen: Seen) -> Answer:
    mixed = seen.study.mixed
    if mixed is None:
        return False, "the study file has no block mixed, and so names no design"
    return True, f"the study file names it: {mixed.design.replace('_', ' ')}"


def _both_n(seen: Seen) -> Answer:
    asked = seen.coverage.loc[seen.coverage["kind"] == "all", "asked"]
    sources = int(asked.iloc[0]) if len(asked) else 0
    met = bool(seen.pupils) and sources > 0
    said = "numbers of pupils and of sources asked stand in the tables"
    return met, said if met else f"{sources} sources asked, and no pupils' outcomes"


def _integration(seen: Seen) -> Answer:
    if seen.study.mixed is None:
        return False, "the study file has no block mixed"
    return True, seen.study.mixed.integration


def _inference(seen: Seen) -> Answer:
    without = seen.display.loc[seen.display["inference"] == "", "label"].tolist()
    if seen.display.empty:
        return False, "there is no joint display"
    return not without, _without("an inference", without)


def _both_strands(seen: Seen) -> Answer:
    one = seen.display["quantitative"].eq("not measured") | seen.display["sources"].eq(0)
    without = seen.display.loc[one, "label"].tolist()
    if seen.display.empty:
        return False, "there is no joint display"
    return not without, _without("both strands", without)


def _agreement(seen: Seen) -> Answer:
    rows = seen.agreement[seen.agreement["estimate"].notna()]
    if rows.empty:
        return False, "no source was coded by two people, or agreement cannot be told"
    unit = rows["unit"].iloc[0]
    return True, f"coefficients stand with their unit ({unit}) and the number of {unit}s"


def _ids(seen: Seen) -> Answer:
    spoken = seen.display[seen.display["sources"] > 0]
    without = spoken.loc[spoken["ids"] == "", "label"].tolist()
    if seen.display.empty:
        return False, "there is no joint display"
    return not without, _without("a quote cleared for publication", without)


def _judges(seen: Seen) -> Answer:
    if seen.convergence.empty:
        return False, "nobody judged convergence"
    doubts = seen.convergence.loc[seen.convergence["check"] != "", "label"].tolist()
    return not doubts, _without("two judgements that fit and are settled", doubts)


def _denominators(seen: Seen) -> Answer:
    words = seen.coverage["words"]
    met = bool(len(words)) and bool(words.str.contains(" of ").all())
    return met, "every count stands beside the number of sources asked" if met else "no counts"


def _without(what: str, labels: list[str]) -> str:
    if not labels:
        return f"every theme has {what}"
    return f"without {what}: {', '.join(labels)}"
