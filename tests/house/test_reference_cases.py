"""tests/references/cases.csv: which file holds each estimand and model in each case, or why none.

The reference files are opened: a row of the matrix that no reference has is a failure.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.effects.registry import ESTIMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
REFERENCES = ROOT / "tests" / "references"
CASES = ("balanced", "unbalanced", "missing", "tiny", "tied", "constant", "one_school")
MODELS = {
    "models.cr2": ("mean_difference", ""),
    "models.cr2_joint": ("wald_f", ""),
    "models.wild": ("mean_change", "wild"),
    "models.mixed": ("marginal_mean", None),
    "models.pooling": ("pooled", None),
    "models.imputation": (None, None),
}
"""Models whose numbers stand under the name of an estimand (and a kind) in the reference files."""


@pytest.fixture(scope="module")
def matrix() -> pd.DataFrame:
    return pd.read_csv(REFERENCES / "cases.csv", dtype="str").fillna("")


@pytest.fixture(scope="module")
def compared() -> str:
    """The source of every test that may compare a reference."""
    paths = sorted((ROOT / "tests" / "unit").rglob("test_*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_every_estimand_and_model_has_each_case_once(matrix):
    wanted = [(name, case) for name in (*ESTIMANDS, *MODELS) for case in CASES]
    assert list(zip(matrix["estimand"], matrix["case"], strict=True)) == wanted


def test_models_are_modules():
    for name in MODELS:
        assert (ROOT / "resilience_lib" / f"{name.replace('.', '/')}.py").is_file(), name


def rows_of(table: pd.DataFrame, name: str, case: str) -> pd.DataFrame:
    """Rows of an estimand (and kind) in a reference file, of the case where it has cases."""
    estimand, kind = MODELS.get(name, (name, None))
    if estimand is not None:
        table = table[table["estimand"] == estimand]
    if kind is not None:
        table = table[table["kind"].fillna("") == kind]
    return table[table["case"] == case] if "case" in table else table


def test_a_file_that_is_named_holds_the_case_and_is_compared(matrix, compared):
    held = matrix[matrix["held_by"].str.endswith(".csv")]
    for file, part in held.groupby("held_by"):
        assert f'"{file}"' in compared, f"no test reads {file}"
        table = pd.read_csv(REFERENCES / file)
        for row in part.to_dict("records"):
            place = f"{row['estimand']}, {row['case']}"
            found = rows_of(table, row["estimand"], row["case"])
            assert len(found), f"{file} has no row of {place}"
            if "case" not in table:
                assert row["because"], f"{file} has no cases: say why it holds {place}"
            elif found["estimate"].isna().all():
                assert row["because"], f"{file} has no number of {place}: say why"
            else:
                assert not row["because"], f"{file} has a number of {place}"


def test_a_test_that_is_named_names_the_estimand(matrix):
    held = matrix[matrix["held_by"].str.endswith(".py")]
    for row in held.to_dict("records"):
        path = ROOT / row["held_by"]
        assert path.is_file() and path.is_relative_to(ROOT / "tests"), row
        assert row["estimand"] in path.read_text(encoding="utf-8"), row
        assert row["because"], row


def test_what_nothing_holds_says_why(matrix):
    assert (matrix["held_by"].str.endswith((".csv", ".py")) | (matrix["held_by"] == "")).all()
    assert (matrix.loc[matrix["held_by"] == "", "because"] != "").all()
