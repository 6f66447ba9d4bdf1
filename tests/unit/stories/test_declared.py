"""What the study file says of its stories, against the register."""

from __future__ import annotations

import pandas as pd
import pytest
from made_up_stories import alone
from made_up_told import register

from resilience_lib.errors import FaultsError
from resilience_lib.stories.declared import check_declared
from resilience_lib.study.schema import Study

CODINGS = pd.DataFrame({"source": ["one"], "coder": "a"})
CODES = pd.DataFrame({"frame": pd.Series(dtype="str"), "code": pd.Series(dtype="str")})


def told_by(*tellers: str, unasked: int = 0) -> pd.DataFrame:
    rows = [{"source": f"s{number}", "role": "head", "teller": teller}
            for number, teller in enumerate(tellers)]  # fmt: skip
    for row in rows[:unasked]:
        row["asked"] = "no"
    return register(rows)


def of(least: int, *, open_data: bool = False) -> Study:
    study = alone()
    assert study.stories is not None
    stories = study.stories.model_copy(update={"minimum_sources": least})
    rules = study.disclosure.model_copy(update={"open_data": open_data})
    return study.model_copy(update={"stories": stories, "disclosure": rules})


@pytest.mark.parametrize(
    ("study", "rows"),
    [
        (of(3), told_by("t", "t", "u", "u", "", "", "")),  # two of each at most
        (of(4), told_by("t", "t", "t")),
        (of(3), told_by("t", "t", "t", unasked=1)),
        (of(1), told_by("t", "t")),  # counts of one are meant to show
        (of(3, open_data=True), told_by("t", "t", "t")),
    ],
)
def test_counts_that_show_are_of_several_tellers(study: Study, rows: pd.DataFrame) -> None:
    check_declared(study, CODINGS, CODES, rows)


def test_a_teller_who_alone_makes_a_count_that_shows_is_named() -> None:
    rows = told_by("t", "u", "t", "t", "u", "u", "u", "v")
    with pytest.raises(FaultsError) as caught:
        check_declared(of(3), CODINGS, CODES, rows)
    assert [(f.row, f.column, f.value) for f in caught.value.faults] == [
        (2, "teller", "t"),
        (3, "teller", "u"),
    ]
    assert "this one alone has 4" in caught.value.faults[1].rule
    assert {f.remedy for f in caught.value.faults} == {
        "write minimum_sources: 5 or more in the study file"
    }
