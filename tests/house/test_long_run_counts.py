"""Every interval and test of the registry is counted in the committed long run, or has none.

Which estimands have an interval or a test is read from the reference files, where R gives one.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from resilience_lib.effects.registry import ESTIMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
REFERENCES = ROOT / "tests" / "references"
RESULTS = ROOT / "benchmarks" / "results"
SCHOOLS = {6, 11, 20, 40}
CONTRASTS = {
    "change": "mean_change",
    "g_change_model": "g_change_model",
    "arm_schools": "mean_difference",
}
"""Contrasts of the headline's long run, by the estimand that they are."""
SAME = {"change_log_odds": "change_odds_ratio"}
"""Of which one is the exponential of the other, with the same ends and the same test."""
TEST_OF = {"g_change_model": "mean_change"}
"""Whose test is another's."""
NO_INTERVAL = {
    "sd": "describes the pupils there are",
    "generalised_eta_squared": "Olejnik & Algina 2003 give none",
    "wald_f": "a test",
    "q_between": "a test",
    "dif_r2": "a size beside a test",
    "share_improved_by_chance": "follows from the rule and the reliability",
    "share_deteriorated_by_chance": "follows from the rule and the reliability",
    "tipping_delta": "where the interval of another estimand ends",
}
NO_TEST = {
    "mean": "that a mean is 0 is not asked",
    "share_lost": "that nobody is lost is not asked",
    "expected_regression": "what the reliability alone gives is not tested",
}
"""R gives a p-value in the reference files, the library prints none."""


@pytest.fixture(scope="module")
def counted() -> pd.DataFrame:
    """All designs counted, by estimand."""
    further = pd.read_csv(RESULTS / "long_run_further.csv")
    # tests of several contrasts, and differences of genders, say so after a comma
    further["estimand"] = further["estimand"].str.split(",").str[0]
    main = pd.read_csv(RESULTS / "long_run.csv").rename(columns={"icc_level": "icc"})
    main["estimand"] = main["contrast"].map(CONTRASTS)
    both = pd.concat([further, main[main["headline"]].dropna(subset=["estimand"])])
    others = [both.assign(estimand=name)[both["estimand"] == same] for name, same in SAME.items()]
    return pd.concat([both, *others])


@pytest.fixture(scope="module")
def references() -> pd.DataFrame:
    tables = [pd.read_csv(path) for path in sorted(REFERENCES.glob("*.csv"))]
    wanted = ["estimand", "conf_low", "p_value"]
    return pd.concat([t.reindex(columns=wanted) for t in tables if "estimand" in t])


def designs(counted: pd.DataFrame, name: str, column: str) -> pd.DataFrame:
    return counted[(counted["estimand"] == name) & counted[column].notna()]


@pytest.mark.parametrize("name", [name for name in ESTIMANDS if name not in NO_INTERVAL])
def test_every_interval_is_counted_over_the_designs(counted, name):
    rows = designs(counted, name, "coverage")
    assert set(rows["schools"]) == SCHOOLS
    assert {0.0, 0.2} <= set(rows["icc"])
    assert set(rows["sizes"]) == {"equal", "unequal"}
    assert (rows["runs"] >= 200).all()


def test_what_has_no_interval_has_none_in_the_references(references):
    given = set(references.loc[references["conf_low"].notna(), "estimand"])
    assert not given & set(NO_INTERVAL)
    assert set(NO_INTERVAL) <= set(ESTIMANDS)


def test_every_test_is_counted_where_nothing_is_there(references, counted):
    tested = set(references.loc[references["p_value"].notna(), "estimand"]) & set(ESTIMANDS)
    assert len(tested) > 50
    for name in sorted(tested - set(NO_TEST)):
        rows = designs(counted, TEST_OF.get(name, name), "false_positives")
        assert set(rows["schools"]) == SCHOOLS, name
    assert set(NO_TEST) <= tested
