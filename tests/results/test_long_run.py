"""The committed long run over 6 to 40 schools: what the headline holds, and what others do not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from resilience_lib.study.schema import Estimands

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
LEAST = 0.935


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(BENCHMARKS / "results" / "long_run.csv")


@pytest.fixture
def harness(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import long_run

    yield long_run
    for name in [name for name in sys.modules if name.startswith("long_run")]:
        del sys.modules[name]


def of(table: pd.DataFrame, method: str, *contrasts: str) -> pd.DataFrame:
    rows = table["method"].eq(method)
    return table[rows & table["contrast"].isin(contrasts)] if contrasts else table[rows]


def test_the_headline_is_the_one_that_the_study_file_names_beforehand(table: pd.DataFrame) -> None:
    named = Estimands.model_fields["headline"]
    assert set(table.loc[table["headline"], "method"]) == {named.default} == {"cr2_satterthwaite"}


def test_every_cell_was_run_and_the_headline_4000_times(table: pd.DataFrame) -> None:
    main = table[table["headline"]]
    # 4 numbers of schools, 4 pairs of variances, equal or not, dropout or not, and strong dropout
    # of 11 unequal schools; 5 contrasts
    assert len(main) == (4 * 4 * 2 * 2 + 4) * 5
    assert set(main["schools"]) == {6, 11, 20, 40}
    assert (main["runs"] >= 4000).all()
    assert (main["missing"] == 0).all()


def test_headline_intervals_hold_the_truth_at_11_schools(table: pd.DataFrame) -> None:
    main = table[table["headline"] & table["schools"].eq(11)]
    assert len(main) == 5 * 20
    assert (main["coverage"] >= LEAST).all()
    # also where low scores are lost far more often: less than a hundredth of an SD away
    assert (main["bias"].abs() < 0.01).all()


def test_headline_tests_keep_their_level(table: pd.DataFrame) -> None:
    main = table[table["headline"] & table["schools"].ge(11) & table["false_positives"].notna()]
    assert (main["false_positives"] <= 1 - LEAST).all()


def test_methods_that_overlook_schools_are_shown_to_fail(table: pd.DataFrame) -> None:
    differing = table[table["var_change"].gt(0) & table["dropout"].eq("none")]
    for method in ("paired_t", "mixed_intercepts", "bootstrap_pupils"):
        change = of(differing, method, "change")
        assert len(change) == 4 * 3 * 2
        assert (change["coverage"] < LEAST).all(), method
        assert change["coverage"].mean() < 0.85, method
    unlike = differing[differing["icc_level"].gt(0)]
    assert (of(unlike, "paired_t", "arm_schools")["coverage"] < 0.8).all()
    # plain percentiles of few schools are too narrow, by the two factors of Hesterberg 2015
    few = of(table[table["schools"].eq(6)], "bootstrap_schools", "change", "gender_difference")
    assert (few["coverage"] < 0.9).all()
    wider = of(table[table["schools"].eq(6)], "bootstrap_expanded", "change", "gender_difference")
    assert wider["coverage"].mean() > few["coverage"].mean() + 0.03


def test_pairs_alone_are_shown_to_fail_under_dropout_and_are_not_the_default(
    table: pd.DataFrame,
) -> None:
    lost = table[table["contrast"].eq("change") & table["schools"].eq(11)]
    strong = lost[lost["dropout"].eq("strongly by first score")]
    # pupils who scored low are lost: those seen twice rise less than all would have
    assert (of(strong, "pairs_only")["bias"] < -0.03).all()
    assert (of(strong, "pairs_only")["coverage"] < LEAST).all()
    assert of(strong, "pairs_only")["coverage"].mean() < 0.85
    mild = table[table["contrast"].eq("change") & table["dropout"].eq("by first score")]
    pairs, filled = of(mild, "pairs_only")["bias"], of(mild, "imputed")["bias"]
    headline = of(mild, "cr2_satterthwaite")["bias"]
    assert len(pairs) == len(filled) == len(headline) == 4 * 4 * 2
    assert pairs.mean() < -0.01
    assert max(abs(filled.mean()), abs(headline.mean())) < 0.003
    assert of(mild, "imputed")["coverage"].mean() > 0.93


def test_other_tests_that_respect_schools_keep_their_level_on_average(table: pd.DataFrame) -> None:
    fair = table[table["dropout"].eq("none") & table["schools"].ge(11)]
    for method in ("htz", "wild_bootstrap", "permutation", "jackknife", "bootstrap_expanded"):
        rate = of(fair, method)["false_positives"].dropna()
        assert 0.03 < rate.mean() < 0.065, method


def test_what_covers_more_than_it_should_is_said(table: pd.DataFrame, harness: ModuleType) -> None:
    main = table[table["headline"]]
    over = main[main["coverage"] > 0.97]
    said = harness.spoken(table)
    assert any(
        line.startswith("headline over 97% (wider than need be): ")
        and line.endswith(f"{len(over)} of {len(main)} rows")
        for line in said
    )
    for row in over.head(harness.LINES).itertuples():
        assert any(
            line.startswith(f"  {row.contrast}: {row.coverage:.3f} ")
            and f"{row.schools} schools" in line
            for line in said
        )


def test_the_short_way_is_held_to_the_estimators(harness: ModuleType) -> None:
    from long_run_data import Cell, draw
    from long_run_methods import cr2

    data = draw(Cell(6, 0.05, 0.02, "unequal", "by first score"), 3)
    answers = cr2(data, 3)
    harness.hold_to_estimators(data, answers)
    wrong = answers["gender_difference"]._replace(high=answers["gender_difference"].high + 1e-6)
    with pytest.raises(ValueError, match="gender_difference"):
        harness.hold_to_estimators(data, answers | {"gender_difference": wrong})


def test_generated_studies_are_what_their_cell_declares(harness: ModuleType) -> None:
    from long_run_data import Cell, draw, school_sizes

    assert school_sizes(11, "equal").tolist() == [40] * 11
    uneven = school_sizes(40, "unequal")
    assert uneven.std() / uneven.mean() == pytest.approx(0.5, abs=0.05)
    cell = Cell(4000, 0.2, 0.05, "equal", "by first score")
    data = draw(cell, 1)
    there = data.twice()
    assert np.std(data.first) == pytest.approx(1.0, abs=0.02)
    means = np.bincount(data.school, data.first) / 40
    # of school means: .2 between, and .8 / 40 of pupils
    assert np.var(means) == pytest.approx(0.22, abs=0.015)
    # log odds -2.6 - .5 x score: the mean over normal scores, by Gauss-Hermite, is .0761
    assert 1 - there.mean() == pytest.approx(0.0761, abs=0.003)
    change = data.second[there] - data.first[there]
    # .8 x 2 x (1 - .6) within, .05 of schools, .025 of schools' genders
    assert np.var(change) == pytest.approx(0.64 + 0.05 + 0.025, abs=0.02)
    # half of the schools have each arm, half of the pupils of a school each of their own
    assert np.bincount(data.arm).tolist() == [80_000, 80_000]
    assert (np.bincount(data.school, data.own_arm) == 20).all()


def test_a_method_is_run_its_share_of_times(harness: ModuleType) -> None:
    from long_run_data import Cell

    cell = Cell(6, 0.0, 0.0, "equal", "none")
    counts: dict[str, int] = {}
    for block in range(harness.BLOCKS):
        found, _ = harness.one_block((cell, block, 40))
        for (method, contrast), answers in found.items():
            if contrast == "change":
                counts[method] = counts.get(method, 0) + len(answers)
    for name, method in harness.METHODS.items():
        if name in counts:
            assert counts[name] == 40 * method.runs // harness.RUNS, name
