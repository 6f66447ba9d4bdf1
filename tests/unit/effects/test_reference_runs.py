"""Whether a rerun of the R scripts tells a changed number from the same one."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

import pandas as pd
import pytest

RUN = runpy.run_path(str(Path(__file__).parents[2] / "references" / "run.py"))
COMMITTED = pd.DataFrame(
    {"estimand": ["mean", "sd"], "estimate": [0.0, 2.0], "std_error": [1.0, None]}
)


def changed(row: int, column: str, value: object) -> list[str]:
    new = COMMITTED.copy()
    new.loc[row, column] = value
    return RUN["differences"](new, COMMITTED, 1e-6)


def test_the_same_table_has_no_differences():
    assert RUN["differences"](COMMITTED.copy(), COMMITTED, 1e-6) == []
    assert changed(1, "estimate", 2.0000019) == []
    # an estimate near 0 is as exact as its standard error of 1
    assert changed(0, "estimate", 9e-7) == []


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (1, "estimate", 2.0000021),
        (0, "estimate", 1.1e-6),
        (0, "std_error", 1.0000011),
        (0, "std_error", None),
        (1, "std_error", 1.0),
        (0, "estimand", "median"),
    ],
)
def test_a_changed_cell_is_said_with_its_line(row, column, value):
    (said,) = changed(row, column, value)
    assert said.startswith(f"{column}: 1 of 2 rows, the first in line {row + 2}:")


def test_yes_and_no_are_compared_as_words():
    flags = pd.DataFrame({"flagged": [True, False]})
    assert RUN["differences"](flags.copy(), flags, 1e-6) == []
    assert RUN["differences"](~flags, flags, 1e-6) == [
        "flagged: 2 of 2 rows, the first in line 2: False, committed True"
    ]


def test_a_file_of_answers_that_are_not_here_is_said_and_not_failed(tmp_path):
    COMMITTED.to_csv(tmp_path / "old.csv", index=False)
    said, good = RUN["verdict"]("reliability_swmdk.csv", tmp_path / "new.csv", tmp_path / "old.csv")
    assert good and said.startswith("not remade")


def test_other_rows_or_columns_are_said():
    assert RUN["differences"](COMMITTED.iloc[:1], COMMITTED, 1e-6) == ["1 rows, committed 2"]
    assert RUN["differences"](COMMITTED[["estimand"]], COMMITTED, 1e-6)


def test_optimisers_have_the_tolerance_of_their_own(tmp_path):
    new, old = tmp_path / "new.csv", tmp_path / "old.csv"
    COMMITTED.to_csv(old, index=False)
    COMMITTED.assign(estimate=[0.0, 2.0001]).to_csv(new, index=False)
    assert RUN["verdict"]("mixed.csv", new, old) == ("the same within 0.0001", True)
    assert not RUN["verdict"]("cr2.csv", new, old)[1]


def test_another_version_is_said_and_not_failed(tmp_path):
    new, old = tmp_path / "new.csv", tmp_path / "old.csv"
    old.write_text("package,version\nR,4.2.2\nlme4,1.1.31\n")
    new.write_text("package,version\nR,4.3.1\nlme4,1.1.31\n")
    assert RUN["verdict"]("versions.csv", new, old) == ("R 4.3.1, committed 4.2.2", True)


def test_a_file_that_no_script_wrote_does_not_pass(tmp_path):
    COMMITTED.to_csv(tmp_path / "old.csv", index=False)
    assert RUN["verdict"]("cr2.csv", tmp_path / "new.csv", tmp_path / "old.csv") == (
        "no script wrote it",
        False,
    )


def test_without_r_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert RUN["main"]([]) == 1
    assert capsys.readouterr().out.startswith("Rscript was not found")
