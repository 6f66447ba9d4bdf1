"""The reporting checklist: each item that a machine can see, met and not met."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from made_up_stories import alone

from resilience_lib.mixed.checklist import (
    JUDGE,
    MET,
    NOT_MET,
    Seen,
    guideline_items,
    judge_checklist,
)
from resilience_lib.study.mixed import Mixed

PLAN = alone().model_copy(
    update={"mixed": Mixed(design="explanatory_sequential", integration="Met in displays.")}
)
WHOLE = Seen(
    study=PLAN,
    display=pd.DataFrame(
        {"label": ["Friends", "Hope"], "inference": "Both say so.", "sources": [7, 4],
         "quantitative": ["improved", "unclear"], "ids": ["Q01", "Q02; Q03"]}
    ),
    collection=pd.DataFrame({"label": ["Friends", "Hope"]}),
    convergence=pd.DataFrame({"label": ["Friends", "Hope"], "check": ""}),
    agreement=pd.DataFrame({"estimate": [0.7, float("nan")], "unit": "segment"}),
    coverage=pd.DataFrame({"kind": ["all"], "asked": [19], "words": ["7 of 19 staff"]}),
    pupils=441,
)  # fmt: skip


def verdicts(seen: Seen) -> dict[str, tuple[str, str]]:
    """Verdict and what was looked at, by the check of each item."""
    checks = [item["check"] for item in guideline_items()]
    rows = judge_checklist(seen)[["verdict", "because"]].itertuples(index=False, name=None)
    return {check: row for check, row in zip(checks, rows, strict=True) if check}


def one_less(**columns: list[object]) -> Seen:
    """The same with other columns in the joint display."""
    return replace(WHOLE, display=WHOLE.display.assign(**columns))


def test_all_that_a_machine_can_see_is_met_and_the_rest_is_for_a_person() -> None:
    assert {verdict for verdict, _ in verdicts(WHOLE).values()} == {MET}
    rows, items = judge_checklist(WHOLE), guideline_items()
    assert set(rows["guideline"]) == {"GRAMMS", "JARS-Mixed"}
    unseen = [not item["check"] for item in items]
    assert any(unseen) and rows["verdict"].eq(JUDGE).tolist() == unseen


@pytest.mark.parametrize(
    ("seen", "check", "because"),
    [
        (replace(WHOLE, study=alone()), "design", "no block mixed"),
        (replace(WHOLE, study=alone()), "integration", "no block mixed"),
        (replace(WHOLE, pupils=0), "both_n", "19 sources asked, and no pupils"),
        (one_less(inference=["", "Both."]), "inference", "without an inference: Friends"),
        (replace(WHOLE, collection=WHOLE.collection.head(0)), "collection", "0 themes"),
        (one_less(quantitative=["improved", "not measured"]), "both_strands", "strands: Hope"),
        (one_less(sources=[0, 4]), "both_strands", "strands: Friends"),
        (replace(WHOLE, agreement=WHOLE.agreement.tail(1)), "agreement", "no source was coded"),
        (one_less(ids=["Q01", ""]), "ids", "cleared for publication: Hope"),
        (replace(WHOLE, convergence=WHOLE.convergence.head(0)), "judges", "nobody judged"),
        (replace(WHOLE, convergence=WHOLE.convergence.assign(check=["", "differ"])), "judges",
         "settled: Hope"),
        (replace(WHOLE, coverage=WHOLE.coverage.assign(words="7 staff")), "denominators", "no"),
    ],
)  # fmt: skip
def test_what_is_missing_is_not_met_and_named(seen: Seen, check: str, because: str) -> None:
    found = verdicts(seen)
    assert found[check][0] == NOT_MET and because in found[check][1]
    # and nothing else falls with it, but what the same block of the study file says
    others = {name for name, (verdict, _) in found.items() if verdict == NOT_MET} - {check}
    assert others <= {"design", "integration"}


def test_a_claim_of_nobody_needs_no_quote_and_no_display_meets_nothing() -> None:
    assert verdicts(one_less(sources=[0, 4], ids=["", "Q02"]))["ids"][0] == MET
    none = verdicts(replace(WHOLE, display=WHOLE.display.head(0)))
    assert {none[name] for name in ("inference", "both_strands", "ids")} == {
        (NOT_MET, "there is no joint display")
    }
