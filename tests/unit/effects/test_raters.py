"""Pupils' and teachers' reports against R: clubSandwich, psych, and a jackknife in plain R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilience_lib.effects.raters import RATER_ESTIMANDS, estimate_raters
from resilience_lib.errors import EstimandError
from resilience_lib.models.cr2 import ModelInputError

COLUMNS = ["estimate", "std_error", "df", "conf_low", "conf_high"]


@pytest.fixture(scope="session")
def reports(synthetic):
    """Wellbeing at T1 as the pupil's report, at T2 + 0.3 as the teacher's; 33 teachers."""
    rows = synthetic[synthetic["outcome"] == "wellbeing"]
    wide = rows.pivot(index=["pupil", "school"], columns="wave", values="score").reset_index()
    rater = wide["school"] + " " + (wide["pupil"].str[1:].astype(int) % 3).astype(str)
    return wide["T1"].to_numpy(), (wide["T2"] + 0.3).to_numpy(), rater.to_numpy()


def compare(got: pd.DataFrame, rows: pd.DataFrame, agree, kind: str, columns=COLUMNS) -> int:
    theirs = rows[rows["subgroup"] == kind].assign(subgroup="all")
    mine = got[got["interval"].str.contains("pupils independent") == (kind == "pupils")]
    return agree(mine, theirs, 1e-6, columns)


def test_headline_by_teacher_and_textbook_beside(reports, reference, agree):
    rows = reference("missing.csv")
    rows = rows[rows["data"] == "raters"]
    got = estimate_raters(*reports)
    assert got["estimand"].tolist() == [name for name in RATER_ESTIMANDS for _ in (1, 2)]
    assert compare(got, rows, agree, "teachers") == 5
    assert compare(got, rows, agree, "pupils") == 5
    bias = rows[rows["estimand"] == "rater_bias"]
    for kind in ("teachers", "pupils"):
        assert compare(got, bias, agree, kind, ["p_value"]) == 1
    assert (got["n"] == 367).all() and (got["n_clusters"] == 33).all()
    # every other row takes pupils as independent and says so
    assert got["interval"].str.endswith("pupils independent").tolist() == [False, True] * 5


@pytest.mark.parametrize(
    ("data", "pupil", "teacher"),
    [
        ("raters three", [1, 3, 4], [2, 3, 6]),
        ("raters tied", [1, 1, 2, 2, 3, 3], [1, 2, 2, 2, 3, 2]),
    ],
)
def test_few_and_tied_reports(data, pupil, teacher, reference, agree):
    rows = reference("missing.csv")
    got = estimate_raters(pupil, teacher, [f"t{i % 2}" for i in range(len(pupil))])
    assert compare(got, rows[rows["data"] == data], agree, "pupils") == 5
    by_teacher = got[~got["interval"].str.contains("independent")].set_index("estimand")
    assert by_teacher.loc["icc_a1", "reason"] == (
        "rests on fewer than three teachers: no jackknife error"
    )


def test_a_teacher_who_rates_all_alike_widens_the_interval_over_textbooks():
    """Ten teachers of ten pupils, each off by one amount: nearly all error is the teachers'."""
    pupil = np.tile(np.arange(10.0), 10)
    off = np.repeat(np.linspace(-2, 2, 10), 10)
    got = estimate_raters(pupil, pupil + off, np.repeat(np.arange(10), 10), names=["rater_bias"])
    clustered, plain = got["std_error"]
    # balanced: SD of ten teachers' means over sqrt(10), CR2 by hand
    assert clustered == pytest.approx(np.linspace(-2, 2, 10).std(ddof=1) / np.sqrt(10))
    assert clustered > 3 * plain


def test_perfect_agreement_and_one_teacher_have_reasons_and_no_intervals():
    same = estimate_raters([1, 2, 3, 4], [1, 2, 3, 4], list("abcd"))
    assert same.loc[same["estimand"] == "icc_a1", "estimate"].tolist() == [1.0, 1.0]
    assert same["conf_low"].isna().all() and (same["reason"] != "").all()
    one = estimate_raters([1, 2, 3, 5], [2, 2, 3, 4], ["a"] * 4)
    by_teacher = one[~one["interval"].str.contains("independent")]
    assert by_teacher["conf_low"].isna().all() and by_teacher["estimate"].notna().all()
    assert by_teacher["reason"].iloc[0] == "one teacher: no variation between teachers can be seen"
    none = estimate_raters([np.nan], [1.0], ["a"])
    assert none["estimate"].isna().all() and (none["reason"] != "").all()


@pytest.mark.parametrize(
    ("pupil", "teacher", "rater"),
    [
        ([1, np.inf], [1, 2], ["a", "b"]),
        ([1, 2], [1], ["a", "b"]),
        ([1, 2], [1, 2], ["a", None]),
        (["low", "high"], [1, 2], ["a", "b"]),
    ],
)
def test_input_that_is_none(pupil, teacher, rater):
    with pytest.raises(ModelInputError):
        estimate_raters(pupil, teacher, rater)


def test_an_unknown_comparison_is_refused():
    with pytest.raises(EstimandError, match="kappa"):
        estimate_raters([1, 2], [1, 2], ["a", "b"], names=["kappa"])
